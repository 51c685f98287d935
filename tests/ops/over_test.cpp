// Over: the formula, and the Transform page, against a reference in double precision.
#include "ops/support/layers.h"
#include "support/gl_test.h"

namespace topknot {
namespace {

using test::addPicture;
using test::colours;
using test::LayerTransform;
using test::shows;

glm::dvec4 over(glm::dvec4 a, glm::dvec4 b) {
  return a + b * (1.0 - std::clamp(a.a, 0.0, 1.0));
}

class OverTest : public test::GlTest {
 protected:
  /// Input 1 is the overlay, input 2 the Fixed Layer, both of that format.
  void start(const Image& upper, const Image& lower) {
    upper_ = upper;
    lower_ = lower;
    over_ = &graph().add("over").as<Top>();
    first_ = &addPicture(graph(), upper);
    second_ = &addPicture(graph(), lower);
    *first_ >> *over_;
    *second_ >> *over_;
    over_->par("size") = "input2";
  }
  void start() {
    start(colours(3, 2, PixelFormat::Rgba32Float, 1), colours(6, 5, PixelFormat::Rgba32Float, 2));
  }
  /// The overlay lies where the reference says, fused and not.
  ::testing::AssertionResult lies(const LayerTransform& transform, double tolerance = 2e-5) {
    transform.give(*over_);
    tolerance = filtered(tolerance);
    const auto expected = [&](int x, int y) {
      return over(transform.colour(upper_, {lower_.width(), lower_.height()}, x, y),
                  lower_.pixel(x, y));
    };
    graph().fusion(true);
    const auto fused = shows(*over_, tolerance, expected);
    if (!fused) return fused;
    graph().fusion(false);
    return shows(*over_, tolerance, expected);
  }

