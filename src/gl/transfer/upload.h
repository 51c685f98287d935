// Pictures on their way to the GPU: a ring of pixel buffers that stay mapped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "gl/context/context_state.h"
#include "gl/context/pixel_buffers.h"
#include "gl/context/texture.h"

namespace topknot::gl {

/// Uploads pictures without waiting for the GPU: a picture is copied into mapped memory, from which
/// the GPU fetches it in its turn. Only when all slots are still to be fetched from, the oldest one
/// is waited for. Renderers on the CPU would copy it once more, so they take it as it lies.
/// Move-only in spirit: not copied, belongs to the context of its latest upload.
class UploadRing {
 public:
  static constexpr std::size_t kSlots = 3;

  /// `always`: through mapped memory on renderers on the CPU as well.
  explicit UploadRing(bool always = false) : always_(always) {}
  UploadRing(const UploadRing&) = delete;
  UploadRing& operator=(const UploadRing&) = delete;
  ~UploadRing() { reset(); }

  /// As Texture::upload; the picture may go as soon as this returns.
  void upload(const Image& image, Texture& texture) { upload(image.bytes(), texture); }
  void upload(std::span<const std::byte> pixels, Texture& texture);
  /// Uploads that had to wait for a slot.
  std::int64_t waited() const { return waited_; }
  std::int64_t bytes() const;  // of the buffers
  void reset();

 private:
  struct Slot {
    PixelBufferPtr buffer;
    GLsync fence = nullptr;
  };
  void waitFor(Slot& slot);
  void deleteFence(Slot& slot);

  const bool always_;
  std::array<Slot, kSlots> slots_;
  std::size_t next_ = 0;
  StatePtr state_;
  std::int64_t waited_ = 0;
};

}  // namespace topknot::gl
