// Bypass, lock and pin of TOPs.
#include <gtest/gtest.h>

#include <memory>

#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::samePixels;
using test::thrown;
using test::TopTest;

using Bypass = TopTest;
using Lock = TopTest;

constexpr const char* kTwice =
    "out vec4 c; void main() { c = texelFetch(sTD2DInputs[0], ivec2(gl_FragCoord.xy), 0) * 2.0; }";

TEST_F(Bypass, AFilterPassesItsInputOn) {
  auto& s = source("s", 5, 3);
  auto& a = times("a", 2);
  auto& end = times("end", 3);
  s >> a >> end;
  const float red = s.sample({.x = 2, .y = 1}).r;
  EXPECT_NEAR(end.sample({.x = 2, .y = 1}).r, red * 6, 1e-5f);
  a.bypass(true);
  EXPECT_NEAR(end.sample({.x = 2, .y = 1}).r, red * 3, 1e-5f);
  EXPECT_TRUE(samePixels(a.numpyArray(), s.numpyArray(), 0));
  EXPECT_EQ(a.gpuMemory(), 0);
  EXPECT_TRUE(drawing("a").passedOn);
  s.uniform("uSeed", 1.0);
  EXPECT_NEAR(end.sample({.x = 2, .y = 1}).r, (red + 1) * 3, 1e-5f);
  a.bypass(false);
  EXPECT_NEAR(end.sample({.x = 2, .y = 1}).r, (red + 1) * 6, 1e-5f);
}

TEST_F(Bypass, ItsSizeIsTheInputs) {
  auto& s = source("s", 5, 3);
  auto& a = blur("a", 5);
  s >> a;
  sized(a, 9, 7);
  EXPECT_EQ(a.width(), 9);
  a.bypass(true);
  EXPECT_EQ(a.width(), 5);
  a.bypass(false);
  EXPECT_EQ(a.width(), 9);
}

TEST_F(Bypass, AGeneratorShowsNothing) {
  auto& a = add("constant", "a");
  sized(a, 5, 3);
  EXPECT_GT(a.sample({.x = 2, .y = 1}).a, 0.5f);
  a.bypass(true);
  EXPECT_TRUE(nearly(a.sample({.x = 2, .y = 1}), glm::vec4(0.0f)));
  a.bypass(false);
  EXPECT_GT(a.sample({.x = 2, .y = 1}).a, 0.5f);
}

TEST_F(Bypass, OfTwoInputsItIsTheFirst) {
  auto& s = source("s", 5, 3);
  auto& other = times("other", 9);
  auto& mix = add("composite", "mix");
  s >> mix;
  s >> other >> mix;
  mix.bypass(true);
  EXPECT_TRUE(samePixels(mix.numpyArray(), s.numpyArray(), 0));
  EXPECT_EQ(other.totalCooks(), 0);
}

TEST_F(Bypass, AUsersShaderToo) {
  auto& s = source("s", 5, 3);
  auto& g = graph().add<GlslTop>("g");
  g.pixelShader(kTwice);
  s >> g;
  const float red = s.sample({.x = 2, .y = 1}).r;
  EXPECT_NEAR(g.sample({.x = 2, .y = 1}).r, red * 2, 1e-6f);
  g.bypass(true);
  EXPECT_NEAR(g.sample({.x = 2, .y = 1}).r, red, 1e-6f);
  EXPECT_EQ(g.gpuMemory(), 0);
  g.bypass(false);
  EXPECT_NEAR(g.sample({.x = 2, .y = 1}).r, red * 2, 1e-6f);
}

TEST_F(Bypass, APinnedOneStillCooksAndShowsItsInput) {
  auto& s = source("s", 5, 3);
  auto& a = times("a", 2);
  s >> a;
  a.pin();
  a.bypass(true);
  graph().cook();
  EXPECT_EQ(s.totalCooks(), 1);
  EXPECT_TRUE(samePixels(a.numpyArray(), s.numpyArray(), 0));
  s.uniform("uSeed", 1.0);
  graph().cook();
  EXPECT_TRUE(samePixels(a.numpyArray(), s.numpyArray(), 0));
}

TEST_F(Lock, OneThatIsDrawnElsewhereKeepsItsPicture) {
  auto& s = source("s", 5, 3);
  auto& a = times("a", 2);
  auto& end = times("end", 3);
  s >> a >> end;
  const Image before = end.numpyArray();
  EXPECT_EQ(pass("a"), "end");
  a.lock(true);
  s.uniform("uSeed", 1.0);
  a.par("brightness1") = 7;
  EXPECT_TRUE(samePixels(end.numpyArray(), before, 2e-6f));
  end.par("brightness1") = 6;
  const float red = s.sample({.x = 2, .y = 1}).r - 1;
  EXPECT_NEAR(end.sample({.x = 2, .y = 1}).r, red * 12, 1e-5f);
  a.lock(false);
  EXPECT_NEAR(end.sample({.x = 2, .y = 1}).r, (red + 1) * 42, 1e-4f);
}

