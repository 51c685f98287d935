// Textures: how many a graph holds, what a still frame makes, and what happens when they do not
// fit.
#include <glad/gl.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <vector>

#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::samePixels;
using test::thrown;
using test::TopTest;

constexpr std::int64_t kOne = 40 * 30 * 16;  // bytes of a picture of the tests

class Memory : public TopTest {
 protected:
  void SetUp() override { context().textureBudget(std::numeric_limits<std::int64_t>::max()); }
  void TearDown() override { context().textureBudget(std::numeric_limits<std::int64_t>::max()); }

  /// A row of operators behind a source of 40 × 30.
  Top& row(std::string_view type, int count) {
    Op* last = &source("s", 40, 30);
    for (int i = 0; i < count; ++i) {
      Top& next = add(type, "n" + std::to_string(i));
      if (type == "blur") next.par("size") = 3;
      if (type == "level") next.par("brightness1") = 1.01;
      *last >> next;
      last = &next;
    }
    return last->as<Top>();
  }
  std::int64_t pictures() { return context().textureMemory() / kOne; }
  std::int64_t held() {
    std::int64_t sum = 0;
    for (Op* op : graph().ops()) sum += op->drawing().gpuMemory;
    return sum / kOne;
  }
};

TEST_F(Memory, ARowOfTenBlursHoldsTwoTexturesOnTheWay) {
  Top& last = row("blur", 10);
  last.pin();
  for (int i = 0; i < 5; ++i) {
    graph().op("s").as<GlslTop>().uniform("uSeed", i);
    graph().cook();
    EXPECT_LE(pictures(), 1 + 1 + 2) << "source, result, two on the way; frame " << i;
    EXPECT_EQ(held(), 2) << "source and result";
  }
  for (int i = 0; i < 3; ++i) graph().cook();
  EXPECT_LE(pictures(), 4) << "when nothing moves";
}

TEST_F(Memory, ARowOfThirtyUnfusedLevelsHoldsTwoTexturesOnTheWay) {
  Top& last = row("level", 30);
  graph().fusion(false);
  last.pin();
  for (int i = 0; i < 5; ++i) {
    graph().op("s").as<GlslTop>().uniform("uSeed", i);
    graph().cook();
    EXPECT_LE(pictures(), 4) << i;
    EXPECT_EQ(held(), 2);
  }
}

TEST_F(Memory, AStillRowBeforeAMovingEndIsDrawnOnceMoreAndItsLastIsKept) {
  Top& last = row("blur", 6);
  Top& end = times("end", 1);
  last >> end;
  sized(end, 39, 30);  // in a pass of its own
  end.pin();
  std::vector<int> passes;
  const auto drawn = [&] {
    graph().profiling(false);
    std::int64_t all = 0;
    for (const OpProfile& op : graph().profile().ops()) all += op.passes;
    return static_cast<int>(all);
  };
  for (int i = 0; i < 6; ++i) {
    end.par("brightness1") = 1 + i;
    graph().profiling(true);
    graph().cook();
    passes.push_back(drawn());
    EXPECT_TRUE(i == 0 || graph().report().text() == "end");
  }
  EXPECT_EQ(passes[0], 1 + 12 + 1);
  EXPECT_LE(passes[1], 12 + 1);
  EXPECT_EQ(passes[2], 1) << "only what moves";
  EXPECT_EQ(passes[5], 1);
  // Source, the last blur, the end, and two that wait in the pool.
  EXPECT_LE(held(), 3) << "what only the kept one is made of goes";
  EXPECT_LE(pictures(), 5);
}

TEST_F(Memory, AChangeUpstreamEndsTheKeeping) {
  auto& s = source("s", 40, 30);
  auto& a = blur("a", 5);
  auto& end = times("end", 2);
  s >> a >> end;
  sized(end, 39, 30);
  const auto reference = [&](float seed) {
    s.uniform("uSeed", seed);
    return a.sample({.x = 20, .y = 10}).r;
  };
  const float before = reference(0), after = reference(1);
  EXPECT_GT(after, before + 0.9f);
  for (int i = 0; i < 8; ++i) {
    end.par("brightness1") = 2 + i;
    s.uniform("uSeed", i / 4);
    graph().cook();
    end.numpyArray();
  }
  sized(end, 40, 30);
  EXPECT_NEAR(end.sample({.x = 20, .y = 10}).r, after * 9, 1e-4f);
}

// Calls of the driver, counted by standing in its place.

std::map<std::string, int> counts;

template <class Function>
class Counted;

