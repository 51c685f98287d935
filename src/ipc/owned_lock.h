// A lock object as its sender keeps it.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "ipc/shared_mutex.h"

namespace topknot::ipc {

/// The lock object that stands under its name, and those that stood there before and that clients
/// still have open: such clients map a lock once, for good. Whoever locks this has them all.
///
/// Thread: any, one at a time.
class OwnedLock {
 public:
  OwnedLock() = default;  ///< none

  explicit operator bool() const { return static_cast<bool>(current_); }
  SharedMutex& current() { return current_; }
  const SharedMutex& current() const { return current_; }

  /// `fresh` stands under the name from now on.
  void exchange(SharedMutex fresh);
  /// Forgets those that nobody has open any more.
  void prune();

  /// Before the lock is taken it is put right where others wrote into it.
  LockResult lock(std::chrono::milliseconds timeout);
  void unlock();

  void disown() noexcept;
  void reset() noexcept;

 private:
  void release(std::size_t former);  // the first so many of those
  SharedMutex current_;
  std::vector<SharedMutex> former_;
};

}  // namespace topknot::ipc
