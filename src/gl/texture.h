// Textures that passes draw into and read from.
#pragma once

#include <cstdint>
#include <memory>

#include "gl/context_state.h"
#include "gl/format.h"
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
  friend bool operator==(const TextureShape&, const TextureShape&) = default;
};

/// A 2D texture with a framebuffer to draw into it. Its content is undefined until drawn or
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
  GLuint framebuffer() const;
  /// The context that it lives in.
  Context::State* home() const { return texture_.home(); }
  std::int64_t bytes() const { return bytes_; }  // of GPU memory

  /// The picture must have the texture's size and format.
  void upload(const Image& image);
  void clear(float r, float g, float b, float a);
  void makeMipmaps();

 private:
  TextureShape shape_;
  Object texture_;
  mutable Object framebuffer_;
  std::int64_t bytes_ = 0;
};

using TexturePtr = std::shared_ptr<Texture>;

/// How a sampler looks between pixels, and beyond the picture's edge.
enum class Filter { Nearest, Linear, Mipmap };
enum class Extend { Hold, Zero, Repeat, Mirror };

/// One of the context's sampler objects.
GLuint sampler(Filter filter, Extend extend);

}  // namespace topknot::gl
