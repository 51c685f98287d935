// The types of uniforms: what OpenGL and GLSL call them, and what they are made of.
#include "gl/program/uniform_types.h"

#include <algorithm>
#include <iterator>

namespace topknot::gl {

namespace {

using Kind = UniformShape::Kind;

struct TypeRow {
  GLenum type;
  const char* name;
  UniformShape shape;
};

constexpr TypeRow kTypes[] = {
    {GL_FLOAT, "float", {Kind::Float, 1, 1}},
    {GL_FLOAT_VEC2, "vec2", {Kind::Float, 1, 2}},
    {GL_FLOAT_VEC3, "vec3", {Kind::Float, 1, 3}},
    {GL_FLOAT_VEC4, "vec4", {Kind::Float, 1, 4}},
    {GL_DOUBLE, "double", {Kind::Double, 1, 1}},
    {GL_DOUBLE_VEC2, "dvec2", {Kind::Double, 1, 2}},
    {GL_DOUBLE_VEC3, "dvec3", {Kind::Double, 1, 3}},
    {GL_DOUBLE_VEC4, "dvec4", {Kind::Double, 1, 4}},
    {GL_INT, "int", {Kind::Int, 1, 1}},
    {GL_INT_VEC2, "ivec2", {Kind::Int, 1, 2}},
    {GL_INT_VEC3, "ivec3", {Kind::Int, 1, 3}},
    {GL_INT_VEC4, "ivec4", {Kind::Int, 1, 4}},
    {GL_UNSIGNED_INT, "uint", {Kind::Uint, 1, 1}},
    {GL_UNSIGNED_INT_VEC2, "uvec2", {Kind::Uint, 1, 2}},
    {GL_UNSIGNED_INT_VEC3, "uvec3", {Kind::Uint, 1, 3}},
    {GL_UNSIGNED_INT_VEC4, "uvec4", {Kind::Uint, 1, 4}},
    {GL_BOOL, "bool", {Kind::Bool, 1, 1}},
    {GL_BOOL_VEC2, "bvec2", {Kind::Bool, 1, 2}},
    {GL_BOOL_VEC3, "bvec3", {Kind::Bool, 1, 3}},
    {GL_BOOL_VEC4, "bvec4", {Kind::Bool, 1, 4}},
    {GL_FLOAT_MAT2, "mat2", {Kind::Float, 2, 2}},
    {GL_FLOAT_MAT3, "mat3", {Kind::Float, 3, 3}},
    {GL_FLOAT_MAT4, "mat4", {Kind::Float, 4, 4}},
    {GL_FLOAT_MAT2x3, "mat2x3", {Kind::Float, 2, 3}},
    {GL_FLOAT_MAT2x4, "mat2x4", {Kind::Float, 2, 4}},
    {GL_FLOAT_MAT3x2, "mat3x2", {Kind::Float, 3, 2}},
    {GL_FLOAT_MAT3x4, "mat3x4", {Kind::Float, 3, 4}},
    {GL_FLOAT_MAT4x2, "mat4x2", {Kind::Float, 4, 2}},
    {GL_FLOAT_MAT4x3, "mat4x3", {Kind::Float, 4, 3}},
    {GL_DOUBLE_MAT2, "dmat2", {Kind::Double, 2, 2}},
    {GL_DOUBLE_MAT3, "dmat3", {Kind::Double, 3, 3}},
    {GL_DOUBLE_MAT4, "dmat4", {Kind::Double, 4, 4}},
    {GL_DOUBLE_MAT2x3, "dmat2x3", {Kind::Double, 2, 3}},
    {GL_DOUBLE_MAT2x4, "dmat2x4", {Kind::Double, 2, 4}},
    {GL_DOUBLE_MAT3x2, "dmat3x2", {Kind::Double, 3, 2}},
    {GL_DOUBLE_MAT3x4, "dmat3x4", {Kind::Double, 3, 4}},
    {GL_DOUBLE_MAT4x2, "dmat4x2", {Kind::Double, 4, 2}},
    {GL_DOUBLE_MAT4x3, "dmat4x3", {Kind::Double, 4, 3}},
};

const TypeRow* rowOf(GLenum type) {
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const TypeRow& row) { return row.type == type; });
  return found == std::end(kTypes) ? nullptr : found;
}

}  // namespace

std::optional<UniformShape> uniformShape(GLenum type) {
  const TypeRow* const row = rowOf(type);
  return row == nullptr ? std::nullopt : std::optional(row->shape);
}

std::optional<UniformShape> uniformShape(std::string_view glslType) {
  for (const TypeRow& row : kTypes) {
    if (glslType == row.name) return row.shape;
  }
  for (const std::string_view matrix : {"mat2x2", "mat3x3", "mat4x4"}) {
    if (glslType == matrix) return uniformShape(matrix.substr(0, 4));
    if (glslType.starts_with('d') && glslType.substr(1) == matrix) {
      return uniformShape(glslType.substr(0, 5));
    }
  }
  return std::nullopt;
}

std::string uniformTypeName(GLenum type) {
  if (const TypeRow* row = rowOf(type)) return row->name;
  if (type == GL_SAMPLER_BUFFER) return "samplerBuffer";
  if (type == GL_INT_SAMPLER_BUFFER) return "isamplerBuffer";
  if (type == GL_UNSIGNED_INT_SAMPLER_BUFFER) return "usamplerBuffer";
  if (type == GL_SAMPLER_2D) return "sampler2D";
  if (type == GL_SAMPLER_3D) return "sampler3D";
  if (type == GL_SAMPLER_CUBE) return "samplerCube";
  if (type == GL_SAMPLER_2D_ARRAY) return "sampler2DArray";
  if (type == GL_IMAGE_2D) return "image2D";
  return isSampler(type) ? "sampler" : isImage(type) ? "image" : "?";
}

bool isBufferSampler(GLenum type) {
  return type == GL_SAMPLER_BUFFER || type == GL_INT_SAMPLER_BUFFER ||
         type == GL_UNSIGNED_INT_SAMPLER_BUFFER;
}

bool isImage(GLenum type) {
  return type >= GL_IMAGE_1D && type <= GL_UNSIGNED_INT_IMAGE_2D_MULTISAMPLE_ARRAY;
}

bool isSampler(GLenum type) {
  return (type >= GL_SAMPLER_1D && type <= GL_SAMPLER_2D_RECT_SHADOW) ||
         (type >= GL_SAMPLER_1D_ARRAY && type <= GL_SAMPLER_CUBE_SHADOW) ||
         (type >= GL_INT_SAMPLER_1D && type <= GL_UNSIGNED_INT_SAMPLER_BUFFER) ||
         (type >= GL_SAMPLER_CUBE_MAP_ARRAY && type <= GL_UNSIGNED_INT_SAMPLER_CUBE_MAP_ARRAY) ||
         (type >= GL_SAMPLER_2D_MULTISAMPLE &&
          type <= GL_UNSIGNED_INT_SAMPLER_2D_MULTISAMPLE_ARRAY);
}

}  // namespace topknot::gl
