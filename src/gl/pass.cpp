// A pass: one program drawn over one target, or a part of it.
#include "gl/pass.h"

#include "topknot/error.h"

namespace topknot::gl {

namespace {

void drawTriangle(const Program& program, std::span<const Input> inputs) {
  Context::State& state = currentState();
  if (state.emptyVertexArray == 0) glCreateVertexArrays(1, &state.emptyVertexArray);
  for (GLuint unit = 0; unit < inputs.size(); ++unit) {
    const Input& input = inputs[unit];
    glBindTextureUnit(unit, input.texture != nullptr ? input.texture->name() : input.raw);
    glBindSampler(unit, sampler(input.filter, input.extend));
  }
  glUseProgram(program.name());
  glBindVertexArray(state.emptyVertexArray);
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

}  // namespace

void draw(const Program& program, const Texture& target, std::span<const Input> inputs,
          ChannelMask mask, const Region& region) {
  for (const Input& input : inputs) {
    if (input.texture == &target) throw Error("a picture cannot be drawn from itself");
  }
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target.framebuffer());
  glViewport(0, 0, target.shape().width, target.shape().height);
  if (!mask.all()) glColorMask(mask.r, mask.g, mask.b, mask.a);
  if (region.isWhole()) {
    drawTriangle(program, inputs);
  } else {
    const Clip clip(region.x0, region.y0, region.x1 - region.x0, region.y1 - region.y0);
    drawTriangle(program, inputs);
  }
  if (!mask.all()) glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
}

void copy(const Texture& from, const Texture& to) {
  glCopyImageSubData(from.name(), GL_TEXTURE_2D, 0, 0, 0, 0, to.name(), GL_TEXTURE_2D, 0, 0, 0, 0,
                     from.shape().width, from.shape().height, 1);
}

void drawToBound(const Program& program, const Input& input, int x, int y, int width, int height) {
  glViewport(x, y, width, height);
  glDisable(GL_FRAMEBUFFER_SRGB);
  drawTriangle(program, {&input, 1});
  glEnable(GL_FRAMEBUFFER_SRGB);
}

Clip::Clip(int x, int y, int width, int height) {
  glScissor(x, y, width, height);
  glEnable(GL_SCISSOR_TEST);
}

Clip::~Clip() { glDisable(GL_SCISSOR_TEST); }

}  // namespace topknot::gl