template <class Result, class... Arguments>
class Counted<Result (*)(Arguments...)> {
 public:
  using Function = Result (*)(Arguments...);
  template <int kId>
  static void put(Function& place, const char* name) {
    static Function real;
    static const char* title;
    real = place;
    title = name;
    place = [](Arguments... arguments) -> Result {
      ++counts[title];
      return real(arguments...);
    };
  }
};

/// Counts while it lives.
class Counting {
 public:
  Counting() {
    counts.clear();
    put<0>(topknot_glad_glCreateTextures, "glCreateTextures");
    put<1>(topknot_glad_glTextureStorage2D, "glTextureStorage2D");
    put<2>(topknot_glad_glCreateFramebuffers, "glCreateFramebuffers");
    put<3>(topknot_glad_glCreateBuffers, "glCreateBuffers");
    put<4>(topknot_glad_glNamedBufferStorage, "glNamedBufferStorage");
    put<5>(topknot_glad_glCreateProgram, "glCreateProgram");
    put<6>(topknot_glad_glCompileShader, "glCompileShader");
    put<7>(topknot_glad_glCreateSamplers, "glCreateSamplers");
    put<8>(topknot_glad_glGetUniformLocation, "glGetUniformLocation");
    put<9>(topknot_glad_glGetProgramResourceiv, "glGetProgramResourceiv");
    put<10>(topknot_glad_glGetProgramResourceName, "glGetProgramResourceName");
    put<11>(topknot_glad_glGetProgramInterfaceiv, "glGetProgramInterfaceiv");
    put<12>(topknot_glad_glDrawArrays, "glDrawArrays");
  }
  ~Counting() {
    for (const auto& undo : undo_) undo();
  }
  /// `name count` of each that was called.
  std::string text() const {
    std::string text;
    for (const auto& [name, count] : counts) {
      if (name != "glDrawArrays") text += name + " " + std::to_string(count) + " ";
    }
    return text;
  }
  int draws() const { return counts["glDrawArrays"]; }

 private:
  template <int kId, class Function>
  void put(Function& place, const char* name) {
    undo_.push_back([&place, before = place] { place = before; });
    Counted<Function>::template put<kId>(place, name);
  }
  std::vector<std::function<void()>> undo_;
};

TEST_F(Memory, TwoHundredMovingFramesMakeNoObject) {
  auto& s = source("s", 40, 30);
  auto& a = times("a", 1);
  auto& soft = blur("soft", 5);
  auto& mix = add("composite", "mix");
  mix.par("operand") = "average";
  auto& pick = add("switch", "pick");
  auto& g = graph().add<GlslTop>("g");
  g.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
  auto& out = times("out", 2);
  s >> a >> times("b", 2) >> soft;
  for (int i = 0; i < 4; ++i) {
    auto& layer = times("l" + std::to_string(i), 1 + i);
    s >> layer >> mix;
  }
  soft >> mix;
  mix >> g >> pick;
  soft >> pick;
  pick >> out;
  out.pin();
  const auto frame = [&](int i) {
    s.uniform("uSeed", i * 0.01);
    a.par("brightness1") = 1 + (i % 7) * 0.1;
    soft.par("size") = 3 + i % 5;
    pick.par("index") = i % 2;
    graph().cook();
    ASSERT_TRUE(out.errors().empty()) << out.errors().front();
  };
  for (int i = 0; i < 10; ++i) frame(i);
  const Counting counting;
  for (int i = 0; i < 200; ++i) frame(i);
  EXPECT_EQ(counting.text(), "");
  EXPECT_GT(counting.draws(), 200 * 5);
}

// The budget.

TEST_F(Memory, WhatDoesNotFitIsAnErrorWithTheFiguresAndTheLastPictureStays) {
  auto& s = source("s", 40, 30);
  auto& a = blur("a", 5);
  auto& other = times("other", 3);
  s >> a;
  s >> other;
  a.pin();
  other.pin();
  graph().cook();
  const Image before = a.numpyArray();
  context().textureBudget(context().textureMemory());
  sized(a, 400, 300);
  s.uniform("uSeed", 1.0);
  graph().cook();
  ASSERT_EQ(a.errors().size(), 1u);
  EXPECT_TRUE(contains(a.errors()[0], "400 × 300"));
  EXPECT_TRUE(contains(a.errors()[0], "wants 1920000 bytes"));
  EXPECT_TRUE(contains(a.errors()[0], std::to_string(context().textureBudget()) + " are allowed"));
  EXPECT_TRUE(samePixels(*a.numpyArray({.allowStale = true}), before)) << "the last picture";
  EXPECT_TRUE(other.errors().empty());
  EXPECT_GT(other.sample({.x = 0, .y = 0}).r, 2.9f) << "others go on";
  context().textureBudget(std::int64_t{1} << 40);
  graph().cook();
  EXPECT_TRUE(a.errors().empty()) << "more is allowed now";
  EXPECT_EQ(a.width(), 400);
}

