// Textures that passes draw into and read from.
#include "gl/context/texture.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "image/sizes.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

int levelsOf(const TextureShape& shape) {
  if (!shape.mipmaps) return 1;
  const int depth = shape.dimension == glsl::Dimension::Volume ? shape.depth : 1;
  return std::bit_width(static_cast<unsigned>(std::max({shape.width, shape.height, depth})));
}

/// Throws Error if no memory is that large.
std::int64_t bytesOf(const TextureShape& shape) {
  std::uint64_t bytes = 0;
  for (int level = 0; level < levelsOf(shape); ++level) {
    const int depth =
        shape.dimension == glsl::Dimension::Volume ? shape.depth >> level : shape.depth;
    const auto more = productWithin(
        kMostImageBytes, {std::max(1, shape.width >> level), std::max(1, shape.height >> level),
                          std::max(1, depth), formatOf(shape.format).storedBytes});
    if (!more) {
      throw Error("a picture of " + sizeText(shape) +
                  " pixels is not possible: it exceeds 2^40 bytes");
    }
    bytes += *more;
  }
  return static_cast<std::int64_t>(bytes);
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
  const int levels = levelsOf(shape);
  const GLenum format = formatOf(shape.format).internal;
  if (shape.dimension == glsl::Dimension::Flat || shape.dimension == glsl::Dimension::Cube) {
    glTextureStorage2D(name, levels, format, shape.width, shape.height);
  } else {
    glTextureStorage3D(name, levels, format, shape.width, shape.height, shape.depth);
  }
  return glGetError() == GL_NO_ERROR;
}

GLint limitOf(GLenum what) {
  GLint limit = 0;
  glGetIntegerv(what, &limit);
  return limit;
}

/// Throws Error if the driver has no texture of that size.
void checkSize(const TextureShape& shape, int limit) {
  int depthLimit = 1;
  if (shape.dimension == glsl::Dimension::Cube) depthLimit = 6;
  if (shape.dimension == glsl::Dimension::Array) depthLimit = limitOf(GL_MAX_ARRAY_TEXTURE_LAYERS);
  if (shape.dimension == glsl::Dimension::Volume) {
    limit = std::min(limit, limitOf(GL_MAX_3D_TEXTURE_SIZE));
    depthLimit = limit;
  }
  const auto fits = [](int size, int most) { return size >= 1 && size <= most; };
  if (!fits(shape.width, limit) || !fits(shape.height, limit)) {
    throw Error("a picture of " + sizeText(shape) +
                " pixels is not possible: this driver takes 1 to " + std::to_string(limit) +
                " along each side");
  }
  if (!fits(shape.depth, depthLimit)) {
    throw Error("a " + std::string(dimensionName(shape.dimension)) + " of " +
                std::to_string(shape.depth) + " slices is not possible: this driver takes 1 to " +
                std::to_string(depthLimit));
  }
}

constexpr GLenum kTargets[] = {GL_TEXTURE_2D, GL_TEXTURE_3D, GL_TEXTURE_2D_ARRAY,
                               GL_TEXTURE_CUBE_MAP};
static_assert(std::size(kTargets) == glsl::kDimensions);

}  // namespace

std::string sizeText(const TextureShape& shape) {
  std::string text = std::to_string(shape.width) + " × " + std::to_string(shape.height);
  if (!shape.isFlat()) text += " × " + std::to_string(shape.depth);
  return text;
}

const char* dimensionName(glsl::Dimension dimension) {
  static constexpr const char* kNames[] = {"2D texture", "3D texture", "2D array texture",
                                           "cube map"};
  return kNames[static_cast<std::size_t>(dimension)];
}

