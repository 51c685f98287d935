// The watchdog: what takes too long gives its context up. Run under ThreadSanitizer as well.
#include "gl/context/watchdog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "gl/context/work.h"
#include "gl/context/worker.h"
#include "gl/program/buffer.h"
#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using test::thrown;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::string nameOf(const void* who) {
  return *static_cast<const std::string*>(who);
}

bool waitUntilLost(const Watch& watch, milliseconds limit = milliseconds(5000)) {
  const auto end = Clock::now() + limit;
  while (!watch.lost() && Clock::now() < end) std::this_thread::sleep_for(milliseconds(5));
  return watch.lost();
}

TEST(Watchdog, WorkThatTakesTooLongGivesTheContextUpByName) {
  Watch watch;
  watch.deadline(0.2);
  const std::string name = "glsl 'warp'";
  const auto start = Clock::now();
  watch.begin(&name, nameOf);
  EXPECT_TRUE(waitUntilLost(watch));
  EXPECT_GE(Clock::now() - start, milliseconds(150));
  watch.end();
  EXPECT_EQ(watch.why(), "glsl 'warp': took longer than 0.2 s: the context is given up");
  watch.lose("another reason");
  EXPECT_EQ(watch.why(), "glsl 'warp': took longer than 0.2 s: the context is given up");
}

TEST(Watchdog, WhoOnlyWaitsIsNotBlamedAlone) {
  Watch watch;
  watch.deadline(0.2);
  const std::string name = "null 'out'";
  watch.begin(&name, nameOf);
  watch.waits(true);
  EXPECT_TRUE(waitUntilLost(watch));
  watch.waits(false);
  watch.end();
  EXPECT_EQ(watch.why(),
            "null 'out', or an operator that was drawn before it: took longer than 0.2 s: the "
            "context is given up");
}

TEST(Watchdog, ManyShortPiecesOfWorkAreNotOneLongOne) {
  Watch watch;
  watch.deadline(0.2);
  const std::string name = "short";
  const auto end = Clock::now() + milliseconds(800);
  while (Clock::now() < end) {
    watch.begin(&name, nameOf);
    watch.end();
  }
  std::this_thread::sleep_for(milliseconds(300));  // nothing is at work
  EXPECT_FALSE(watch.lost()) << watch.why();
  EXPECT_GE(watch.looks(), 5u);
}

TEST(Watchdog, WithoutADeadlineNothingIsTooLong) {
  Watch watch;
  watch.deadline(std::numeric_limits<double>::infinity());
  const std::string name = "long";
  watch.begin(&name, nameOf);
  EXPECT_FALSE(waitUntilLost(watch, milliseconds(400)));
  watch.end();
}

/// Keeps a processor busy.
class Spinning {
 public:
  ~Spinning() {
    stop_ = true;
    thread_.join();
  }
  int number() {
    while (number_ == 0) std::this_thread::yield();
    return number_;
  }

 private:
  std::atomic<int> number_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_{[this] {
    number_ = thisThread();
    while (!stop_) {
    }
  }};
};

TEST(Watchdog, WhereWorkCountsWhoWaitsIsNotLateBeforeTenDeadlines) {
  Watch watch;
  watch.deadline(0.1);
  watch.countWork({});
  const Spinning host;  // its work is not the driver's
  const std::string name = "slow";
  watch.begin(&name, nameOf);
  EXPECT_FALSE(waitUntilLost(watch, milliseconds(500)));
  EXPECT_TRUE(waitUntilLost(watch, milliseconds(20000)));
  watch.end();
  EXPECT_EQ(watch.why(), "slow: took longer than 0.1 s: the context is given up");
}

TEST(Watchdog, WhereWorkCountsTheCallersAndTheDriversDo) {
  const std::string name = "busy";
  for (const bool drivers : {false, true}) {
    Watch watch;
    watch.deadline(0.2);
    Spinning driver;
    watch.countWork(drivers ? Threads{driver.number()} : Threads());
    const auto start = Clock::now();
    watch.begin(&name, nameOf);
    while (!watch.lost() && Clock::now() - start < std::chrono::seconds(20)) {
      if (drivers) std::this_thread::sleep_for(milliseconds(5));
    }
    watch.end();
    EXPECT_TRUE(watch.lost());
    EXPECT_GE(Clock::now() - start, milliseconds(150));
    EXPECT_EQ(isStuck({driver.number()}), drivers);
  }
}

TEST(Watchdog, WhoWaitsBehindAContextThatWasGivenUpIsNotLateWithIt) {
  Spinning driver;
  const Threads threads = {driver.number()};
  const std::string name = "next";
  markStuck(threads);
  Watch watch;
  watch.deadline(0.1);
  watch.countWork(threads);
  watch.begin(&name, nameOf);
  EXPECT_FALSE(waitUntilLost(watch, milliseconds(500)));
  watch.end();
}

