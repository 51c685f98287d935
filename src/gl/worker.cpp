// A thread with a context of its own that shares objects with another.
#include "gl/worker.h"

#include <chrono>
#include <exception>
#include <utility>

#include "gl/work.h"

namespace topknot::gl {

namespace {

/// The worker's context as its own thread sees it. Windows are destroyed by the thread that made
/// them, so the thread owns this only.
class LentPlatform : public Platform {
 public:
  explicit LentPlatform(Platform& real) : real_(real) {}
  const char* name() const override { return real_.name(); }
  void makeCurrent() override { real_.makeCurrent(); }
  void release() override { real_.release(); }

 private:
  Platform& real_;
};

}  // namespace

Worker::Worker(std::unique_ptr<Platform> platform)
    : platform_(std::move(platform)), thread_([this] { run(); }) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return started_; });
  if (failure_.empty()) return;
  lock.unlock();
  thread_.join();
  throw Error(failure_);
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

void Worker::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.empty() && !busy_; });
}

bool Worker::idle() {
  const std::lock_guard lock(mutex_);
  return jobs_.empty() && !busy_;
}

bool Worker::finish() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  while (!ended_ && !(busy_ && state_->watch.lost())) {
    changed_.wait_for(lock, std::chrono::milliseconds(50));
  }
  return ended_;
}

void Worker::deadline(double seconds) { state_->watch.deadline(seconds); }

bool Worker::lost() { return state_->watch.lost(); }

void Worker::run() {
  StatePtr state;
  std::string failure;
  try {
    state = std::make_shared<Context::State>(std::make_unique<LentPlatform>(*platform_));
    state->platform->makeCurrent();
    setCurrent(state);
    load(*state, {});  // the functions are known
  } catch (const std::exception& error) {
    failure = error.what();
  }
  {
    const std::lock_guard lock(mutex_);
    started_ = true;
    failure_ = failure;
    state_ = state;
  }
  changed_.notify_all();
  if (failure.empty()) work();
  if (state) state->shutDown();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

Worker::Job Worker::next() {
  std::unique_lock lock(mutex_);
  busy_ = false;
  if (jobs_.empty()) changed_.notify_all();  // those who drain
  changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
  if (stopping_) return {};
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  busy_ = true;
  return job;
}

void Worker::work() {
  while (Job job = next()) {
    try {
      const Work work(state_, this, [](const void*) {
        return std::string("a shader that was compiled in the background");
      });
      job();
      job = nullptr;
    } catch (...) {
      // Whoever waits for a result learns of it from what the job holds.
    }
  }
  std::deque<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(jobs_);
  }
}

Worker* workerOf(Context::State& state) {
  std::string why;
  if (usable(state, why)) state.renewWorker();
  if (state.worker && state.worker->lost()) {
    state.endWorker();
    state.workerFailed = true;  // the next one would meet the same shaders
  }
  if (state.worker || state.workerFailed || !usable(state, why)) {
    return usable(state, why) ? state.worker.get() : nullptr;
  }
  try {
    if (auto platform = state.platform->makeShared()) {
      state.worker = std::make_unique<Worker>(std::move(platform));
      state.worker->deadline(state.watch.deadline());
    }
  } catch (const std::exception&) {
    // It cooks without one.
  }
  state.workerFailed = !state.worker;
  return state.worker.get();
}

}  // namespace topknot::gl
