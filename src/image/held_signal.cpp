// Signals that a system call sends to the thread that makes it.
#include "image/held_signal.h"

#include <cerrno>
#include <ctime>

namespace topknot {

HeldSignal::HeldSignal(int number) {
  sigemptyset(&held_);
  sigaddset(&held_, number);
  pthread_sigmask(SIG_BLOCK, &held_, &before_);
  sigset_t waiting;
  waited_ = sigpending(&waiting) == 0 && sigismember(&waiting, number) == 1;
}

HeldSignal::~HeldSignal() {
  const int error = errno;
  if (!waited_) {
    const timespec now{};
    while (sigtimedwait(&held_, nullptr, &now) > 0 || errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  errno = error;
}

}  // namespace topknot
