// Cache: which pictures it keeps, and which it shows.
#include <limits>

#include "ops/support/layers.h"

namespace topknot {
namespace {

/// A source whose red is the frame's index, and green 1.
class CacheTest : public test::GlTest {
 protected:
  CacheTest() {
    source_ = &graph().add("constant", "source").as<Top>();
    source_->par("format") = "rgba32float";
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = glm::vec2(3, 2);
    source_->par("color") = glm::vec3(0, 1, 0);
    source_->par("colorr").bind([](const Frame& now) { return Value(double(now.index)); });
    cache_ = &graph().add("cache", "cache").as<Top>();
    cache_->par("cachesize") = 4;
    *source_ >> *cache_;
    cache_->pin();
  }

  void frames(int count) {
    for (int i = 0; i < count; ++i) graph().cook();
  }
  /// The red at that output index, of all pixels.
  float at(double index) {
    cache_->par("outputindex") = index;
    const Image image = *cache_->numpyArray({.allowStale = true});
    const glm::vec4 colour = image.pixel(0, 0);
    for (int i = 0; i < image.width() * image.height(); ++i) {
      EXPECT_EQ(image.pixel(i % image.width(), i / image.width()), colour);
    }
    EXPECT_EQ(colour.g, colour.a);
    return colour.r;
  }
  std::vector<float> all(int count = 4) {
    std::vector<float> found;
    for (int i = 0; i < count; ++i) found.push_back(at(-i));
    return found;
  }
  using Reds = std::vector<float>;

  Top *source_, *cache_;
};

TEST_F(CacheTest, KeepsTheLatestPictures) {
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    frames(6);
    const auto now = static_cast<float>(graph().frame().index);
    EXPECT_EQ(all(), (Reds{now, now - 1, now - 2, now - 3}));
    EXPECT_EQ(at(-4), now - 3) << "no older one is kept";
    EXPECT_EQ(at(3), now) << "there is nothing newer";
  }
}

TEST_F(CacheTest, BeforeItIsFullTheOldestIsTheLast) {
  frames(2);
  EXPECT_EQ(all(), (Reds{1, 0, 0, 0}));
}

TEST_F(CacheTest, KeepsBytesAsTheyAre) {
  const Image six = test::sixColours();
  Top& still = test::addPicture(graph(), six);
  cache_->inputConnectors()[0].connect(still);
  frames(3);
  cache_->par("outputindex") = -2;
  EXPECT_TRUE(test::shows(*cache_, 0, [&](int x, int y) { return six.pixel(x, y); }));
  EXPECT_EQ(cache_->pixelFormatName(), "rgba8fixed");
}

TEST_F(CacheTest, BlendsNeighboursIfAsked) {
  source_->par("format") = "rgba8fixed";
  source_->par("colorr").bind([](const Frame& now) { return Value(double(now.index) * 40 / 255); });
  frames(4);
  EXPECT_NEAR(at(-1.25), 80 / 255.0, 1e-6) << "the nearest";
  cache_->par("interp") = true;
  EXPECT_NEAR(at(-1.25), 70 / 255.0, 1e-6);
  EXPECT_NEAR(at(-2), 40 / 255.0, 1e-6);
  EXPECT_NEAR(at(-9.5), 0, 1e-6);
}

TEST_F(CacheTest, IndicesCountInTheUnit) {
  cache_->par("step") = 2;
  frames(9);  // 8, 6, 4, 2
  EXPECT_EQ(at(-2), 4);
  cache_->par("outputindexunit") = "frames";
  EXPECT_EQ(at(-2), 6);
  EXPECT_EQ(at(-6), 2);
  cache_->par("outputindexunit") = "seconds";
  EXPECT_EQ(at(-4 / 60.0), 4);
  cache_->par("outputindexunit") = "fraction";
  EXPECT_EQ(at(-1), 2);
  EXPECT_EQ(at(-1 / 3.0), 6);
}

TEST_F(CacheTest, StepLeavesFramesOut) {
  cache_->par("step") = 3;
  frames(11);
  EXPECT_EQ(all(), (Reds{9, 6, 3, 0}));
}

TEST_F(CacheTest, OncePerFrameHoweverOftenItCooks) {
  frames(3);
  for (int i = 0; i < 5; ++i) cache_->cook(true);
  EXPECT_EQ(all(3), (Reds{2, 1, 0}));
  source_->par("colorr") = 9;
  EXPECT_EQ(all(3), (Reds{9, 1, 0})) << "the frame's picture is its latest";
}

TEST_F(CacheTest, InactiveItTakesNothingButAPulse) {
  cache_->par("active") = false;
  frames(2);
  EXPECT_TRUE(test::shows(*cache_, 0, [](int, int) { return glm::dvec4(0); })) << "nothing yet";
  EXPECT_EQ(graph().cook().text(), "source cache") << "only since the input is new";
  cache_->par("activepulse").pulse();
  frames(1);
  frames(2);
  cache_->par("activepulse").pulse();
  frames(3);
  EXPECT_EQ(all(3), (Reds{6, 3, 3}));
}

TEST_F(CacheTest, OnceFullItStopsIfAsked) {
  cache_->par("cacheonce") = true;
  frames(9);
  EXPECT_EQ(all(), (Reds{3, 2, 1, 0}));
  cache_->par("resetpulse").pulse();
  frames(2);
  EXPECT_EQ(all(3), (Reds{10, 9, 9}));
}

TEST_F(CacheTest, ReplacesOnePicture) {
  frames(4);
  cache_->par("active") = false;
  cache_->par("replaceindex") = -2;
  cache_->par("replacespulse").pulse();
  frames(2);
  EXPECT_EQ(all(), (Reds{3, 2, 4, 0}));
  cache_->par("active") = true;
  cache_->par("replace") = true;
  cache_->par("replaceindex") = -50;
  frames(3);
  EXPECT_EQ(all(), (Reds{3, 2, 4, 8}));
}

TEST_F(CacheTest, PreFillFillsItAtOnce) {
  frames(3);
  cache_->par("prefillpulse").pulse();
  frames(1);
  EXPECT_EQ(cache_->gpuMemory(), 3 * 2 * 16) << "all are one texture";
  EXPECT_EQ(all(), (Reds{3, 3, 3, 3}));
  cache_->par("prefill") = true;
  frames(2);
  EXPECT_EQ(all(), (Reds{5, 4, 4, 4})) << "when it is switched on";
}

TEST_F(CacheTest, ResetGivesThePicturesBack) {
  frames(5);
  EXPECT_EQ(cache_->gpuMemory(), 4 * 3 * 2 * 16);
  cache_->par("cachesize") = 2;
  EXPECT_EQ(cache_->gpuMemory(), 2 * 3 * 2 * 16);
  EXPECT_EQ(all(), (Reds{4, 3, 3, 3}));
  cache_->par("reset") = true;
  frames(3);
  EXPECT_TRUE(test::shows(*cache_, 0, [](int, int) { return glm::dvec4(0); }));
  EXPECT_EQ(cache_->gpuMemory(), 3 * 2 * 16) << "what is shown";
  cache_->par("reset") = false;
  frames(1);
  EXPECT_EQ(all(2), (Reds{8, 8}));
}

TEST_F(CacheTest, AnotherSizeOrFormatBeginsAnew) {
  frames(4);
  source_->par("resolution") = glm::vec2(5, 4);
  frames(1);
  EXPECT_EQ(all(2), (Reds{4, 4}));
  EXPECT_EQ(cache_->width(), 5);
  frames(1);
  cache_->par("format") = "rgba16float";
  EXPECT_EQ(all(2), (Reds{5, 5}));
  EXPECT_EQ(cache_->gpuMemory(), 5 * 4 * 8);
  cache_->par("outputresolution") = "half";
  frames(2);
  EXPECT_EQ(all(2), (Reds{7, 6}));
  EXPECT_EQ(cache_->width(), 3);
}

TEST_F(CacheTest, CooksWhileItTakes) {
  Top& still = graph().add("constant", "still").as<Top>();
  cache_->inputConnectors()[0].connect(still);
  EXPECT_EQ(graph().cook().text(), "still cache");
  EXPECT_EQ(graph().cook().text(), "cache");
  cache_->par("active") = false;
  EXPECT_EQ(graph().cook().text(), "cache");
  EXPECT_EQ(graph().cook().text(), "");
  cache_->par("active") = true;
  cache_->pin(false);
  EXPECT_EQ(graph().cook().text(), "");
  cache_->par("alwayscook") = true;
  EXPECT_EQ(graph().cook().text(), "cache");
  EXPECT_EQ(graph().cook().text(), "cache");
}

TEST_F(CacheTest, SeenThroughAChainItIsTheSameFusedOrNot) {
  Top& after = graph().add("level", "after").as<Top>();
  after.par("brightness1") = 2.0;
  *cache_ >> after;
  cache_->pin(false);
  after.pin();
  cache_->par("outputindex") = -2;
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    for (int i = 0; i < 5; ++i) {
      frames(1);
      const auto now = static_cast<float>(graph().frame().index);
      EXPECT_EQ(after.sample({.x = 1, .y = 1}).r, 2 * std::max(0.0f, now - 2));
    }
  }
}