TEST_F(Lock, APictureThatIsPassedOnIsKept) {
  auto& s = source("s", 5, 3);
  auto& n = add("null", "n");
  s >> n;
  const Image before = n.numpyArray();
  EXPECT_EQ(n.gpuMemory(), 0);
  n.lock(true);
  EXPECT_EQ(n.gpuMemory(), 5 * 3 * 16) << "a copy of its own";
  s.uniform("uSeed", 1.0);
  s.numpyArray();
  EXPECT_TRUE(samePixels(n.numpyArray(), before, 0));
  n.lock(false);
  EXPECT_TRUE(samePixels(n.numpyArray(), s.numpyArray(), 0));
  EXPECT_EQ(n.gpuMemory(), 0);
}

TEST_F(Lock, ABypassedOneKeepsItsInputsPicture) {
  auto& s = source("s", 5, 3);
  auto& a = times("a", 2);
  s >> a;
  a.bypass(true);
  a.lock(true);
  const Image before = a.numpyArray();
  s.uniform("uSeed", 1.0);
  EXPECT_TRUE(samePixels(a.numpyArray(), before, 0));
  a.lock(false);
  a.bypass(false);
  EXPECT_NEAR(a.sample({.x = 0, .y = 0}).r, 2.0f, 1e-5f);
}

TEST_F(Lock, AUsersShaderKeepsItsPicture) {
  auto& s = source("s", 5, 3);
  auto& g = graph().add<GlslTop>("g");
  g.pixelShader(kTwice);
  s >> g;
  g.lock(true);
  const Image before = g.numpyArray();
  s.uniform("uSeed", 1.0);
  g.cook(true);
  EXPECT_TRUE(samePixels(g.numpyArray(), before, 0));
  g.lock(false);
  EXPECT_NEAR(g.sample({.x = 0, .y = 0}).r, 2.0f, 1e-6f);
}

TEST_F(Lock, AFeedbackStops) {
  auto& s = source("s", 5, 3);
  auto& loop = add("feedback", "loop");
  auto& sum = times("sum", 2);
  s >> loop >> sum;
  loop.par("top") = "sum";
  sum.pin();
  for (int i = 0; i < 3; ++i) graph().cook();
  const float third = sum.sample({.x = 1, .y = 0}).r;
  loop.lock(true);
  for (int i = 0; i < 3; ++i) graph().cook();
  EXPECT_NEAR(sum.sample({.x = 1, .y = 0}).r, third, 1e-6f);
  loop.lock(false);
  graph().cook();
  EXPECT_NEAR(sum.sample({.x = 1, .y = 0}).r, third * 2, 1e-5f);
}

TEST_F(Lock, ItOutlivesAnotherSizeAndTheEndOfWhatIsUpstream) {
  auto& s = source("s", 5, 3);
  auto& a = blur("a", 3);
  auto& end = times("end", 1);
  s >> a >> end;
  a.lock(true);
  const Image before = a.numpyArray();
  sized(s, 50, 30);
  s.numpyArray();
  EXPECT_EQ(end.width(), 5);
  s.destroy();
  graph().cook();
  EXPECT_TRUE(samePixels(a.numpyArray(), before, 0));
  EXPECT_TRUE(samePixels(end.numpyArray(), before, 2e-6f));
}

TEST_F(Lock, ItHoldsOneTexture) {
  auto& s = source("s", 5, 3);
  auto& a = blur("a", 3);
  s >> a;
  a.lock(true);
  EXPECT_EQ(a.gpuMemory(), 5 * 3 * 16);
}

TEST(LockLost, WithItsContextThePictureGoesAndUnlockingMakesItAnew) {
  Graph graph;
  auto& s = graph.add<GlslTop>("s");
  auto& a = graph.add("level", "a").as<Top>();
  a.par("brightness1") = 0.5;
  s >> a;
  {
    const Context context = Context::headless();
    a.lock(true);
    EXPECT_NEAR(a.sample({.x = 1, .y = 1}).r, 0.5f, 0.01f);
  }
  const Context context = Context::headless();
  EXPECT_TRUE(contains(thrown([&] { a.sample({.x = 1, .y = 1}); }), "level 'a' has no picture"));
  a.lock(false);
  EXPECT_NEAR(a.sample({.x = 1, .y = 1}).r, 0.5f, 0.01f);
}

}  // namespace
}  // namespace topknot
