// Level: every page, with values worked out by hand.
#include <gtest/gtest.h>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::nearly;

class LevelTest : public test::GlTest {
 protected:
  LevelTest() {
    source_ = &graph().add<GlslTop>("source");
    source_->pixelShader("uniform vec4 uColour; out vec4 c; void main() { c = uColour; }");
    source_->uniform("uColour", glm::vec4(0.25f, 0.5f, 0.75f, 0.5f));
    source_->par("format") = "rgba32float";
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = 2;
    level_ = &graph().add("level", "level").as<Top>();
    *source_ >> *level_;
  }

  ::testing::AssertionResult gives(glm::vec4 expected, float tolerance = 2e-6f) {
    return nearly(level_->sample({.x = 1, .y = 1}), expected, tolerance);
  }
  void set(const char* name, double value) { level_->par(name) = value; }
  void reset() {
    for (const auto& parameter : level_->parameters().all()) Par(*parameter, -1).reset();
  }

  GlslTop* source_;
  Top* level_;
};

TEST_F(LevelTest, NeutralChangesNothing) {
  EXPECT_TRUE(gives({0.25f, 0.5f, 0.75f, 0.5f}, 0));
}

TEST_F(LevelTest, PrePageActsInItsOrder) {
  set("invert", 1);
  EXPECT_TRUE(gives({0.75f, 0.5f, 0.25f, 0.5f}));
  set("invert", 0.5);
  EXPECT_TRUE(gives({0.5f, 0.5f, 0.5f, 0.5f}));
  reset();
  set("blacklevel", 0.5);
  EXPECT_TRUE(gives({0, 0, 0.5f, 0.5f}));
  reset();
  set("brightness1", 2);
  EXPECT_TRUE(gives({0.5f, 1, 1.5f, 0.5f}));
  reset();
  set("gamma1", 0.5);
  EXPECT_TRUE(gives({0.0625f, 0.25f, 0.5625f, 0.5f}));
  reset();
  set("contrast", 2);
  EXPECT_TRUE(gives({0, 0.5f, 1, 0.5f}));
  set("invert", 1);
  set("brightness1", 2);
  // 1 − v = .75 .5 .25; × 2 = 1.5 1 .5; contrast: (v − ½) 2 + ½
  EXPECT_TRUE(gives({2.5f, 1.5f, 0.5f, 0.5f}));
}

TEST_F(LevelTest, RangeMapsInToOut) {
  set("inlow", 0.25);
  set("inhigh", 0.75);
  set("outlow", 1);
  set("outhigh", 0);
  EXPECT_TRUE(gives({1, 0.5f, 0, 0.5f}));
}

TEST_F(LevelTest, RgbaMapsEachChannel) {
  set("lowr", 0.5);
  set("highg", 0.5);
  set("lowb", 1);
  set("highb", 0);
  set("higha", 0.5);
  EXPECT_TRUE(gives({0.625f, 0.25f, 0.25f, 0.25f}));
}

TEST_F(LevelTest, SteppingMakesBands) {
  source_->uniform("uColour", glm::vec4(0.2f, 0.3f, 0.8f, 1));
  level_->par("stepping") = true;
  set("stepsize", 0.25);
  EXPECT_TRUE(gives({0, 0.25f, 0.75f, 1}));
  set("threshold", 0.125);
  EXPECT_TRUE(gives({0.125f, 0.125f, 0.625f, 1}));
  set("clamphigh", 0.5);
  EXPECT_TRUE(gives({0.125f, 0.125f, 0.5f, 1}));
  reset();
  level_->par("stepping") = true;
  set("stepsize", 0.5);
  set("soften", 1);
  EXPECT_TRUE(gives({0.2f, 0.3f, 0.8f, 1})) << "fully softened bands are a ramp";
}

TEST_F(LevelTest, PostPageActsLast) {
  set("gamma2", 0.5);
  EXPECT_TRUE(gives({0.0625f, 0.25f, 0.5625f, 0.5f}));
  reset();
  set("opacity", 0.5);
  EXPECT_TRUE(gives({0.125f, 0.25f, 0.375f, 0.25f}));
  set("brightness2", 4);
  EXPECT_TRUE(gives({0.5f, 1, 1.5f, 0.25f}));
  level_->par("clamp") = true;
  set("clamphigh2", 0.75);
  EXPECT_TRUE(gives({0.5f, 0.75f, 0.75f, 0.25f}));
  reset();
  level_->par("premultrgbbyalpha") = true;
  EXPECT_TRUE(gives({0.125f, 0.25f, 0.375f, 0.5f}));
}

TEST_F(LevelTest, InputIsClampedAsTheMenuSays) {
  source_->uniform("uColour", glm::vec4(2, -1, 0.5f, 1));
  EXPECT_TRUE(gives({2, -1, 0.5f, 1})) << "automatic leaves floats alone";
  level_->par("clampinput") = "clamp";
  EXPECT_TRUE(gives({1, 0, 0.5f, 1}));
  level_->par("clampinput") = "unclamped";
  EXPECT_TRUE(gives({2, -1, 0.5f, 1}));
}

TEST_F(LevelTest, ExtremesGiveNoNaN) {
  for (const char* name : {"gamma1", "gamma2", "stepsize", "inhigh", "blacklevel", "contrast"}) {
    for (const double value : {0.0, 1.0, -1.0, 1e6}) {
      reset();
      level_->par("stepping") = true;
      set(name, value);
      const glm::vec4 colour = level_->sample({.x = 0, .y = 0});
      for (int i = 0; i < 4; ++i) EXPECT_EQ(colour[i], colour[i]) << name << " " << value;
    }
  }
}

TEST_F(LevelTest, AChainIsOnePassAndTheSamePicture) {
  auto& second = graph().add("level", "second").as<Top>();
  auto& third = graph().add("level", "third").as<Top>();
  *level_ >> second >> third;
  set("brightness1", 0.5);
  second.par("invert") = 1;
  third.par("gamma1") = 0.5;
  const glm::vec4 fused = third.sample({.x = 0, .y = 0});
  // × .5 = .125 .25 .375; 1 − v = .875 .75 .625; squared
  EXPECT_TRUE(nearly(fused, {0.765625f, 0.5625f, 0.390625f, 0.5f}, 2e-6f));
  EXPECT_EQ(level_->drawing().pass, "third");
  EXPECT_EQ(second.drawing().pass, "third");
  EXPECT_EQ(level_->gpuMemory() + second.gpuMemory(), 0) << "fused away: no texture of their own";
  EXPECT_TRUE(nearly(second.sample({.x = 0, .y = 0}), {0.875f, 0.75f, 0.625f, 0.5f}, 2e-6f))
      << "asked for, it is drawn";
  graph().fusion(false);
  EXPECT_TRUE(nearly(third.sample({.x = 0, .y = 0}), fused, 2e-6f));
  EXPECT_EQ(second.drawing().pass, "second");
  EXPECT_EQ(second.drawing().fusionBreak, "fusion is off");
}

TEST_F(LevelTest, TurningAKnobCooksOnlyWhatIsBehindIt) {
  auto& second = graph().add("level", "second").as<Top>();
  *level_ >> second;
  second.pin();
  EXPECT_EQ(graph().cook().text(), "source level second");
  EXPECT_EQ(graph().cook().text(), "");
  second.par("gamma1") = 2;
  EXPECT_EQ(graph().cook().text(), "second");
  set("contrast", 2);
  EXPECT_EQ(graph().cook().text(), "level second");
}

}  // namespace
}  // namespace topknot
