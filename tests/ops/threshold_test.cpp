// Threshold: every comparison and source, with values worked out by hand.
#include "support/op_test.h"

namespace topknot {
namespace {

class Threshold : public test::OpTest {
 protected:
  Threshold() : OpTest("threshold") {}
  float value() { return op().sample({.x = 0, .y = 0}).r; }
};

TEST_F(Threshold, WhatComparesSoBecomesBlack) {
  Image three(3, 1, PixelFormat::Rgba32Float);
  three.setPixel(0, 0, glm::vec4(0.25f));
  three.setPixel(1, 0, glm::vec4(0.5f));
  three.setPixel(2, 0, glm::vec4(0.75f));
  feed(three);
  par("rgb") = "red";
  const std::pair<const char*, glm::vec3> cases[] = {
      {"less", {0, 1, 1}},           {"lessorequal", {0, 0, 1}}, {"greater", {1, 1, 0}},
      {"greaterorequal", {1, 0, 0}}, {"equal", {1, 0, 1}},       {"notequal", {0, 1, 0}}};
  for (const auto& [item, expected] : cases) {
    SCOPED_TRACE(item);
    par("comparator") = item;
    expectPixels([e = expected](int x, int) { return glm::vec4(e[x], e[x], e[x], 1); }, 0);
  }
}

TEST_F(Threshold, SoftenedStepsAreSlopes) {
  feed(glm::vec4(0.6f, 0, 0, 1));
  par("rgb") = "red";
  par("soften") = 0.4;
  const std::pair<const char*, float> cases[] = {{"less", 0.75f},    {"lessorequal", 0.75f},
                                                 {"greater", 0.25f}, {"greaterorequal", 0.25f},
                                                 {"equal", 0.25f},   {"notequal", 0.75f}};
  for (const auto& [item, expected] : cases) {
    par("comparator") = item;
    EXPECT_NEAR(value(), expected, 2e-6f) << item;
  }
}

TEST_F(Threshold, TheSourceIsWhatIsCompared) {
  feed(glm::vec4(0.1f, 0.3f, 0.5f, 0.9f));
  const std::pair<const char*, double> cases[] = {
      {"luminance", 0.2126 * 0.1 + 0.7152 * 0.3 + 0.0722 * 0.5},
      {"red", 0.1},
      {"green", 0.3},
      {"blue", 0.5},
      {"alpha", 0.9},
      {"rgbaverage", 0.3},
      {"average", 0.45},
      {"rgbmax", 0.5},
      {"max", 0.9}};
  for (const auto& [item, expected] : cases) {
    par("rgb") = item;
    par("threshold") = expected - 1e-4;
    EXPECT_EQ(value(), 1) << item;
    par("threshold") = expected + 1e-4;
    EXPECT_EQ(value(), 0) << item;
  }
}

TEST_F(Threshold, AlphaIsOneOrTheSame) {
  feed(glm::vec4(0.25f, 0.25f, 0.25f, 0.5f));
  EXPECT_TRUE(gives({0, 0, 0, 1}, 0));
  par("alpha") = "same";
  EXPECT_TRUE(gives({0, 0, 0, 0}, 0));
  par("threshold") = 0.1;
  EXPECT_TRUE(gives({1, 1, 1, 1}, 0));
}

TEST_F(Threshold, FixedFormatsAndFusion) {
  auto& source = picture(test::sixColours());
  auto& level = graph().add("level").as<Top>();
  source >> level >> op();
  par("soften") = 0.5;
  // Luminances: bottom .2126 .7152 .0722, top .7874 .2848 128 / 255; slope: (v − ½) 2 + ½
  const float expected[2][3] = {{0, 0.9304f, 0}, {1, 0.0696f, 0.5039f}};
  expectPixels([&](int x, int y) { return glm::vec4(glm::vec3(expected[y][x]), 1); }, 0.003f);
  expectSameUnfused();
}

TEST_F(Threshold, ExtremesAndMissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
  feed(glm::vec4(-3, 1e4f, 0, 0.5f));
  expectFiniteAtExtremes();
}

}  // namespace
}  // namespace topknot
