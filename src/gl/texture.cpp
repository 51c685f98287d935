// Textures that passes draw into and read from.
#include "gl/texture.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "topknot/error.h"

namespace topknot::gl {

namespace {

std::string sizeText(const TextureShape& shape) {
  return std::to_string(shape.width) + " × " + std::to_string(shape.height);
}

int levelsOf(const TextureShape& shape) {
  if (!shape.mipmaps) return 1;
  return std::bit_width(static_cast<unsigned>(std::max(shape.width, shape.height)));
}

std::int64_t bytesOf(const TextureShape& shape) {
  std::int64_t pixels = 0;
  for (int level = 0; level < levelsOf(shape); ++level) {
    pixels += static_cast<std::int64_t>(std::max(1, shape.width >> level)) *
              std::max(1, shape.height >> level);
  }
  return pixels * formatOf(shape.format).storedBytes;
}

void clearErrors() {
  for (int i = 0; i < 16 && glGetError() != GL_NO_ERROR; ++i) {
  }
}

std::string wants(const TextureShape& shape) {
  return "out of texture memory: a picture of " + sizeText(shape) + " pixels in " +
         std::string(pixelFormatInfo(shape.format).name) + " wants " +
         std::to_string(bytesOf(shape)) + " bytes; ";
}

/// Makes the budget hold that many bytes more.
void makeRoom(Context::State& state, const TextureShape& shape, std::int64_t bytes) {
  const auto missing = [&] { return bytes - (state.textureBudget - state.textureBytes); };
  // What does not fit at all is no reason to let others go.
  while (missing() > 0) {
    if (bytes <= state.textureBudget && state.reclaimSome(missing())) continue;
    throw OutOfMemory(wants(shape) + std::to_string(state.textureBudget) + " are allowed, " +
                std::to_string(state.textureBytes) + " of them in use");
  }
}

/// Asks the driver for the memory.
bool allocate(GLuint name, const TextureShape& shape) {
  clearErrors();
  glTextureStorage2D(name, levelsOf(shape), formatOf(shape.format).internal, shape.width,
                     shape.height);
  return glGetError() == GL_NO_ERROR;
}

}  // namespace

Texture::Texture(const TextureShape& shape) : shape_(shape), bytes_(bytesOf(shape)) {
  Context::State& state = currentState();
  const int limit = state.info.maxTextureSize;
  if (shape.width < 1 || shape.height < 1 || shape.width > limit || shape.height > limit) {
    throw Error("a picture of " + sizeText(shape) + " pixels is not possible: this driver takes 1 to " +
                std::to_string(limit) + " along each side");
  }
  makeRoom(state, shape, bytes_);
  GLuint name = 0;
  glCreateTextures(GL_TEXTURE_2D, 1, &name);
  texture_ = Object(ObjectKind::Texture, name);
  while (!allocate(name, shape)) {
    if (state.reclaimSome(bytes_)) continue;
    throw OutOfMemory(wants(shape) + "the driver has no more than the " +
                std::to_string(state.textureBytes) + " in use");
  }
  glTextureParameteriv(name, GL_TEXTURE_SWIZZLE_RGBA, formatOf(shape.format).swizzle.data());
  state.textureBytes += bytes_;
}

Texture::~Texture() {
  if (texture_) texture_.home()->textureBytes -= bytes_;
}

Texture& Texture::operator=(Texture&& other) noexcept {
  std::swap(shape_, other.shape_);
  std::swap(texture_, other.texture_);
  std::swap(framebuffer_, other.framebuffer_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

GLuint Texture::framebuffer() const {
  if (!framebuffer_) {
    GLuint name = 0;
    glCreateFramebuffers(1, &name);
    framebuffer_ = Object(ObjectKind::Framebuffer, name);
    glNamedFramebufferTexture(name, GL_COLOR_ATTACHMENT0, texture_.name(), 0);
    if (glCheckNamedFramebufferStatus(name, GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
      throw Error("this driver cannot draw into " +
                  std::string(pixelFormatInfo(shape_.format).name) + " pictures");
    }
  }
  return framebuffer_.name();
}

void Texture::upload(const Image& image) {
  const Format& format = formatOf(shape_.format);
  glTextureSubImage2D(name(), 0, 0, 0, shape_.width, shape_.height, format.layout, format.type,
                      image.bytes().data());
  if (shape_.mipmaps) makeMipmaps();
}

void Texture::clear(float r, float g, float b, float a) {
  const float colour[] = {r, g, b, a};
  glClearNamedFramebufferfv(framebuffer(), GL_COLOR, 0, colour);
}

void Texture::makeMipmaps() { glGenerateTextureMipmap(name()); }

GLuint sampler(Filter filter, Extend extend) {
  static constexpr GLenum kMin[] = {GL_NEAREST, GL_LINEAR, GL_LINEAR_MIPMAP_LINEAR};
  static constexpr GLenum kMag[] = {GL_NEAREST, GL_LINEAR, GL_LINEAR};
  static constexpr GLenum kWrap[] = {GL_CLAMP_TO_EDGE, GL_CLAMP_TO_BORDER, GL_REPEAT,
                                     GL_MIRRORED_REPEAT};
  const auto f = static_cast<std::size_t>(filter);
  const auto e = static_cast<std::size_t>(extend);
  GLuint& name = currentState().samplers[f * 4 + e];
  if (name == 0) {
    glCreateSamplers(1, &name);
    glSamplerParameteri(name, GL_TEXTURE_MIN_FILTER, static_cast<GLint>(kMin[f]));
    glSamplerParameteri(name, GL_TEXTURE_MAG_FILTER, static_cast<GLint>(kMag[f]));
    for (const GLenum axis : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T, GL_TEXTURE_WRAP_R}) {
      glSamplerParameteri(name, axis, static_cast<GLint>(kWrap[e]));
    }
    const float transparent[] = {0.0f, 0.0f, 0.0f, 0.0f};
    glSamplerParameterfv(name, GL_TEXTURE_BORDER_COLOR, transparent);
  }
  return name;
}

}  // namespace topknot::gl
