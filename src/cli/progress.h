// A bar on stderr while something takes long.
#pragma once

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace topknot::cli {

/// `converting 3 of 20 [====                ] 4 s`, from a second after the beginning on, and only
/// if the stream is a terminal. Gone at the end.
///
/// Thread: that of its maker; it draws on one of its own.
class Progress {
 public:
  Progress(std::string doing, std::int64_t total,
           std::chrono::milliseconds delay = std::chrono::seconds(1), int stream = STDERR_FILENO);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// One more of all is done.
  void advance();
  /// Does what writes lines of its own; the bar is out of their way.
  void aside(const std::function<void()>& work);

 private:
  void run();
  void draw();
  void wipe();

  const std::string doing_;
  const std::int64_t total_;
  const std::chrono::milliseconds delay_;
  const int stream_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t done_ = 0;
  bool ending_ = false, shown_ = false;
  std::thread thread_;  // if there is a terminal
};

}  // namespace topknot::cli
