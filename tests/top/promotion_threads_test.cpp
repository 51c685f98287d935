// Numbers that have been still are compiled in as constants, by a worker beside the cooking thread.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "support/pictures.h"
#include "top/cook/promotion.h"
#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::samePixels;

constexpr int kSide = 260;
constexpr int kNumbers = 2 * 27;  // of two levels

/// A moving source, a chain of levels, a blur; the end is sampled. One context of its own.
class Row {
 public:
  explicit Row(const Context& context) : context_(context) {
    source_.pixelShader(
        "uniform float uSeed; out vec4 c; void main() {\n"
        "  c = vec4(fract(gl_FragCoord.x * 0.37 + uSeed), fract(gl_FragCoord.y * 0.13), 0.3, 1.0); "
        "}");
    source_.par("format") = "rgba32float";
    source_.par("outputresolution") = "custom";
    source_.par("resolution") = kSide;
    first.par("brightness1") = 2;
    source_ >> first >> end;
    frame();
  }

  void frame() {
    source_.uniform("uSeed", 0.001 * ++frames_);
    draw();
  }
  void draw() { end.textureName(); }
  /// Draws until all numbers of both levels are compiled in; false if that takes too long.
  bool promote() {
    return until([] { return Promotion::compiledIn() == kNumbers; });
  }
  template <class Condition>
  bool until(Condition reached) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!reached()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      frame();
    }
    return true;
  }
  int objects() const { return context_.liveObjects(); }

  Graph graph;
  Top& first = graph.add("level", "first").as<Top>();
  Top& end = graph.add("level", "end").as<Top>();

 private:
  const Context& context_;
  GlslTop& source_ = graph.add<GlslTop>("source");
  int frames_ = 0;
};

TEST(Promotions, StillNumbersAreCompiledInAndThePictureStays) {
  const Context context = Context::headless();
  Row row(context);
  const int before = row.objects();
  ASSERT_TRUE(row.promote());
  EXPECT_EQ(row.objects(), before + 1) << "one program more";
  const Image constant = row.end.numpyArray();
  row.end.par("opacity") = 0.5;
  row.draw();
  row.end.par("opacity") = 1.0;
  const Image plain = row.end.numpyArray();
  EXPECT_EQ(Promotion::compiledIn(), 0);
  EXPECT_TRUE(samePixels(constant, plain, 2e-6f));
}

TEST(Promotions, ABlurIsCompiledForItsWeights) {
  const Context context = Context::headless();
  Row row(context);
  auto& blur = row.graph.add("blur", "blur").as<Top>();
  blur.par("size") = 7;
  row.end >> blur;
  const auto frame = [&] {
    row.frame();
    blur.textureName();
    return Promotion::compiledIn();
  };
  const Image plain = blur.numpyArray();
  ASSERT_TRUE(row.until([&] { return frame() == kNumbers + 2 * 4; })) << "the levels, both axes";
  blur.cook(true);
  const Image constant = blur.numpyArray();
  row.graph.fusion(false);
  row.graph.fusion(true);
  blur.par("size") = 8;
  blur.textureName();
  blur.par("size") = 7;
  EXPECT_TRUE(samePixels(blur.numpyArray(), constant, 2e-6f));
  EXPECT_EQ(plain.width(), constant.width());
}

TEST(Promotions, TheNextPictureAfterAChangeIsRight) {
  const Context context = Context::headless();
  Row row(context);
  ASSERT_TRUE(row.promote());
  row.first.par("brightness1") = 6;
  const glm::vec4 made = row.end.sample({.x = 100, .y = 7});
  EXPECT_NEAR(made.b, 1.8f, 1e-5f);
  row.first.par("brightness1") = 2;
  EXPECT_NEAR(row.end.sample({.x = 100, .y = 7}).b, 0.6f, 1e-5f);
}

// Another picture of the same kind in the place of one whose numbers are compiled in.
TEST(Promotions, ASwitchToAnotherPictureOfTheSameKindIsNotTakenForTheSame) {
  const Context context = Context::headless();
  Graph graph;
  auto& source = graph.add("constant", "source").as<Top>();
  source.par("outputresolution") = "custom";
  source.par("resolution") = kSide;
  source.par("format") = "rgba32float";
  source.par("color") = glm::vec3(0.25f);
  auto& a = graph.add("level", "a").as<Top>();
  auto& b = graph.add("level", "b").as<Top>();
  auto& pick = graph.add("switch", "pick").as<Top>();
  auto& end = graph.add("level", "end").as<Top>();
  a.par("brightness1") = 2;
  b.par("brightness1") = 3;
  source >> a >> pick;
  source >> b >> pick;
  pick >> end;
  b.cook();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (Promotion::compiledIn() < kNumbers && std::chrono::steady_clock::now() < deadline) {
    end.cook(true);
    end.textureName();
  }
  ASSERT_EQ(Promotion::compiledIn(), kNumbers);
  EXPECT_NEAR(end.sample({.x = 1, .y = 1}).r, 0.5f, 1e-6f);
  pick.par("index") = 1;
  EXPECT_NEAR(end.sample({.x = 1, .y = 1}).r, 0.75f, 1e-6f);
}

// New constants again and again: the old programs go, on this thread, though the worker drew with
// them too.
TEST(Promotions, ManyChangesLeaveNoProgramBehind) {
  const Context context = Context::headless();
  Row row(context);
  ASSERT_TRUE(row.promote());
  const int objects = row.objects();
  for (int i = 0; i < 20; ++i) {
    row.first.par("brightness1") = 2 + (i + 1) * 0.01;
    row.draw();
    EXPECT_EQ(Promotion::compiledIn(), 0);
    ASSERT_TRUE(row.promote()) << i;
    EXPECT_LE(row.objects(), objects) << i;
    EXPECT_NEAR(row.end.sample({.x = 3, .y = 3}).b, 0.3f * (2.0f + float(i + 1) * 0.01f), 1e-5f);
  }
}

TEST(Promotions, GraphsMayEndWhileTheWorkerCompiles) {
  const Context context = Context::headless();
  for (int i = 0; i < 6; ++i) {
    Row row(context);
    row.first.par("brightness1") = 3 + i;
    for (int k = 0; k < 33 + i; ++k) row.frame();
  }
  Row row(context);
  EXPECT_TRUE(row.promote());
}

TEST(Promotions, TheContextMayEndWhileTheWorkerCompiles) {
  for (int i = 0; i < 4; ++i) {
    auto context = std::make_unique<Context>(Context::headless());
    Row row(*context);
    row.first.par("brightness1") = 5 + i;
    for (int k = 0; k < 33 + i; ++k) row.frame();
    context.reset();
  }
}

TEST(Promotions, TwoThreadsPromoteSideBySide) {
  std::atomic<int> promoted = 0, wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&promoted, &wrong, t] {
      const Context context = Context::headless();
      Row row(context);
      for (int i = 0; i < 3; ++i) {
        row.first.par("brightness1") = 2 + t + i;
        row.draw();
        if (row.promote()) ++promoted;
        const float expected = 0.3f * static_cast<float>(2 + t + i);
        if (std::abs(row.end.sample({.x = 9, .y = 9}).b - expected) > 1e-5f) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(promoted, 6);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace topknot
