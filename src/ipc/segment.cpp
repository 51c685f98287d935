// Writing frames in an order in which no other process ever takes half of one for a whole.
#include "ipc/segment.h"

#include <unistd.h>

#include <cstring>
#include <ctime>
#include <optional>

#include "ipc/fence.h"
#include "ipc/futex.h"

namespace topknot::ipc {
namespace {

constexpr std::uint64_t kPage = 4096;

std::uint64_t wholePages(std::uint64_t bytes) {
  return (bytes + kPage - 1) / kPage * kPage;
}

std::int64_t monotonicNs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

/// Read, not mapped: what somebody else made may have no memory behind it.
std::optional<TopknotShmTail> tailOf(const SharedMemory& memory, std::uint64_t size) {
  TopknotShmTail tail = {};
  if (size < sizeof tail + kPage || size % kPage != 0) return std::nullopt;
  memory.read(size - sizeof tail, std::as_writable_bytes(std::span(&tail, 1)));
  const bool is = std::memcmp(tail.magic, TOPKNOT_SHM_TAIL_MAGIC, sizeof tail.magic) == 0;
  return is && tail.segmentBytes == size ? std::optional(tail) : std::nullopt;
}

/// The number of a tail's latest frame, 0 if there is none, or none that can be believed.
std::uint64_t latestFrame(const TopknotShmTail& tail) {
  // Numbers go on from here, for a long time.
  constexpr std::uint64_t kMost = std::uint64_t{1} << 48;
  if (tail.latest >= TOPKNOT_SHM_MOST_SLOTS) return 0;
  const TopknotShmSlot& slot = tail.slots[tail.latest];
  const bool sound = tail.version < 2 || slot.check == checkOf(slot);
  return sound && slot.frame <= kMost ? slot.frame : 0;
}

// While it is 0 a heir of the lock sees that there is no whole frame, so it is written before
// the first and after the last byte of a frame, in that order for every other process.
void storeMagic(std::span<std::byte> segment, std::uint32_t magic) {
  const auto& word = *reinterpret_cast<const std::uint32_t*>(segment.data());
  fence(std::memory_order_seq_cst);
  shared(word).store(magic, std::memory_order_seq_cst);
  fence(std::memory_order_seq_cst);
}

}  // namespace

std::uint64_t SegmentPlan::slotBytes() const {
  return wholePages(capacity);
}

std::uint64_t SegmentPlan::slotsOffset() const {
  return wholePages(headerBytes(generation) + (oldClients ? capacity : 0));
}

std::uint64_t SegmentPlan::segmentBytes() const {
  return slotsOffset() + static_cast<std::uint64_t>(slots) * slotBytes() + sizeof(TopknotShmTail);
}

Segment::Segment(const std::string& base, const SegmentPlan& plan, unsigned mode,
                 std::uint64_t session)
    : memory_(SharedMemory::createBeside(base, plan.segmentBytes(), mode)), plan_(plan) {
  std::memcpy(head_.magic, TOPKNOT_SHM_TAIL_MAGIC, sizeof head_.magic);
  head_.version = TOPKNOT_SHM_TAIL_VERSION;
  head_.tailBytes = sizeof head_;
  head_.segmentBytes = plan.segmentBytes();
  head_.slotsOffset = plan.slotsOffset();
  head_.slotBytes = plan.slotBytes();
  head_.slotCount = static_cast<std::uint32_t>(plan.slots);
  head_.ownerPid = getpid();
  head_.session = session;
  head_.check = checkOf(head_);
  head_.latest = TOPKNOT_SHM_NO_SLOT;
  std::memcpy(&tail(), &head_, offsetof(TopknotShmTail, slots));
}

TopknotShmTail& Segment::tail() const {
  const std::span<std::byte> bytes = memory_.bytes();
  return *reinterpret_cast<TopknotShmTail*>(bytes.data() + bytes.size() - sizeof(TopknotShmTail));
}

bool Segment::isIntact() const {
  return memory_.stands(plan_.segmentBytes());
}

// What never changes is compared first, so that readers keep it in their caches.
void Segment::mendTail() {
  TopknotShmTail& there = tail();
  constexpr std::size_t kConstant = offsetof(TopknotShmTail, news);
  if (std::memcmp(&there, &head_, kConstant) != 0) std::memcpy(&there, &head_, kConstant);
  shared(there.retired).store(0, std::memory_order_relaxed);
  shared(there.skipped).store(head_.skipped, std::memory_order_relaxed);
  if (!plan_.oldClients) storeMagic(memory_.bytes(), 0);
}

void Segment::storeSeq(int index, std::memory_order order) const {
  shared(tail().slots[index].seq).store(seqs_[static_cast<std::size_t>(index)], order);
}

std::span<std::byte> Segment::openSlot(int index, std::uint64_t bytes) {
  seqs_[static_cast<std::size_t>(index)] |= 1;
  storeSeq(index, std::memory_order_relaxed);
  fence(std::memory_order_release);
  return memory_.bytes().subspan(
      plan_.slotsOffset() + static_cast<std::uint64_t>(index) * plan_.slotBytes(), bytes);
}

std::span<const std::byte> Segment::slot(int index, std::uint64_t bytes) const {
  return memory_.bytes().subspan(
      plan_.slotsOffset() + static_cast<std::uint64_t>(index) * plan_.slotBytes(), bytes);
}

void Segment::closeSlot(int index, const SlotLabel& label) {
  mendTail();
  // Also where nobody began: a reader must not take the label before it is whole.
  std::uint32_t& seq = seqs_[static_cast<std::size_t>(index)];
  seq |= 1;
  storeSeq(index, std::memory_order_relaxed);
  fence(std::memory_order_release);
  TopknotShmSlot made = {.seq = seq + 1,
                         .width = label.header.width,
                         .height = label.header.height,
                         .aspectX = label.header.aspectX,
                         .aspectY = label.header.aspectY,
                         .pixelFormat = label.pixelFormat,
                         .gamutPrimaries = label.header.gamut,
                         .transfer = label.header.transfer,
                         .bytes = label.bytes,
                         .frame = label.frame,
                         .stampNs = monotonicNs(),
                         .flags = flagsOf(label.header),
                         .check = 0};
  made.check = checkOf(made);
  constexpr std::size_t kSeqBytes = sizeof made.seq;
  std::memcpy(reinterpret_cast<std::byte*>(&tail().slots[index]) + kSeqBytes,
              reinterpret_cast<const std::byte*>(&made) + kSeqBytes, sizeof made - kSeqBytes);
  // Whoever copied the pixels may have used stores that only a full fence puts in order.
  fence(std::memory_order_seq_cst);
  ++seq;
  storeSeq(index, std::memory_order_release);
  latest_ = index;
  shared(tail().latest).store(static_cast<std::uint32_t>(index), std::memory_order_release);
  shared(tail().news).store(++head_.news, std::memory_order_release);
}

void Segment::cancelSlot(int index) {
  if (latest_ == index) {
    latest_ = -1;
    shared(tail().latest).store(TOPKNOT_SHM_NO_SLOT);
  }
  ++seqs_[static_cast<std::size_t>(index)];
  storeSeq(index, std::memory_order_release);
}

void Segment::wake() const {
  futexWake(tail().news);
}

void Segment::writeImage(const FrameHeader& header, std::span<const std::byte> pixels) {
  const HeaderImage wire = encodeHeader(plan_.generation, header);
  const std::span<std::byte> bytes = memory_.bytes();
  const std::uint32_t length = headerBytes(plan_.generation);
  constexpr std::size_t kMagicBytes = sizeof(std::uint32_t);
  std::uint32_t magic = 0;
  std::memcpy(&magic, wire.data(), kMagicBytes);
  storeMagic(bytes, 0);
  std::memcpy(bytes.data() + kMagicBytes, wire.data() + kMagicBytes, length - kMagicBytes);
  std::memcpy(bytes.data() + length, pixels.data(), pixels.size());
  storeMagic(bytes, magic);
}

void Segment::countSkipped() {
  shared(tail().skipped).store(++head_.skipped, std::memory_order_relaxed);
}

// Readers look again also where its name is gone already.
void Segment::retire() {
  if (memory_.size() != plan_.segmentBytes()) return;
  storeMagic(memory_.bytes(), 0);
  shared(tail().retired).store(1, std::memory_order_release);
  shared(tail().news).store(++head_.news, std::memory_order_release);
  wake();
}

std::uint64_t Segment::retire(SharedMemory& memory) {
  constexpr std::byte kNoMagic[sizeof(std::uint32_t)] = {};
  const std::uint64_t size = memory.size();
  if (size < sizeof kNoMagic) return 0;
  memory.write(0, kNoMagic);
  const auto found = tailOf(memory, size);
  if (!found) return 0;
  memory.map(size);
  const auto& tail = *reinterpret_cast<const TopknotShmTail*>(memory.bytes().data() + size -
                                                              sizeof(TopknotShmTail));
  shared(tail.retired).store(1, std::memory_order_release);
  shared(tail.news).fetch_add(1, std::memory_order_acq_rel);
  futexWake(tail.news);
  return latestFrame(*found);
}

}  // namespace topknot::ipc
