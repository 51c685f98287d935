// A pass: one program drawn over one target, or a part of it.
#include "gl/program/pass.h"

#include <string>
#include <vector>

#include "gl/context/host_state.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

void bind(const Program& program, std::span<const Input> inputs) {
  if (HostState* host = currentState().host) host->keepUnits(static_cast<int>(inputs.size()));
  for (GLuint unit = 0; unit < inputs.size(); ++unit) {
    const Input& input = inputs[unit];
    glBindTextureUnit(unit, input.texture != nullptr ? input.texture->name() : input.raw);
    glBindSampler(unit, sampler(input.filter, input.extend, input.extendDepth));
  }
  glUseProgram(program.name());
}

void drawTriangle(const Program& program, std::span<const Input> inputs) {
  Context::State& state = currentState();
  if (state.emptyVertexArray == 0) glCreateVertexArrays(1, &state.emptyVertexArray);
  bind(program, inputs);
  glBindVertexArray(state.emptyVertexArray);
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

/// The corners as a strip, and the same as texture coordinates.
void makeQuad(Context::State& state) {
  static constexpr float kCorners[] = {-1, -1, 0, 0, 0, 0, 1, -1, 0, 1, 0, 0,
                                       -1, 1,  0, 0, 1, 0, 1, 1,  0, 1, 1, 0};
  constexpr GLsizei kStride = 6 * sizeof(float);
  glCreateBuffers(1, &state.quadVertices);
  glNamedBufferStorage(state.quadVertices, sizeof(kCorners), kCorners, 0);
  glCreateVertexArrays(1, &state.quadVertexArray);
  const GLuint array = state.quadVertexArray;
  glVertexArrayVertexBuffer(array, 0, state.quadVertices, 0, kStride);
  for (GLuint location = 0; location <= 8; ++location) {
    glEnableVertexArrayAttrib(array, location);
    glVertexArrayAttribFormat(array, location, 3, GL_FLOAT, GL_FALSE,
                              location == 0 ? 0 : 3 * sizeof(float));
    glVertexArrayAttribBinding(array, location, 0);
  }
}

void drawQuad(const Program& program, std::span<const Input> inputs) {
  Context::State& state = currentState();
  if (state.quadVertexArray == 0) makeQuad(state);
  bind(program, inputs);
  glBindVertexArray(state.quadVertexArray);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

}  // namespace

void draw(const Program& program, const Texture& target, std::span<const Input> inputs,
          ChannelMask mask, const Region& region) {
  for (const Input& input : inputs) {
    if (input.texture == &target) throw Error("a picture cannot be drawn from itself");
  }
  const GLuint framebuffer = target.framebuffer();
  currentState().keepTarget();
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
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

GLuint ColourBuffers::framebuffer(std::span<const TexturePtr> textures, int slice) {
  const bool isNew = !framebuffer_ || count_ != textures.size();
  if (isNew) {
    GLuint name = 0;
    glCreateFramebuffers(1, &name);
    framebuffer_ = Object(ObjectKind::Framebuffer, name);
    count_ = textures.size();
    std::vector<GLenum> buffers;
    for (GLenum i = 0; i < count_; ++i) buffers.push_back(GL_COLOR_ATTACHMENT0 + i);
    glNamedFramebufferDrawBuffers(name, static_cast<GLsizei>(count_), buffers.data());
  }
  GLenum attachment = GL_COLOR_ATTACHMENT0;
  for (const TexturePtr& texture : textures) {
    texture->attachSlice(framebuffer_.name(), attachment++, slice);
  }
  if (isNew && glCheckNamedFramebufferStatus(framebuffer_.name(), GL_FRAMEBUFFER) !=
                   GL_FRAMEBUFFER_COMPLETE) {
    framebuffer_ = Object();
    throw Error("this driver cannot draw into " + std::to_string(textures.size()) +
                " colour buffers of " +
                std::string(pixelFormatInfo(textures[0]->shape().format).name) + " at once");
  }
  return framebuffer_.name();
}

void drawInto(GLuint framebuffer, int width, int height, const Program& program,
              std::span<const Input> inputs, ChannelMask mask, Geometry geometry) {
  currentState().keepTarget();
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
  glViewport(0, 0, width, height);
  if (!mask.all()) glColorMask(mask.r, mask.g, mask.b, mask.a);
  if (geometry == Geometry::Quad) {
    drawQuad(program, inputs);
  } else {
    drawTriangle(program, inputs);
  }
  if (!mask.all()) glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
}

void dispatch(const Program& program, std::span<const TexturePtr> outputs, bool reads,
              std::span<const Input> inputs, const unsigned (&groups)[3]) {
  bind(program, inputs);
  if (HostState* host = currentState().host) host->keepImages(static_cast<int>(outputs.size()));
  GLuint unit = 0;
  for (const TexturePtr& output : outputs) {
    glBindImageTexture(unit++, output->imageName(), 0, GL_TRUE, 0,
                       reads ? GL_READ_WRITE : GL_WRITE_ONLY, imageFormat(output->shape().format));
  }
  glDispatchCompute(groups[0], groups[1], groups[2]);
  glMemoryBarrier(GL_ALL_BARRIER_BITS);
}

void copy(const Texture& from, const Texture& to) {
  glCopyImageSubData(from.name(), from.target(), 0, 0, 0, 0, to.name(), to.target(), 0, 0, 0, 0,
                     from.shape().width, from.shape().height, from.shape().depth);
}

void copySlice(const Texture& from, const Texture& to, int slice) {
  glCopyImageSubData(from.name(), from.target(), 0, 0, 0, 0, to.name(), to.target(), 0, 0, 0, slice,
                     from.shape().width, from.shape().height, 1);
}

void copyPatch(const Patch& from, const Patch& to) {
  glBlitNamedFramebuffer(from.texture.framebuffer(from.slice), to.texture.framebuffer(to.slice),
                         from.x0, from.y0, from.x1, from.y1, to.x0, to.y0, to.x1, to.y1,
                         GL_COLOR_BUFFER_BIT, GL_NEAREST);
}

BoundTarget::BoundTarget() {
  currentState().keepTarget();
  glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &framebuffer_);
}

void BoundTarget::bind() const {
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(framebuffer_));
}

void drawToBound(const Program& program, const Input& input, int x, int y, int width, int height) {
  currentState().keepTarget();
  glViewport(x, y, width, height);
  glDisable(GL_FRAMEBUFFER_SRGB);
  drawTriangle(program, {&input, 1});
  glEnable(GL_FRAMEBUFFER_SRGB);
}

void clearAround(Texture& texture, const Region& region) {
  const int width = texture.shape().width, height = texture.shape().height;
  const Region sides[] = {{0, 0, region.x0, height},
                          {region.x1, 0, width, height},
                          {region.x0, 0, region.x1, region.y0},
                          {region.x0, region.y1, region.x1, height}};
  for (const Region& side : sides) {
    if (side.x1 <= side.x0 || side.y1 <= side.y0) continue;
    const Clip clip(side.x0, side.y0, side.x1 - side.x0, side.y1 - side.y0);
    texture.clear(0.0f, 0.0f, 0.0f, 0.0f);
  }
}

Clip::Clip(int x, int y, int width, int height) {
  currentState().keepTarget();
  glScissor(x, y, width, height);
  glEnable(GL_SCISSOR_TEST);
}

Clip::~Clip() {
  glDisable(GL_SCISSOR_TEST);
}

}  // namespace topknot::gl
