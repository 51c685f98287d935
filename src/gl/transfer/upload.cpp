// Pictures on their way to the GPU: a ring of pixel buffers that stay mapped.
#include "gl/transfer/upload.h"

#include <cstring>
#include <utility>

#include "gl/context/work.h"
#include "topknot/error.h"

namespace topknot::gl {

void UploadRing::upload(std::span<const std::byte> pixels, Texture& texture) {
  const StatePtr state = current();
  if (state_ != state) reset();
  if (state->info.software && !always_) return texture.uploadFrom(pixels.data());
  state_ = state;
  Slot& slot = slots_[next_];
  next_ = (next_ + 1) % kSlots;
  waitFor(slot);
  if (!slot.buffer || slot.buffer->capacity < pixels.size()) {
    slot.buffer.reset();
    slot.buffer = std::make_unique<PixelBuffer>(PixelBuffer::Use::Upload, pixels.size());
  }
  std::memcpy(slot.buffer->memory, pixels.data(), pixels.size());
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, slot.buffer->object.name());
  texture.uploadFrom(nullptr);
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
  slot.fence = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
}

/// Until the GPU has fetched what is there.
void UploadRing::waitFor(Slot& slot) {
  if (slot.fence == nullptr) return;
  const auto passed = [&](GLuint64 nanoseconds) {
    const GLenum status = glClientWaitSync(slot.fence, GL_SYNC_FLUSH_COMMANDS_BIT, nanoseconds);
    return status == GL_ALREADY_SIGNALED || status == GL_CONDITION_SATISFIED;
  };
  bool free = passed(0);
  if (!free) ++waited_;
  constexpr GLuint64 kSlice = 50'000'000;
  for (int i = 0; !free && i < 60 * 20; ++i) {
    refuseIfLost(*state_);
    free = passed(kSlice);
  }
  if (!free) throw Error("the upload of a picture did not finish within a minute");
  deleteFence(slot);
}

void UploadRing::deleteFence(Slot& slot) {
  std::string why;
  // A fence that cannot be deleted here goes with its context.
  if (slot.fence != nullptr && state_ && usable(*state_, why)) glDeleteSync(slot.fence);
  slot.fence = nullptr;
}

std::int64_t UploadRing::bytes() const {
  std::int64_t sum = 0;
  for (const Slot& slot : slots_) {
    if (slot.buffer) sum += static_cast<std::int64_t>(slot.buffer->capacity);
  }
  return sum;
}

void UploadRing::reset() {
  for (Slot& slot : slots_) {
    deleteFence(slot);
    slot = {};
  }
  state_.reset();
}

}  // namespace topknot::gl
