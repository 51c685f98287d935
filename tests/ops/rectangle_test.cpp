// Rectangle: coverage by exact areas; corners, borders, colours.
#include <numbers>

#include "support/op_test.h"

namespace topknot {
namespace {

class Rectangle : public test::OpTest {
 protected:
  struct Box {
    double left, bottom, right, top;
  };

  Rectangle() : OpTest("rectangle") {
    size(8, 6);
    par("format") = "rgba32float";
    for (const char* name : {"size", "center", "borderwidth", "softness", "cornerradius"}) {
      par(std::string(name) + "unit") = "pixels";
    }
    par("center") = glm::vec2(4, 3);
  }
  void size(int width, int height) { par("resolution") = glm::vec2(width, height); }
  void box(double width, double height) {
    par("sizex") = width;
    par("sizey") = height;
  }
  /// How much of a pixel is in a box.
  static double area(Box box, int x, int y) {
    const double across = std::min(box.right, x + 1.0) - std::max(box.left, x + 0.0);
    const double along = std::min(box.top, y + 1.0) - std::max(box.bottom, y + 0.0);
    return std::max(across, 0.0) * std::max(along, 0.0);
  }
  void expectBox(Box box, float tolerance = 1e-5f) {
    expectPixels([&](int x, int y) { return glm::vec4(static_cast<float>(area(box, x, y))); },
                 tolerance);
  }
  double coverage() {
    const Image made = op().numpyArray();
    double sum = 0;
    for (int y = 0; y < made.height(); ++y) {
      for (int x = 0; x < made.width(); ++x) sum += made.pixel(x, y).a;
    }
    return sum;
  }
};

TEST_F(Rectangle, IsWhiteAndHalfAsLargeByItself) {
  Top& fresh = graph().add("rectangle").as<Top>();
  EXPECT_EQ(fresh.width(), 256);
  fresh.par("resolution") = glm::vec2(8, 4);
  const Image made = fresh.numpyArray();
  EXPECT_EQ(fresh.pixelFormatName(), "rgba8fixed");
  for (int i = 0; i < 32; ++i) {
    const int x = i % 8, y = i / 8;
    const bool inside = x > 1 && x < 6 && y > 0 && y < 3;
    EXPECT_EQ(made.pixel(x, y), glm::vec4(inside ? 1 : 0)) << x << ", " << y;
  }
}

TEST_F(Rectangle, PixelsAreCoveredAsMuchAsTheyAre) {
  for (const char* format : {"rgba32float", "rgba8fixed"}) {
    par("format") = format;
    const float tolerance = std::string(format) == "rgba8fixed" ? 0.51f / 255 : 1e-5f;
    box(2.5, 1.5);
    expectBox({2.75, 2.25, 5.25, 3.75}, tolerance);
    par("center") = glm::vec2(3.9, 2.7);
    expectBox({2.65, 1.95, 5.15, 3.45}, tolerance);
    par("center") = glm::vec2(4, 3);
  }
}

TEST_F(Rectangle, ThinOnesAreFaint) {
  box(0.2, 4);
  par("center") = glm::vec2(3.5, 3);
  expectBox({3.4, 1, 3.6, 5});
  par("center") = glm::vec2(4, 3);
  expectBox({3.9, 1, 4.1, 5});
  box(0.1, 0.5);
  expectBox({3.95, 2.75, 4.05, 3.25});
}

TEST_F(Rectangle, Units) {
  const std::tuple<const char*, glm::vec2, glm::vec2> cases[] = {
      {"pixels", {3, 2}, {2.5f, 3}},
      {"fraction", {3 / 8.0f, 2 / 6.0f}, {2.5f / 8, 3 / 6.0f}},
      {"fractionaspect", {3 / 6.0f, 2 / 6.0f}, {2.5f / 6, 3 / 6.0f}}};
  for (const auto& [unit, extent, center] : cases) {
    SCOPED_TRACE(unit);
    par("sizeunit") = unit;
    par("centerunit") = unit;
    par("size") = extent;
    par("center") = center;
    expectBox({1, 2, 4, 4});
  }
}

TEST_F(Rectangle, JustifyPutsAnEdgeAtTheCenter) {
  box(2.5, 1);
  const char *across[] = {"left", "center", "right"}, *along[] = {"bottom", "center", "top"};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      SCOPED_TRACE(std::string(across[i]) + " " + along[j]);
      par("justifyh") = across[i];
      par("justifyv") = along[j];
      const double left = 4 - 1.25 * i, bottom = 3 - 0.5 * j;
      expectBox({left, bottom, left + 2.5, bottom + 1});
    }
  }
}

