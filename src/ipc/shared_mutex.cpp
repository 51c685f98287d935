// Making, locking and owning lock objects.
#include "ipc/shared_mutex.h"

#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <thread>

#include "ipc/fence.h"
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

// How long a word must have stood that names a holder that cannot be.
constexpr std::chrono::milliseconds kLongestLie{250};

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

/// Mutexes that this process holds.
std::atomic<int> heldHere{0};

}  // namespace

SharedMutex::SharedMutex(SharedMemory memory) : memory_(std::move(memory)) {
  if (memory_.bytes().size() < sizeof(pthread_mutex_t)) return;
  auto& mutex = *reinterpret_cast<pthread_mutex_t*>(memory_.bytes().data());
  kind_ = RobustLock::kindOf(mutex);
  mutex_.emplace(mutex, kind_);
}

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
  SharedMemory memory = SharedMemory::createBeside(base, TOPKNOT_SHM_LOCK_BYTES, mode);
  initialise(*reinterpret_cast<FlaggedLock*>(memory.bytes().data()));
  return SharedMutex(std::move(memory));
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
  for (;;) {
    SharedMutex made = createBeside(base, mode);
    if (!made.claim()) throw Error("a lock object that nobody knows is claimed");
    made.own(mode);
    if (made.memory_.renameOver(name)) return made;
  }
}

bool SharedMutex::usable() const {
  return mutex_ && RobustLock::isKnown(kind_);
}

LockResult SharedMutex::lock(std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  constexpr std::chrono::microseconds kPause{100};
  // Cut short it has no memory. Its owner has just looked.
  if (!usable() || (owner_ == 0 && !memory_.whole())) return LockResult::Broken;
  timeout = std::clamp(timeout, milliseconds(0), milliseconds(std::chrono::hours(24 * 365)));
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const LockResult result = mutex().lock(end);
    if (!isLocked(result)) return result;
    ++heldHere;
    if (!flagged()) {
      stuckSince_.reset();
      return result;
    }
    unlock();
    if (std::chrono::steady_clock::now() >= end) return LockResult::TimedOut;
    // Their condition is not waited for: whoever writes there could keep us.
    std::this_thread::sleep_for(kPause);
  }
}

void SharedMutex::mend() {
  if (!usable()) return;
  mutex().mend();
  if (owner_ == 0 || memory_.bytes().size() < sizeof(TopknotShmLock)) return;
  const auto pid = shared(object().ownerPid);
  if (pid.load(std::memory_order_relaxed) != owner_) pid.store(owner_);
}

namespace {

/// Whether a thread's process has that object mapped; nothing if that cannot be told.
std::optional<bool> maps(int thread, const SharedMemory& memory) {
  const std::string folder = "/proc/" + std::to_string(thread);
  if (access("/proc/self", F_OK) != 0) return std::nullopt;
  if (thread <= 0 || access(folder.c_str(), F_OK) != 0) return false;
  std::ifstream table(folder + "/maps");
  const std::string identity = memory.identity();
  bool any = false;
  for (std::string line; std::getline(table, line);) {
    any = true;
    if (line.find(identity) != line.npos) return true;
  }
  return any ? std::optional(false) : std::nullopt;
}

}  // namespace

bool SharedMutex::freeIfHeldByNobody() {
  if (!usable() || !memory_.whole()) return false;
  const auto now = std::chrono::steady_clock::now();
  const int holder = mutex().holder();
  if (!stuckSince_ || holder != stuckHolder_) {
    stuckHolder_ = holder;
    stuckSince_ = now;
  }
  if (now - *stuckSince_ < kLongestLie) return false;
  const bool mine = access(("/proc/self/task/" + std::to_string(holder)).c_str(), F_OK) == 0;
  const std::optional<bool> holds = mine ? heldHere > 0 : maps(holder, memory_);
  if (holds ? *holds : now - *stuckSince_ < kLongestHold) return false;
  mutex().free();
  stuckSince_.reset();
  return true;
}

bool SharedMutex::flagged() {
  const auto flag = offsetof(FlaggedLock, locked);
  if (memory_.bytes().size() <= flag) return false;
  const auto locked = shared(*reinterpret_cast<const std::uint8_t*>(memory_.bytes().data() + flag));
  const std::uint8_t seen = locked.load();
  const auto now = std::chrono::steady_clock::now();
  if (seen == 0) {
    flaggedSince_.reset();
    return false;
  }
  if (!flaggedSince_) flaggedSince_ = now;
  // What is neither set nor clear is none of theirs.
  if (seen == 1 && now - *flaggedSince_ <= kLongestHold) return true;
  locked.store(0);
  return false;
}

void SharedMutex::unlock() {
  mutex().unlock();
  --heldHere;
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

std::optional<bool> SharedMutex::claimed(const std::string& name) {
  using Memory = SharedMemory;
  const auto memory = Memory::open(name, Memory::Access::ReadOnly, Memory::Owner::Anyone);
  if (!memory) return std::nullopt;
  return lockedByOthers(memory->descriptor());
}

int SharedMutex::ownerPid() const {
  if (memory_.bytes().size() < sizeof(TopknotShmLock)) return 0;
  return shared(object().ownerPid).load();
}

void SharedMutex::own(unsigned mode) {
  owner_ = getpid();
  if (memory_.bytes().size() >= sizeof(TopknotShmLock)) {
    shared(object().ownerPid).store(owner_);
  }
  memory_.setMode(mode);
  memory_.adopt();
}

void SharedMutex::disown() noexcept {
  if (memory_ && memory_.heldElsewhere()) memory_.abandon();
  memory_.reset();
}

TopknotShmLock& SharedMutex::object() const {
  return *reinterpret_cast<TopknotShmLock*>(memory_.bytes().data());
}

}  // namespace topknot::ipc