Texture::Texture(const TextureShape& shape) : shape_(shape) {
  Context::State& state = currentState();
  checkSize(shape, state.info.maxTextureSize);
  bytes_ = bytesOf(shape);
  makeRoom(state, shape, bytes_);
  GLuint name = 0;
  glCreateTextures(target(), 1, &name);
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
  std::swap(view_, other.view_);
  std::swap(framebuffer_, other.framebuffer_);
  std::swap(attached_, other.attached_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

GLenum Texture::target() const {
  return kTargets[static_cast<std::size_t>(shape_.dimension)];
}

GLuint Texture::framebuffer(int slice) const {
  const bool isNew = !framebuffer_;
  if (isNew) {
    GLuint name = 0;
    glCreateFramebuffers(1, &name);
    framebuffer_ = Object(ObjectKind::Framebuffer, name);
  } else if (slice == attached_) {
    return framebuffer_.name();
  }
  attachSlice(framebuffer_.name(), GL_COLOR_ATTACHMENT0, slice);
  attached_ = slice;
  if (isNew && glCheckNamedFramebufferStatus(framebuffer_.name(), GL_FRAMEBUFFER) !=
                   GL_FRAMEBUFFER_COMPLETE) {
    framebuffer_ = Object();
    throw Error("this driver cannot draw into " + std::string(pixelFormatInfo(shape_.format).name) +
                " pictures");
  }
  return framebuffer_.name();
}

GLuint Texture::imageName() const {
  if (shape_.format != PixelFormat::Srgba8Fixed) return name();
  if (!view_) {
    GLuint view = 0;
    glGenTextures(1, &view);
    view_ = Object(ObjectKind::Texture, view);
    glTextureView(
        view, target(), name(), imageFormat(shape_.format), 0, 1, 0,
        static_cast<GLuint>(shape_.dimension == glsl::Dimension::Volume ? 1 : shape_.depth));
  }
  return view_.name();
}

void Texture::attachSlice(GLuint framebuffer, GLenum attachment, int slice) const {
  if (shape_.isFlat()) {
    glNamedFramebufferTexture(framebuffer, attachment, texture_.name(), 0);
  } else {
    glNamedFramebufferTextureLayer(framebuffer, attachment, texture_.name(), 0, slice);
  }
}

void Texture::uploadFrom(const void* pixels) {
  const Format& format = formatOf(shape_.format);
  if (shape_.isFlat()) {
    glTextureSubImage2D(name(), 0, 0, 0, shape_.width, shape_.height, format.layout, format.type,
                        pixels);
  } else {
    glTextureSubImage3D(name(), 0, 0, 0, 0, shape_.width, shape_.height, shape_.depth,
                        format.layout, format.type, pixels);
  }
  if (shape_.mipmaps) makeMipmaps();
}

void Texture::clear(float r, float g, float b, float a) {
  const float colour[] = {r, g, b, a};
  for (int slice = 0; slice < shape_.depth; ++slice) {
    glClearNamedFramebufferfv(framebuffer(slice), GL_COLOR, 0, colour);
  }
}

void Texture::makeMipmaps() {
  glGenerateTextureMipmap(name());
}

GLuint sampler(Filter filter, Extend extend, Extend extendDepth) {
  static constexpr GLenum kMin[] = {GL_NEAREST, GL_LINEAR, GL_LINEAR_MIPMAP_LINEAR};
  static constexpr GLenum kMag[] = {GL_NEAREST, GL_LINEAR, GL_LINEAR};
  static constexpr GLenum kWrap[] = {GL_CLAMP_TO_EDGE, GL_CLAMP_TO_BORDER, GL_REPEAT,
                                     GL_MIRRORED_REPEAT};
  const auto f = static_cast<std::size_t>(filter);
  const auto e = static_cast<std::size_t>(extend);
  const auto d = static_cast<std::size_t>(extendDepth);
  GLuint& name = currentState().samplers[(f * 4 + e) * 4 + d];
  if (name == 0) {
    glCreateSamplers(1, &name);
    glSamplerParameteri(name, GL_TEXTURE_MIN_FILTER, static_cast<GLint>(kMin[f]));
    glSamplerParameteri(name, GL_TEXTURE_MAG_FILTER, static_cast<GLint>(kMag[f]));
    glSamplerParameteri(name, GL_TEXTURE_WRAP_S, static_cast<GLint>(kWrap[e]));
    glSamplerParameteri(name, GL_TEXTURE_WRAP_T, static_cast<GLint>(kWrap[e]));
    glSamplerParameteri(name, GL_TEXTURE_WRAP_R, static_cast<GLint>(kWrap[d]));
    const float transparent[] = {0.0f, 0.0f, 0.0f, 0.0f};
    glSamplerParameterfv(name, GL_TEXTURE_BORDER_COLOR, transparent);
  }
  return name;
}

}  // namespace topknot::gl
