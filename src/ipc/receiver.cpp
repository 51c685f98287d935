// Following a sender through its starts, ends, crashes and changes of size.
#include "ipc/receiver.h"

#include <signal.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <thread>

#include "ipc/names.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Memory = SharedMemory;

// A sender that restarts or resizes at every frame could lead us on for ever.
constexpr int kAttempts = 16;

// The info block is held for microseconds; who holds it for longer is stopped, and it is read so.
constexpr milliseconds kInfoPatience{100};

milliseconds remaining(Clock::time_point deadline) {
  return std::chrono::ceil<milliseconds>(std::max(deadline - Clock::now(), Clock::duration(0)));
}

Clock::time_point deadlineIn(milliseconds timeout) {
  return Clock::now() + std::clamp(timeout, milliseconds(0), milliseconds(std::chrono::hours(24)));
}

void swapRedAndBlue(std::span<std::byte> pixels) {
  for (std::size_t i = 0; i + 4 <= pixels.size(); i += 4) std::swap(pixels[i], pixels[i + 2]);
}

void makeRoom(Image& image, const FrameLayout& layout) {
  if (image.width() == layout.width && image.height() == layout.height &&
      image.format() == layout.format.format) {
    return;
  }
  try {
    image = Image(layout.width, layout.height, layout.format.format);
  } catch (const std::bad_alloc&) {
    throw Error("no memory for a frame of " + std::to_string(layout.bytes) + " bytes");
  }
}

void describe(SharedFrame& frame, const FrameLayout& layout) {
  if (layout.format.blueFirst) swapRedAndBlue(frame.image.bytes());
  frame.aspectX = layout.aspectX;
  frame.aspectY = layout.aspectY;
  frame.gamutPrimaries = layout.gamut;
  frame.transfer = layout.transfer;
  frame.stale = layout.stale;
}

}  // namespace