TEST_F(Rectangle, RotatesClockwiseAboutTheCenter) {
  box(2.5, 1);
  par("rotate") = 90;
  expectBox({3.5, 1.75, 4.5, 4.25});
  par("justifyh") = "left";
  expectBox({3.5, 0.5, 4.5, 3});
  par("rotate") = -90;
  expectBox({3.5, 3, 4.5, 5.5});
  size(40, 40);
  par("center") = glm::vec2(20.2, 19.7);
  par("justifyh") = "center";
  box(21, 13);
  for (const double angle : {10.0, 30.0, 45.0, 77.0}) {
    par("rotate") = angle;
    EXPECT_NEAR(coverage(), 21 * 13, 0.5) << angle;
  }
}

TEST_F(Rectangle, TheBorderHasSharpCornersAndCountsOnce) {
  box(3, 2);
  par("fillcolor") = glm::vec3(1, 0, 0);
  par("border") = glm::vec3(0, 0, 1);
  par("borderwidth") = 0.5;
  const auto grown = [](double by) { return Box{2.5 - by, 2 - by, 5.5 + by, 4 + by}; };
  for (const double offset : {0.0, 0.5, 1.0}) {
    SCOPED_TRACE(offset);
    par("borderoffset") = offset;
    expectPixels(
        [&](int x, int y) {
          const double inner = area(grown(0.5 * offset - 0.5), x, y);
          const double outer = area(grown(0.5 * offset), x, y);
          return glm::vec4(inner, 0, outer - inner, outer);
        },
        1e-5f);
  }
}

TEST_F(Rectangle, AHalfTransparentBorderShowsFillAndBackground) {
  box(4, 2);
  par("bgcolor") = glm::vec3(0, 1, 0);
  par("bgalpha") = 1;
  par("fillcolor") = glm::vec3(1, 0, 0);
  par("border") = glm::vec3(0, 0, 1);
  par("borderalpha") = 0.5;
  par("borderwidth") = 2;
  par("borderoffset") = 0.5;
  const Image made = op().numpyArray();
  EXPECT_TRUE(test::nearly(made.pixel(0, 3), {0, 1, 0, 1}));
  EXPECT_TRUE(test::nearly(made.pixel(1, 3), {0, 0.5f, 0.5f, 1}));
  EXPECT_TRUE(test::nearly(made.pixel(2, 3), {0.5f, 0, 0.5f, 1}));
  EXPECT_TRUE(test::nearly(made.pixel(1, 1), {0, 0.5f, 0.5f, 1})) << "a sharp corner";
}

TEST_F(Rectangle, ColoursArePremultipliedUnlessTold) {
  box(90, 90);
  par("fillcolor") = glm::vec3(1, 0.5f, 0);
  par("fillalpha") = 0.5;
  EXPECT_TRUE(gives({0.5f, 0.25f, 0, 0.5f}));
  par("format") = "rgba8fixed";
  EXPECT_TRUE(gives({0.5f, 0.25f, 0, 0.5f}, 0.51f / 255));
  par("multrgbbyalpha") = false;
  EXPECT_TRUE(gives({1, 0.5f, 0, 0.5f}, 0.51f / 255));
}

TEST_F(Rectangle, CornersAreRound) {
  size(64, 48);
  par("center") = glm::vec2(32, 24);
  box(40, 30);
  for (const double radius : {1.0, 6.0, 15.0}) {
    par("cornerradius") = radius;
    EXPECT_NEAR(coverage(), 1200 - (4 - std::numbers::pi) * radius * radius, 0.5) << radius;
  }
  par("cornerradius") = 6;
  const Image made = op().numpyArray();
  EXPECT_EQ(made.pixel(12, 9).a, 0) << "the corner itself";
  EXPECT_NEAR(made.pixel(18, 9).a, 1, 1e-5) << "where the arc ends";
  // The arc's middle is (18, 15); the pixel's is 4.5 to the left of it and below.
  // A triangle of it is inside; its height is half a diagonal less the distance of the edge.
  const double expected = std::pow(std::sqrt(0.5) - (std::hypot(4.5, 4.5) - 6), 2);
  EXPECT_NEAR(made.pixel(13, 10).a, expected, 1e-5);
  par("cornerradiusunit") = "fraction";
  par("cornerradius") = 6 / 48.0;
  expectPixels([&](int x, int y) { return made.pixel(x, y); }, 1e-5f);
}

