// Reading slots that their sender may write over at any moment.
#include "ipc/ring_view.h"

#include <algorithm>
#include <cstring>

#include "ipc/fence.h"
#include "ipc/futex.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

// The writer would have to come round the whole ring in between, so often.
constexpr int kAttempts = 64;

}  // namespace

std::shared_ptr<const RingView> RingView::open(const std::shared_ptr<SharedMemory>& memory) {
  TopknotShmTail tail = {};
  const std::uint64_t size = memory->size();
  if (size < 2 * sizeof tail || size % sizeof tail != 0) return nullptr;
  if (memory->read(size - sizeof tail, std::as_writable_bytes(std::span(&tail, 1))) < sizeof tail ||
      std::memcmp(tail.magic, TOPKNOT_SHM_TAIL_MAGIC, sizeof tail.magic) != 0) {
    return nullptr;
  }
  const std::uint64_t room = size - sizeof tail;
  // Where there is no sum yet, its place is empty: a version alone does not do without one.
  const bool whole = tail.version == 1 ? tail.check == 0 : tail.check == checkOf(tail);
  const bool sound = whole && tail.tailBytes == sizeof tail && tail.segmentBytes == size &&
                     tail.slotCount >= 1 && tail.slotCount <= TOPKNOT_SHM_MOST_SLOTS &&
                     tail.slotsOffset >= sizeof(TopknotShmHeaderA) && tail.slotsOffset <= room &&
                     tail.slotBytes <= (room - tail.slotsOffset) / tail.slotCount;
  if (!sound || tail.version < 1) {
    throw Error("'" + memory->name() + "' has a damaged tail page");
  }
  std::shared_ptr<RingView> view(new RingView);
  memory->map(size);
  view->memory_ = memory;
  view->segmentBytes_ = size;
  view->slotsOffset_ = tail.slotsOffset;
  view->slotBytes_ = tail.slotBytes;
  view->slotCount_ = tail.slotCount;
  view->checked_ = tail.version > 1;
  view->session_ = tail.session;
  view->ownerPid_ = tail.ownerPid;
  return view;
}

const TopknotShmTail& RingView::tail() const {
  return *reinterpret_cast<const TopknotShmTail*>(memory_->bytes().data() + segmentBytes_ -
                                                  sizeof(TopknotShmTail));
}

bool RingView::over() const {
  return !memory_->stands(segmentBytes_) ||
         shared(tail().retired).load(std::memory_order_acquire) != 0;
}

std::optional<RingFrame> RingView::newest() const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint32_t index = shared(tail().latest).load(std::memory_order_acquire);
    if (index >= slotCount_) return std::nullopt;
    const TopknotShmSlot& slot = tail().slots[index];
    TopknotShmSlot copy = {};
    const std::uint32_t seq = shared(slot.seq).load(std::memory_order_acquire);
    if (seq % 2 != 0) continue;
    std::memcpy(&copy, &slot, sizeof copy);
    fence(std::memory_order_acquire);
    if (shared(slot.seq).load(std::memory_order_relaxed) != seq) continue;
    copy.seq = seq;
    return described(index, copy);
  }
  return std::nullopt;
}

RingFrame RingView::described(std::uint32_t index, const TopknotShmSlot& slot) const {
  const std::uint64_t offset = slotsOffset_ + index * slotBytes_;
  RingFrame frame = {.slot = index,
                     .seq = slot.seq,
                     .layout = {},
                     .bundle = slot.pixelFormat == TOPKNOT_SHM_BUNDLE,
                     .stale = (slot.flags & TOPKNOT_SHM_STALE) != 0,
                     .number = slot.frame,
                     .stampNs = slot.stampNs};
  if (checked_ && slot.check != checkOf(slot)) {
    throw Error("'" + memory_->name() +
                "' was written into: the label of its newest frame is damaged");
  }
  if (slot.bytes > slotBytes_) {
    throw Error("'" + memory_->name() + "' has a frame of " + std::to_string(slot.bytes) +
                " bytes in a slot of " + std::to_string(slotBytes_));
  }
  if (frame.bundle) {
    frame.pictures = std::max(slot.width, 0);
    frame.layout.offset = offset;
    frame.layout.bytes = slot.bytes;
    return frame;
  }
  frame.layout = checkDescription(descriptionOf(slot, offset, slotBytes_), memory_->name());
  return frame;
}

std::span<const std::byte> RingView::pixels(const RingFrame& frame) const {
  return memory_->bytes().subspan(frame.layout.offset, frame.layout.bytes);
}

bool RingView::isWhole(const RingFrame& frame) const {
  fence(std::memory_order_acquire);
  return shared(tail().slots[frame.slot].seq).load(std::memory_order_relaxed) == frame.seq;
}

std::uint32_t RingView::news() const {
  return shared(tail().news).load(std::memory_order_acquire);
}

void RingView::wait(std::uint32_t seen, std::chrono::nanoseconds timeout) const {
  futexWait(tail().news, seen, timeout);
}

}  // namespace topknot::ipc
