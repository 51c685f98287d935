// Constant: its colour, its units, and what it does upon an input.
#include "ops/support/operands.h"

namespace topknot {
namespace {

using test::nearly;
using test::shows;

class ConstantTest : public test::GlTest {
 protected:
  ConstantTest() {
    constant_ = &graph().add("constant").as<Top>();
    constant_->par("format") = "rgba32float";
    constant_->par("outputresolution") = "custom";
    constant_->par("resolution") = glm::vec2(3, 2);
    colour(0.5, 0.25, 1, 0.5);
  }
  void colour(double r, double g, double b, double a) {
    constant_->par("colorr") = r;
    constant_->par("colorg") = g;
    constant_->par("colorb") = b;
    constant_->par("alpha") = a;
  }
  ::testing::AssertionResult gives(glm::dvec4 expected, double tolerance = 1e-6) {
    return shows(*constant_, tolerance, [&](int, int) { return expected; });
  }

  Top* constant_;
};

TEST_F(ConstantTest, IsWhiteByItself) {
  Top& fresh = graph().add("constant").as<Top>();
  EXPECT_EQ(fresh.width(), 256);
  EXPECT_EQ(fresh.pixelFormatName(), "rgba8fixed");
  EXPECT_TRUE(nearly(fresh.sample({.x = 200, .y = 3}), glm::vec4(1)));
}

TEST_F(ConstantTest, ColoursArePremultipliedUnlessTold) {
  EXPECT_TRUE(gives({0.25, 0.125, 0.5, 0.5}, 0));
  constant_->par("multrgbbyalpha") = false;
  EXPECT_TRUE(gives({0.5, 0.25, 1, 0.5}, 0));
}

TEST_F(ConstantTest, Units) {
  constant_->par("multrgbbyalpha") = false;
  colour(255, 51, 0, 127.5);
  constant_->par("rgbaunit") = "u256";
  EXPECT_TRUE(gives({1, 0.2, 0, 0.5}));
  colour(65535, 13107, 0, 65535);
  constant_->par("rgbaunit") = "u65536";
  EXPECT_TRUE(gives({1, 0.2, 0, 1}));
}

TEST_F(ConstantTest, EightBitsClamp) {
  constant_->par("format") = "rgba8fixed";
  colour(2, -1, 0.5, 1);
  EXPECT_TRUE(gives({1, 0, 0.5, 1}, 0.6 / 255));
}

TEST_F(ConstantTest, AnInputGivesSizeAndTheLowerLayer) {
  const Image image = test::colours(4, 3, PixelFormat::Rgba32Float, 3);
  test::addPicture(graph(), image) >> *constant_;
  constant_->par("outputresolution") = "useinput";
  EXPECT_EQ(constant_->width(), 4);
  const glm::dvec4 own(0.25, 0.125, 0.5, 0.5);
  EXPECT_TRUE(gives(own)) << "not asked for";
  constant_->par("compoverinput") = true;
  for (const auto& [name, operation] : test::operations()) {
    constant_->par("operand") = name;
    for (const bool swap : {false, true}) {
      constant_->par("swaporder") = swap;
      EXPECT_TRUE(shows(*constant_, 2e-5,
                        [&](int x, int y) {
                          const glm::dvec4 b = image.pixel(x, y);
                          return swap ? operation(b, own) : operation(own, b);
                        }))
          << name << swap;
    }
  }
}

TEST_F(ConstantTest, JoinsItsNeighbours) {
  auto& level = graph().add("level").as<Top>();
  *constant_ >> level;
  level.par("opacity") = 0.5;
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    EXPECT_TRUE(nearly(level.sample({.x = 1, .y = 1}), {0.125f, 0.0625f, 0.25f, 0.25f}));
    EXPECT_EQ(constant_->drawing().pass == level.name(), fusion);
  }
}

TEST_F(ConstantTest, ExtremesStayFinite) {
  for (const double value : {1e38, -1e38, 1e-38}) {
    colour(value, value, -value, value);
    const Image picture = constant_->numpyArray();
    for (const float v : picture.floats()) EXPECT_TRUE(std::isfinite(v)) << value;
  }
}

}  // namespace
}  // namespace topknot
