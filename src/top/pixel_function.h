// A user's text that gives one pixel of a picture: `vec4 pixel(vec4 a, vec4 b, vec2 uv)`.
#pragma once

#include <memory>
#include <string>

#include "gl/program.h"
#include "gl/shader_source.h"
#include "top/recipe.h"

namespace topknot {

/// How the function has to be declared for so many inputs: `vec4 pixel(vec4 a, vec4 b, vec2 uv)`.
std::string pixelSignature(int inputs);

/// Checks the text, and compiles it as a pass of its own; the messages are placed in the user's
/// lines and name things as the user does. Null if `log.failed`. Functions of the same text have
/// the same id.
///
/// The text may stand in one program with others, several times even. So it has no main, no
/// variables from and to other stages, no samplers, blocks, arrays or matrices from outside, and
/// does not discard.
std::shared_ptr<const UserFunction> pixelFunction(gl::FlatShader text, int inputs,
                                                  gl::Program::Log& log);
/// The same, but not compiled: somebody else does that, and calls `compiled` if all went well.
std::shared_ptr<const UserFunction> uncompiledPixelFunction(gl::FlatShader text, int inputs,
                                                            gl::Program::Log& log);
void compiled(const UserFunction& function);

}  // namespace topknot
