// Cross: blends, and fits like its siblings.
#include "ops/support/layers.h"

namespace topknot {
namespace {

using test::addPicture;
using test::colours;
using test::LayerTransform;
using test::shows;

class CrossTest : public test::GlTest {
 protected:
  void start(PixelFormat format, glm::ivec2 first = {3, 2}) {
    a_ = colours(first.x, first.y, format, 1);
    b_ = colours(3, 2, format, 2);
    cross_ = &graph().add("cross", "cross").as<Top>();
    addPicture(graph(), a_) >> *cross_;
    addPicture(graph(), b_) >> *cross_;
  }
  ::testing::AssertionResult blends(double amount, double tolerance) {
    cross_->par("cross") = amount;
    const auto expected = [&](int x, int y) {
      return glm::dvec4(a_.pixel(x, y)) * (1.0 - amount) + glm::dvec4(b_.pixel(x, y)) * amount;
    };
    for (const bool fusion : {true, false}) {
      graph().fusion(fusion);
      const auto same = shows(*cross_, tolerance, expected);
      if (!same) return same;
    }
    return ::testing::AssertionSuccess();
  }

  Image a_, b_;
  Top* cross_ = nullptr;
};

TEST_F(CrossTest, BlendsFromTheFirstToTheSecond) {
  start(PixelFormat::Rgba32Float);
  for (const double amount : {0.25, 0.5, -1.0, 2.0}) EXPECT_TRUE(blends(amount, 1e-6)) << amount;
  EXPECT_TRUE(blends(0, 0)) << "exactly the first";
  EXPECT_TRUE(blends(1, 0)) << "exactly the second";
}

TEST_F(CrossTest, EightBits) {
  start(PixelFormat::Rgba8Fixed);
  for (const double amount : {0.0, 0.3, 1.0}) EXPECT_TRUE(blends(amount, 0.6 / 255)) << amount;
}

TEST_F(CrossTest, TheFifthFitHasItsOwnName) {
  start(PixelFormat::Rgba32Float, {4, 2});
  cross_->par("size") = "input2";
  cross_->par("cross") = 0.25;
  EXPECT_THROW(cross_->par("prefit") = "fitoutside", Error);
  for (const char* fit : {"fill", "fithorz", "fitvert", "fitbest", "fitworst", "nativeres"}) {
    const LayerTransform transform{.fit = fit, .r = 15};
    transform.give(*cross_);
    EXPECT_TRUE(shows(*cross_, filtered(2e-5), [&](int x, int y) {
      return transform.colour(a_, {3, 2}, x, y) * 0.75 + glm::dvec4(b_.pixel(x, y)) * 0.25;
    })) << fit;
  }
}

TEST_F(CrossTest, ExtremesGiveNoNaN) {
  start(PixelFormat::Rgba32Float);
  for (const double amount : {1e38, -1e38, 1e-38}) {
    cross_->par("cross") = amount;
    const Image picture = cross_->numpyArray();
    for (const float v : picture.floats()) EXPECT_TRUE(std::isfinite(v)) << amount;
  }
}

TEST_F(CrossTest, TwoInputsAreNeeded) {
  start(PixelFormat::Rgba8Fixed);
  cross_->inputConnectors()[0].disconnect();
  cross_->cook();
  ASSERT_EQ(cross_->errors().size(), 1u);
  EXPECT_EQ(cross_->errors()[0], "Not enough sources specified");
}

}  // namespace
}  // namespace topknot
