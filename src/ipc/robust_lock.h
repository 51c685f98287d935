// Locking a pthread_mutex_t of glibc that others may have written into.
#pragma once

#include <pthread.h>

#include <chrono>

namespace topknot::ipc {

enum class LockResult {
  Locked,
  Recovered,  ///< locked; the one before died with it, what it guards may be half-written
  TimedOut,
  Broken,  ///< not to be locked as it is: not a mutex, or given back unrepaired by a client
};

inline bool isLocked(LockResult result) {
  return result == LockResult::Locked || result == LockResult::Recovered;
}

/// glibc keeps a robust mutex in a list whose links lie in the mutex itself, and follows them when
/// it is unlocked: who writes there makes the process that does so write anywhere. So glibc's
/// functions are not used on memory that others can write. This takes part in the same protocol, by
/// the lock word alone, which is all that is ever read; the kernel learns from the thread's own
/// memory that the word is to be released if the thread dies.
///
/// A thread holds any number of them, and unlocks the latest first.
class RobustLock {
 public:
  /// For a mutex of the kind that glibc has in `kind`.
  RobustLock(pthread_mutex_t& mutex, int kind) : mutex_(&mutex), kind_(kind) {}

  /// That a process-shared mutex has a kind that can be locked here.
  static bool isKnown(int kind);
  static int kindOf(const pthread_mutex_t& mutex);

  LockResult lock(std::chrono::steady_clock::time_point deadline);
  void unlock();

  /// What is in it says who has it: nobody (0), or a thread by its number.
  int holder() const;
  /// Puts right what stays as it is in a sound mutex.
  void mend();
  /// Takes it away from whoever has it.
  void free();

 private:
  bool isRobust() const;
  LockResult lockRobust(std::chrono::steady_clock::time_point deadline);
  LockResult lockPlain(std::chrono::steady_clock::time_point deadline);

  pthread_mutex_t* mutex_;
  int kind_;
  void* outer_ = nullptr;  // the lock that this thread had before
};

}  // namespace topknot::ipc