  Image upper_, lower_;
  Top* over_ = nullptr;
  Top *first_ = nullptr, *second_ = nullptr;
};

TEST_F(OverTest, PutsTheFirstUponTheSecond) {
  start(colours(3, 2, PixelFormat::Rgba8Fixed, 1), colours(3, 2, PixelFormat::Rgba8Fixed, 2));
  EXPECT_TRUE(shows(*over_, 0.6 / 255,
                    [&](int x, int y) { return over(upper_.pixel(x, y), lower_.pixel(x, y)); }));
}

TEST_F(OverTest, FloatsAreNotClampedButTheWeightIs) {
  Image bright(1, 1, PixelFormat::Rgba32Float), below(1, 1, PixelFormat::Rgba32Float);
  bright.setPixel(0, 0, {3, -2, 0.5f, 1.5f});
  below.setPixel(0, 0, {5, 5, 5, 5});
  start(bright, below);
  EXPECT_TRUE(shows(*over_, 0, [](int, int) { return glm::dvec4(3, -2, 0.5, 1.5); }));
}

TEST_F(OverTest, TheFixedLayerGivesSizeButNotOrder) {
  start();
  EXPECT_EQ(over_->width(), 6);
  EXPECT_EQ(over_->height(), 5);
  over_->par("size") = "input1";
  EXPECT_EQ(over_->width(), 3);
  EXPECT_EQ(over_->height(), 2);
  over_->par("prefit") = "nativeres";
  over_->par("justifyh") = "left";
  over_->par("justifyv") = "bottom";
  EXPECT_TRUE(shows(*over_, 2e-5, [&](int x, int y) {
    return over(upper_.pixel(x, y), lower_.pixel(x, y));
  })) << "the lower layer is the overlay, cut off";
}

TEST_F(OverTest, EveryFitAndJustification) {
  start();
  const LayerTransform filled{.s = {0.75, 1.25}};
  EXPECT_TRUE(lies(filled));
  for (const char* fit : {"fithorz", "fitvert", "fitbest", "fitoutside", "nativeres"}) {
    for (const char* h : {"left", "center", "right"}) {
      for (const char* v : {"bottom", "center", "top"}) {
        EXPECT_TRUE(lies({.fit = fit, .justifyH = h, .justifyV = v}))
            << fit << " " << h << " " << v;
      }
    }
  }
}

TEST_F(OverTest, FillStretchesWithoutSeams) {
  start();
  EXPECT_TRUE(lies({.extend = "hold"}));
  EXPECT_TRUE(lies({.extend = "zero"}));
}

TEST_F(OverTest, EveryExtend) {
  start();
  for (const char* extend : {"hold", "zero", "repeat", "mirror"}) {
    EXPECT_TRUE(lies({.extend = extend, .r = 10, .t = {0.6, -0.3}, .s = {0.4, 0.3}})) << extend;
    EXPECT_TRUE(lies({.fit = "nativeres", .extend = extend})) << extend;
  }
}

TEST_F(OverTest, IncreasingRotationIsClockwise) {
  Image left(2, 2, PixelFormat::Rgba32Float);
  left.setPixel(0, 0, {1, 0, 0, 1});
  left.setPixel(0, 1, {1, 0, 0, 1});
  start(left, Image(2, 2, PixelFormat::Rgba32Float));
  over_->par("r") = 90;
  const auto top = [](int, int y) { return y == 1 ? glm::dvec4(1, 0, 0, 1) : glm::dvec4(0); };
  EXPECT_TRUE(shows(*over_, 1e-5, top)) << "what was left is above";
  over_->par("legacyxform") = true;
  const auto bottom = [](int, int y) { return y == 0 ? glm::dvec4(1, 0, 0, 1) : glm::dvec4(0); };
  EXPECT_TRUE(shows(*over_, 1e-5, bottom));
}

TEST_F(OverTest, TransformsInEveryUnit) {
  start();
  for (const char* unit : {"pixels", "fraction", "fractionaspect"}) {
    const double scale = std::string(unit) == "pixels" ? 3 : 0.5;
    const LayerTransform transform{.r = 30,
                                   .t = {0.25 * scale, -0.5 * scale},
                                   .tUnit = unit,
                                   .s = {0.5, -1.5},
                                   .p = {0.2 * scale, 1.1 * scale},
                                   .pUnit = unit};
    EXPECT_TRUE(lies(transform)) << unit;
    LayerTransform legacy = transform;
    legacy.legacy = true;
    EXPECT_TRUE(lies(legacy)) << unit << ", legacy";
  }
}

TEST_F(OverTest, EightBits) {
  start(colours(3, 2, PixelFormat::Rgba8Fixed, 1), colours(6, 5, PixelFormat::Rgba8Fixed, 2));
  EXPECT_TRUE(lies({.fit = "fitbest", .r = 20, .t = {0.1, 0.2}}, 3.0 / 255));
}

TEST_F(OverTest, LayersWithoutAlphaLeaveNothingBeside) {
  for (const char* format : {"mono8fixed", "rgb32float", "rgba11float", "rgb10a2fixed"}) {
    start(colours(2, 2, PixelFormat::Rgba32Float, 1), colours(6, 5, PixelFormat::Rgba32Float, 2));
    first_->par("format") = format;
    over_->par("format") = "rgba32float";
    over_->par("prefit") = "nativeres";
    over_->par("justifyh") = "left";
    for (const bool fusion : {true, false}) {
      graph().fusion(fusion);
      EXPECT_TRUE(test::nearly(over_->sample({.x = 5, .y = 2}), lower_.pixel(5, 2))) << format;
    }
  }
}

TEST_F(OverTest, NearestPixelsHaveHardEdges) {
  start();
  over_->par("inputfiltertype") = "nearest";
  over_->par("prefit") = "nativeres";
  over_->par("tx") = 0.1;  // 0.6 pixels: 1.5 + 0.6 rounds to 2
  over_->par("justifyv") = "bottom";
  EXPECT_TRUE(shows(*over_, 1e-6, [&](int x, int y) {
    const bool inside = x >= 2 && x < 5 && y < 2;
    return over(inside ? glm::dvec4(upper_.pixel(x - 2, y)) : glm::dvec4(0), lower_.pixel(x, y));
  }));
}

TEST_F(OverTest, WhatLiesAsItIsIsPartOfOnePass) {
  start(colours(6, 5, PixelFormat::Rgba32Float, 1), colours(6, 5, PixelFormat::Rgba32Float, 2));
  auto& level = graph().add("level", "level").as<Top>();
  over_->inputConnectors()[0].connect(level);
  *first_ >> level;
  level.par("opacity") = 0.5;
  const auto expected = [&](int x, int y) {
    return over(glm::dvec4(upper_.pixel(x, y)) * 0.5, lower_.pixel(x, y));
  };
  EXPECT_TRUE(shows(*over_, 1e-6, expected));
  EXPECT_EQ(level.gpuMemory(), 0);
  over_->par("r") = 360;
  EXPECT_TRUE(shows(*over_, 1e-6, expected));
}

TEST_F(OverTest, SizesOfTheCommonPageStretchTheFixedLayer) {
  start(colours(2, 2, PixelFormat::Rgba32Float, 1), colours(2, 2, PixelFormat::Rgba32Float, 2));
  over_->par("outputresolution") = "4x";
  over_->par("inputfiltertype") = "nearest";
  EXPECT_TRUE(shows(*over_, 1e-6, [&](int x, int y) {
    return over(upper_.pixel(x / 4, y / 4), lower_.pixel(x / 4, y / 4));
  }));
}

TEST_F(OverTest, PassesPutTheResultUponTheSecondAgain) {
  start(colours(3, 2, PixelFormat::Rgba32Float, 1), colours(3, 2, PixelFormat::Rgba32Float, 2));
  over_->par("npasses") = 3;
  EXPECT_TRUE(shows(*over_, 1e-5, [&](int x, int y) {
    const glm::dvec4 b = lower_.pixel(x, y);
    return over(over(over(upper_.pixel(x, y), b), b), b);
  }));
}

TEST_F(OverTest, TheChannelMaskKeepsTheFirstInput) {
  start(colours(3, 2, PixelFormat::Rgba32Float, 1), colours(3, 2, PixelFormat::Rgba32Float, 2));
  over_->par("chanmask") = "rb";
  EXPECT_TRUE(shows(*over_, 1e-6, [&](int x, int y) {
    const glm::dvec4 a = upper_.pixel(x, y), made = over(a, lower_.pixel(x, y));
    return glm::dvec4(made.r, a.g, made.b, a.a);
  }));
}

TEST_F(OverTest, FormatIsTheFirstInputs) {
  start(colours(2, 2, PixelFormat::Rgba16Fixed, 1), colours(5, 2, PixelFormat::Rgba8Fixed, 2));
  EXPECT_EQ(over_->pixelFormatName(), "rgba16fixed");
  EXPECT_EQ(over_->width(), 5);
  EXPECT_FLOAT_EQ(over_->aspect(), 2.5f);
}

TEST_F(OverTest, ExtremesGiveNoNaN) {
  start();
  const double extremes[] = {0, 1e-30, -1, 1e9, -1e30, 1e38};
  for (const char* extend : {"hold", "zero", "repeat", "mirror"}) {
    for (const char* name : {"r", "tx", "ty", "sx", "sy", "px", "py"}) {
      for (const double value : extremes) {
        LayerTransform{.extend = extend}.give(*over_);
        over_->par(name) = value;
        const Image picture = over_->numpyArray();
        for (const float v : picture.floats()) {
          ASSERT_TRUE(std::isfinite(v)) << extend << " " << name << " " << value;
        }
        ASSERT_TRUE(over_->errors().empty());
      }
    }
  }
  LayerTransform{.s = {0, 0}}.give(*over_);
  EXPECT_TRUE(shows(*over_, 1e-6, [&](int x, int y) { return lower_.pixel(x, y); }))
      << "a layer of no size is not seen";
}

TEST_F(OverTest, TwoInputsAreNeeded) {
  start();
  over_->inputConnectors()[1].disconnect();
  over_->cook();
  ASSERT_EQ(over_->errors().size(), 1u);
  EXPECT_EQ(over_->errors()[0], "Not enough sources specified");
}

}  // namespace
}  // namespace topknot
