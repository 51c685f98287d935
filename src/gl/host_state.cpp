// The GL state of a host whose context was adopted: kept, neutralised for our work, put back.
#include "gl/host_state.h"

#include <algorithm>

namespace topknot::gl {

namespace {

constexpr std::array<GLenum, 13> kSwitches = {
    GL_BLEND,        GL_DEPTH_TEST,     GL_STENCIL_TEST,       GL_SCISSOR_TEST,
    GL_CULL_FACE,    GL_COLOR_LOGIC_OP, GL_RASTERIZER_DISCARD, GL_FRAMEBUFFER_SRGB,
    GL_SAMPLE_MASK,  GL_DITHER,         GL_SAMPLE_COVERAGE,    GL_SAMPLE_ALPHA_TO_COVERAGE,
    GL_TEXTURE_CUBE_MAP_SEAMLESS};

constexpr std::array<GLenum, 16> kPixelStore = {
    GL_PACK_ALIGNMENT,     GL_PACK_ROW_LENGTH,     GL_PACK_SKIP_ROWS,     GL_PACK_SKIP_PIXELS,
    GL_PACK_IMAGE_HEIGHT,  GL_PACK_SKIP_IMAGES,    GL_PACK_SWAP_BYTES,    GL_PACK_LSB_FIRST,
    GL_UNPACK_ALIGNMENT,   GL_UNPACK_ROW_LENGTH,   GL_UNPACK_SKIP_ROWS,   GL_UNPACK_SKIP_PIXELS,
    GL_UNPACK_IMAGE_HEIGHT, GL_UNPACK_SKIP_IMAGES, GL_UNPACK_SWAP_BYTES,  GL_UNPACK_LSB_FIRST};

/// What is on while we draw; everything else is off.
bool isOurs(GLenum name) {
  return name == GL_FRAMEBUFFER_SRGB || name == GL_TEXTURE_CUBE_MAP_SEAMLESS;
}

void setSwitch(GLenum name, bool on) {
  if (on) glEnable(name);
  else glDisable(name);
}

GLint integer(GLenum name) {
  GLint value = 0;
  glGetIntegerv(name, &value);
  return value;
}

}  // namespace

void setNeutralState() {
  for (const GLenum name : kSwitches) setSwitch(name, isOurs(name));
  for (const GLenum name : kPixelStore) {
    const bool alignment = name == GL_PACK_ALIGNMENT || name == GL_UNPACK_ALIGNMENT;
    glPixelStorei(name, alignment ? 1 : 0);
  }
  glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
  glPolygonMode(GL_FRONT_AND_BACK, GL_FILL);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
}

HostState::HostState() {
  for (std::size_t i = 0; i < kSwitches.size(); ++i) {
    switches_[i] = {kSwitches[i], glIsEnabled(kSwitches[i])};
  }
  for (std::size_t i = 0; i < kPixelStore.size(); ++i) {
    pixelStore_[i] = {kPixelStore[i], integer(kPixelStore[i])};
  }
  glGetBooleanv(GL_COLOR_WRITEMASK, colourMask_.data());
  glGetIntegerv(GL_VIEWPORT, viewport_.data());
  glGetIntegerv(GL_SCISSOR_BOX, scissor_.data());
  glGetIntegerv(GL_POLYGON_MODE, polygonMode_.data());
  program_ = integer(GL_CURRENT_PROGRAM);
  vertexArray_ = integer(GL_VERTEX_ARRAY_BINDING);
  drawFramebuffer_ = integer(GL_DRAW_FRAMEBUFFER_BINDING);
  readFramebuffer_ = integer(GL_READ_FRAMEBUFFER_BINDING);
  packBuffer_ = integer(GL_PIXEL_PACK_BUFFER_BINDING);
  unpackBuffer_ = integer(GL_PIXEL_UNPACK_BUFFER_BINDING);
  uniformBuffer_ = integer(GL_UNIFORM_BUFFER_BINDING);
  for (GLuint i = 0; i < blocks_.size(); ++i) {
    glGetIntegeri_v(GL_UNIFORM_BUFFER_BINDING, i, &blocks_[i].buffer);
    glGetInteger64i_v(GL_UNIFORM_BUFFER_START, i, &blocks_[i].start);
    glGetInteger64i_v(GL_UNIFORM_BUFFER_SIZE, i, &blocks_[i].size);
  }
  activeTexture_ = integer(GL_ACTIVE_TEXTURE);
  unitCount_ = std::min<int>(kUnits, integer(GL_MAX_COMBINED_TEXTURE_IMAGE_UNITS));
  for (int i = 0; i < unitCount_; ++i) {
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(i));
    units_[static_cast<std::size_t>(i)] = {integer(GL_TEXTURE_BINDING_1D),
                                           integer(GL_TEXTURE_BINDING_2D),
                                           integer(GL_SAMPLER_BINDING)};
  }
  setNeutralState();
}

HostState::~HostState() {
  for (int i = 0; i < unitCount_; ++i) {
    const Unit& unit = units_[static_cast<std::size_t>(i)];
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(i));
    glBindTexture(GL_TEXTURE_1D, static_cast<GLuint>(unit.texture1D));
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(unit.texture2D));
    glBindSampler(static_cast<GLuint>(i), static_cast<GLuint>(unit.sampler));
  }
  glActiveTexture(static_cast<GLenum>(activeTexture_));
  for (GLuint i = 0; i < blocks_.size(); ++i) {
    const auto buffer = static_cast<GLuint>(blocks_[i].buffer);
    if (blocks_[i].size > 0) {
      glBindBufferRange(GL_UNIFORM_BUFFER, i, buffer, blocks_[i].start, blocks_[i].size);
    } else {
      glBindBufferBase(GL_UNIFORM_BUFFER, i, buffer);
    }
  }
  glBindBuffer(GL_UNIFORM_BUFFER, static_cast<GLuint>(uniformBuffer_));
  glBindBuffer(GL_PIXEL_PACK_BUFFER, static_cast<GLuint>(packBuffer_));
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, static_cast<GLuint>(unpackBuffer_));
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(drawFramebuffer_));
  glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(readFramebuffer_));
  glBindVertexArray(static_cast<GLuint>(vertexArray_));
  glUseProgram(static_cast<GLuint>(program_));
  glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
  glScissor(scissor_[0], scissor_[1], scissor_[2], scissor_[3]);
  glPolygonMode(GL_FRONT_AND_BACK, static_cast<GLenum>(polygonMode_[0]));
  glColorMask(colourMask_[0], colourMask_[1], colourMask_[2], colourMask_[3]);
  for (const auto& [name, value] : pixelStore_) glPixelStorei(name, value);
  for (const auto& [name, on] : switches_) setSwitch(name, on == GL_TRUE);
}

}  // namespace topknot::gl
