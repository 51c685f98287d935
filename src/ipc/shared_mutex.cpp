// Making, locking and owning lock objects.
#include "ipc/shared_mutex.h"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <thread>

#include "topknot/error.h"

namespace topknot::ipc {
namespace {

/// What clients of the macOS form keep there.
struct FlaggedLock {
  pthread_mutex_t mutex;
  pthread_cond_t changed;  // of the flag; they signal it
  std::uint8_t locked;     // by one of them
};
static_assert(sizeof(FlaggedLock) <= offsetof(TopknotShmLock, ownerPid), "the rest is ours");

constexpr std::chrono::seconds kLongestHold{5};

// glibc's own bits of a mutex's kind: what else there is (priorities) would not be safe to lock.
constexpr int kSharedKind = 128;
constexpr int kRobustKind = 16;
constexpr int kTypeMask = 3;

void initialise(FlaggedLock& lock) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  int code = pthread_mutex_init(&lock.mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  pthread_condattr_t shared;
  pthread_condattr_init(&shared);
  pthread_condattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  if (code == 0) code = pthread_cond_init(&lock.changed, &shared);
  pthread_condattr_destroy(&shared);
  if (code != 0) throw Error("this system has no mutexes between processes");
}

// On the monotonic clock, so that setting the time of day neither shortens nor stretches a wait.
timespec deadlineIn(std::chrono::milliseconds timeout) {
  timespec when = {};
  clock_gettime(CLOCK_MONOTONIC, &when);
  when.tv_sec += timeout.count() / 1000;
  when.tv_nsec += timeout.count() % 1000 * 1000000;
  if (when.tv_nsec >= 1000000000) {
    when.tv_nsec -= 1000000000;
    ++when.tv_sec;
  }
  return when;
}

}  // namespace

std::optional<SharedMutex> SharedMutex::open(const std::string& name) {
  auto memory = SharedMemory::open(name, SharedMemory::Access::ReadWrite);
  if (!memory) return std::nullopt;
  const std::uint64_t size = memory->size();
  if (size >= sizeof(pthread_mutex_t)) {
    memory->map(std::min<std::uint64_t>(size, TOPKNOT_SHM_LOCK_BYTES));
  }
  return SharedMutex(std::move(*memory));
}

SharedMutex SharedMutex::createBeside(const std::string& base, unsigned mode) {
  SharedMutex made(SharedMemory::createBeside(base, TOPKNOT_SHM_LOCK_BYTES, mode));
  initialise(*reinterpret_cast<FlaggedLock*>(made.memory_.bytes().data()));
  return made;
}

SharedMutex SharedMutex::openOrCreate(const std::string& name, const std::string& base,
                                      unsigned mode) {
  for (;;) {
    if (auto existing = open(name)) return std::move(*existing);
    SharedMutex made = createBeside(base, mode);
    if (!made.memory_.moveTo(name)) continue;
    // Another process may claim it before we do, and then it is not ours to unlink.
    made.memory_.abandon();
    return made;
  }
}

SharedMutex SharedMutex::replace(const std::string& name, const std::string& base, unsigned mode) {
  SharedMutex made = createBeside(base, mode);
  if (!made.claim()) throw Error("a lock object that nobody knows is claimed");
  made.own(mode);
  made.memory_.renameOver(name);
  return made;
}

bool SharedMutex::usable() const {
  if (memory_.bytes().size() < sizeof(pthread_mutex_t)) return false;
  const int kind = mutex().__data.__kind;
  return (kind & ~(kRobustKind | kTypeMask)) == kSharedKind;
}

namespace {

LockResult lockUntil(pthread_mutex_t& mutex, const timespec& deadline) {
  // Not trylock: glibc's keeps a mutex that it reports as not recoverable.
  const int code = pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &deadline);
  if (code == EOWNERDEAD) {
    pthread_mutex_consistent(&mutex);
    return LockResult::Recovered;
  }
  if (code == 0) return LockResult::Locked;
  const bool late = code == ETIMEDOUT || code == EDEADLK || code == EAGAIN;
  return late ? LockResult::TimedOut : LockResult::Broken;
}

}  // namespace

LockResult SharedMutex::lock(std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  constexpr std::chrono::microseconds kPause{100};
  if (!usable()) return LockResult::Broken;
  timeout = std::clamp(timeout, milliseconds(0), milliseconds(std::chrono::hours(24 * 365)));
  const auto end = std::chrono::steady_clock::now() + timeout;
  const timespec deadline = deadlineIn(timeout);
  for (;;) {
    const LockResult result = lockUntil(mutex(), deadline);
    if (!isLocked(result) || !flagged()) return result;
    unlock();
    if (std::chrono::steady_clock::now() >= end) return LockResult::TimedOut;
    // Their condition is not waited for: whoever writes there could keep us.
    std::this_thread::sleep_for(kPause);
  }
}

bool SharedMutex::flagged() {
  const auto flag = offsetof(FlaggedLock, locked);
  if (memory_.bytes().size() <= flag) return false;
  std::byte& locked = memory_.bytes()[flag];
  const auto now = std::chrono::steady_clock::now();
  if (locked == std::byte{0}) {
    flaggedSince_.reset();
  } else if (!flaggedSince_) {
    flaggedSince_ = now;
  } else if (now - *flaggedSince_ > kLongestHold) {
    locked = std::byte{0};
  }
  return locked != std::byte{0};
}

void SharedMutex::unlock() {
  pthread_mutex_unlock(&mutex());
}

bool SharedMutex::claim() {
  return flock(memory_.descriptor(), LOCK_EX | LOCK_NB) == 0;
}

namespace {

bool lockedByOthers(int descriptor) {
  if (flock(descriptor, LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  flock(descriptor, LOCK_UN);
  return false;
}

}  // namespace

bool SharedMutex::claimed() const {
  return lockedByOthers(memory_.descriptor());
}

bool SharedMutex::claimed(const std::string& name) {
  using Memory = SharedMemory;
  const auto memory = Memory::open(name, Memory::Access::ReadOnly, Memory::Owner::Anyone);
  return memory && lockedByOthers(memory->descriptor());
}

int SharedMutex::ownerPid() const {
  if (memory_.bytes().size() < sizeof(TopknotShmLock)) return 0;
  return std::atomic_ref(object().ownerPid).load();
}

void SharedMutex::own(unsigned mode) {
  if (memory_.bytes().size() >= sizeof(TopknotShmLock)) {
    std::atomic_ref(object().ownerPid).store(getpid());
  }
  memory_.setMode(mode);
  memory_.adopt();
}

void SharedMutex::disown() noexcept {
  if (memory_ && memory_.heldElsewhere()) memory_.abandon();
  memory_.reset();
}

pthread_mutex_t& SharedMutex::mutex() const {
  return *reinterpret_cast<pthread_mutex_t*>(memory_.bytes().data());
}

TopknotShmLock& SharedMutex::object() const {
  return *reinterpret_cast<TopknotShmLock*>(memory_.bytes().data());
}

}  // namespace topknot::ipc
