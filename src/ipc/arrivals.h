// Being told when an object appears in /dev/shm.
#pragma once

#include <chrono>

namespace topknot::ipc {

/// Begin to watch before looking whether the object is there, then wait.
///
/// Thread: any, one at a time.
class Arrivals {
 public:
  Arrivals() = default;
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  void watch();
  /// Returns when some object appeared, or after `timeout`. Where the system cannot tell, after a
  /// few milliseconds.
  void wait(std::chrono::nanoseconds timeout);

 private:
  int fd_ = -1;
};

}  // namespace topknot::ipc