TEST_F(Rectangle, TheRoundestIsACircle) {
  box(4, 4);
  par("cornerradius") = 100;
  auto& circle = graph().add("circle").as<Top>();
  circle.par("resolution") = glm::vec2(8, 6);
  circle.par("format") = "rgba32float";
  circle.par("radius") = 2 / 6.0;
  for (Top* shape : {&op(), &circle}) {
    shape->par("borderwidthunit") = "pixels";
    shape->par("borderwidth") = 0.7;
    shape->par("border") = glm::vec3(0, 1, 0);
    shape->par("borderoffset") = 0.75;
  }
  const Image round = circle.numpyArray();
  expectPixels([&](int x, int y) { return round.pixel(x, y); }, 1e-4f);
}

TEST_F(Rectangle, SoftEdgesAreSlopesAboutTheEdge) {
  size(16, 8);
  par("center") = glm::vec2(8, 4);
  box(8, 80);
  par("softness") = 4;
  expectPixels(
      [](int x, int) {
        return glm::vec4(
            static_cast<float>(std::clamp(0.5 - (std::abs(x - 7.5) - 4) / 4, 0.0, 1.0)));
      },
      1e-5f);
  par("softness") = 0.5;
  expectBox({4, 0, 12, 8});
}

TEST_F(Rectangle, WithoutAntialiasPixelsAreThereOrNot) {
  par("antialias") = false;
  par("center") = glm::vec2(3.5, 3);
  box(2.9, 1.9);
  expectBox({2, 2, 5, 4}, 0);
  box(0.1, 1.1);
  expectBox({3, 2, 4, 4}, 0);
  box(4.1, 0.9);
  expectBox({0, 0, 0, 0}, 0);
}

TEST_F(Rectangle, WithoutSizeThereIsNothing) {
  par("borderwidth") = 1;
  par("borderoffset") = 1;
  for (const double width : {0.0, -4.0}) {
    box(width, 3);
    expectBox({0, 0, 0, 0}, 0);
  }
}

TEST_F(Rectangle, UponAnInput) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  box(90, 90);
  par("fillalpha") = 0.5;
  EXPECT_EQ(op().width(), 3);
  EXPECT_TRUE(gives(glm::vec4(0.5f))) << "not unless asked";
  par("compoverinput") = true;
  const glm::vec4 own(0.5f);
  expectPixels([&](int x, int y) { return own + in.pixel(x, y) * 0.5f; }, 2e-6f);
  par("swaporder") = true;
  expectPixels([&](int x, int y) { return in.pixel(x, y) + own * (1 - in.pixel(x, y).a); }, 2e-6f);
  par("operand") = "multiply";
  expectPixels([&](int x, int y) { return in.pixel(x, y) * own; }, 2e-6f);
  expectSameUnfused();
}

TEST_F(Rectangle, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  op() >> level;
  level.par("invert") = 1;
  box(2.5, 1.5);
  par("rotate") = 20;
  const Image fused = level.numpyArray();
  graph().fusion(false);
  EXPECT_EQ(level.numpyArray(), fused);
}

TEST_F(Rectangle, ExtremesStayFinite) {
  par("borderwidth") = 1;
  expectFiniteAtExtremes();
  par("cornerradius") = 1;
  par("sizeunit") = "fraction";
  expectFiniteAtExtremes();
  for (const double far : {1e30, -1e30, 1e-30}) {
    for (const char* name : {"centerx", "sizex", "sizey", "fillcolorr", "rotate", "bgalpha"}) {
      par(name) = far;
      expectFinite();
    }
    resetAll();
  }
}

}  // namespace
}  // namespace topknot
