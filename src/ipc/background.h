// Publishing on another thread, so that whoever makes frames need not copy them.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace topknot::ipc {

/// One job at a time, on a thread of its own; it may begin on one that others lend. What a job
/// throws is thrown by `finish`.
///
/// Thread: `start` and `finish` on one at a time.
class Background {
 public:
  using Job = std::function<void()>;
  /// Runs a job on some other thread, or destroys it where that is not possible any more.
  using Lender = std::function<void(Job)>;

  /// Jobs are for this name: a reader of the same process waits for them, and so sees what was
  /// published before it looked.
  explicit Background(std::string name);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void start(Job job);  ///< after `finish`
  /// `first` on a thread that is lent, and then the rest.
  void start(const Lender& lender, Job first, Job rest);
  void finish();

 private:
  class Lent;
  void begin();
  void take(Job job);
  void end(std::exception_ptr error);
  void run();

  const std::string name_;
  std::mutex mutex_;
  std::condition_variable wanted_, done_;
  Job job_;
  std::exception_ptr error_;
  bool busy_ = false;
  bool over_ = false;
  std::thread thread_;
};

/// Waits until what this process has begun to publish under that name is published.
void finishPublishing(std::string_view name);

}  // namespace topknot::ipc
