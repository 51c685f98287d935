// Locking what stands there together with what clients still hold.
#include "ipc/owned_lock.h"

#include <algorithm>
#include <utility>

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Somebody may take names away again and again, and keep what had them.
constexpr std::size_t kMostFormer = 8;

LockResult lockMended(SharedMutex& mutex, milliseconds timeout) {
  mutex.mend();
  LockResult result = mutex.lock(timeout);
  if (result == LockResult::TimedOut && mutex.freeIfHeldByNobody()) {
    result = mutex.lock(milliseconds(0));
  }
  if (result != LockResult::Broken) return result;
  // A client gave it back unrepaired.
  mutex.mend();
  return mutex.lock(timeout);
}

}  // namespace

void OwnedLock::exchange(SharedMutex fresh) {
  if (current_ && current_.usable()) former_.push_back(std::move(current_));
  current_ = std::move(fresh);
  prune();
  if (former_.size() > kMostFormer) former_.erase(former_.begin());
}

void OwnedLock::prune() {
  std::erase_if(former_, [](const SharedMutex& mutex) { return !mutex.heldElsewhere(); });
}

// The current one last: it is the one that the kernel releases if this thread dies.
LockResult OwnedLock::lock(milliseconds timeout) {
  const auto end = Clock::now() + timeout;
  const auto left = [&] {
    return std::chrono::ceil<milliseconds>(std::max(end - Clock::now(), Clock::duration(0)));
  };
  std::erase_if(former_, [](const SharedMutex& mutex) { return !mutex.whole(); });
  for (std::size_t held = 0; held < former_.size();) {
    const LockResult result = lockMended(former_[held], left());
    if (isLocked(result)) {
      ++held;
    } else if (result == LockResult::Broken) {
      former_.erase(former_.begin() + static_cast<std::ptrdiff_t>(held));
    } else {
      release(held);
      return result;
    }
  }
  const LockResult result = lockMended(current_, left());
  if (!isLocked(result)) release(former_.size());
  return result;
}

void OwnedLock::release(std::size_t former) {
  while (former > 0) former_[--former].unlock();
}

void OwnedLock::unlock() {
  current_.unlock();
  release(former_.size());
}

void OwnedLock::disown() noexcept {
  former_.clear();
  current_.disown();
}

void OwnedLock::reset() noexcept {
  former_.clear();
  current_.reset();
}

}  // namespace topknot::ipc
