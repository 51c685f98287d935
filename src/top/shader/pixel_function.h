// A user's text that gives one pixel of a picture: `vec4 pixel(vec4 a, vec4 b, vec2 uv)`.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "gl/program/program.h"
#include "glsl/source/shader_source.h"
#include "top/cook/shader_function.h"
#include "topknot/pixel_format.h"

namespace topknot {

/// A text on its way to a function. Its messages are placed in the user's lines and name things as
/// the user does. Functions of the same text have the same id.
///
/// Thread: that of the context.
class FunctionDraft {
 public:
  /// Checks the text (see function_check.h).
  FunctionDraft(glsl::MappedSource text, int inputs);

  int inputs() const { return inputs_; }
  /// Null if the text is refused.
  const std::shared_ptr<const UserFunction>& function() const { return function_; }
  const gl::Program::Log& log() const { return log_; }
  /// True if this driver took the same text before, without a remark.
  bool isKnown() const;

  /// Compiles it as a pass of its own, unless it is known. `isolated`: first in a process of its
  /// own, where it is drawn into that format.
  void compile(std::optional<PixelFormat> isolated);
  /// The same in two steps, for a worker: what it is to compile, made there, and what became of it.
  std::function<gl::ShaderTexts()> texts(std::optional<PixelFormat> isolated) const;
  void finish(gl::Program::Log log);

 private:
  int inputs_;
  std::shared_ptr<const UserFunction> function_;
  glsl::MappedSource alone_;  // the program in which the function is all there is
  gl::ShaderTexts texts_;
  gl::Program::Log log_;
};

}  // namespace topknot
