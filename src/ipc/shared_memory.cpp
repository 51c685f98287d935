// Creating, opening, mapping and naming shared memory objects.
#include "ipc/shared_memory.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

#include "image/held_signal.h"
#include "ipc/names.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& name, int code) {
  throw Error("cannot " + what + " shared memory '" + shmPath(name) + "': " + std::strerror(code));
}

[[noreturn]] void failStranger(const std::string& name, uid_t owner) {
  throw Error("shared memory '" + shmPath(name) + "' belongs to another user (uid " +
              std::to_string(owner) + "), so it is not used");
}

[[noreturn]] void failFull(const std::string& name, std::uint64_t bytes) {
  struct statvfs room = {};
  const bool known = statvfs(shmPath("").c_str(), &room) == 0;
  const std::uint64_t free = std::uint64_t{room.f_bavail} * room.f_frsize;
  throw NoRoom("/dev/shm is full: '" + name + "' needs " + std::to_string(bytes) + " bytes, " +
               (known ? std::to_string(free) : std::string("an unknown number")) + " are free");
}

struct stat statusOf(int descriptor, const std::string& name) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) fail("examine", name, errno);
  return status;
}

}  // namespace

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : name_(std::move(other.name_)),
      fd_(std::exchange(other.fd_, -1)),
      access_(other.access_),
      owner_(std::exchange(other.owner_, 0)),
      bytes_(std::exchange(other.bytes_, {})),
      guard_(std::move(other.guard_)) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  if (this != &other) {
    reset();
    name_ = std::move(other.name_);
    fd_ = std::exchange(other.fd_, -1);
    access_ = other.access_;
    owner_ = std::exchange(other.owner_, 0);
    bytes_ = std::exchange(other.bytes_, {});
    guard_ = std::move(other.guard_);
  }
  return *this;
}

std::optional<SharedMemory> SharedMemory::create(const std::string& name, std::uint64_t bytes,
                                                 unsigned mode) {
  const int descriptor = shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return std::nullopt;
    if (errno == ENOSPC) failFull(name, bytes);
    fail("create", name, errno);
  }
  SharedMemory memory(name, descriptor, Access::ReadWrite);
  memory.adopt();
  // The umask may have taken rights from the owner.
  memory.setMode(mode);
  memory.reserve(bytes);
  memory.map(bytes);
  return memory;
}

SharedMemory SharedMemory::createBeside(const std::string& base, std::uint64_t bytes,
                                        unsigned mode) {
  for (;;) {
    if (auto memory = create(base + randomPostfix(), bytes, mode)) return std::move(*memory);
  }
}

