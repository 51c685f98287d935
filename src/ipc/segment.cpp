// Writing frames in an order in which no other process ever takes half of one for a whole.
#include "ipc/segment.h"

#include <unistd.h>

#include <cstring>
#include <ctime>

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

// Read, not mapped: what somebody else made may have no memory behind it.
bool hasTail(const SharedMemory& memory, std::uint64_t size) {
  TopknotShmTail tail = {};
  if (size < sizeof tail + kPage || size % kPage != 0) return false;
  memory.read(size - sizeof tail, std::as_writable_bytes(std::span(&tail, 1)));
  const bool is = std::memcmp(tail.magic, TOPKNOT_SHM_TAIL_MAGIC, sizeof tail.magic) == 0;
  return is && tail.segmentBytes == size;
}

// While it is 0 a heir of the lock sees that there is no whole frame, so it is written before
// the first and after the last byte of a frame, in that order for every other process.
void storeMagic(std::span<std::byte> segment, std::uint32_t magic) {
  const auto& word = *reinterpret_cast<const std::uint32_t*>(segment.data());
  fence(std::memory_order_seq_cst);
  shared(word).store(magic, std::memory_order_seq_cst);
  fence(std::memory_order_seq_cst);
}

void retireTail(TopknotShmTail& tail) {
  shared(tail.retired).store(1, std::memory_order_release);
  shared(tail.news).fetch_add(1, std::memory_order_acq_rel);
  futexWake(tail.news);
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
  TopknotShmTail& made = tail();
  made.version = TOPKNOT_SHM_TAIL_VERSION;
  made.tailBytes = sizeof made;
  made.segmentBytes = plan.segmentBytes();
  made.slotsOffset = plan.slotsOffset();
  made.slotBytes = plan.slotBytes();
  made.slotCount = static_cast<std::uint32_t>(plan.slots);
  made.ownerPid = getpid();
  made.session = session;
  made.latest = TOPKNOT_SHM_NO_SLOT;
  std::memcpy(made.magic, TOPKNOT_SHM_TAIL_MAGIC, sizeof made.magic);
}

TopknotShmTail& Segment::tail() const {
  const std::span<std::byte> bytes = memory_.bytes();
  return *reinterpret_cast<TopknotShmTail*>(bytes.data() + bytes.size() - sizeof(TopknotShmTail));
}

bool Segment::isIntact() const {
  return memory_.size() == plan_.segmentBytes();
}

int Segment::nextSlot() const {
  const std::uint32_t latest = tail().latest;
  return latest == TOPKNOT_SHM_NO_SLOT ? 0 : static_cast<int>(latest + 1) % plan_.slots;
}

std::span<std::byte> Segment::openSlot(int index, std::uint64_t bytes) {
  const auto seq = shared(tail().slots[index].seq);
  seq.store(seq.load(std::memory_order_relaxed) | 1, std::memory_order_relaxed);
  fence(std::memory_order_release);
  return memory_.bytes().subspan(
      plan_.slotsOffset() + static_cast<std::uint64_t>(index) * plan_.slotBytes(), bytes);
}

std::span<const std::byte> Segment::slot(int index, std::uint64_t bytes) const {
  return memory_.bytes().subspan(
      plan_.slotsOffset() + static_cast<std::uint64_t>(index) * plan_.slotBytes(), bytes);
}

void Segment::closeSlot(int index, const SlotLabel& label) {
  TopknotShmSlot& slot = tail().slots[index];
  slot.width = label.header.width;
  slot.height = label.header.height;
  slot.aspectX = label.header.aspectX;
  slot.aspectY = label.header.aspectY;
  slot.pixelFormat = label.pixelFormat;
  slot.gamutPrimaries = label.header.gamut;
  slot.transfer = label.header.transfer;
  slot.bytes = label.bytes;
  slot.frame = label.frame;
  slot.stampNs = monotonicNs();
  slot.flags = flagsOf(label.header);
  // Whoever copied the pixels may have used stores that only a full fence puts in order.
  fence(std::memory_order_seq_cst);
  const auto seq = shared(slot.seq);
  seq.store(seq.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  shared(tail().latest).store(static_cast<std::uint32_t>(index), std::memory_order_release);
  shared(tail().news).fetch_add(1, std::memory_order_acq_rel);
}

void Segment::cancelSlot(int index) {
  const auto seq = shared(tail().slots[index].seq);
  const auto latest = shared(tail().latest);
  if (latest.load() == static_cast<std::uint32_t>(index)) latest.store(TOPKNOT_SHM_NO_SLOT);
  seq.store(seq.load(std::memory_order_relaxed) + 1, std::memory_order_release);
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
  shared(tail().skipped).fetch_add(1, std::memory_order_relaxed);
}

void Segment::retire() {
  if (!isIntact()) return;
  storeMagic(memory_.bytes(), 0);
  retireTail(tail());
}

std::uint64_t Segment::retire(SharedMemory& memory) {
  constexpr std::byte kNoMagic[sizeof(std::uint32_t)] = {};
  const std::uint64_t size = memory.size();
  if (size < sizeof kNoMagic) return 0;
  memory.write(0, kNoMagic);
  if (!hasTail(memory, size)) return 0;
  memory.map(size);
  auto& tail = *reinterpret_cast<TopknotShmTail*>(memory.bytes().data() + size -
                                                  sizeof(TopknotShmTail));
  retireTail(tail);
  return tail.latest < TOPKNOT_SHM_MOST_SLOTS ? tail.slots[tail.latest].frame : 0;
}

}  // namespace topknot::ipc
