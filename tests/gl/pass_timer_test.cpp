// The times of passes, by timer queries and by the clock.
#include "gl/program/pass_timer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "gl/context/texture.h"
#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using Method = PassTimer::Method;
using Times = std::vector<std::pair<PassTimer::Tag, double>>;

class PassTimers : public ::testing::TestWithParam<Method> {
 protected:
  ~PassTimers() override { EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR)); }

  static Times collected(PassTimer& timer) {
    Times times;
    timer.collect([&](PassTimer::Tag tag, double ms) { times.emplace_back(tag, ms); });
    return times;
  }

  Context context_ = Context::headless();
  Use use_{current()};
};

TEST_P(PassTimers, TellEachPassOnceInOrderUnderItsTag) {
  PassTimer timer(GetParam());
  Texture texture({64, 64, PixelFormat::Rgba32Float, false});
  for (const PassTimer::Tag tag : {7u, 3u, 7u}) {
    timer.begin();
    texture.clear(0.5f, 0, 0, 1);
    timer.end(tag);
  }
  glFinish();
  const Times times = collected(timer);
  ASSERT_EQ(times.size(), 3u);
  EXPECT_EQ(times[0].first, 7u);
  EXPECT_EQ(times[1].first, 3u);
  EXPECT_EQ(times[2].first, 7u);
  for (const auto& [tag, ms] : times) {
    EXPECT_GE(ms, 0.0);
    EXPECT_LT(ms, 10000.0);
  }
  EXPECT_TRUE(collected(timer).empty());
}

TEST_P(PassTimers, KeepNothingOfAPassThatWasNotEnded) {
  PassTimer timer(GetParam());
  timer.begin();
  timer.begin();
  timer.end(1);
  glFinish();
  EXPECT_EQ(collected(timer).size(), 1u);
  EXPECT_EQ(test::thrown([&] { timer.end(1); }), "a pass timer was ended that had not begun");
}

TEST_P(PassTimers, UseTheirQueriesAgain) {
  PassTimer timer(GetParam());
  int alive = -1;
  for (int i = 0; i < 50; ++i) {
    timer.begin();
    timer.end(0);
    glFinish();
    ASSERT_EQ(collected(timer).size(), 1u);
    if (i == 0) alive = context_.liveObjects();
  }
  EXPECT_EQ(context_.liveObjects(), alive);
  EXPECT_LE(alive, 2);
}

TEST_P(PassTimers, LeaveOutWhatNobodyCollects) {
  PassTimer timer(GetParam());
  for (int i = 0; i < 4100; ++i) {
    timer.begin();
    timer.end(static_cast<PassTimer::Tag>(i));
  }
  EXPECT_EQ(timer.skipped(), 4);
  glFinish();
  timer.begin();  // while it is still full
  const Times times = collected(timer);
  ASSERT_EQ(times.size(), 4096u);
  EXPECT_EQ(times.back().first, 4095u);
  timer.end(5);
  glFinish();
  EXPECT_EQ(collected(timer).size(), 1u) << "there is room again";
}

TEST_P(PassTimers, MoreWorkTakesMoreTime) {
  PassTimer timer(GetParam());
  Texture small({8, 8, PixelFormat::Rgba32Float, false});
  Texture large({2048, 2048, PixelFormat::Rgba32Float, false});
  small.clear(1, 1, 1, 1);
  large.clear(1, 1, 1, 1);
  glFinish();
  double shortest[2] = {1e9, 1e9};
  for (int i = 0; i < 5; ++i) {
    for (const PassTimer::Tag tag : {0u, 1u}) {
      timer.begin();
      (tag == 0 ? small : large).clear(static_cast<float>(i), 0, 0, 1);
      glFinish();
      timer.end(tag);
    }
  }
  glFinish();
  for (const auto& [tag, ms] : collected(timer)) shortest[tag] = std::min(shortest[tag], ms);
  EXPECT_GT(shortest[1], shortest[0]);
  EXPECT_GT(shortest[1], 0.01);
}

INSTANTIATE_TEST_SUITE_P(Both, PassTimers, ::testing::Values(Method::Queries, Method::WallClock),
                         [](const auto& method) {
                           return method.param == Method::Queries ? "Queries" : "WallClock";
                         });

TEST(PassTimer, ChoosesByTheRendererAndSaysWhatItDoes) {
  const Context context = Context::headless();
  const Use use(current());
  const std::string clock = "wall clock with a sync per pass (" + context.info().renderer + ")";
  EXPECT_EQ(PassTimer().method(),
            context.info().software ? clock : std::string("GPU timer queries"));
  EXPECT_EQ(PassTimer(Method::WallClock).method(), clock);
  EXPECT_STREQ(PassTimer(Method::Queries).method(), "GPU timer queries");
}

TEST(PassTimer, TheClockSeesTimeThatPasses) {
  const Context context = Context::headless();
  const Use use(current());
  PassTimer timer(Method::WallClock);
  timer.begin();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  timer.end(1);
  double time = 0;
  timer.collect([&](PassTimer::Tag, double ms) { time = ms; });
  EXPECT_GE(time, 20.0);
}

TEST(PassTimer, LeavesNothingBehind) {
  const Context context = Context::headless();
  const Use use(current());
  {
    PassTimer timer(Method::Queries);
    timer.begin();
    timer.end(1);
    timer.begin();
    EXPECT_EQ(context.liveObjects(), 4);
  }
  EXPECT_EQ(context.liveObjects(), 0);
}

}  // namespace
}  // namespace topknot::gl
