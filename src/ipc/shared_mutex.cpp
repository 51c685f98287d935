// Making, locking and owning lock objects.
#include "ipc/shared_mutex.h"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>

#include "topknot/error.h"

namespace topknot::ipc {
namespace {

static_assert(sizeof(pthread_mutex_t) <= 88, "what lies beyond belongs to others");

// glibc's own bits of a mutex's kind: what else there is (priorities) would not be safe to lock.
constexpr int kSharedKind = 128;
constexpr int kRobustKind = 16;
constexpr int kTypeMask = 3;

void initialise(pthread_mutex_t& mutex) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  const int code = pthread_mutex_init(&mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  if (code != 0) throw Error("this system has no mutexes between processes");
}

// On the monotonic clock, so that setting the time of day neither shortens nor stretches a wait.
timespec deadlineIn(std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  timeout = std::clamp(timeout, milliseconds(0), milliseconds(std::chrono::hours(24 * 365)));
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
  initialise(made.mutex());
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

LockResult SharedMutex::lock(std::chrono::milliseconds timeout) {
  if (!usable()) return LockResult::Broken;
  pthread_mutex_t& mutex = this->mutex();
  // Not trylock: glibc's keeps a mutex that it reports as not recoverable.
  const timespec deadline = deadlineIn(timeout);
  const int code = pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &deadline);
  if (code == EOWNERDEAD) {
    pthread_mutex_consistent(&mutex);
    return LockResult::Recovered;
  }
  if (code == 0) return LockResult::Locked;
  const bool late = code == ETIMEDOUT || code == EDEADLK || code == EAGAIN;
  return late ? LockResult::TimedOut : LockResult::Broken;
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
