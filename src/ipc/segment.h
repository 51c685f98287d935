// A data segment as its sender has it: header, image for old clients, ring of slots, tail page.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "ipc/frame_format.h"
#include "ipc/shared_memory.h"

namespace topknot::ipc {

/// What a segment has room for.
struct SegmentPlan {
  Generation generation = Generation::B;
  bool oldClients = true;      ///< there is an image for them
  int slots = 3;               ///< 1 to 16
  std::uint64_t capacity = 0;  ///< bytes of the largest frame

  std::uint64_t slotBytes() const;
  std::uint64_t slotsOffset() const;
  std::uint64_t segmentBytes() const;
};

/// What is said of a frame in its slot.
struct SlotLabel {
  FrameHeader header;
  std::uint32_t pixelFormat = 0;
  std::uint64_t bytes = 0;
  std::uint64_t frame = 0;
};

/// The file ends where the tail does, so the tail is found by the size alone, and clients that know
/// the header only never come there. A segment is never cut short nor made longer.
///
/// Whoever may open it may write anything into it. So nothing in it is ever read back: slots,
/// sequence numbers and counts are kept here, and what is in the tail is put right with each frame.
class Segment {
 public:
  Segment() = default;  ///< none
  /// Makes it under a name of its own beside `base`. Throws NoRoom.
  Segment(const std::string& base, const SegmentPlan& plan, unsigned mode, std::uint64_t session);

  explicit operator bool() const { return static_cast<bool>(memory_); }
  SharedMemory& memory() { return memory_; }
  const SharedMemory& memory() const { return memory_; }
  const SegmentPlan& plan() const { return plan_; }

  bool isIntact() const;  ///< it has a name, and nobody changed its size
  int nextSlot() const { return (latest_ + 1) % plan_.slots; }
  /// Marks a slot as being written. New clients turn away from it.
  std::span<std::byte> openSlot(int index, std::uint64_t bytes);
  /// Marks it as whole and the newest.
  void closeSlot(int index, const SlotLabel& label);
  void cancelSlot(int index);
  std::span<const std::byte> slot(int index, std::uint64_t bytes) const;
  void wake() const;  ///< those who wait for a frame

  /// Puts a frame where old clients look; the caller holds the lock, or nobody knows the segment.
  void writeImage(const FrameHeader& header, std::span<const std::byte> pixels);
  void countSkipped();

  void retire();
  /// The same with a segment that a sender left. Returns its latest frame's number, 0 if none.
  static std::uint64_t retire(SharedMemory& memory);

 private:
  TopknotShmTail& tail() const;
  void storeSeq(int index, std::memory_order order) const;
  void mendTail();

  SharedMemory memory_;
  SegmentPlan plan_;
  TopknotShmTail head_ = {};  // what stands in the tail before the slots
  std::array<std::uint32_t, TOPKNOT_SHM_MOST_SLOTS> seqs_ = {};
  int latest_ = -1;
};

}  // namespace topknot::ipc
