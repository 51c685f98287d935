// Pictures that are described before they are drawn, so that neighbours become one pass.
#pragma once

#include <glm/vec2.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gl/pass.h"
#include "gl/pool.h"
#include "top/values.h"

namespace topknot {

/// What a shader function of the library reads.
enum class FunctionKind {
  Pixel,      // vec4 f(vec4 a, vec4 b, …): its own pixel of each input
  Generator,  // vec4 f(vec2 uv), or vec4 f(vec2 uv, vec4 a, …): a place, and its own pixels
  Sampling,   // vec4 f(sampler2D a, sampler2D b, …, vec2 uv): any pixel of its inputs
};

struct Expression;
using ExpressionPtr = std::shared_ptr<Expression>;

/// A picture that flows along wires: a texture, or a description from which one can be drawn at any
/// time with the same result. A value: what it describes does not change any more.
struct Picture {
  gl::TextureShape shape;
  glm::vec2 aspect{1.0f};
  gl::TexturePtr texture;     // null while only described
  ExpressionPtr expression;   // null for pictures that were drawn otherwise

  bool exists() const { return texture != nullptr || expression != nullptr; }
};

/// One input of an expression.
struct Operand {
  Picture picture;
  gl::Filter filter = gl::Filter::Linear;
  gl::Extend extend = gl::Extend::Hold;
};

/// One shader function applied to its operands.
struct Expression {
  std::string_view function;  // the shader's stem, and the function's name
  FunctionKind kind = FunctionKind::Pixel;
  Values values;
  std::vector<Operand> operands;
  gl::TextureShape shape;
  gl::ChannelMask mask;  // channels left out come from the first operand, or are 0
  int nodes = 1;         // functions in the program that draws this, operands included
  int textures = 0;      // samplers of that program
  bool samples = false;  // one of them is a Sampling function
};

/// An expression from its parts. Operands that cannot be part of the same pass are drawn first:
/// those of another size than the result, those that a Sampling function reads, and those with
/// which the program would become too large. Without `fusion`, all are.
ExpressionPtr makeExpression(std::string_view function, FunctionKind kind, Values values,
                             std::vector<Operand> operands, const gl::TextureShape& shape,
                             gl::ChannelMask mask, bool fusion);

/// The texture of a picture; draws it if it was only described. The picture exists.
const gl::TexturePtr& drawn(Picture& picture);

}  // namespace topknot
