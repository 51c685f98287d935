// Signals that a system call sends to the thread that makes it.
#pragma once

#include <csignal>

namespace topknot {

/// While it lives, a signal that a call of this thread brings about does not end the process:
///
///     const HeldSignal held(SIGXFSZ);
///     const ssize_t done = ::write(file, bytes, size);  // -1 and EFBIG over the limit, nothing
///     else
///
/// Made for SIGXFSZ (a file over RLIMIT_FSIZE) and SIGPIPE, which go to the thread whose call
/// failed. The signal is blocked for this thread alone, and what came meanwhile is taken back, so
/// that the host's handlers and those of other threads never see it. What was waiting before waits
/// on. errno stays as it was.
///
/// Thread: the one that made it.
class HeldSignal {
 public:
  explicit HeldSignal(int number);
  ~HeldSignal();
  HeldSignal(const HeldSignal&) = delete;
  HeldSignal& operator=(const HeldSignal&) = delete;

 private:
  sigset_t held_, before_;
  bool waited_ = false;  // for another call than ours
};

}  // namespace topknot
