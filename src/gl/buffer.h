// Buffers: uniform blocks, and pinned memory that pixels are downloaded into.
#pragma once

#include <cstddef>
#include <span>

#include "gl/context_state.h"
#include "gl/pass.h"
#include "gl/texture.h"

namespace topknot::gl {

/// Writes a block of uniforms for the next draw and binds it. The memory is a ring of the context's.
void bindUniforms(GLuint binding, std::span<const std::byte> bytes);

/// One slot of asynchronous readback: a persistently mapped pixel buffer with a fence. The mapping
/// lives as long as the slot.
class PixelSlot {
 public:
  PixelSlot() = default;
  PixelSlot(PixelSlot&&) noexcept;
  PixelSlot& operator=(PixelSlot&&) noexcept;
  ~PixelSlot();

  /// Starts the download of a whole texture in its own format. What was pending is forgotten.
  void start(const Texture& texture);
  bool pending() const { return pending_; }
  /// True if `wait` would not wait.
  bool ready() const;
  /// The pixels, bottom row first, valid until the next `start`. Ends the pending state.
  std::span<const std::byte> wait();
  const TextureShape& shape() const { return shape_; }
  std::int64_t bytes() const { return static_cast<std::int64_t>(capacity_); }
  void reset();

 private:
  void allocate(std::size_t bytes);
  void deleteFence();

  Object buffer_;
  StatePtr state_;
  const std::byte* mapped_ = nullptr;
  std::size_t capacity_ = 0;
  TextureShape shape_;
  GLsync fence_ = nullptr;
  bool pending_ = false;
};

/// Bytes of a texture's picture at rest.
std::size_t pictureBytes(const TextureShape& shape);

/// Waits until all that was asked of the GPU is done.
void finish();

/// Reads all slices of a region in the texture's own format, into memory or, with null, into the
/// pixel buffer that is bound.
void readPixels(const Texture& texture, const Region& region, std::byte* out, std::size_t bytes);

/// Downloads a whole picture in its own format, waiting for it.
void download(const Texture& texture, std::span<std::byte> out);
Image download(const Texture& texture, const Region& region = {});
/// One pixel of slice z in its own format, as a 1 × 1 picture.
Image downloadPixel(const Texture& texture, int x, int y, int z = 0);

}  // namespace topknot::gl
