// A shader function with the names of what it is given: what a picture is made by.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gl/program/pass.h"
#include "glsl/source/shader_source.h"
#include "top/parameters/values.h"

namespace topknot {

/// What a shader function reads.
enum class FunctionKind {
  Pixel,      // vec4 f(vec4 a, vec4 b, …): its own pixel of each input
  Generator,  // vec4 f(vec2 uv), or vec4 f(vec2 uv, vec4 a, …): a place, and its own pixels
  Sampling,   // vec4 f(sampler2D a, sampler2D b, …, vec2 uv): any pixel of its inputs
  User,       // vec4 f(vec4 a, vec4 b, …, vec2 uv): as Pixel; the text is a user's
};

/// A user's function: its text, and what is declared there outside functions.
struct UserFunction {
  glsl::MappedSource text;
  std::vector<std::string> globals;  // sorted
  std::uint64_t id = 0;              // a hash of the text
};

/// One shader function, its constants, and the names of its numbers. Two shader functions with the
/// same id give the same text. Immutable.
struct ShaderFunction {
  std::string function;  // the shader's stem, and the function's name
  FunctionKind kind = FunctionKind::Pixel;
  std::vector<Values::Constant> constants;
  std::vector<NumberInfo> numbers;
  gl::ChannelMask mask;  // channels left out come from the first operand, or are 0
  std::shared_ptr<const UserFunction> user;
  std::uint64_t id = 0;
  std::size_t weight = 0;  // bytes of its text: how long it takes to compile

  ShaderFunction(std::string_view function, FunctionKind kind, const Values& values,
                 gl::ChannelMask mask, std::shared_ptr<const UserFunction> user);
  static std::uint64_t idOf(std::string_view function, FunctionKind kind, const Values& values,
                            gl::ChannelMask mask, const UserFunction* user);
};

using ShaderFunctionPtr = std::shared_ptr<const ShaderFunction>;

/// Which numbers of a shader function are compiled in, and their values.
struct Frozen {
  std::vector<bool> numbers;  // one for each of the shader function's; empty: none
  const std::byte* bytes = nullptr;
};

/// A function as GLSL, ready to stand in a program: `P.name`, `P_IS(…)`, `P_CALL(…)` replaced by
/// what they are here. `block` is the name of the function's own structure. Frozen numbers become
/// constants, whose arrays are declared in `declarations`. Throws Error naming a value that is not
/// there.
std::string resolved(const ShaderFunction& shaderFunction, std::string_view text,
                     std::string_view block, const Frozen& frozen, std::string& declarations);

/// Members of the function's structure, as GLSL: `float gain; vec2 t;`. Empty if there are none.
std::string members(const ShaderFunction& shaderFunction);

}  // namespace topknot