std::optional<SharedMemory> SharedMemory::open(const std::string& name, Access access,
                                               Owner owner) {
  // Without O_NONBLOCK a FIFO of that name would hold us up.
  const int flags = (access == Access::ReadOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK;
  const int descriptor = shm_open(name.c_str(), flags, 0);
  if (descriptor < 0) {
    const int code = errno;
    if (code == ENOENT) return std::nullopt;
    struct stat status = {};
    const bool seen = lstat(shmPath(name).c_str(), &status) == 0;
    if (code == EACCES && seen && status.st_uid != geteuid()) failStranger(name, status.st_uid);
    if (code == ELOOP) throw Error("'" + shmPath(name) + "' is a symbolic link, not shared memory");
    fail("open", name, code);
  }
  SharedMemory memory(name, descriptor, access);
  const struct stat status = statusOf(descriptor, name);
  if (!S_ISREG(status.st_mode)) {
    throw Error("'" + shmPath(name) + "' is not shared memory but another kind of file");
  }
  if (owner == Owner::Self && status.st_uid != geteuid()) failStranger(name, status.st_uid);
  return memory;
}

bool SharedMemory::exists(const std::string& name) {
  struct stat status = {};
  return lstat(shmPath(name).c_str(), &status) == 0;
}

namespace {

// Beyond it a write would end the process with SIGXFSZ, also within an object that is there.
std::uint64_t mostBytesOfFiles() {
  struct rlimit limit = {};
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

}  // namespace

// Pages that are not reserved would be found missing by SIGBUS, in the middle of a frame.
void SharedMemory::reserve(std::uint64_t bytes) const {
  if (const std::uint64_t most = mostBytesOfFiles(); bytes > most) {
    throw NoRoom("shared memory '" + name_ + "' needs " + std::to_string(bytes) +
                 " bytes, the process may make files of " + std::to_string(most));
  }
  if (bytes > std::uint64_t{1} << 62) failFull(name_, bytes);
  int code = 0;
  const HeldSignal held(SIGXFSZ);  // of a limit that came after the look at it
  do {
    code = posix_fallocate(fd_, 0, static_cast<off_t>(bytes));
  } while (code == EINTR);
  if (code == ENOSPC || code == EFBIG) failFull(name_, bytes);
  if (code != 0) fail("reserve", name_, code);
}

void SharedMemory::map(std::uint64_t bytes) {
  const int rights = access_ == Access::ReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
  void* start = mmap(nullptr, bytes, rights, MAP_SHARED, fd_, 0);
  if (start == MAP_FAILED) fail("map", name_, errno);
  bytes_ = {static_cast<std::byte*>(start), bytes};
  guard_ = MappingGuard(bytes_);
}

std::uint64_t SharedMemory::size() const {
  return static_cast<std::uint64_t>(statusOf(fd_, name_).st_size);
}

bool SharedMemory::unlinked() const {
  return statusOf(fd_, name_).st_nlink == 0;
}

bool SharedMemory::stands(std::uint64_t bytes) const {
  const struct stat status = statusOf(fd_, name_);
  return status.st_nlink > 0 && static_cast<std::uint64_t>(status.st_size) == bytes &&
         !guard_.fell();
}

bool SharedMemory::whole() const {
  return size() >= bytes_.size() && !guard_.fell();
}

const char* SharedMemory::harm() const {
  const struct stat status = statusOf(fd_, name_);
  if (status.st_nlink == 0) return "was removed";
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  return bytes < bytes_.size() || guard_.fell() ? "was cut short" : nullptr;
}

std::string SharedMemory::identity() const {
  const struct stat status = statusOf(fd_, name_);
  char text[64];
  std::snprintf(text, sizeof text, " %02x:%02x %llu ", major(status.st_dev), minor(status.st_dev),
                static_cast<unsigned long long>(status.st_ino));
  return text;
}

bool SharedMemory::linked() const {
  struct stat mine = {};
  struct stat named = {};
  return fd_ >= 0 && fstat(fd_, &mine) == 0 && lstat(shmPath(name_).c_str(), &named) == 0 &&
         mine.st_ino == named.st_ino && mine.st_dev == named.st_dev;
}

// The kernel leases a file for writing to its only holder. Somebody who opens it at that moment
// would have this process signalled, so this thread takes the signal, and drops it.
bool SharedMemory::heldElsewhere() const {
  sigset_t signal, before;
  sigemptyset(&signal);
  sigaddset(&signal, SIGIO);
  if (pthread_sigmask(SIG_BLOCK, &signal, &before) != 0) return true;
  const f_owner_ex taker = {F_OWNER_TID, gettid()};
  const bool alone = fcntl(fd_, F_SETOWN_EX, &taker) == 0 && fcntl(fd_, F_SETLEASE, F_WRLCK) == 0;
  if (alone) {
    fcntl(fd_, F_SETLEASE, F_UNLCK);
    const timespec now = {};
    while (sigtimedwait(&signal, nullptr, &now) > 0) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return !alone;
}

void SharedMemory::setMode(unsigned mode) const {
  if (fchmod(fd_, mode) != 0) fail("set the mode of", name_, errno);
}

std::size_t SharedMemory::read(std::uint64_t offset, std::span<std::byte> target) const {
  std::size_t done = 0;
  while (done < target.size()) {
    const ssize_t count =
        pread(fd_, target.data() + done, target.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", name_, errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

void SharedMemory::write(std::uint64_t offset, std::span<const std::byte> source) const {
  const HeldSignal held(SIGXFSZ);
  const ssize_t count = pwrite(fd_, source.data(), source.size(), static_cast<off_t>(offset));
  if (count != static_cast<ssize_t>(source.size())) fail("write", name_, errno);
}

bool SharedMemory::renameOver(const std::string& name) {
  if (!linked()) return false;
  if (::rename(shmPath(name_).c_str(), shmPath(name).c_str()) != 0) {
    if (errno == ENOENT) return false;
    fail("replace", name, errno);
  }
  name_ = name;
  return true;
}

bool SharedMemory::moveTo(const std::string& name) {
  if (::link(shmPath(name_).c_str(), shmPath(name).c_str()) != 0) {
    // Whoever owns the name clears away what looks half-built, so the source may be gone.
    if (errno == EEXIST || errno == ENOENT) return false;
    fail("name", name, errno);
  }
  unlinkObject(name_);
  name_ = name;
  return true;
}

void SharedMemory::adopt() {
  owner_ = getpid();
}

void SharedMemory::abandon() {
  owner_ = 0;
}

void SharedMemory::reset() noexcept {
  if (fd_ < 0) return;
  if (owner_ == getpid() && linked()) shm_unlink(name_.c_str());
  guard_ = {};
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
  ::close(fd_);
  fd_ = -1;
  owner_ = 0;
  bytes_ = {};
}

bool unlinkObject(const std::string& name) {
  return shm_unlink(name.c_str()) == 0 || errno == ENOENT;
}

}  // namespace topknot::ipc