TEST(Watchdog, TheNameIsOfWhoIsAtWorkThen) {
  Watch watch;
  watch.deadline(0.2);
  const std::string outer = "outer", inner = "inner";
  int depth = 0;
  {
    const Watched first(watch, depth, &outer, nameOf);
    { const Watched second(watch, depth, &inner, nameOf); }
    EXPECT_EQ(watch.who(), &outer);
    const Watched third(watch, depth, &inner, nameOf);
    EXPECT_TRUE(waitUntilLost(watch));
  }
  EXPECT_EQ(depth, 0);
  EXPECT_EQ(watch.why(), "inner: took longer than 0.2 s: the context is given up");
}

TEST(Watchdog, EachContextHasItsOwnDeadline) {
  Watch slow, quick;
  quick.deadline(0.2);
  const std::string a = "a", b = "b";
  std::thread other([&] {
    slow.begin(&a, nameOf);
    EXPECT_TRUE(waitUntilLost(quick));
    slow.end();
    slow.stop();
  });
  quick.begin(&b, nameOf);
  EXPECT_TRUE(waitUntilLost(quick));
  quick.end();
  other.join();
  EXPECT_FALSE(slow.lost());
}

TEST(Watchdog, WorkThatEndsWhenItsTimeIsOverIsNoTrouble) {
  // The end and the watchdog meet at about the same time.
  for (int i = 0; i < 12; ++i) {
    Watch watch;
    watch.deadline(0.05);
    const auto name = std::make_unique<std::string>("met");
    watch.begin(name.get(), nameOf);
    std::this_thread::sleep_for(milliseconds(95 + i));
    watch.end();
  }
}

TEST(Watchdog, ContextsHaveTheDeadlinesOfTheirKind) {
  Context context = Context::headless();
  EXPECT_EQ(context.cookDeadline(), context.info().software ? 30.0 : 15.0);
  context.cookDeadline(2.5);
  EXPECT_EQ(context.cookDeadline(), 2.5);
  EXPECT_EQ(context.lost(), "");
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(test::contains(thrown([&] { context.cookDeadline(bad); }), "must be above 0"));
  }
  EXPECT_EQ(context.cookDeadline(), 2.5);
}

TEST(Watchdog, InALostContextNothingIsCalledAndNothingHangs) {
  const Context other = Context::headless();
  {
    Context context = Context::headless();
    const StatePtr state = current();
    Texture texture({4, 4, PixelFormat::Rgba8Fixed, false});
    state->watch.lose("lost for a test");
    EXPECT_EQ(context.lost(), "lost for a test");
    EXPECT_EQ(thrown([&] { const Use use(state); }), "lost for a test");
    EXPECT_EQ(thrown([&] { context.makeCurrent(); }), "lost for a test");
    EXPECT_EQ(thrown([&] { context.cookDeadline(3); }), "lost for a test");
  }
  Context another = Context::headless();
  const Use use(current());
  Texture texture({4, 4, PixelFormat::Rgba8Fixed, false});
  texture.clear(1, 0, 0, 1);
  EXPECT_EQ(download(texture).pixel(1, 1).r, 1.0f);
}

TEST(Watchdog, AWorkerThatIsStuckIsLeftToItself) {
  std::atomic<bool> atIt = false, goOn = false, back = false;
  auto start = Clock::now();
  {
    Context context = Context::headless();
    const StatePtr state = current();
    {
      const Use use(state);
      Worker* worker = workerOf(*state);
      ASSERT_NE(worker, nullptr);
      worker->deadline(0.2);
      worker->post([&] {
        atIt = true;
        while (!goOn) std::this_thread::yield();  // at work
        back = true;
      });
    }
    while (!atIt) std::this_thread::sleep_for(milliseconds(1));
    start = Clock::now();
  }
  EXPECT_LT(Clock::now() - start, milliseconds(4000));
  EXPECT_FALSE(back);
  goOn = true;
  while (!back) std::this_thread::sleep_for(milliseconds(1));
}

TEST(Watchdog, AContextWithAStuckWorkerGoesOnWithoutOne) {
  std::atomic<bool> goOn = false, back = false;
  {
    Context context = Context::headless();
    const StatePtr state = current();
    const Use use(state);
    Worker* worker = workerOf(*state);
    worker->deadline(0.2);
    worker->post([&] {
      while (!goOn) std::this_thread::yield();  // at work
      back = true;
    });
    const auto end = Clock::now() + std::chrono::seconds(5);
    while (!worker->lost() && Clock::now() < end) std::this_thread::sleep_for(milliseconds(5));
    EXPECT_TRUE(worker->lost());
    EXPECT_EQ(workerOf(*state), nullptr);
    EXPECT_EQ(context.lost(), "") << "only the worker was given up";
  }
  goOn = true;
  while (!back) std::this_thread::sleep_for(milliseconds(1));
}

}  // namespace
}  // namespace topknot::gl
