// A thread with a context of its own that shares objects with another.
#include "gl/context/worker.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

#include "gl/context/work.h"

namespace topknot::gl {

namespace {

// What drawing a frame takes, but on slow machines. Compiling takes far longer.
constexpr std::chrono::milliseconds kFrame(10);

/// The worker's context as its own thread sees it. Windows are destroyed by the thread that made
/// them, so the thread owns this only.
class LentPlatform : public Platform {
 public:
  explicit LentPlatform(Platform& real) : real_(real) {}
  const char* name() const override { return real_.name(); }
  void makeCurrent() override { real_.makeCurrent(); }
  void release() override { real_.release(); }
  Threads driverThreads() const override { return real_.driverThreads(); }

 private:
  Platform& real_;
};

/// The threads that draw go first: where all processors are in use, the compiler would keep one of
/// them for a whole slice of time while a frame waits. A long slice means that whoever wakes up
/// takes over at once (Linux 6.12 and newer); a lower weight that it gets less while all are busy.
/// Not the lowest: the driver's locks are held here as well.
void giveWay() {
#ifdef SYS_sched_setattr
  struct {
    std::uint32_t size = 48, policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 5;
    std::uint32_t priority = 0;
    std::uint64_t slice = 100'000'000, deadline = 0, period = 0;  // nanoseconds
  } const wanted;
  static_cast<void>(syscall(SYS_sched_setattr, 0, &wanted, 0));  // without it, it competes
#endif
}

/// Workers for pictures, of all contexts. Never destroyed: contexts may end later.
struct PictureWorkers {
  static PictureWorkers& all() {
    static auto* const one = new PictureWorkers;
    return *one;
  }
  std::mutex mutex;
  std::vector<Worker*> workers;
};

}  // namespace

Worker::Worker(std::unique_ptr<Platform> platform, Duty duty)
    : duty_(duty),
      platform_(std::move(platform)),
      state_(std::make_shared<Context::State>(std::make_unique<LentPlatform>(*platform_))),
      thread_([this] { run(); }) {
  if (compiles()) return;
  PictureWorkers& all = PictureWorkers::all();
  const std::lock_guard lock(all.mutex);
  all.workers.push_back(this);
}

Worker::~Worker() {
  if (!compiles()) {
    PictureWorkers& all = PictureWorkers::all();
    const std::lock_guard lock(all.mutex);
    std::erase(all.workers, this);
  }
  stop();
  thread_.join();
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void Worker::post(Job job) {
  add({std::move(job), {}});
}

void Worker::postBehindFrame(Job job) {
  add({std::move(job), Clock::now() + kFrame});
}

void Worker::add(Waiting waiting) {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return;
    jobs_.push_back(std::move(waiting));
  }
  changed_.notify_all();
}

void Worker::drain() {
  std::unique_lock lock(mutex_);
  while ((!jobs_.empty() || busy_) && !state_->watch.lost()) {
    changed_.wait_for(lock, std::chrono::milliseconds(50));
  }
}

void Worker::drainPictures() {
  if (forked()) return;
  PictureWorkers& all = PictureWorkers::all();
  const std::lock_guard lock(all.mutex);
  for (Worker* worker : all.workers) worker->drain();
}

std::size_t Worker::jobCount() {
  const std::lock_guard lock(mutex_);
  return jobs_.size() + (busy_ && started_ ? 1 : 0);
}

bool Worker::failed() {
  const std::lock_guard lock(mutex_);
  return failed_;
}

bool Worker::finish(Clock::time_point latest) {
  stop();
  std::unique_lock lock(mutex_);
  while (!ended_ && !(busy_ && state_->watch.lost()) && Clock::now() < latest) {
    changed_.wait_for(lock, std::chrono::milliseconds(50));
  }
  return ended_;
}

void Worker::deadline(double seconds) {
  deadline_ = seconds;
  state_->watch.deadline(seconds);
}

bool Worker::lost() {
  return state_->watch.lost();
}

void Worker::run() {
  if (compiles()) giveWay();
  try {
    state_->thread = std::this_thread::get_id();
    state_->platform->makeCurrent();
    setCurrent(state_);
    load(*state_, {});  // the functions are known
    if (const double given = deadline_; given > 0.0) state_->watch.deadline(given);
    work();
  } catch (const std::exception&) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    busy_ = false;
  }
  dropJobs();
  changed_.notify_all();
  state_->shutDown();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

Worker::Job Worker::next() {
  std::unique_lock lock(mutex_);
  busy_ = false;
  started_ = true;
  if (jobs_.empty()) changed_.notify_all();  // those who drain
  changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
  while (!stopping_ && Clock::now() < jobs_.front().from) {
    changed_.wait_until(lock, jobs_.front().from);
  }
  if (stopping_) return {};
  Job job = std::move(jobs_.front().job);
  jobs_.pop_front();
  busy_ = true;
  return job;
}

void Worker::work() {
  while (Job job = next()) {
    try {
      const Work work(state_, this, [](const void* who) {
        const bool compiles = static_cast<const Worker*>(who)->compiles();
        return std::string(compiles ? "a shader that was compiled in the background"
                                    : "a picture that was read in the background");
      });
      job();
      job = nullptr;
    } catch (...) {
      // Whoever waits for a result learns of it from what the job holds.
    }
  }
}

void Worker::dropJobs() {
  std::deque<Waiting> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(jobs_);
}

namespace {

/// More compile side by side than one, but a picture is being drawn as well.
std::size_t mostWorkers() {
  constexpr unsigned kMost = 4;
  return std::clamp(std::thread::hardware_concurrency(), 1u, kMost);
}

bool compiles(const std::unique_ptr<Worker>& worker) {
  return worker->compiles();
}

Worker* addWorker(Context::State& state, Worker::Duty duty = Worker::Duty::Programs) {
  try {
    if (auto platform = state.platform->makeShared()) {
      state.workers.push_back(std::make_unique<Worker>(std::move(platform), duty));
      state.workers.back()->deadline(state.watch.deadline());
      return state.workers.back().get();
    }
  } catch (const std::exception&) {
    // It cooks without one.
  }
  if (std::ranges::none_of(state.workers, compiles)) state.workerFailed = true;
  return nullptr;
}

}  // namespace

bool hasWorker(Context::State& state) {
  std::string why;
  if (!usable(state, why)) return false;
  state.renewWorkers();
  const auto failed = [](const auto& worker) { return compiles(worker) && worker->failed(); };
  if (std::erase_if(state.workers, failed) > 0) {
    state.workerFailed = std::ranges::none_of(state.workers, compiles);
  }
  const auto lost = [](const auto& worker) { return compiles(worker) && worker->lost(); };
  if (std::ranges::any_of(state.workers, lost)) {
    state.endWorkers(true);
    state.workerFailed = true;  // the next one would meet the same shaders
  }
  if (!usable(state, why) || state.workerFailed) return false;
  return std::ranges::any_of(state.workers, compiles) || addWorker(state) != nullptr;
}

Worker* workerOf(Context::State& state) {
  if (!hasWorker(state)) return nullptr;
  Worker* least = nullptr;
  std::size_t count = 0, fewest = 0;
  for (const auto& worker : state.workers) {
    if (!compiles(worker)) continue;
    const std::size_t jobs = worker->jobCount();
    if (count++ == 0 || jobs < fewest) {
      least = worker.get();
      fewest = jobs;
    }
  }
  if (fewest > 0 && count < mostWorkers()) {
    if (Worker* another = addWorker(state)) return another;
  }
  return least;
}

Worker* readbackWorkerOf(Context::State& state) {
  std::string why;
  if (!usable(state, why)) return nullptr;
  const auto found = std::ranges::find_if_not(state.workers, compiles);
  if (found != state.workers.end()) {
    // One that cannot work is not replaced: the next one would meet the same driver.
    return (*found)->failed() || (*found)->lost() ? nullptr : found->get();
  }
  return state.workerFailed ? nullptr : addWorker(state, Worker::Duty::Pictures);
}

}  // namespace topknot::gl
