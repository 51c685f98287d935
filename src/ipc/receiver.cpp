// Following a sender through its starts, ends, crashes and changes of size.
#include "ipc/receiver.h"

#include <algorithm>
#include <cstring>

#include "ipc/names.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

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

template <typename Value>
std::optional<Value> readValue(const SharedMemory& memory) {
  Value value = {};
  const auto bytes = std::as_writable_bytes(std::span(&value, 1));
  if (memory.read(0, bytes) < bytes.size()) return std::nullopt;
  return value;
}

// Nothing if the sender has ended or what is there is no info block.
std::optional<std::string> postfixIn(const SharedMemory& memory) {
  const auto info = readValue<InfoBlock>(memory);
  if (!info || info->magic != InfoBlock::kMagic) return std::nullopt;
  if (info->version > 1 && info->detach != 0) return std::nullopt;
  const std::string postfix(info->postfix, strnlen(info->postfix, sizeof info->postfix));
  const bool valid = postfix.size() < sizeof info->postfix && postfix.find('/') == postfix.npos;
  if (!valid) throw Error("the info block '" + memory.name() + "' is damaged: it has no postfix");
  return postfix;
}

void swapRedAndBlue(std::span<std::byte> pixels) {
  for (std::size_t i = 0; i + 4 <= pixels.size(); i += 4) std::swap(pixels[i], pixels[i + 2]);
}

bool fits(const Image& image, const FrameLayout& layout) {
  return image.width() == layout.width && image.height() == layout.height &&
         image.format() == layout.format.format;
}

}  // namespace

std::optional<SharedFrame> Receiver::read(milliseconds timeout) {
  const Deadline deadline = deadlineIn(timeout);
  SharedFrame frame;
  try {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const bool fresh = !data_;
      if (fresh && !connect(deadline)) return std::nullopt;
      switch (receive(deadline, attempt > kAttempts / 2, frame)) {
        case Outcome::Frame:
          return frame;
        case Outcome::Busy:
          return std::nullopt;
        case Outcome::Gone:
          if (fresh && current()) return std::nullopt;
          disconnect();
      }
    }
  } catch (const Error&) {
    disconnect();
    throw;
  }
  return std::nullopt;
}

std::optional<FrameLayout> Receiver::peek(milliseconds timeout) {
  const Deadline deadline = deadlineIn(timeout);
  if (!connect(deadline)) return std::nullopt;
  SharedLock lock(lock_, remaining(deadline));
  return layout();
}

std::uint64_t Receiver::dataBytes() {
  if (!data_) connect(Clock::now());
  return data_ ? data_.size() : 0;
}

bool Receiver::senderAlive() const {
  try {
    if (lock_ && lock_.linked()) return lock_.claimed();
    const auto lock = SharedMutex::open(lockName(name_));
    return lock && lock->claimed();
  } catch (const Error&) {
    return false;
  }
}

// Opens what the names lead to now. False if nobody sends, or not yet.
bool Receiver::connect(Deadline deadline) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    disconnect();
    auto lock = SharedMutex::open(lockName(name_));
    if (lock) lock_ = std::move(*lock);
    if (!openInfo(deadline, postfix_)) return false;
    auto data = SharedMemory::open(dataName(name_, postfix_), SharedMemory::Access::ReadOnly);
    if (data) data_ = std::move(*data);
    if (current()) return static_cast<bool>(data_);
  }
  disconnect();
  return false;
}

// Finds the postfix, which stays empty without an info block. False if the sender has ended.
bool Receiver::openInfo(Deadline deadline, std::string& postfix) {
  postfix.clear();
  auto info = SharedMemory::open(infoName(name_), SharedMemory::Access::ReadWrite);
  if (!info || info->size() < sizeof(InfoBlock)) return true;
  const auto magic = readValue<std::uint32_t>(*info);
  if (magic != InfoBlock::kMagic) return true;

  auto mutex = SharedMutex::open(infoLockName(name_));
  std::optional<SharedLock> lock;
  if (mutex && mutex->usable()) {
    lock.emplace(*mutex, std::min(remaining(deadline), kInfoPatience));
  }
  const auto found = postfixIn(*info);
  if (!found) return false;
  constexpr std::byte kYes[1] = {std::byte{1}};
  if (follows_) info->write(offsetof(InfoBlock, supported), kYes);
  postfix = *found;
  info_ = std::move(*info);
  return true;
}

void Receiver::disconnect() {
  data_.reset();
  info_.reset();
  lock_.reset();
}

// Whether the names lead to what we hold, or to nothing where we hold nothing.
bool Receiver::current() const {
  const auto leadsHere = [](const auto& held, const std::string& name) {
    return held ? held.linked() : !SharedMemory::exists(name);
  };
  if (!leadsHere(lock_, lockName(name_)) || !leadsHere(data_, dataName(name_, postfix_))) {
    return false;
  }
  return !info_ || (info_.linked() && postfixIn(info_) == postfix_);
}

// What a sender leaves behind that was not ours to see retired by its magic.
bool Receiver::retired() const {
  if (data_.unlinked() || (lock_ && lock_.unlinked())) return true;
  if (!info_) return false;
  std::byte detach[1] = {};
  info_.read(offsetof(InfoBlock, detach), detach);
  return detach[0] != std::byte{0} || info_.unlinked();
}

std::optional<FrameLayout> Receiver::layout() const {
  const std::uint64_t size = data_.size();
  DataHeader header = {};
  const auto bytes = std::as_writable_bytes(std::span(&header, 1));
  const std::size_t count = data_.read(0, bytes);
  if (count < DataHeader::kCoreBytes) {
    throw Error("'" + data_.name() + "' is too short for a frame: " + std::to_string(size) +
                " bytes");
  }
  return checkHeader(header, size, data_.name());
}

// One look under the lock. A buffer that does not fit is made outside of it, as making it takes
// longer than the copy, and the sender does not wait for long.
Receiver::Outcome Receiver::receive(Deadline deadline, bool mayAllocate, SharedFrame& frame) {
  if (!lock_) {
    if (!layout()) return Outcome::Gone;
    throw Error("'" + data_.name() + "' has a frame but no lock '" + lockName(name_) +
                "', so it cannot be read whole");
  }
  if (!lock_.usable()) throw Error("'" + lock_.name() + "' is not a lock between processes");
  SharedLock lock(lock_, remaining(deadline));
  if (lock.result() == LockResult::TimedOut) return Outcome::Busy;
  if (!lock.held() || retired()) return Outcome::Gone;
  const auto found = layout();
  if (!found) return Outcome::Gone;
  if (!fits(frame.image, *found)) {
    if (!mayAllocate) lock.release();
    frame.image = Image(found->width, found->height, found->format.format);
    if (!mayAllocate) return receive(deadline, true, frame);
  }
  if (data_.read(found->offset, frame.image.bytes()) < found->bytes) return Outcome::Gone;
  lock.release();
  if (found->format.blueFirst) swapRedAndBlue(frame.image.bytes());
  frame.aspectX = found->aspectX;
  frame.aspectY = found->aspectY;
  return Outcome::Frame;
}

}  // namespace topknot::ipc
