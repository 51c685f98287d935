// A temporary file from its first byte to its last name.
#include "io/files/temporary.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "image/held_signal.h"

namespace topknot::io {
namespace {

/// Descriptors plus one of what is being written; 0 is none. A lock lasts as long as any copy of
/// its descriptor, so a forked child closes those that it got. What finds no room here is closed
/// when the child ends.
std::array<std::atomic<int>, 64> openFiles;

void closeInChild() {
  for (std::atomic<int>& each : openFiles) {
    if (const int file = each.exchange(0)) ::close(file - 1);
  }
}

void enlist(int file) {
  static std::once_flag once;
  std::call_once(once, [] { pthread_atfork(nullptr, nullptr, closeInChild); });
  for (std::atomic<int>& each : openFiles) {
    int none = 0;
    if (each.compare_exchange_strong(none, file + 1)) return;
  }
}

void strike(int file) {
  for (std::atomic<int>& each : openFiles) {
    int same = file + 1;
    if (each.compare_exchange_strong(same, 0)) return;
  }
}

std::string randomName() {
  unsigned char random[12];
  if (::getrandom(random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
    refuse("cannot be written, no temporary name", errno);
  }
  std::string name = ".topknot-";
  for (const unsigned char byte : random) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

[[noreturn]] void refuseWrite(std::size_t wanted, int error) {
  rlimit limit{};
  const bool known = error == EFBIG && ::getrlimit(RLIMIT_FSIZE, &limit) == 0;
  if (!known || wanted <= limit.rlim_cur) refuse("cannot be written", error);
  throw Refusal("cannot be written: " + std::generic_category().message(error) + ": it has " +
                std::to_string(wanted) + " bytes, and this process may write files of " +
                std::to_string(limit.rlim_cur) + " (ulimit -f)");
}

}  // namespace

Temporary::Temporary(int folder, mode_t mode) : folder_(folder) {
  constexpr int kMostAttempts = 100;
  for (int i = 0; i < kMostAttempts; ++i) {
    if (make(mode)) return;
  }
  throw Refusal("cannot be written: its temporary files are taken away");
}

/// False if somebody took it before it was locked.
bool Temporary::make(mode_t mode) {
  name_ = randomName();
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  file_ = Descriptor(::openat(folder_, name_.c_str(), kFlags, mode));
  if (!file_) {
    name_.clear();
    if (errno == EEXIST) return false;
    refuse("cannot be written into its folder", errno);
  }
  enlist(file_.get());
  // Where the file system has no locks, nobody sweeps either.
  const bool taken = ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  struct stat status;
  if (!taken && ::fstat(file_.get(), &status) == 0 && status.st_nlink > 0) return true;
  ::unlinkat(folder_, name_.c_str(), 0);
  close();
  return false;
}

void Temporary::close() {
  if (!file_) return;
  strike(file_.get());  // first, as the number may be another file's afterwards
  file_.close();
}

Temporary::~Temporary() {
  if (!name_.empty()) ::unlinkat(folder_, name_.c_str(), 0);
  close();
}

void Temporary::write(ByteView bytes) {
  const HeldSignal held(SIGXFSZ);
  const std::size_t wanted = bytes.size();
  while (!bytes.empty()) {
    const std::size_t most = std::min<std::size_t>(bytes.size(), 1u << 30);
    const ssize_t done = ::write(file_.get(), bytes.data(), most);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) refuseWrite(wanted, done < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

void Temporary::moveTo(const std::string& name) {
  while (::fsync(file_.get()) != 0) {
    if (errno != EINTR) refuse("cannot be written", errno);
  }
  if (::renameat(folder_, name_.c_str(), folder_, name.c_str()) != 0) {
    refuse("cannot be written", errno);
  }
  name_.clear();
  close();
}

}  // namespace topknot::io
