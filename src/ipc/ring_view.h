// The ring of a segment as a reader has it: mapped for reading, every number checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "ipc/frame_format.h"
#include "ipc/shared_memory.h"

namespace topknot::ipc {

/// One frame of a ring, seen whole at one moment.
struct RingFrame {
  std::uint32_t slot = 0;
  std::uint32_t seq = 0;
  FrameLayout layout;  ///< of a bundle only `offset` and `bytes`
  bool bundle = false;
  int pictures = 0;  ///< of a bundle
  bool stale = false;
  std::uint64_t number = 0;
  std::int64_t stampNs = 0;  ///< CLOCK_MONOTONIC
};

/// Keeps the mapping as long as somebody looks at it. What does not change in a segment's life was
/// copied and checked when it was opened; what does is copied, then checked, then used.
///
/// Thread: any number of them.
class RingView {
 public:
  /// Nothing if the segment has no tail page. Throws Error if it has one that lies.
  static std::shared_ptr<const RingView> open(const std::shared_ptr<SharedMemory>& memory);

  std::uint64_t session() const { return session_; }
  int ownerPid() const { return ownerPid_; }
  /// No more frames will come: it is retired, unlinked, or not the size it was.
  bool over() const;

  /// The newest frame; nothing if there is none, or it was written over each time we looked. Throws
  /// Error if its label lies: one that somebody else wrote into is put right with the next frame.
  std::optional<RingFrame> newest() const;
  std::span<const std::byte> pixels(const RingFrame& frame) const;
  /// False once the slot was written over: then what was read from it means nothing.
  bool isWhole(const RingFrame& frame) const;

  /// Changes with every frame and when the segment is retired.
  std::uint32_t news() const;
  void wait(std::uint32_t seen, std::chrono::nanoseconds timeout) const;

 private:
  RingView() = default;
  const TopknotShmTail& tail() const;
  RingFrame described(std::uint32_t index, const TopknotShmSlot& slot) const;

  std::shared_ptr<SharedMemory> memory_;
  std::uint64_t segmentBytes_ = 0;
  std::uint64_t slotsOffset_ = 0;
  std::uint64_t slotBytes_ = 0;
  std::uint32_t slotCount_ = 0;
  bool checked_ = false;  // its labels have sums
  std::uint64_t session_ = 0;
  int ownerPid_ = 0;
};

}  // namespace topknot::ipc
