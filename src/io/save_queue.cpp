// A bounded queue, and two threads that come with the first file and end with the program.
#include "io/save_queue.h"

#include <deque>
#include <thread>
#include <vector>

#include "topknot/error.h"

namespace topknot {

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

}  // namespace

void queueSave(std::shared_ptr<FileSaveStatus::State> state, std::function<void()> work) {
  static SaveQueue queue;
  queue.add({std::move(state), std::move(work)});
}

}  // namespace io
}  // namespace topknot
