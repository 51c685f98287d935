// Clients of TouchDesigner's protocol in the ways in which others have written theirs.
#include "ipc/support/clients.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <utility>

namespace topknot::test {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kPatience{5000};

timespec deadlineIn(milliseconds timeout) {
  timespec when = {};
  clock_gettime(CLOCK_REALTIME, &when);
  when.tv_sec += timeout.count() / 1000;
  when.tv_nsec += timeout.count() % 1000 * 1000000;
  if (when.tv_nsec >= 1000000000) {
    when.tv_nsec -= 1000000000;
    ++when.tv_sec;
  }
  return when;
}

}  // namespace

Mapped::Mapped(const std::string& object) {
  const int fd = shm_open(object.c_str(), O_RDWR, 0);
  if (fd < 0) return;
  struct stat status = {};
  fstat(fd, &status);
  size_ = static_cast<std::size_t>(status.st_size);
  void* start = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (start != MAP_FAILED) start_ = static_cast<std::byte*>(start);
}

Mapped::Mapped(Mapped&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapped& Mapped::operator=(Mapped&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
  return *this;
}

Mapped::~Mapped() {
  if (start_) munmap(start_, size_);
}

FlagLock::FlagLock(const std::string& object) {
  const int fd = shm_open(object.c_str(), O_RDWR | O_CREAT | O_EXCL, 0666);
  if (fd >= 0 && ftruncate(fd, sizeof(Object)) == 0) {
    const Mapped made(object);
    auto& fresh = *reinterpret_cast<Object*>(made.at(0));
    pthread_mutexattr_t mutex;
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&fresh.mutex, &mutex);
    pthread_condattr_t condition;
    pthread_condattr_init(&condition);
    pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&fresh.changed, &condition);
  }
  if (fd >= 0) close(fd);
  mapped_ = Mapped(object);
}

bool FlagLock::lock(milliseconds timeout) {
  if (!mapped_ || pthread_mutex_lock(&object().mutex) != 0) return false;
  const timespec deadline = deadlineIn(timeout);
  int code = 0;
  while (object().locked && code == 0) {
    code = pthread_cond_timedwait(&object().changed, &object().mutex, &deadline);
  }
  if (code == 0) object().locked = true;
  pthread_mutex_unlock(&object().mutex);
  return code == 0;
}

void FlagLock::unlock() {
  pthread_mutex_lock(&object().mutex);
  object().locked = false;
  pthread_cond_signal(&object().changed);
  pthread_mutex_unlock(&object().mutex);
}

FlagClient::FlagClient(std::string name)
    : name_(std::move(name)), lock_("TouchSHM" + name_ + "Mutex") {}

void FlagClient::forget() {
  info_ = Mapped();
  data_ = Mapped();
  infoLock_.reset();
  postfix_.clear();
}

bool FlagClient::look() {
  const std::string info = "TouchSHMTouchSHM" + name_ + "4jhd783h";
  if (!info_) {
    info_ = Mapped(info);
    if (!info_ || info_.get<std::uint32_t>(0) != 0x56ed34ba) {
      forget();
      return false;
    }
    infoLock_.emplace(info + "Mutex");
    if (!infoLock_->lock(kPatience)) return false;
    *info_.at(8) = std::byte{1};
    infoLock_->unlock();
  }
  if (!infoLock_->lock(kPatience)) return false;
  const bool over = info_.get<std::uint32_t>(4) > 1 && info_.get<bool>(41);
  const std::string postfix(reinterpret_cast<const char*>(info_.at(9)));
  infoLock_->unlock();
  if (over) {
    forget();
    return false;
  }
  if (std::exchange(postfix_, postfix) != postfix) data_ = Mapped();
  if (!data_) data_ = Mapped("TouchSHM" + name_ + postfix_);
  return static_cast<bool>(data_);
}

std::optional<std::vector<std::byte>> FlagClient::read() {
  if (!lock_.lock(kPatience)) return std::nullopt;
  std::optional<std::vector<std::byte>> pixels;
  if (look() && data_.get<std::uint32_t>(0) == 0xd95ef835) {
    const std::byte* start = data_.at(static_cast<std::size_t>(data_.get<std::int32_t>(40)));
    pixels.emplace(start, start + data_.get<std::int64_t>(32));
  }
  lock_.unlock();
  return pixels;
}

MappedOnce::MappedOnce(const std::string& name) : lock_("TouchSHM" + name + "Mutex") {
  const Mapped info("TouchSHMTouchSHM" + name + "4jhd783h");
  if (!lock_ || !info) return;
  std::string postfix(reinterpret_cast<const char*>(info.at(8)), 32);
  postfix.erase(postfix.find_last_not_of('\0') + 1);
  data_ = Mapped("TouchSHM" + name + postfix);
  if (!data_) return;
  ok_ = data_.get<std::uint32_t>(0) == 0xd95ef835 && data_.get<std::int32_t>(4) == 1;
  bytes_ = data_.get<std::int64_t>(32);
}

std::vector<std::byte> MappedOnce::read() {
  auto* mutex = reinterpret_cast<pthread_mutex_t*>(lock_.at(0));
  const timespec deadline = deadlineIn(kPatience);
  const int code = pthread_mutex_timedlock(mutex, &deadline);
  if (code == EOWNERDEAD) pthread_mutex_consistent(mutex);
  if (code != 0 && code != EOWNERDEAD) return {};
  std::vector<std::byte> pixels(data_.at(48), data_.at(48) + bytes_);
  pthread_mutex_unlock(mutex);
  return pixels;
}

}  // namespace topknot::test
