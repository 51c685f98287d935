// The thread that copies frames, and who may wait for it.
#include "ipc/background.h"

#include <chrono>
#include <map>
#include <utility>

namespace topknot::ipc {
namespace {

/// Jobs of this process that are not done, by name.
struct Pending {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, int, std::less<>> jobs;
};

Pending& pending() {
  static Pending* all = new Pending;  // threads may outlive the statics
  return *all;
}

void count(const std::string& name, int change) {
  Pending& all = pending();
  const std::lock_guard lock(all.mutex);
  if ((all.jobs[name] += change) == 0) all.jobs.erase(name);
  all.changed.notify_all();
}

}  // namespace

Background::Background(std::string name) : name_(std::move(name)) {}

Background::~Background() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Background::start(std::function<void()> job) {
  finish();
  count(name_, 1);
  {
    const std::lock_guard lock(mutex_);
    job_ = std::move(job);
    busy_ = true;
  }
  if (thread_.joinable()) {
    changed_.notify_all();
  } else {
    thread_ = std::thread([this] { run(); });
  }
}

void Background::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !busy_; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Background::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return busy_ || over_; });
    if (!busy_) return;
    std::function<void()> job = std::exchange(job_, nullptr);
    lock.unlock();
    std::exception_ptr error;
    try {
      job();
    } catch (...) {
      error = std::current_exception();
    }
    job = nullptr;
    lock.lock();
    error_ = error;
    busy_ = false;
    changed_.notify_all();
    count(name_, -1);
  }
}

void finishPublishing(std::string_view name) {
  Pending& all = pending();
  std::unique_lock lock(all.mutex);
  // Not for ever: in a forked child nobody will do what the parent had begun.
  constexpr std::chrono::seconds kMost{1};
  all.changed.wait_for(lock, kMost, [&] { return all.jobs.find(name) == all.jobs.end(); });
}

}  // namespace topknot::ipc
