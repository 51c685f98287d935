// The lock object of a sender: a mutex between processes, and the mark of a live owner.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ipc/robust_lock.h"
#include "ipc/shared_memory.h"
#include "topknot/shared_frame.h"

namespace topknot::ipc {

/// A robust process-shared mutex at the start of a lock object. It belongs to the thread that
/// locked it, which has to be the one that unlocks it.
///
/// Its bytes are those of TopknotShmLock. Clients of the macOS form lock the mutex for an instant
/// only, and set a flag behind it as long as they read; whoever locks it here waits for that as
/// well. A flag that was never seen clear for five seconds, which is as long as such clients wait
/// for others, was left by one that died, and is cleared.
///
/// The kernel's flock on the object is a second, independent thing: it says that a live process
/// owns the name. A child that is forked and does not exec shares it.
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

  /// Whether a live owner has the lock object of that name; nothing if there is none. Takes no part
  /// in it.
  static std::optional<bool> claimed(const std::string& name);

  explicit operator bool() const { return static_cast<bool>(memory_); }
  const std::string& name() const { return memory_.name(); }
  const SharedMemory& memory() const { return memory_; }
  bool linked() const { return memory_.linked(); }
  bool unlinked() const { return memory_.unlinked(); }
  bool whole() const { return memory_.whole(); }
  bool usable() const;  ///< it held a process-shared mutex when it was opened

  LockResult lock(std::chrono::milliseconds timeout);
  void unlock();

  /// For the owner: puts right what others wrote where nothing ever changes.
  void mend();
  /// For the owner, after a lock that timed out: frees the mutex if it has said for a quarter of a
  /// second that it is held by a thread that does not exist, or has not mapped it (where the system
  /// does not tell, for five seconds). One that dies with
  /// it is told of by the kernel, so such a word was written by somebody else. True if it was
  /// freed.
  bool freeIfHeldByNobody();

  bool claim();                          ///< become the live owner; false while another one lives
  bool claimed() const;                  ///< a live owner has it
  int ownerPid() const;                  ///< of the last one that called `own`, 0 if unknown
  void own(unsigned mode = kOwnerOnly);  ///< record this process, unlink the object with this one
  /// Gives the claim up. The object goes too, unless somebody else has it open: who holds the mutex
  /// of one object must not meet a sender that uses another.
  void disown() noexcept;
  bool heldElsewhere() const { return memory_.heldElsewhere(); }
  void reset() noexcept { memory_.reset(); }

 private:
  explicit SharedMutex(SharedMemory memory);
  static SharedMutex createBeside(const std::string& base, unsigned mode);
  RobustLock& mutex() { return *mutex_; }
  TopknotShmLock& object() const;
  bool flagged();

  SharedMemory memory_;
  std::optional<RobustLock> mutex_;  // in it; none if it is too short for one
  int kind_ = 0;                     // as it was found: what is there later is not asked
  int owner_ = 0;                    // this process, if it called `own`
  int stuckHolder_ = 0;
  std::optional<std::chrono::steady_clock::time_point> stuckSince_;
  std::optional<std::chrono::steady_clock::time_point> flaggedSince_;
};

/// Holds a SharedMutex, or what else locks like one, for a scope.
template <class Mutex = SharedMutex>
class SharedLock {
 public:
  SharedLock(Mutex& mutex, std::chrono::milliseconds timeout)
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
  Mutex& mutex_;
  LockResult result_;
};

}  // namespace topknot::ipc
