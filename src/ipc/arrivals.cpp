// inotify on the folder of shared memory.
#include "ipc/arrivals.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <thread>

#include "ipc/names.h"

namespace topknot::ipc {

Arrivals::~Arrivals() {
  if (fd_ >= 0) close(fd_);
}

void Arrivals::watch() {
  if (fd_ >= 0) return;
  fd_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd_ < 0) return;
  if (inotify_add_watch(fd_, shmPath("").c_str(), IN_CREATE | IN_MOVED_TO) < 0) {
    close(fd_);
    fd_ = -1;
  }
}

void Arrivals::wait(std::chrono::nanoseconds timeout) {
  constexpr std::chrono::milliseconds kPoll{5};
  timeout = std::max(timeout, std::chrono::nanoseconds(0));
  if (fd_ < 0) {
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(timeout, kPoll));
    return;
  }
  const timespec limit = {static_cast<std::time_t>(timeout.count() / 1000000000),
                          static_cast<long>(timeout.count() % 1000000000)};
  pollfd waiting = {fd_, POLLIN, 0};
  ppoll(&waiting, 1, &limit, nullptr);
  char events[4096];
  while (read(fd_, events, sizeof events) > 0) {
  }
}

}  // namespace topknot::ipc