TEST_F(Memory, TheOneThatDoesNotFitIsNamedToItsReader) {
  auto& s = source("s", 40, 30);
  auto& big = blur("big", 5);
  auto& end = add("crop", "end");
  s >> big >> end;
  sized(big, 300, 200);
  end.pin();
  context().textureBudget(kOne * 4);
  graph().cook();
  ASSERT_EQ(end.errors().size(), 1u);
  EXPECT_TRUE(
      contains(end.errors()[0], "blur 'big': out of texture memory: a picture of 300 × 200"));
}

TEST_F(Memory, AUsersShaderThatDoesNotFitKeepsItsLastPicture) {
  auto& s = source("s", 40, 30);
  s.pin();
  graph().cook();
  context().textureBudget(kOne * 2);
  sized(s, 400, 300);
  s.uniform("uSeed", 1.0);
  graph().cook();
  ASSERT_FALSE(s.errors().empty());
  EXPECT_TRUE(contains(s.errors()[0], "wants 1920000 bytes"));
  EXPECT_LT(s.sample({.x = 0, .y = 0, .allowStale = true}).r, 0.5f);
  context().textureBudget(std::int64_t{1} << 40);
  graph().cook();
  EXPECT_TRUE(s.errors().empty());
  EXPECT_EQ(s.width(), 400);
}

TEST_F(Memory, PicturesThatCanBeDrawnAgainMakeRoom) {
  auto& s = source("s", 40, 30);
  std::vector<Top*> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(&times("l" + std::to_string(i), i + 1));
    s >> *all.back();
  }
  const float red = s.sample({.x = 3, .y = 4}).r;
  context().textureBudget(kOne * 4);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 8; ++i) {
      EXPECT_NEAR(all[static_cast<std::size_t>(i)]->sample({.x = 3, .y = 4}).r,
                  red * static_cast<float>(i + 1), 1e-5f);
      EXPECT_LE(context().textureMemory(), kOne * 4);
    }
  }
}

TEST_F(Memory, WhatWasHandedOutOrIsPinnedStays) {
  auto& s = source("s", 40, 30);
  auto& held = times("held", 2);
  auto& pinned = times("pinned", 3);
  auto& third = times("third", 4);
  s >> held;
  s >> pinned;
  s >> third;
  pinned.pin();
  graph().cook();
  const unsigned name = held.textureName();
  context().textureBudget(kOne * 3);
  EXPECT_TRUE(contains(thrown([&] { third.numpyArray(); }), "out of texture memory"));
  EXPECT_EQ(held.textureName(), name);
  EXPECT_EQ(pinned.drawing().gpuMemory, kOne);
  context().textureBudget(kOne * 4);
  third.numpyArray();
}

TEST_F(Memory, APictureThatIsOutgrownIsNotGivenAwayWhileItsNextOneIsSought) {
  Top& held = source("held", 16, 16);  // 4096 bytes that cannot be drawn again
  Top& grows = times("grows", 1);
  held >> grows;
  sized(grows, 8, 8);
  Top& reader = blur("reader", 3);
  grows >> reader;
  grows.sample({.x = 0, .y = 0});
  // It is read in the next plan, and not even without its old picture is there room.
  context().textureBudget(6000);
  sized(grows, 16, 15);
  EXPECT_TRUE(contains(thrown([&] { reader.sample({.x = 0, .y = 0}); }), "out of texture memory"));
  EXPECT_LE(context().textureMemory(), 6000);
  context().textureBudget(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(reader.height(), 15);
  EXPECT_GT(reader.sample({.x = 9, .y = 9}).a, 0.7f);
}

TEST_F(Memory, ARowUnderATightBudgetGoesOn) {
  Top& last = row("blur", 10);
  const Image free = last.numpyArray();
  graph().op("n3").as<Top>().numpyArray();
  graph().op("n6").as<Top>().numpyArray();
  context().textureBudget(kOne * 4);
  for (int i = 0; i < 5; ++i) {
    graph().op("s").as<GlslTop>().uniform("uSeed", i % 2);
    graph().cook();
    const Image made = last.numpyArray();
    EXPECT_EQ(static_cast<bool>(samePixels(made, free)), i % 2 == 0);
    graph().op("n5").as<Top>().numpyArray();
  }
}

}  // namespace
}  // namespace topknot
