// Switch: which input is passed on, and what lies between two.
#include "ops/support/layers.h"

namespace topknot {
namespace {

using test::addPicture;
using test::colours;
using test::shows;

class SwitchTest : public test::GlTest {
 protected:
  SwitchTest() {
    switch_ = &graph().add("switch").as<Top>();
    for (int i = 0; i < 3; ++i) {
      images_.push_back(colours(3, 2, PixelFormat::Rgba32Float, i));
      addPicture(graph(), images_.back()) >> *switch_;
    }
  }
  ::testing::AssertionResult passes(double index, std::size_t chosen) {
    switch_->par("index") = index;
    const auto same = shows(*switch_, 0, [&](int x, int y) { return images_[chosen].pixel(x, y); });
    if (same && switch_->gpuMemory() != 0) return ::testing::AssertionFailure() << "a copy";
    return same;
  }
  ::testing::AssertionResult blends(double index, std::size_t a, std::size_t b, double share) {
    switch_->par("index") = index;
    const auto mixed = [&](int x, int y) {
      return glm::dvec4(images_[a].pixel(x, y)) * (1 - share) +
             glm::dvec4(images_[b].pixel(x, y)) * share;
    };
    graph().fusion(true);
    const auto fused = shows(*switch_, 1e-6, mixed);
    graph().fusion(false);
    return fused ? shows(*switch_, 1e-6, mixed) : fused;
  }

  Top* switch_;
  std::vector<Image> images_;
};

TEST_F(SwitchTest, PassesOneInputOnWithoutACopy) {
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    EXPECT_TRUE(passes(0, 0));
    EXPECT_TRUE(passes(1.99, 1));
    EXPECT_TRUE(passes(2, 2));
  }
}

TEST_F(SwitchTest, ExtendsBeyondTheInputs) {
  const auto all = [&](const char* extend, std::vector<std::size_t> chosen) {
    switch_->par("extend") = extend;
    for (int i = 0; i < 8; ++i) {
      EXPECT_TRUE(passes(i - 3, chosen[static_cast<std::size_t>(i)])) << extend << " " << i - 3;
    }
  };
  //             −3 −2 −1  0  1  2  3  4
  all("clamp", {0, 0, 0, 0, 1, 2, 2, 2});
  all("loop", {0, 1, 2, 0, 1, 2, 0, 1});
  all("zigzag", {1, 2, 1, 0, 1, 2, 1, 0});
}

TEST_F(SwitchTest, BlendsNeighbours) {
  switch_->par("blend") = true;
  EXPECT_TRUE(passes(1, 1)) << "on an input there is nothing to blend";
  EXPECT_TRUE(blends(0.25, 0, 1, 0.25));
  EXPECT_TRUE(blends(1.5, 1, 2, 0.5));
  EXPECT_TRUE(passes(7.5, 2));
  switch_->par("extend") = "loop";
  EXPECT_TRUE(blends(2.75, 2, 0, 0.75));
  EXPECT_TRUE(blends(-0.25, 2, 0, 0.75));
  switch_->par("extend") = "zigzag";
  EXPECT_TRUE(blends(2.75, 1, 2, 0.25));
  EXPECT_TRUE(blends(-0.25, 0, 1, 0.25));
}

TEST_F(SwitchTest, TheChosenInputGivesSizeAndFormat) {
  addPicture(graph(), colours(5, 4, PixelFormat::Rgba8Fixed, 9)) >> *switch_;
  EXPECT_EQ(switch_->width(), 3);
  switch_->par("index") = 3;
  EXPECT_EQ(switch_->width(), 5);
  EXPECT_EQ(switch_->pixelFormatName(), "rgba8fixed");
  switch_->par("blend") = true;
  switch_->par("index") = 2.5;
  EXPECT_EQ(switch_->width(), 3) << "the lower of two";
  EXPECT_EQ(switch_->pixelFormatName(), "rgba32float");
  switch_->cook();
  EXPECT_TRUE(switch_->errors().empty());
}

TEST_F(SwitchTest, GapsDoNotCount) {
  switch_->inputConnectors()[1].disconnect();
  EXPECT_TRUE(passes(1, 2));
}

TEST_F(SwitchTest, ExtremesPassSomethingOn) {
  for (const char* extend : {"clamp", "loop", "zigzag"}) {
    for (const bool blend : {false, true}) {
      switch_->par("extend") = extend;
      switch_->par("blend") = blend;
      for (const double index : {1e9, -1e9, 1e300, -1e300, 1e-300, -1e-300}) {
        switch_->par("index") = index;
        const Image picture = switch_->numpyArray();
        for (const float v : picture.floats()) ASSERT_TRUE(std::isfinite(v)) << index;
        EXPECT_TRUE(switch_->errors().empty());
      }
    }
  }
  while (switch_->input(1)) switch_->inputConnectors()[1].disconnect();
  switch_->inputConnectors()[2].disconnect();
  EXPECT_TRUE(passes(5, 0)) << "a zigzag of one";
}

TEST_F(SwitchTest, AnInputIsNeeded) {
  Op& lonely = graph().add("switch");
  lonely.cook();
  ASSERT_EQ(lonely.errors().size(), 1u);
  EXPECT_EQ(lonely.errors()[0], "Not enough sources specified");
}

}  // namespace
}  // namespace topknot
