// The threads of a software renderer, and what they have worked.
#include "gl/context/driver_threads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "gl/context/context_state.h"
#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using test::thrown;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A thread that works, or sleeps, as it is told.
class Busy {
 public:
  Busy() {
    while (number_ == 0) std::this_thread::yield();
  }
  ~Busy() {
    works_ = false;
    ends_ = true;
    thread_.join();
  }
  int number() const { return number_; }
  void rest() { works_ = false; }

 private:
  std::atomic<int> number_ = 0;
  std::atomic<bool> works_ = true, ends_ = false;
  std::thread thread_{[this] {
    number_ = thisThread();
    while (works_) {
    }
    while (!ends_) std::this_thread::sleep_for(milliseconds(20));
  }};
};

TEST(DriverThreads, WorkIsWhatAThreadDidNotWhatTheClockSays) {
  const Busy busy;
  const Threads both = {busy.number()};
  const double before = workOf(both), own = workOf({thisThread()});
  const auto end = Clock::now() + std::chrono::seconds(20);
  while (workOf(both) - before < 0.05 && Clock::now() < end) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_GE(workOf(both) - before, 0.05);
  EXPECT_LT(workOf({thisThread()}) - own, workOf(both) - before) << "it slept meanwhile";
  EXPECT_EQ(workOf({5'000'000}), 0.0) << "there is no such thread";
}

TEST(DriverThreads, StuckOnesAreWaitedForUntilTheyRest) {
  Busy busy;
  const Threads group = {busy.number()}, others = {thisThread()};
  EXPECT_FALSE(isStuck(group));
  markStuck(group);
  EXPECT_TRUE(isStuck(group));
  EXPECT_FALSE(isStuck(others));
  EXPECT_EQ(waitForFree({group, others}, milliseconds(0)), 1u);
  EXPECT_TRUE(test::contains(thrown([&] { waitForFree({group}, milliseconds(30)); }),
                             "the renderer is still at what a context was given up for"));
  busy.rest();
  EXPECT_EQ(waitForFree({group}, std::chrono::seconds(20)), 0u);
  EXPECT_FALSE(isStuck(group));
}

TEST(DriverThreads, ASoftwareRenderersAreFound) {
  const Context context = Context::headless();
  if (!context.info().software) GTEST_SKIP() << "a GPU draws";
  const char* count = std::getenv("LP_NUM_THREADS");
  const Threads mine = current()->platform->driverThreads();
  if (count != nullptr && std::string_view(count) == "0") {
    EXPECT_TRUE(mine.empty()) << "the calling thread draws";
    return;
  }
  EXPECT_FALSE(mine.empty());
  EXPECT_EQ(std::find(mine.begin(), mine.end(), thisThread()), mine.end());
  // As many compute as draw.
  EXPECT_EQ(mine.size() % 2, 0u);
}

}  // namespace
}  // namespace topknot::gl
