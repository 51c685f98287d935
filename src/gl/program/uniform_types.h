// The types of uniforms: what OpenGL and GLSL call them, and what they are made of.
#pragma once

#include <glad/gl.h>

#include <optional>
#include <string>
#include <string_view>

namespace topknot::gl {

/// What a GLSL type that holds numbers is made of.
struct UniformShape {
  enum class Kind { Float, Double, Int, Uint, Bool } kind = Kind::Float;
  int columns = 1, rows = 1;
};

/// Of `vec3`, `dmat2x4`, …; nothing for other types.
std::optional<UniformShape> uniformShape(std::string_view glslType);
std::optional<UniformShape> uniformShape(GLenum type);
/// `vec3` for GL_FLOAT_VEC3; `?` for what is not known.
std::string uniformTypeName(GLenum type);

/// True for `samplerBuffer` and its integer kinds.
bool isBufferSampler(GLenum type);
bool isSampler(GLenum type);
/// True for `image2D` and its like.
bool isImage(GLenum type);

}  // namespace topknot::gl
