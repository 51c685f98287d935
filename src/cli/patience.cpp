// Tells that something takes its time.
#include "cli/patience.h"

#include <utility>

namespace topknot::cli {

Patience::Patience(std::function<void()> tell, std::chrono::milliseconds delay)
    : thread_([this, tell = std::move(tell), delay] {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, delay, [this] { return ending_; })) tell();
      }) {}

Patience::~Patience() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace topknot::cli