/// Takes something, reconnecting while what we are connected to is over. What is damaged is put
/// right by its sender, if that lives; it is an error once the time is up.
template <class Take>
bool Receiver::attempt(Deadline deadline, Take take) {
  for (;;) {
    try {
      return attemptSound(deadline, take);
    } catch (const Error&) {
      const bool alive = senderAlive();
      disconnect();
      if (!alive || Clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
}

template <class Take>
bool Receiver::attemptSound(Deadline deadline, Take take) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Its last page may have been damaged when we came.
    if (data_ && !ring_ && (ring_ = RingView::open(data_))) lock_.reset();
    const bool fresh = !data_;
    if (fresh && !connect(deadline)) return false;
    const Outcome outcome = take(attempt);
    if (outcome != Outcome::Gone) return outcome == Outcome::Frame;
    if (fresh && !ring_ && current()) return false;
    disconnect();
  }
  return false;
}

/// The same without any time: what is damaged is not there yet, if its sender lives.
template <class Take>
bool Receiver::attemptNow(Take take) {
  try {
    return attemptSound(Clock::now(), take);
  } catch (const Error&) {
    const bool alive = senderAlive();
    disconnect();
    if (!alive) throw;
  }
  return false;
}

std::optional<SharedFrame> Receiver::read(milliseconds timeout) {
  const Deadline deadline = deadlineIn(timeout);
  SharedFrame frame;
  const bool taken =
      attempt(deadline, [&](int round) { return receive(deadline, round > kAttempts / 2, frame); });
  if (!taken) return std::nullopt;
  return frame;
}

std::optional<FrameInPlace> Receiver::inPlace() {
  std::optional<FrameInPlace> place;
  attemptNow([&](int) {
    if (!ring_) return Outcome::Busy;
    if (ring_->over()) return Outcome::Gone;
    const auto frame = ring_->newest();
    if (!frame || frame->bundle || isOlder(*frame)) return Outcome::Busy;
    took(*frame);
    place = FrameInPlace{ring_, *frame};
    return Outcome::Frame;
  });
  return place;
}

std::optional<BundleBytes> Receiver::readNewBundle() {
  BundleBytes bundle;
  const bool taken = attemptNow([&](int) {
    if (!ring_) return Outcome::Busy;
    if (ring_->over()) return Outcome::Gone;
    for (int round = 0; round < kAttempts; ++round) {
      const auto frame = ring_->newest();
      if (!frame || !frame->bundle || !isNew(*frame)) return Outcome::Busy;
      const auto bytes = ring_->pixels(*frame);
      bundle.bytes.assign(bytes.begin(), bytes.end());
      bundle.number = frame->number;
      if (!ring_->isWhole(*frame)) continue;
      took(*frame);
      return Outcome::Frame;
    }
    return Outcome::Busy;
  });
  if (!taken) return std::nullopt;
  return bundle;
}

bool Receiver::senderAlive() const {
  try {
    if (const auto claimed = SharedMutex::claimed(lockName(name_))) return *claimed;
    return ring_ && !ring_->over() && kill(ring_->ownerPid(), 0) == 0;
  } catch (const Error&) {
    return false;
  }
}

bool Receiver::senderDied() const {
  return ring_ && !ring_->over() && !senderAlive();
}

// Opens what the names lead to now. False if nobody sends, or not yet.
bool Receiver::connect(Deadline deadline) {
  if (connectRing()) return true;
  // An old sender's lock has to be written to, so it is our own user's.
  return owner_ == Memory::Owner::Self && connectOld(deadline);
}

bool Receiver::connectRing() {
  disconnect();
  const auto info = Memory::open(infoName(name_), Memory::Access::ReadOnly, owner_);
  const InfoState state = info ? readInfo(*info) : InfoState();
  if (state.detached) return false;
  auto data = Memory::open(dataName(name_, state.postfix), Memory::Access::ReadOnly, owner_);
  if (!data) return false;
  auto memory = std::make_shared<Memory>(std::move(*data));
  ring_ = RingView::open(memory);
  if (!ring_) return false;
  data_ = std::move(memory);
  toldDeath_ = toldDeath_ && ring_->session() == session_;
  return true;
}

bool Receiver::connectOld(Deadline deadline) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    disconnect();
    auto lock = SharedMutex::open(lockName(name_));
    if (lock) lock_ = std::move(*lock);
    if (!openInfo(deadline)) return false;
    auto data = Memory::open(dataName(name_, postfix_), Memory::Access::ReadOnly);
    if (data) data_ = std::make_shared<Memory>(std::move(*data));
    // A sender with a ring came meanwhile.
    if (data_ && (ring_ = RingView::open(data_))) return true;
    if (current()) return static_cast<bool>(data_);
  }
  disconnect();
  return false;
}

// Finds the postfix, which stays empty without an info block. False if the sender has ended. That a
// receiver follows is said to senders that have no other way to tell of a change of size.
bool Receiver::openInfo(Deadline deadline) {
  postfix_.clear();
  auto info = Memory::open(infoName(name_), Memory::Access::ReadWrite);
  if (!info || !readInfo(*info).present) return true;
  auto mutex = SharedMutex::open(infoLockName(name_));
  std::optional<SharedLock<>> lock;
  if (mutex && mutex->usable()) {
    lock.emplace(*mutex, std::min(remaining(deadline), kInfoPatience));
  }
  const InfoState state = readInfo(*info);
  if (state.detached) return false;
  const bool data = Memory::exists(dataName(name_, state.postfix));
  constexpr std::byte kYes[1] = {std::byte{1}};
  if (follows_ && data) info->write(kSupportedOffset, kYes);
  postfix_ = state.postfix;
  info_ = std::move(*info);
  return true;
}

void Receiver::disconnect() {
  ring_.reset();
  data_.reset();
  info_.reset();
  lock_.reset();
}

