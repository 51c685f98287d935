// Owning a name, publishing frames under it, growing, and leaving nothing behind.
#include "ipc/shared_mem_writer.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "ipc/names.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// A reader that asks whether the sender is alive holds the claim for an instant, and so does a
// sender that is ending: only who is still there after this is a live one.
constexpr milliseconds kClaimPatience{20};

// Two senders of one name do not begin at the same nanosecond.
std::uint64_t newSession() {
  return static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
}

void checkOptions(const WriterOptions& options) {
  if (options.slots < 1 || options.slots > TOPKNOT_SHM_MOST_SLOTS) {
    throw Error("a sender has 1 to 16 slots, not " + std::to_string(options.slots));
  }
}

}  // namespace

SharedMemWriter::SharedMemWriter(std::string_view name, const WriterOptions& options)
    : name_(name), options_(options), process_(getpid()), session_(newSession()) {
  checkName(name);
  checkOptions(options);
  takeName(kClaimPatience);
}

void SharedMemWriter::takeName(milliseconds patience) {
  SharedMutex lock = claimedLock(patience);
  lock.own(options_.mode);
  lock_.exchange(std::move(lock));
  retireLeftovers();
  createInfo();
}

SharedMutex SharedMemWriter::claimedLock(milliseconds patience) const {
  const std::string object = lockName(name_);
  const auto deadline = Clock::now() + patience;
  for (;;) {
    SharedMutex lock = SharedMutex::openOrCreate(object, dataName(name_), options_.mode);
    // The last owner may have unlinked it after we opened it, and then it says nothing.
    if (lock.claim()) {
      if (!lock.linked()) continue;
      if (lock.usable()) return lock;
      return SharedMutex::replace(object, dataName(name_), options_.mode);
    }
    if (Clock::now() > deadline) {
      const int pid = lock.ownerPid();
      throw Error("the shared memory name '" + name_ + "' is in use by another live sender" +
                  (pid > 0 ? " (process " + std::to_string(pid) + ")" : std::string()));
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
}

// Receivers that still hold what a crashed sender left are told to look again.
void SharedMemWriter::retireLeftovers() {
  try {
    const auto info = SharedMemory::open(infoName(name_), SharedMemory::Access::ReadWrite);
    if (info) markDetached(*info);
  } catch (const Error&) {
  }
  if (!unlinkObject(infoName(name_))) {
    throw Error("cannot replace '" + shmPath(infoName(name_)) + "'");
  }
  removeLeftover(dataName(name_));
  for (const std::string& object : siblings(name_)) removeLeftover(object);
}

// What cannot be opened may still be removed, e.g. by root.
void SharedMemWriter::removeLeftover(const std::string& object) {
  try {
    auto memory = SharedMemory::open(object, SharedMemory::Access::ReadWrite);
    if (memory) frame_ = std::max(frame_, Segment::retire(*memory));
  } catch (const Error&) {
  }
  if (!unlinkObject(object)) throw Error("cannot replace '" + shmPath(object) + "'");
}

void SharedMemWriter::createInfo() {
  infoLock_.exchange(openedInfoLock());
  info_ = newInfo();
}

SharedMutex SharedMemWriter::openedInfoLock() const {
  const std::string object = infoLockName(name_);
  SharedMutex lock = SharedMutex::openOrCreate(object, dataName(name_), options_.mode);
  if (!lock.usable()) lock = SharedMutex::replace(object, dataName(name_), options_.mode);
  lock.own(options_.mode);
  return lock;
}

SharedMemory SharedMemWriter::newInfo() const {
  for (;;) {
    SharedMemory block =
        SharedMemory::createBeside(dataName(name_), infoBytes(options_.info), options_.mode);
    mendInfo(block.bytes(), options_.info, postfix());
    if (block.renameOver(infoName(name_))) return block;
  }
}

std::string SharedMemWriter::postfix() const {
  return data_ ? data_.memory().name().substr(dataName(name_).size()) : std::string();
}

std::uint64_t SharedMemWriter::capacity() const {
  return data_ ? data_.plan().capacity : 0;
}

PublishResult SharedMemWriter::publish(const FrameHeader& header,
                                       std::span<const std::byte> pixels) {
  const std::uint64_t bytes = frameBytes(header);
  if (pixels.size() != bytes) {
    throw Error("a frame of " + std::to_string(bytes) + " bytes was given " +
                std::to_string(pixels.size()));
  }
  std::memcpy(begin(header).data(), pixels.data(), pixels.size());
  return commit();
}

std::span<std::byte> SharedMemWriter::begin(const FrameHeader& header) {
  const std::uint64_t bytes = frameBytes(header);
  return beginLabelled(SlotLabel{header, *sharedFormat(header.format), bytes, 0});
}

std::span<std::byte> SharedMemWriter::beginBundle(int pictures, std::uint64_t bytes, bool stale) {
  const FrameHeader header{.width = pictures, .height = 1, .stale = stale};
  return beginLabelled(SlotLabel{header, TOPKNOT_SHM_BUNDLE, bytes, 0});
}

std::span<std::byte> SharedMemWriter::beginLabelled(const SlotLabel& label) {
  if (!lock_ && lost_.empty()) throw Error("the sender of '" + name_ + "' is closed");
  cancel();
  keepObjects();
  if (!data_ || label.bytes > capacity() || dataLost_) next_ = makeSegment(label.bytes);
  Segment& target = next_ ? next_ : data_;
  open_ = Begun{label, target.nextSlot()};
  return target.openSlot(open_->slot, label.bytes);
}

// Readers of a ring with fewer slots may have to try again, which is better than no frame.
Segment SharedMemWriter::makeSegment(std::uint64_t bytes) const {
  SegmentPlan plan = {options_.generation, options_.oldClients, options_.slots, bytes};
  std::optional<NoRoom> error;
  for (const int slots : {options_.slots, 2, 1}) {
    if (slots > options_.slots || (error && slots >= plan.slots)) continue;
    plan.slots = slots;
    try {
      return Segment(dataName(name_), plan, options_.mode, session_);
    } catch (const NoRoom& refused) {
      if (!error) error = refused;
    }
  }
  throw NoRoom(*error);
}

PublishResult SharedMemWriter::commit() {
  if (!open_) throw Error("no frame of '" + name_ + "' was begun");
  Begun frame = *open_;
  open_.reset();
  frame.label.frame = frame_ + 1;
  Segment& target = next_ ? next_ : data_;
  target.closeSlot(frame.slot, frame.label);
  bool whole = true;
  if (next_) {
    // Nobody knows it yet, so there is nothing to lock.
    if (options_.oldClients) {
      next_.writeImage(frame.label.header, next_.slot(frame.slot, frame.label.bytes));
    }
    if (!install()) {
      next_ = {};
      ++skipped_;
      return PublishResult::Skipped;
    }
  } else {
    data_.wake();
    whole = !options_.oldClients || updateImage(frame);
  }
  ++frame_;
  ++published_;
  if (!whole) ++skipped_;
  return whole ? PublishResult::Published : PublishResult::Skipped;
}

bool SharedMemWriter::updateImage(const Begun& frame) {
  if (!isLocked(lock_.lock(options_.lockTimeout))) {
    data_.countSkipped();
    return false;
  }
  data_.writeImage(frame.label.header, data_.slot(frame.slot, frame.label.bytes));
  lock_.unlock();
  return true;
}

void SharedMemWriter::cancel() {
  if (open_ && !next_ && data_.isIntact()) data_.cancelSlot(open_->slot);
  open_.reset();
  next_ = {};
}

// The new segment holds a whole frame already. The old one stays valid until the new one can be
// found, so a receiver that sees it retired and looks again never looks in vain.
bool SharedMemWriter::install() {
  // Who removes objects does not know that this one is not in place yet.
  if (next_.memory().unlinked()) return false;
  if (!data_) {
    if (!next_.memory().renameOver(dataName(name_))) return false;
  } else {
    SharedLock lock(infoLock_, options_.lockTimeout);
    // Where the segment is gone, waiting for whoever has the lock would cost a frame.
    if (lock.result() == LockResult::TimedOut && !dataLost_) return false;
    if (isFollowed(info_.bytes())) {
      setPostfix(info_.bytes(), options_.info,
                 next_.memory().name().substr(dataName(name_).size()));
    } else if (!next_.memory().renameOver(data_.memory().name())) {
      return false;
    }
  }
  if (data_) data_.retire();
  data_ = std::move(next_);
  next_ = {};
  dataLost_ = false;
  return true;
}

void SharedMemWriter::close() noexcept {
  lost_.clear();
  if (!lock_) return;
  // A forked child that ends must not end what its parent sends.
  const bool mine = process_ == getpid();
  if (mine) {
    cancel();
    SharedLock lock(infoLock_, options_.lockTimeout);
    if (info_.whole()) setDetached(info_.bytes(), options_.info);
    if (data_) data_.retire();
  }
  // The lock goes last: who finds no lock finds nothing else either.
  next_ = {};
  data_ = {};
  info_.reset();
  if (mine) {
    infoLock_.disown();
    lock_.disown();
  }
  infoLock_.reset();
  lock_.reset();
}

}  // namespace topknot::ipc
