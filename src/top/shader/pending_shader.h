// A user's shader that a worker compiles and draws once, while the operator shows something else.
#pragma once

#include <memory>
#include <vector>

#include "gl/program/prepared_program.h"
#include "top/shader/shader_run.h"
#include "top/shader/user_shader.h"

namespace topknot {

/// A shader on its way. Thread: that of the context.
class PendingShader {
 public:
  /// Null if the context has no worker.
  static std::shared_ptr<PendingShader> start(StageTexts texts, const ShaderSetting& setting,
                                              std::vector<glsl::ConstantValue> constants,
                                              const ShaderRun& run,
                                              const std::vector<ShaderInput>& inputs,
                                              gl::Filter filter);

  const ShaderSetting& setting() const { return setting_; }
  /// True once `take` gives it, or the worker was given up.
  bool ready() const;
  /// The shader, or what was wrong with it. Once.
  std::shared_ptr<const UserShader> take();

 private:
  ShaderSetting setting_;
  std::shared_ptr<ShaderDraft> draft_;  // the worker's until it is ready
  std::shared_ptr<gl::PreparedProgram> program_;
};

}  // namespace topknot