// Whether the names lead to what we hold, or to nothing where we hold nothing.
bool Receiver::current() const {
  const auto leadsHere = [](const auto& held, const std::string& name) {
    return held ? held.linked() : !Memory::exists(name);
  };
  const bool data = data_ ? data_->linked() : !Memory::exists(dataName(name_, postfix_));
  if (!leadsHere(lock_, lockName(name_)) || !data) return false;
  if (!info_) return true;
  const InfoState state = info_.linked() ? readInfo(info_) : InfoState();
  return state.present && !state.detached && state.postfix == postfix_;
}

// What an old sender leaves behind that was not ours to see retired by its magic.
bool Receiver::retired() const {
  if (data_->unlinked() || (lock_ && lock_.unlinked())) return true;
  return info_ && (info_.unlinked() || readInfo(info_).detached);
}

void Receiver::took(const RingFrame& frame) {
  session_ = ring_->session();
  number_ = frame.number;
}

std::optional<FrameLayout> Receiver::layout() const {
  const std::uint64_t size = data_->size();
  HeaderImage header = {};
  const std::size_t count = data_->read(0, header);
  const bool legacy =
      count >= sizeof(TopknotShmHeaderA) && std::memcmp(header.data(), "\x73\xf6\x5d\xe9", 4) == 0;
  if (count < TOPKNOT_SHM_CORE_BYTES && !legacy) {
    throw Error("'" + data_->name() + "' is too short for a frame: " + std::to_string(size) +
                " bytes");
  }
  return checkHeader(std::span(header).first(count), size, data_->name());
}

Receiver::Outcome Receiver::receive(Deadline deadline, bool mayAllocate, SharedFrame& frame) {
  return ring_ ? receiveRing(deadline, frame) : receiveOld(deadline, mayAllocate, frame);
}

Receiver::Outcome Receiver::receiveRing(Deadline deadline, SharedFrame& frame) {
  constexpr std::chrono::microseconds kPause{100};
  for (;;) {
    if (ring_->over()) return Outcome::Gone;
    const auto found = ring_->newest();
    if (found && found->bundle) {
      throw Error("'" + data_->name() + "' has the pictures of several operators, not a frame");
    }
    if (found && !isOlder(*found)) {
      makeRoom(frame.image, found->layout);
      std::memcpy(frame.image.bytes().data(), ring_->pixels(*found).data(), found->layout.bytes);
      if (ring_->isWhole(*found)) {
        describe(frame, found->layout);
        frame.number = found->number;
        frame.publishedNs = found->stampNs;
        took(*found);
        return Outcome::Frame;
      }
    } else if (!senderAlive()) {
      return Outcome::Busy;  // it died in the only slot
    }
    if (Clock::now() >= deadline) return Outcome::Busy;
    if (!found) std::this_thread::sleep_for(kPause);
  }
}

// One look under the lock. A buffer that does not fit is made outside of it, as making it takes
// longer than the copy, and the sender does not wait for long.
Receiver::Outcome Receiver::receiveOld(Deadline deadline, bool mayAllocate, SharedFrame& frame) {
  if (!lock_) {
    if (!layout()) return Outcome::Gone;
    throw Error("'" + data_->name() + "' has a frame but no lock '" + lockName(name_) +
                "', so it cannot be read whole");
  }
  if (!lock_.usable()) throw Error("'" + lock_.name() + "' is not a lock between processes");
  SharedLock lock(lock_, remaining(deadline));
  if (lock.result() == LockResult::TimedOut) return Outcome::Busy;
  if (!lock.held() || retired()) return Outcome::Gone;
  const auto found = layout();
  if (!found) return Outcome::Gone;
  if (frame.image.bytes().size() != found->bytes && !mayAllocate) {
    lock.release();
    makeRoom(frame.image, *found);
    return receiveOld(deadline, true, frame);
  }
  makeRoom(frame.image, *found);
  if (data_->read(found->offset, frame.image.bytes()) < found->bytes) return Outcome::Gone;
  lock.release();
  describe(frame, *found);
  return Outcome::Frame;
}

}  // namespace topknot::ipc
