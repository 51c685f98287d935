// Tells that something takes its time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace topknot::cli {

/// Calls `tell` once, on a thread of its own, if it lives longer than two seconds.
class Patience {
 public:
  explicit Patience(std::function<void()> tell,
                    std::chrono::milliseconds delay = std::chrono::seconds(2));
  ~Patience();
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace topknot::cli
