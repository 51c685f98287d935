// The GLSL page: the parameters of an operator that runs shaders of the user's.
#pragma once

#include <array>
#include <vector>

#include "top/shader/shader_run.h"
#include "top/shader/shader_texts.h"
#include "top/shader/user_shader.h"
#include "topknot/parameter.h"

namespace topknot {

/// TouchDesigner's names, menus and defaults.
class ShaderPage {
 public:
  enum class Mode { Shaders, Compute, Function };
  /// What the picture is while there is no shader to draw it with.
  enum class Meanwhile { Stall, Checkerboard, Black, Previous };

  /// Declares them.
  explicit ShaderPage(ParameterSet& set);

  std::array<Parameter*, kStageKinds> files{};  // of the texts
  Parameter* tops = nullptr;

  Mode mode() const { return static_cast<Mode>(mode_->menuIndex()); }
  bool isFunction() const { return mode() == Mode::Function; }
  Meanwhile whileCompiling() const { return static_cast<Meanwhile>(compileBehavior_->menuIndex()); }
  Meanwhile onError() const { return static_cast<Meanwhile>(errorBehavior_->menuIndex() + 1); }
  /// True if a shader is tried in a process of its own first.
  bool isolates() const { return isolate_->on(); }
  gl::Extend extendMode() const { return static_cast<gl::Extend>(extend_->menuIndex()); }

  ShaderRun run(TopCook& cook, const std::vector<ShaderInput>& inputs) const;
  /// Without the constants and buffers. `inputs` counts those of each kind.
  ShaderSetting setting(const ShaderRun& run,
                        const std::array<int, glsl::kDimensions>& inputs) const;

 private:
  void declareCompute(ParameterSet& set);
  int glslVersion() const;

  Parameter *version_ = nullptr, *mode_ = nullptr;
  Parameter *compileBehavior_ = nullptr, *errorBehavior_ = nullptr;
  Parameter *dispatchSize_ = nullptr, *autoDispatch_ = nullptr, *access_ = nullptr;
  Parameter *type_ = nullptr, *depth_ = nullptr, *customDepth_ = nullptr;
  Parameter *clears_ = nullptr, *clearValue_ = nullptr;
  Parameter *mapping_ = nullptr, *perSlice_ = nullptr;
  Parameter *extend_ = nullptr, *extendDepth_ = nullptr;
  Parameter *buffers_ = nullptr, *simplex_ = nullptr, *isolate_ = nullptr;
};

}  // namespace topknot
