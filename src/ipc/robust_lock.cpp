// glibc's protocol of robust and plain mutexes between processes, without its lists.
#include "ipc/robust_lock.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdint>

#include "ipc/fence.h"
#include "ipc/futex.h"

namespace topknot::ipc {
namespace {

using Clock = std::chrono::steady_clock;

// glibc's own bits of a mutex's kind: what else there is (priorities) is not locked here.
constexpr int kSharedKind = 128;
constexpr int kRobustKind = 16;
constexpr int kTypeMask = 3;

// What glibc writes in place of an owner when one gives a mutex back that it did not repair.
constexpr int kNotRecoverable = INT_MAX - 1;

// Who waits sees again by itself that the word is free: a wake may have gone to one that was
// killed.
constexpr std::chrono::milliseconds kSlice{50};

const std::uint32_t& wordOf(const pthread_mutex_t& mutex) {
  return reinterpret_cast<const std::uint32_t&>(mutex.__data.__lock);
}

std::atomic<int> forks{0};

// Asking costs a system call, and the answer is another one in a forked child only.
std::uint32_t thisThread() {
  static const int watched = pthread_atfork(nullptr, nullptr, [] { ++forks; });
  thread_local int asked = -1;
  thread_local std::uint32_t number = 0;
  if (asked != forks || watched != 0) {
    asked = forks;
    number = static_cast<std::uint32_t>(gettid());
  }
  return number;
}

bool waitFor(const std::uint32_t& word, std::uint32_t seen, Clock::time_point deadline) {
  const auto left = deadline - Clock::now();
  if (left <= Clock::duration(0)) return false;
  futexWait(word, seen, std::min<std::chrono::nanoseconds>(left, kSlice));
  return true;
}

/// The list of the robust mutexes that this thread has, as glibc told the kernel; none if it did
/// not.
robust_list_head* askForList() {
  robust_list_head* head = nullptr;
  std::size_t bytes = 0;
  const bool known = syscall(SYS_get_robust_list, 0, &head, &bytes) == 0;
  return known && bytes == sizeof *head ? head : nullptr;
}

robust_list_head* listOfThread() {
  thread_local robust_list_head* const head = askForList();
  return head;
}

/// The entry that is about to be locked is released by the kernel if the thread dies, also long
/// after. It is never followed, so that it suffices as long as the lock is held.
void* exchangePending(const std::uint32_t* word) {
  robust_list_head* const head = listOfThread();
  if (head == nullptr) return nullptr;
  void* const before = head->list_op_pending;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  const auto place = reinterpret_cast<std::uintptr_t>(word);
  head->list_op_pending =
      word ? reinterpret_cast<robust_list*>(place - static_cast<std::uintptr_t>(head->futex_offset))
           : nullptr;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  return before;
}

void restorePending(void* before) {
  robust_list_head* const head = listOfThread();
  if (head == nullptr) return;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  head->list_op_pending = static_cast<robust_list*>(before);
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace

bool RobustLock::isKnown(int kind) {
  return (kind & ~(kRobustKind | kTypeMask)) == kSharedKind;
}

int RobustLock::kindOf(const pthread_mutex_t& mutex) {
  return shared(mutex.__data.__kind).load(std::memory_order_relaxed);
}

bool RobustLock::isRobust() const {
  return (kind_ & kRobustKind) != 0;
}

LockResult RobustLock::lock(Clock::time_point deadline) {
  if (!isKnown(kind_)) return LockResult::Broken;
  const LockResult result = isRobust() ? lockRobust(deadline) : lockPlain(deadline);
  if (!isLocked(result)) return result;
  const auto owner = shared(mutex_->__data.__owner);
  if (isRobust() && result == LockResult::Locked && owner.load() == kNotRecoverable) {
    unlock();
    owner.store(kNotRecoverable);
    return LockResult::Broken;
  }
  owner.store(static_cast<int>(thisThread()), std::memory_order_relaxed);
  return result;
}

LockResult RobustLock::lockRobust(Clock::time_point deadline) {
  const std::uint32_t self = thisThread();
  const auto word = shared(wordOf(*mutex_));
  outer_ = exchangePending(&wordOf(*mutex_));
  std::uint32_t waiters = 0;  // others may have gone to sleep when we did
  for (;;) {
    std::uint32_t seen = word.load(std::memory_order_relaxed);
    const bool died = (seen & FUTEX_OWNER_DIED) != 0;
    if (seen == 0 || died) {
      const std::uint32_t mine = self | (seen & FUTEX_WAITERS) | waiters;
      if (!word.compare_exchange_strong(seen, mine, std::memory_order_acquire)) continue;
      return died ? LockResult::Recovered : LockResult::Locked;
    }
    if ((seen & FUTEX_WAITERS) == 0) {
      if (!word.compare_exchange_strong(seen, seen | FUTEX_WAITERS)) continue;
      seen |= FUTEX_WAITERS;
    }
    waiters = FUTEX_WAITERS;
    if (waitFor(wordOf(*mutex_), seen, deadline)) continue;
    restorePending(outer_);
    return LockResult::TimedOut;
  }
}

// 0 is free, 1 locked, 2 locked with somebody who waits.
LockResult RobustLock::lockPlain(Clock::time_point deadline) {
  const auto word = shared(wordOf(*mutex_));
  std::uint32_t free = 0;
  if (word.compare_exchange_strong(free, 1, std::memory_order_acquire)) return LockResult::Locked;
  while (word.exchange(2, std::memory_order_acquire) != 0) {
    if (!waitFor(wordOf(*mutex_), 2, deadline)) return LockResult::TimedOut;
  }
  return LockResult::Locked;
}

void RobustLock::unlock() {
  shared(mutex_->__data.__owner).store(0, std::memory_order_relaxed);
  const std::uint32_t before = shared(wordOf(*mutex_)).exchange(0, std::memory_order_release);
  const bool awaited = isRobust() ? (before & FUTEX_WAITERS) != 0 : before > 1;
  if (awaited) futexWake(wordOf(*mutex_));
  if (isRobust()) restorePending(outer_);
}

int RobustLock::holder() const {
  const std::uint32_t seen = shared(wordOf(*mutex_)).load(std::memory_order_relaxed);
  if (isRobust()) return static_cast<int>(seen & FUTEX_TID_MASK);
  return seen == 0 ? 0 : shared(mutex_->__data.__owner).load(std::memory_order_relaxed);
}

void RobustLock::mend() {
  const auto kind = shared(mutex_->__data.__kind);
  if (kind.load(std::memory_order_relaxed) != kind_) kind.store(kind_);
  const auto owner = shared(mutex_->__data.__owner);
  int broken = kNotRecoverable;
  if (isRobust()) owner.compare_exchange_strong(broken, 0);
}

void RobustLock::free() {
  shared(mutex_->__data.__owner).store(0);
  shared(wordOf(*mutex_)).store(0, std::memory_order_release);
  futexWake(wordOf(*mutex_));
}

}  // namespace topknot::ipc
