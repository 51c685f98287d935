// Pictures that are described before they are drawn, so that neighbours become one pass.
#include "top/expression.h"

#include <algorithm>

#include "gl/buffer.h"
#include "top/fuse.h"

namespace topknot {

namespace {

constexpr int kMaxNodes = 32;
constexpr int kMaxTextures = 12;

/// True if the operand can be computed where its consumer is.
bool fits(const Expression& consumer, const Operand& operand) {
  if (operand.picture.texture || !operand.picture.expression) return false;
  if (consumer.kind == FunctionKind::Sampling) return false;
  const gl::TextureShape& shape = operand.picture.shape;
  if (shape.width != consumer.shape.width || shape.height != consumer.shape.height) return false;
  if (pixelFormatInfo(shape.format).srgb) return false;  // what is stored is not what is read
  const Expression& inner = *operand.picture.expression;
  if (inner.samples && consumer.samples) return false;
  return consumer.nodes + inner.nodes <= kMaxNodes &&
         consumer.textures + inner.textures <= kMaxTextures;
}

void draw(const Expression& expression, const gl::Texture& target) {
  const FusedPass pass = fuse(expression);
  if (!pass.block.empty()) gl::bindUniforms(1, pass.block);
  gl::draw(*pass.program, target, pass.inputs);
}

}  // namespace

ExpressionPtr makeExpression(std::string_view function, FunctionKind kind, Values values,
                             std::vector<Operand> operands, const gl::TextureShape& shape,
                             gl::ChannelMask mask, bool fusion) {
  auto made = std::make_shared<Expression>();
  made->function = function;
  made->kind = kind;
  made->values = std::move(values);
  made->shape = shape;
  made->mask = mask;
  made->samples = kind == FunctionKind::Sampling;
  made->textures = static_cast<int>(operands.size());
  for (Operand& operand : operands) {
    if (fusion && fits(*made, operand)) {
      const Expression& inner = *operand.picture.expression;
      made->nodes += inner.nodes;
      made->textures += inner.textures - 1;
      made->samples = made->samples || inner.samples;
    } else {
      drawn(operand.picture);
      operand.picture.expression = nullptr;  // lets go of the textures that it was drawn from
      // Pixels of the same place need no interpolation.
      const gl::TextureShape& own = operand.picture.shape;
      const bool same = own.width == shape.width && own.height == shape.height;
      if (same && kind != FunctionKind::Sampling) operand.filter = gl::Filter::Nearest;
    }
  }
  made->operands = std::move(operands);
  return made;
}

const gl::TexturePtr& drawn(Picture& picture) {
  if (!picture.texture) {
    gl::TexturePtr texture = gl::Pool::borrow(picture.shape);
    draw(*picture.expression, *texture);
    picture.texture = std::move(texture);
  }
  return picture.texture;
}

}  // namespace topknot
