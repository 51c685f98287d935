// A bounded queue, and two threads that come with the first file and end with the program.
#include "io/save_queue.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "io/codec.h"
#include "topknot/error.h"

namespace topknot {

FileSaveStatus::State::State(std::filesystem::path file)
    : path(std::move(file)), process(getpid()) {}

void FileSaveStatus::State::complete(std::string sentence) {
  const std::lock_guard lock(mutex);
  error = std::move(sentence);
  completed = true;
  changed.notify_all();
}

const std::filesystem::path& FileSaveStatus::path() const {
  return state_->path;
}

bool FileSaveStatus::isCompleted() const {
  const std::lock_guard lock(state_->mutex);
  return state_->completed;
}

void FileSaveStatus::wait() const {
  std::unique_lock lock(state_->mutex);
  if (!state_->completed && state_->process != getpid()) {
    throw Error(io::inQuotes(state_->path.native()) +
                " is written by the process that this one was forked from, which alone can wait "
                "for it");
  }
  state_->changed.wait(lock, [&] { return state_->completed; });
  if (!state_->error.empty()) throw Error(state_->error);
}

std::string FileSaveStatus::error() const {
  const std::lock_guard lock(state_->mutex);
  return state_->error;
}

namespace io {
namespace {

struct Job {
  std::shared_ptr<FileSaveStatus::State> state;
  std::function<void()> work;
};

class SaveQueue {
 public:
  SaveQueue() {
    constexpr int kThreads = 2;
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~SaveQueue() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void add(Job job) {
    constexpr std::size_t kMost = 8;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return jobs_.size() < kMost; });
    jobs_.push_back(std::move(job));
    changed_.notify_all();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      changed_.notify_all();
      lock.unlock();
      finish(job);
      lock.lock();
    }
  }

  static void finish(Job& job) {
    std::string failure;
    try {
      job.work();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    job.work = nullptr;  // the picture goes first
    job.state->complete(std::move(failure));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

/// Made with the first file; at the program's end it waits for the last. A forked child has none of
/// its threads, not even to be waited for: it leaves the queue as it is, and makes one of its own.
class Owner {
 public:
  Owner() {
    pthread_atfork(nullptr, nullptr, [] { parents_ = queue_.exchange(nullptr); });
  }
  ~Owner() { delete queue_.exchange(nullptr); }

  static SaveQueue& queue() {
    SaveQueue* found = queue_.load();
    if (found != nullptr) return *found;
    auto made = std::make_unique<SaveQueue>();
    if (queue_.compare_exchange_strong(found, made.get())) return *made.release();
    return *found;  // another thread's, which was quicker
  }

 private:
  static inline std::atomic<SaveQueue*> queue_ = nullptr;
  static inline SaveQueue* parents_ = nullptr;  // in a child: whoever looks for leaks finds it here
};

}  // namespace

void queueSave(std::shared_ptr<FileSaveStatus::State> state, std::function<void()> work) {
  static const Owner owner;
  owner.queue().add({std::move(state), std::move(work)});
}

}  // namespace io
}  // namespace topknot