TEST_F(CacheTest, AThousandFramesNeedNoMoreThanTen) {
  cache_->par("outputindex") = -1.5;
  cache_->par("interp") = true;
  frames(10);
  const int objects = context().liveObjects();
  frames(1000);
  EXPECT_EQ(context().liveObjects(), objects);
  EXPECT_EQ(cache_->sample({.x = 0, .y = 0}).r, 1007.5f);
}

TEST_F(CacheTest, MoreThanTheTextureBudgetIsAnErrorAndTheLastPictureStays) {
  source_->par("resolution") = glm::vec2(64, 64);
  cache_->par("cachesize") = 100;
  frames(1);
  context().textureBudget(context().textureMemory() + 5 * 64 * 64 * 16);
  frames(20);
  ASSERT_EQ(cache_->errors().size(), 1u);
  EXPECT_TRUE(test::contains(cache_->errors()[0], "The cache cannot take a picture; it holds "));
  EXPECT_TRUE(test::contains(cache_->errors()[0], " of at most 100. "));
  EXPECT_TRUE(source_->errors().empty());
  EXPECT_LE(context().textureMemory(), context().textureBudget());
  const float newest = at(0);
  EXPECT_GE(newest, 4);
  EXPECT_EQ(at(-1), newest - 1);
  cache_->par("cachesize") = 3;
  frames(5);
  EXPECT_TRUE(cache_->errors().empty());
  EXPECT_EQ(all(3), (Reds{25, 24, 23}));
  context().textureBudget(std::numeric_limits<std::int64_t>::max());
}

TEST_F(CacheTest, APictureThatIsNotPossibleIsAnErrorAndTheLastOneStays) {
  frames(3);
  cache_->par("outputresolution") = "custom";
  cache_->par("resolution") = glm::vec2(1e6f, 1);
  frames(1);
  ASSERT_EQ(cache_->errors().size(), 1u);
  EXPECT_TRUE(test::contains(cache_->errors()[0], "is not possible"));
  EXPECT_EQ(cache_->sample({.x = 0, .y = 0, .allowStale = true}).r, 2.0f);
  cache_->par("outputresolution") = "useinput";
  frames(1);
  EXPECT_EQ(all(2), (Reds{4, 2}));
}

}  // namespace
}  // namespace topknot
