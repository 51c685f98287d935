// The GL state of a host whose context was adopted: kept, neutralised for our work, put back.
#include "gl/context/host_state.h"

#include <algorithm>

namespace topknot::gl {

namespace {

constexpr std::array<GLenum, 23> kSwitches = {GL_BLEND,
                                              GL_DEPTH_TEST,
                                              GL_STENCIL_TEST,
                                              GL_SCISSOR_TEST,
                                              GL_CULL_FACE,
                                              GL_COLOR_LOGIC_OP,
                                              GL_RASTERIZER_DISCARD,
                                              GL_FRAMEBUFFER_SRGB,
                                              GL_SAMPLE_MASK,
                                              GL_DITHER,
                                              GL_SAMPLE_COVERAGE,
                                              GL_SAMPLE_ALPHA_TO_COVERAGE,
                                              GL_TEXTURE_CUBE_MAP_SEAMLESS,
                                              GL_POLYGON_SMOOTH,
                                              GL_SAMPLE_ALPHA_TO_ONE,
                                              GL_CLIP_DISTANCE0,
                                              GL_CLIP_DISTANCE1,
                                              GL_CLIP_DISTANCE2,
                                              GL_CLIP_DISTANCE3,
                                              GL_CLIP_DISTANCE4,
                                              GL_CLIP_DISTANCE5,
                                              GL_CLIP_DISTANCE6,
                                              GL_CLIP_DISTANCE7};

/// Kinds of textures that we bind, and where a unit tells of them.
constexpr std::array<std::pair<GLenum, GLenum>, 6> kTextures = {
    {{GL_TEXTURE_1D, GL_TEXTURE_BINDING_1D},
     {GL_TEXTURE_2D, GL_TEXTURE_BINDING_2D},
     {GL_TEXTURE_3D, GL_TEXTURE_BINDING_3D},
     {GL_TEXTURE_2D_ARRAY, GL_TEXTURE_BINDING_2D_ARRAY},
     {GL_TEXTURE_CUBE_MAP, GL_TEXTURE_BINDING_CUBE_MAP},
     {GL_TEXTURE_BUFFER, GL_TEXTURE_BINDING_BUFFER}}};

constexpr std::array<GLenum, 16> kPixelStore = {
    GL_PACK_ALIGNMENT,      GL_PACK_ROW_LENGTH,    GL_PACK_SKIP_ROWS,    GL_PACK_SKIP_PIXELS,
    GL_PACK_IMAGE_HEIGHT,   GL_PACK_SKIP_IMAGES,   GL_PACK_SWAP_BYTES,   GL_PACK_LSB_FIRST,
    GL_UNPACK_ALIGNMENT,    GL_UNPACK_ROW_LENGTH,  GL_UNPACK_SKIP_ROWS,  GL_UNPACK_SKIP_PIXELS,
    GL_UNPACK_IMAGE_HEIGHT, GL_UNPACK_SKIP_IMAGES, GL_UNPACK_SWAP_BYTES, GL_UNPACK_LSB_FIRST};

/// What is on while we draw; everything else is off.
bool isOurs(GLenum name) {
  return name == GL_FRAMEBUFFER_SRGB || name == GL_TEXTURE_CUBE_MAP_SEAMLESS;
}

void setSwitch(GLenum name, bool on) {
  if (on)
    glEnable(name);
  else
    glDisable(name);
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
  glClipControl(GL_LOWER_LEFT, GL_NEGATIVE_ONE_TO_ONE);
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
  for (GLuint i = 0; i < kBuffers; ++i) {
    glGetBooleani_v(GL_COLOR_WRITEMASK, i, colourMasks_[i].data());
    blends_[i] = glIsEnabledi(GL_BLEND, i);
  }
  clip_ = {integer(GL_CLIP_ORIGIN), integer(GL_CLIP_DEPTH_MODE)};
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
  activeTexture_ = integer(GL_ACTIVE_TEXTURE);
  setNeutralState();
}

HostState::Block HostState::blockOf(GLenum binding, GLenum start, GLenum size, GLuint index) {
  Block block{};
  glGetIntegeri_v(binding, index, &block.buffer);
  glGetInteger64i_v(start, index, &block.start);
  glGetInteger64i_v(size, index, &block.size);
  return block;
}

void HostState::bind(GLenum target, GLuint index, const Block& block) {
  const auto buffer = static_cast<GLuint>(block.buffer);
  if (block.size > 0) {
    glBindBufferRange(target, index, buffer, block.start, block.size);
  } else {
    glBindBufferBase(target, index, buffer);
  }
}

void HostState::keepUnits(int count) {
  const std::size_t known = units_.size();
  for (std::size_t i = known; i < static_cast<std::size_t>(count); ++i) {
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(i));
    Unit& unit = units_.emplace_back();
    for (std::size_t k = 0; k < kTextures.size(); ++k)
      unit.textures[k] = integer(kTextures[k].second);
    unit.sampler = integer(GL_SAMPLER_BINDING);
  }
}

void HostState::keepImages(int count) {
  for (auto i = static_cast<GLuint>(images_.size()); i < static_cast<GLuint>(count); ++i) {
    const auto ask = [i](GLenum name) {
      GLint value = 0;
      glGetIntegeri_v(name, i, &value);
      return value;
    };
    images_.push_back({ask(GL_IMAGE_BINDING_NAME), ask(GL_IMAGE_BINDING_LEVEL),
                       ask(GL_IMAGE_BINDING_LAYERED), ask(GL_IMAGE_BINDING_LAYER),
                       ask(GL_IMAGE_BINDING_ACCESS), ask(GL_IMAGE_BINDING_FORMAT)});
  }
}

void HostState::keepUniforms(GLuint binding) {
  if (blocks_.contains(binding)) return;
  blocks_[binding] =
      blockOf(GL_UNIFORM_BUFFER_BINDING, GL_UNIFORM_BUFFER_START, GL_UNIFORM_BUFFER_SIZE, binding);
}

void HostState::keepCounters(GLuint binding) {
  if (counters_.contains(binding)) return;
  if (counters_.empty()) counterBuffer_ = integer(GL_ATOMIC_COUNTER_BUFFER_BINDING);
  counters_[binding] = blockOf(GL_ATOMIC_COUNTER_BUFFER_BINDING, GL_ATOMIC_COUNTER_BUFFER_START,
                               GL_ATOMIC_COUNTER_BUFFER_SIZE, binding);
}

HostState::~HostState() {
  for (GLuint i = 0; i < units_.size(); ++i) {
    const Unit& unit = units_[i];
    glActiveTexture(GL_TEXTURE0 + i);
    for (std::size_t k = 0; k < kTextures.size(); ++k) {
      glBindTexture(kTextures[k].first, static_cast<GLuint>(unit.textures[k]));
    }
    glBindSampler(i, static_cast<GLuint>(unit.sampler));
  }
  for (GLuint i = 0; i < images_.size(); ++i) {
    const Image& image = images_[i];
    glBindImageTexture(i, static_cast<GLuint>(image.name), image.level, image.layered != 0,
                       image.layer, static_cast<GLenum>(image.access),
                       static_cast<GLenum>(image.format));
  }
  for (const auto& [binding, block] : counters_) bind(GL_ATOMIC_COUNTER_BUFFER, binding, block);
  if (!counters_.empty()) {
    glBindBuffer(GL_ATOMIC_COUNTER_BUFFER, static_cast<GLuint>(counterBuffer_));
  }
  glActiveTexture(static_cast<GLenum>(activeTexture_));
  for (const auto& [binding, block] : blocks_) bind(GL_UNIFORM_BUFFER, binding, block);
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
  glClipControl(static_cast<GLenum>(clip_[0]), static_cast<GLenum>(clip_[1]));
  for (const auto& [name, value] : pixelStore_) glPixelStorei(name, value);
  for (const auto& [name, on] : switches_) setSwitch(name, on == GL_TRUE);
  for (GLuint i = 0; i < kBuffers; ++i) {
    const auto& mask = colourMasks_[i];
    glColorMaski(i, mask[0], mask[1], mask[2], mask[3]);
    blends_[i] == GL_TRUE ? glEnablei(GL_BLEND, i) : glDisablei(GL_BLEND, i);
  }
}

}  // namespace topknot::gl
