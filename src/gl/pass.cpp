// A pass: one program drawn over one whole target.
#include "gl/pass.h"

#include "topknot/error.h"

namespace topknot::gl {

namespace {

void drawTriangle(const Program& program, std::span<const Input> inputs) {
  Context::State& state = *current();
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
          ChannelMask mask) {
  for (const Input& input : inputs) {
    if (input.texture == &target) throw Error("a picture cannot be drawn from itself");
  }
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target.framebuffer());
  glViewport(0, 0, target.shape().width, target.shape().height);
  const bool all = mask.r && mask.g && mask.b && mask.a;
  if (!all) glColorMask(mask.r, mask.g, mask.b, mask.a);
  drawTriangle(program, inputs);
  if (!all) glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
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
