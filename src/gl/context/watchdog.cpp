// A thread that looks after work in drivers that takes too long.
#include "gl/context/watchdog.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

#include "gl/context/context_state.h"

namespace topknot::gl {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kBetweenLooks(50);
// Deadlines after which it is late though it has hardly worked.
constexpr double kPatience = 10.0;

std::string numberOf(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", seconds);
  return text;
}

}  // namespace

/// The thread, one for all contexts of the process. It runs while there are some to be watched.
class Watchdog {
 public:
  /// Never destroyed: contexts with static lifetime end after everything else.
  static Watchdog& instance() {
    static Watchdog* const one = new Watchdog;
    return *one;
  }

  void add(Watch& watch) {
    const std::lock_guard turn(starting_);
    const std::lock_guard lock(mutex_);
    watches_.push_back(&watch);
    if (watches_.size() == 1) thread_ = std::thread([this] { run(); });
  }

  void remove(Watch& watch) {
    const std::lock_guard turn(starting_);
    bool last = false;
    {
      const std::lock_guard lock(mutex_);
      std::erase(watches_, &watch);
      last = watches_.empty() && thread_.joinable();
    }
    if (!last) return;
    changed_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    Clock::time_point before = Clock::now();
    while (!watches_.empty()) {
      changed_.wait_until(lock, Clock::now() + kBetweenLooks, [this] { return watches_.empty(); });
      const Clock::time_point now = Clock::now();
      // Not all of a long time was the driver's, if the process was stopped.
      const auto passed = std::min<Clock::duration>(now - before, 2 * kBetweenLooks);
      before = now;
      for (Watch* watch : watches_) watch->look(std::chrono::duration<double>(passed).count());
    }
  }

  std::mutex starting_;  // one begins or ends the thread at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Watch*> watches_;
  std::thread thread_;
};

Watch::~Watch() {
  stop();
}

void Watch::stop() {
  if (!watched_) return;
  watched_ = false;
  if (forked()) return;  // the thread is the parent's
  Watchdog::instance().remove(*this);
}

void Watch::countWork(Threads driver) {
  stop();
  countsWork_ = true;
  driver_ = std::move(driver);
}

void Watch::begin(const void* who, Describe describe) {
  if (!watched_) {
    worker_ = thisThread();
    Watchdog::instance().add(*this);
    watched_ = true;
  }
  describe_ = describe;
  who_.store(who, std::memory_order_relaxed);
  working_.store(++pieces_, std::memory_order_release);
}

void Watch::end() {
  std::uint64_t piece = pieces_;
  if (working_.compare_exchange_strong(piece, kIdle, std::memory_order_acq_rel)) return;
  working_.wait(kExpiring, std::memory_order_acquire);  // while it reads who that was
}

void Watch::look(double seconds) {
  looks_.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t piece = working_.load(std::memory_order_acquire);
  if (piece != seen_) {
    seen_ = piece;
    seconds_ = 0.0;
    if (piece != kIdle) beginCounting();
  } else {
    seconds_ += seconds;
  }
  const double most = deadline();
  if (piece != kIdle && seconds_ >= most && !lost() && hasWorked(most)) expire(piece);
}

void Watch::beginCounting() {
  if (!countsWork_) return;
  ownWork_ = workOf({worker_});
  driverWork_ = workOf(driver_);
}

/// What the driver's threads do for a context that was given up is not this one's work.
bool Watch::hasWorked(double seconds) {
  if (!countsWork_ || seconds_ >= kPatience * seconds) return true;
  if (isStuck(driver_)) driverWork_ = workOf(driver_);
  return workOf({worker_}) - ownWork_ + workOf(driver_) - driverWork_ >= seconds;
}

void Watch::expire(std::uint64_t piece) {
  if (!working_.compare_exchange_strong(piece, kExpiring, std::memory_order_acq_rel)) return;
  const bool waits = waits_.load(std::memory_order_relaxed);
  lose(describe_(who()) + (waits ? ", or an operator that was drawn before it" : "") +
       ": took longer than " + numberOf(deadline()) + " s: the context is given up");
  if (countsWork_) markStuck(driver_);
  working_.store(kIdle, std::memory_order_release);
  working_.notify_all();
}

std::string Watch::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

void Watch::lose(std::string why) {
  const std::lock_guard lock(mutex_);
  if (lost()) return;
  why_ = std::move(why);
  lost_.store(true, std::memory_order_release);
  oneMoreIsGone();
}

Watched::Watched(Watch& watch, int& depth, const void* who, Watch::Describe describe)
    : watch_(watch), depth_(depth) {
  if (depth_++ == 0) {
    watch_.begin(who, describe);
  } else {
    before_ = watch_.who();
    watch_.at(who);
  }
}

Watched::~Watched() {
  if (--depth_ == 0) {
    watch_.end();
  } else {
    watch_.at(before_);
  }
}

}  // namespace topknot::gl
