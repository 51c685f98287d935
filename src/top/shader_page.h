// The GLSL page: the parameters of an operator that runs shaders of the user's.
#pragma once

#include <array>
#include <vector>

#include "top/shader_run.h"
#include "top/shader_texts.h"
#include "top/user_shader.h"
#include "topknot/parameter.h"

namespace topknot {

/// TouchDesigner's names, menus and defaults.
class ShaderPage {
 public:
  enum class Mode { Shaders, Compute, Function };

  /// Declares them.
  explicit ShaderPage(ParameterSet& set);

  std::array<Parameter*, kStageKinds> files{};  // of the texts
  Parameter *compileBehavior = nullptr, *errorBehavior = nullptr, *tops = nullptr;

  Mode mode() const { return static_cast<Mode>(mode_->menuIndex()); }
  bool isFunction() const { return mode() == Mode::Function; }
  gl::Extend extendMode() const { return static_cast<gl::Extend>(extend_->menuIndex()); }

  ShaderRun run(TopCook& cook, const std::vector<ShaderInput>& inputs) const;
  /// Without the constants.
  ShaderSetting setting(const ShaderRun& run, const std::vector<ShaderInput>& inputs) const;

 private:
  void declareCompute(ParameterSet& set);
  int glslVersion() const;

  Parameter *version_ = nullptr, *mode_ = nullptr;
  Parameter *dispatchSize_ = nullptr, *autoDispatch_ = nullptr, *access_ = nullptr;
  Parameter *type_ = nullptr, *depth_ = nullptr, *customDepth_ = nullptr;
  Parameter *clears_ = nullptr, *clearValue_ = nullptr;
  Parameter *mapping_ = nullptr, *perSlice_ = nullptr;
  Parameter *extend_ = nullptr, *extendDepth_ = nullptr;
  Parameter *buffers_ = nullptr, *simplex_ = nullptr, *isolate_ = nullptr;
};

}  // namespace topknot
