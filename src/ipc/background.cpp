// The thread that copies frames, and who may wait for it.
#include "ipc/background.h"

#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "topknot/error.h"

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

/// The part of a job on a thread that is lent; where that is destroyed instead, the job is over.
class Background::Lent {
 public:
  Lent(Background& owner, Job first, Job rest)
      : owner_(&owner), first_(std::move(first)), rest_(std::move(rest)) {}
  ~Lent() {
    const Error dropped("a frame was not published: the thread for it ended");
    if (owner_) owner_->end(std::make_exception_ptr(dropped));
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

  void run() {
    std::exception_ptr error;
    try {
      first_();
    } catch (...) {
      error = std::current_exception();
    }
    first_ = nullptr;
    Background& owner = *std::exchange(owner_, nullptr);
    if (error) return owner.end(std::move(error));
    owner.take(std::move(rest_));
  }

 private:
  Background* owner_;  // until it knows how this ended
  Job first_, rest_;
};

Background::Background(std::string name) : name_(std::move(name)) {}

Background::~Background() {
  {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return !busy_; });
    over_ = true;
  }
  wanted_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Background::start(Job job) {
  begin();
  take(std::move(job));
}

void Background::start(const Lender& lender, Job first, Job rest) {
  begin();
  const auto lent = std::make_shared<Lent>(*this, std::move(first), std::move(rest));
  lender([lent] { lent->run(); });
}

void Background::finish() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return !busy_; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Background::begin() {
  finish();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  count(name_, 1);
  const std::lock_guard lock(mutex_);
  busy_ = true;
}

void Background::take(Job job) {
  const std::lock_guard lock(mutex_);
  job_ = std::move(job);
  wanted_.notify_all();  // under the lock, as this may end once it is done
}

void Background::end(std::exception_ptr error) {
  count(name_, -1);
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  busy_ = false;
  done_.notify_all();  // likewise
}

void Background::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return job_ || over_; });
    if (!job_) return;
    Job job = std::exchange(job_, nullptr);
    lock.unlock();
    std::exception_ptr error;
    try {
      job();
    } catch (...) {
      error = std::current_exception();
    }
    job = nullptr;
    end(std::move(error));
    lock.lock();
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
