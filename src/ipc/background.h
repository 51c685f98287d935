// Publishing on a thread of its own, so that whoever makes frames need not copy them.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace topknot::ipc {

/// One thread, one job at a time. What a job throws is thrown by `finish`.
///
/// Thread: `start` and `finish` on one at a time.
class Background {
 public:
  /// Jobs are for this name: a reader of the same process waits for them, and so sees what was
  /// published before it looked.
  explicit Background(std::string name);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void start(std::function<void()> job);  ///< after `finish`
  void finish();

 private:
  void run();

  const std::string name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
  std::exception_ptr error_;
  bool busy_ = false;
  bool over_ = false;
  std::thread thread_;
};

/// Waits until what this process has begun to publish under that name is published.
void finishPublishing(std::string_view name);

}  // namespace topknot::ipc
