// The futex calls, which have no function in the C library.
#include "ipc/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>

namespace topknot::ipc {

void futexWait(const std::uint32_t& word, std::uint32_t seen, std::chrono::nanoseconds timeout) {
  const auto left = std::max(timeout, std::chrono::nanoseconds(0)).count();
  const timespec limit = {static_cast<std::time_t>(left / 1000000000),
                          static_cast<long>(left % 1000000000)};
  syscall(SYS_futex, &word, FUTEX_WAIT, seen, &limit, nullptr, 0);
}

void futexWake(const std::uint32_t& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace topknot::ipc
