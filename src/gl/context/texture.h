// Textures that passes draw into and read from.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "gl/context/context_state.h"
#include "gl/context/format.h"
#include "glsl/source/dimension.h"
#include "topknot/image.h"

namespace topknot::gl {

/// A texture does not fit: into the context's budget, or into what the driver has.
class OutOfMemory : public Error {
 public:
  using Error::Error;
};

/// What a texture is; two of the same description can stand in for each other.
struct TextureShape {
  int width = 0, height = 0;  // pixels
  PixelFormat format = PixelFormat::Rgba8Fixed;
  bool mipmaps = false;
  glsl::Dimension dimension = glsl::Dimension::Flat;
  int depth = 1;  // slices, of a volume or an array; 6 of a cube, 1 of a flat one

  bool isFlat() const { return dimension == glsl::Dimension::Flat; }
  friend bool operator==(const TextureShape&, const TextureShape&) = default;
};

/// `64 × 64 × 8`, without the depth for flat ones.
std::string sizeText(const TextureShape& shape);
/// `2D texture`, `3D texture`, …
const char* dimensionName(glsl::Dimension dimension);

/// A texture with a framebuffer to draw into it. Its content is undefined until drawn or
/// uploaded. Move-only; belongs to the context that was current when it was made.
class Texture {
 public:
  /// Throws Error, with the sizes and limits, if the driver cannot hold it.
  /// Counts against the context's budget; beyond it, what can be missed goes first.
  explicit Texture(const TextureShape& shape);
  Texture(Texture&& other) noexcept = default;
  Texture& operator=(Texture&& other) noexcept;
  ~Texture();

  const TextureShape& shape() const { return shape_; }
  GLuint name() const { return texture_.name(); }
  GLenum target() const;
  /// To draw into one slice. Valid until the next call for another one.
  GLuint framebuffer(int slice = 0) const;
  /// Makes one slice a colour buffer of somebody's framebuffer.
  void attachSlice(GLuint framebuffer, GLenum attachment, int slice) const;
  /// To be bound as an image: the texture, or for sRGB formats a view of the bytes as they are.
  GLuint imageName() const;
  /// The context that it lives in.
  Context::State* home() const { return texture_.home(); }
  std::int64_t bytes() const { return bytes_; }  // of GPU memory

  /// The picture must have the texture's size and format.
  void upload(const Image& image) { uploadFrom(image.bytes().data()); }
  /// The same from an address, or from an offset of the buffer that is bound for unpacking.
  void uploadFrom(const void* pixels);
  /// All slices.
  void clear(float r, float g, float b, float a);
  void makeMipmaps();

 private:
  TextureShape shape_;
  Object texture_;
  mutable Object view_;
  mutable Object framebuffer_;
  mutable int attached_ = 0;  // the slice that it draws into
  std::int64_t bytes_ = 0;
};

using TexturePtr = std::shared_ptr<Texture>;

/// How a sampler looks between pixels, and beyond the picture's edge.
enum class Filter { Nearest, Linear, Mipmap };
enum class Extend { Hold, Zero, Repeat, Mirror };

/// One of the context's sampler objects. `extendDepth` is the third axis, of volumes.
GLuint sampler(Filter filter, Extend extend, Extend extendDepth);

}  // namespace topknot::gl
