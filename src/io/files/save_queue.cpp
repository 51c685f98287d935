// A bounded queue, and two threads that come with the first file and end with the program.
#include "io/files/save_queue.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "io/codecs/codec.h"
#include "io/files/stack_thread.h"
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
  return state_->completed;
}

void FileSaveStatus::wait() const {
  if (!state_->completed) {
    if (state_->process != getpid()) {
      throw Error(io::inQuotes(state_->path.native()) +
                  " is written by the process that this one was forked from, which alone can wait "
                  "for it");
    }
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return state_->completed.load(); });
  }
  if (!state_->error.empty()) throw Error(state_->error);
}

std::string FileSaveStatus::error() const {
  return state_->completed ? state_->error : std::string();
}

namespace io {
namespace {

struct Job {
  std::shared_ptr<FileSaveStatus::State> state;
  std::function<void()> work;
};

void finish(Job& job) {
  std::string failure;
  try {
    job.work();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  job.work = nullptr;  // the picture goes first
  job.state->complete(std::move(failure));
}

class SaveQueue {
 public:
  SaveQueue() {
    constexpr int kThreads = 2;
    try {
      while (threads_.size() < kThreads) {
        threads_.push_back(std::make_unique<StackThread>([this] { run(); }));
      }
    } catch (const std::exception&) {
      // With one thread it takes longer.
    }
  }
  ~SaveQueue() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    threads_.clear();  // which waits for them
  }
  bool works() const { return !threads_.empty(); }
  SaveQueue* older = nullptr;  // of a parent's parent

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

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::vector<std::unique_ptr<StackThread>> threads_;
};

/// Made with the first file; at the program's end it waits for the last. A forked child has none of
/// its threads, not even to be waited for: it leaves the queue as it is, and makes one of its own.
struct Owner {
  /// Nothing where there are no threads to be had, or the program's end has ended them.
  static SaveQueue* queue() {
    static std::once_flag once;  // in the child as well, where a parent was interrupted here
    std::call_once(once, [] {
      pthread_atfork(nullptr, nullptr, [] {
        if (SaveQueue* const queue = current.exchange(nullptr)) {
          queue->older = std::exchange(parents, queue);
        }
      });
      std::atexit([] {
        ended = true;
        delete current.exchange(nullptr);
      });
    });
    if (ended) return nullptr;
    SaveQueue* found = current.load();
    if (found != nullptr) return found;
    auto made = std::make_unique<SaveQueue>();
    if (!made->works()) return nullptr;
    if (current.compare_exchange_strong(found, made.get())) return made.release();
    return found;  // another thread's, which was quicker
  }

  static inline std::atomic<SaveQueue*> current = nullptr;
  static inline SaveQueue* parents = nullptr;  // in a child: whoever looks for leaks finds it here
  static inline std::atomic<bool> ended = false;
};

}  // namespace

void queueSave(std::shared_ptr<FileSaveStatus::State> state, std::function<void()> work) {
  Job job{std::move(state), std::move(work)};
  if (SaveQueue* const queue = Owner::queue()) {
    queue->add(std::move(job));
  } else {
    finish(job);
  }
}

}  // namespace io
}  // namespace topknot
