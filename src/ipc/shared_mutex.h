// The lock object of a sender: a mutex between processes, and the mark of a live owner.
#pragma once

#include <pthread.h>

#include <chrono>
#include <optional>
#include <string>

#include "ipc/shared_memory.h"
#include "topknot/shared_frame.h"

namespace topknot::ipc {

enum class LockResult {
  Locked,
  Recovered,  ///< locked; the one before died with it, what it guards may be half-written
  TimedOut,
  Broken,  ///< never to be locked again: not a mutex, or given back unrepaired by a client
};

inline bool isLocked(LockResult result) {
  return result == LockResult::Locked || result == LockResult::Recovered;
}

/// A robust process-shared mutex at the start of a lock object. It belongs to the thread that
/// locked it, which has to be the one that unlocks it.
///
/// Its bytes are those of TopknotShmLock. Clients of the macOS form lock the mutex for an instant
/// only, and set a flag behind it as long as they read; whoever locks it here waits for that as well.
/// A flag that was never seen clear for five seconds, which is as long as such clients wait for
/// others, was left by one that died, and is cleared.
///
/// The kernel's flock on the object is a second, independent thing: it says that a live process owns
/// the name. A child that is forked and does not exec shares it.
///
/// Thread: any, one at a time (many may hold one SharedMutex each for the same object).
class SharedMutex {
 public:
  SharedMutex() = default;  ///< none

  /// What exists, usable or not; nothing if nothing does. Throws Error as SharedMemory::open.
  static std::optional<SharedMutex> open(const std::string& name);

  /// Opens it, or makes it whole under a name beside `base` and links it into place, so that
  /// nobody ever sees it half made.
  static SharedMutex openOrCreate(const std::string& name, const std::string& base,
                                  unsigned mode = kOwnerOnly);

  /// A new object in the place of one that is not usable; claimed if this one was.
  static SharedMutex replace(const std::string& name, const std::string& base,
                             unsigned mode = kOwnerOnly);

  /// Whether a live owner has the lock object of that name. Takes no part in it.
  static bool claimed(const std::string& name);

  explicit operator bool() const { return static_cast<bool>(memory_); }
  const std::string& name() const { return memory_.name(); }
  bool linked() const { return memory_.linked(); }
  bool unlinked() const { return memory_.unlinked(); }
  bool usable() const;  ///< it holds a process-shared mutex

  LockResult lock(std::chrono::milliseconds timeout);
  void unlock();

  bool claim();          ///< become the live owner; false while another one lives
  bool claimed() const;  ///< a live owner has it
  int ownerPid() const;  ///< of the last one that called `own`, 0 if unknown
  void own(unsigned mode = kOwnerOnly);  ///< record this process, unlink the object with this one
  /// Gives the claim up. The object goes too, unless somebody else has it open: who holds the mutex
  /// of one object must not meet a sender that uses another.
  void disown() noexcept;
  bool heldElsewhere() const { return memory_.heldElsewhere(); }
  void reset() noexcept { memory_.reset(); }

 private:
  explicit SharedMutex(SharedMemory memory) : memory_(std::move(memory)) {}
  static SharedMutex createBeside(const std::string& base, unsigned mode);
  pthread_mutex_t& mutex() const;
  TopknotShmLock& object() const;
  bool flagged();

  SharedMemory memory_;
  std::optional<std::chrono::steady_clock::time_point> flaggedSince_;
};

/// Holds a SharedMutex for a scope.
class SharedLock {
 public:
  SharedLock(SharedMutex& mutex, std::chrono::milliseconds timeout)
      : mutex_(mutex), result_(mutex.lock(timeout)) {}
  ~SharedLock() { release(); }
  SharedLock(const SharedLock&) = delete;
  SharedLock& operator=(const SharedLock&) = delete;

  LockResult result() const { return result_; }
  bool held() const { return isLocked(result_); }
  void release() {
    if (held()) mutex_.unlock();
    result_ = LockResult::TimedOut;
  }

 private:
  SharedMutex& mutex_;
  LockResult result_;
};

}  // namespace topknot::ipc
