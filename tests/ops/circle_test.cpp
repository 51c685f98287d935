// Circle: coverage by hand and against distances in doubles; colours, arcs, polygons.
#include <numbers>

#include "support/op_test.h"

namespace topknot {
namespace {

constexpr glm::vec4 kWhite(1), kNothing(0);

class Circle : public test::OpTest {
 protected:
  Circle() : OpTest("circle") {
    size(4, 4);
    par("format") = "rgba32float";
    for (const char* unit : {"radiusunit", "centerunit", "borderwidthunit", "softnessunit"}) {
      par(unit) = "pixels";
    }
    par("center") = glm::vec2(2, 2);
  }
  void size(int width, int height) { par("resolution") = glm::vec2(width, height); }
  void radius(double x, double y) {
    par("radiusx") = x;
    par("radiusy") = y;
  }
  double coverage() {
    const Image made = op().numpyArray();
    double sum = 0;
    for (int y = 0; y < made.height(); ++y) {
      for (int x = 0; x < made.width(); ++x) sum += made.pixel(x, y).a;
    }
    return sum;
  }
  void expectAlpha(const std::function<double(int x, int y)>& alpha, float tolerance = 1e-5f) {
    expectPixels([&](int x, int y) { return glm::vec4(static_cast<float>(alpha(x, y))); },
                 tolerance);
  }
  /// How much of a pixel at p is in an ellipse about the origin, if its edge is a straight line
  /// where it is nearest; that place is found by trying. An edge may be soft over some pixels.
  static double covered(glm::dvec2 p, glm::dvec2 r, double soft = 0, double rotated = 0) {
    const double turn = rotated * std::numbers::pi / 180, c = std::cos(turn), s = std::sin(turn);
    p = {c * p.x - s * p.y, s * p.x + c * p.y};
    const auto away = [&](double a) {
      return std::hypot(p.x - r.x * std::cos(a), p.y - r.y * std::sin(a));
    };
    double nearest = 0;
    for (const double step : {0.02, 0.0002, 0.000002}) {
      const double around = nearest;
      for (int i = -160; i <= 160; ++i) {
        if (away(around + i * step) < away(nearest)) nearest = around + i * step;
      }
    }
    const double least = away(nearest);
    const glm::dvec2 normal(std::cos(nearest) * r.y, std::sin(nearest) * r.x);
    const double size = std::hypot(normal.x, normal.y);
    const double x = std::abs(c * normal.x + s * normal.y) / size;
    const double y = std::abs(c * normal.y - s * normal.x) / size;
    return covered(std::hypot(p.x / r.x, p.y / r.y) < 1 ? -least : least, std::max({x, y, soft}),
                   std::min(x, y));
  }
  /// Of a pixel that a straight edge at that distance crosses; as wide across it as both together.
  static double covered(double distance, double larger, double smaller) {
    double sum = 0;
    for (int i = 0; i < 200; ++i) {
      const double d = distance + smaller * ((i + 0.5) / 200 - 0.5);
      sum += std::clamp(0.5 - d / larger, 0.0, 1.0) / 200;
    }
    return sum;
  }
};

TEST_F(Circle, IsWhiteAndAsHighAsThePictureByItself) {
  Top& fresh = graph().add("circle").as<Top>();
  EXPECT_EQ(fresh.width(), 256);
  EXPECT_EQ(fresh.pixelFormatName(), "rgba8fixed");
  fresh.par("resolution") = glm::vec2(64, 32);
  const Image made = fresh.numpyArray();
  EXPECT_EQ(made.pixel(32, 16), kWhite);
  EXPECT_EQ(made.pixel(17, 16), kWhite);
  EXPECT_EQ(made.pixel(32, 0), made.pixel(16, 16));
  EXPECT_GT(made.pixel(32, 0).a, 0.9f);
  EXPECT_EQ(made.pixel(15, 16), kNothing);
  EXPECT_EQ(made.pixel(0, 0), kNothing);
}

TEST_F(Circle, EdgesCoverPixelsByTheirDistance) {
  // An edge at 45 degrees leaves a triangle out: its height is half a diagonal less the distance
  // of the edge from the pixel's middle, its area that squared.
  const double half = std::sqrt(0.5), left = half - (1 - half), middle = std::sqrt(2.5);
  const double wide = 1.5 / middle, low = 0.5 / middle;  // extents of a pixel across the other edge
  for (const char* format : {"rgba32float", "rgba8fixed"}) {
    par("format") = format;
    const float tolerance = std::string(format) == "rgba8fixed" ? 0.51f / 255 : 1e-5f;
    const auto isInner = [](int x, int y) { return x > 0 && x < 3 && y > 0 && y < 3; };
    const auto isCorner = [](int x, int y) { return (x == 0 || x == 3) && (y == 0 || y == 3); };
    radius(1, 1);
    const double touched = covered(middle - 1, wide, low);
    expectAlpha(
        [&](int x, int y) {
          return isInner(x, y) ? 1 - left * left : isCorner(x, y) ? 0 : touched;
        },
        tolerance);
    radius(1.5, 1.5);
    const double side = covered(middle - 1.5, wide, low);
    const double corner = std::pow(1.5 - 2 * half, 2);  // of which a triangle is inside
    expectAlpha([&](int x, int y) { return isInner(x, y)    ? 1
                                           : isCorner(x, y) ? corner
                                                            : side; },
                tolerance);
  }
}

TEST_F(Circle, CoversItsArea) {
  size(64, 64);
  par("center") = glm::vec2(31.3, 32.4);
  for (const double r : {1.0, 2.5, 7.3, 30.0}) {
    radius(r, r);
    EXPECT_NEAR(coverage() / (std::numbers::pi * r * r), 1, 0.1 / (r * r) + 0.001) << r;
    radius(r, r / 2);
    EXPECT_NEAR(coverage() / (std::numbers::pi * r * r / 2), 1, 0.3 / (r * r) + 0.001) << r;
  }
}

TEST_F(Circle, EllipsesAreEvenAllAround) {
  size(24, 20);
  par("center") = glm::vec2(11, 10.5);
  radius(9, 3);
  par("softness") = 4;
  const auto expectEdge = [&](double degrees) {
    expectAlpha(
        [&](int x, int y) {
          const glm::dvec2 p(x + 0.5 - 11, y + 0.5 - 10.5);
          return covered(p, {9, 3}, 4, degrees);
        },
        1e-4f);
  };
  expectEdge(0);
  par("rotate") = 25;
  expectEdge(25);
  par("rotate") = -60;
  expectEdge(-60);
}

TEST_F(Circle, Units) {
  size(12, 8);
  const std::tuple<const char*, glm::vec2, glm::vec2> cases[] = {
      {"pixels", {4, 2}, {5, 3}},
      {"fraction", {4 / 12.0f, 2 / 8.0f}, {5 / 12.0f, 3 / 8.0f}},
      {"fractionaspect", {4 / 8.0f, 2 / 8.0f}, {5 / 8.0f, 3 / 8.0f}}};
  for (const auto& [unit, r, center] : cases) {
    SCOPED_TRACE(unit);
    par("radiusunit") = unit;
    par("centerunit") = unit;
    par("radius") = r;
    par("center") = center;
    expectAlpha([](int x, int y) { return covered({x - 4.5, y - 2.5}, {4, 2}); }, 1e-4f);
  }
}

TEST_F(Circle, LengthsOfOneNumberAreHeightsOrPixels) {
  size(24, 16);
  par("center") = glm::vec2(12, 8);
  radius(5, 5);
  par("fillalpha") = 0;
  for (const char* unit : {"fraction", "fractionaspect"}) {
    par("borderwidth") = 2;
    par("softness") = 3;
    par("borderwidthunit") = "pixels";
    par("softnessunit") = "pixels";
    const Image pixels = op().numpyArray();
    par("borderwidthunit") = unit;
    par("softnessunit") = unit;
    par("borderwidth") = 2 / 16.0;
    par("softness") = 3 / 16.0;
    expectPixels([&](int x, int y) { return pixels.pixel(x, y); }, 1e-6f);
  }
}

TEST_F(Circle, JustifyPutsAnEdgeAtTheCenter) {
  size(24, 20);
  par("center") = glm::vec2(12, 10);
  radius(4, 2);
  const double shiftX[] = {4, 0, -4}, shiftY[] = {2, 0, -2};
  const char *across[] = {"left", "center", "right"}, *along[] = {"bottom", "center", "top"};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      SCOPED_TRACE(std::string(across[i]) + " " + along[j]);
      par("justifyh") = across[i];
      par("justifyv") = along[j];
      const glm::dvec2 at(12 + shiftX[i], 10 + shiftY[j]);
      expectAlpha(
          [&](int x, int y) {
            return covered({x + 0.5 - at.x, y + 0.5 - at.y}, {4, 2});
          },
          1e-4f);
    }
  }
  // A quarter turn clockwise about the right top edges' corner: what was left of it is above.
  par("rotate") = 90;
  expectAlpha([](int x, int y) { return covered({x - 9.5, y - 13.5}, {2, 4}); }, 1e-4f);
}

TEST_F(Circle, TheBorderLiesInsideOrOutside) {
  size(20, 3);
  par("center") = glm::vec2(1.5, 1.5);  // the row's first pixel but one is the middle
  radius(10, 10);
  par("borderwidth") = 4;
  par("fillcolor") = glm::vec3(1, 0, 0);
  par("border") = glm::vec3(0, 1, 0);
  const auto expectRow = [&](double offset, int inner, int outer) {
    SCOPED_TRACE(offset);
    par("borderoffset") = offset;
    const Image made = op().numpyArray();
    for (int x = 1; x < 20; ++x) {
      const int d = x - 1;
      glm::vec4 expected = d < 10 ? glm::vec4(1, 0, 0, 1) : kNothing;
      if (d == 10) expected = glm::vec4(0.5, 0, 0, 0.5);
      if (d > inner && d < outer) expected = {0, 1, 0, 1};
      // An edge through a pixel's middle is half of what is on either side.
      if (d == inner) expected = glm::vec4(inner <= 10, 1, 0, inner <= 10 ? 2 : 1) * 0.5f;
      if (d == outer) expected = glm::vec4(outer < 10, 1, 0, outer < 10 ? 2 : 1) * 0.5f;
      EXPECT_TRUE(test::nearly(made.pixel(x, 1), expected, 1e-5f)) << x;
    }
  };
  expectRow(0, 6, 10);
  expectRow(0.5, 8, 12);
  expectRow(1, 10, 14);
  expectRow(2, 14, 18);
  expectRow(-1, 2, 6);
}

TEST_F(Circle, ColoursLieUponEachOther) {
  radius(90, 90);
  par("fillcolor") = glm::vec3(1, 0.5, 0);
  par("fillalpha") = 0.5;
  par("bgcolor") = glm::vec3(0, 0, 1);
  par("bgalpha") = 0.5;
  EXPECT_TRUE(gives({0.5f, 0.25f, 0.25f, 0.75f}));
  par("multrgbbyalpha") = false;
  EXPECT_TRUE(gives({1, 0.5f, 0.5f, 0.75f}));
  par("multrgbbyalpha") = true;
  par("border") = glm::vec3(0, 1, 1);
  par("borderalpha") = 0.5;
  par("borderwidth") = 90;
  EXPECT_TRUE(gives({0.25f, 0.625f, 0.625f, 0.875f})) << "upon the fill";
  radius(1, 1);
  par("borderoffset") = 1;
  EXPECT_TRUE(gives({0, 0.5f, 0.75f, 0.75f})) << "upon the background";
  par("borderwidth") = 0;
  EXPECT_TRUE(gives({0, 0, 0.5f, 0.5f}));
  par("multrgbbyalpha") = false;
  EXPECT_TRUE(gives({0, 0, 1, 0.5f}));
}

TEST_F(Circle, NothingShinesThroughWhereEdgesMeet) {
  radius(1.5, 1.5);
  par("fillcolor") = glm::vec3(1, 0, 0);
  par("border") = glm::vec3(0, 1, 0);
  par("borderwidth") = 1.4;
  const double away = std::sqrt(2.5);
  const auto c = static_cast<float>(covered(away - 1.5, 1.5 / away, 0.5 / away));
  EXPECT_TRUE(test::nearly(op().sample({.x = 0, .y = 1}), {0, c, 0, c}, 1e-5f));
}

TEST_F(Circle, ArcsAreBetweenTwoAngles) {
  radius(90, 90);
  const auto expectQuarters = [&](double begin, double end, std::array<int, 4> quarters) {
    SCOPED_TRACE(std::to_string(begin) + " to " + std::to_string(end));
    par("beginarcangle") = begin;
    par("endarcangle") = end;
    expectAlpha([&](int x, int y) {
      return quarters[static_cast<std::size_t>(y > 1 ? (x > 1 ? 0 : 1) : (x > 1 ? 3 : 2))];
    });
  };
  expectQuarters(0, 90, {1, 0, 0, 0});
  expectQuarters(90, 0, {1, 0, 0, 0});
  expectQuarters(90, 270, {0, 1, 1, 0});
  expectQuarters(90, 360, {0, 1, 1, 1});
  expectQuarters(-90, 0, {0, 0, 0, 1});
  expectQuarters(-90, 90, {1, 0, 0, 1});
  expectQuarters(450, 540, {0, 1, 0, 0});
  expectQuarters(30, 30, {0, 0, 0, 0});
  expectQuarters(10, 370, {1, 1, 1, 1});
  expectQuarters(0, 1000, {1, 1, 1, 1});
  par("rotate") = 90;
  expectQuarters(0, 90, {0, 0, 0, 1});
}

TEST_F(Circle, ArcsCutTheirEdgesThroughPixels) {
  radius(90, 90);
  par("endarcangle") = 45;
  expectAlpha([](int x, int y) { return x < 2 || y < 2 || y > x ? 0 : y == x ? 0.5 : 1; });
  par("endarcangle") = 315;
  expectAlpha([](int x, int y) {
    return x > 1 && y < 2 ? (x == 3 - y ? 0.5 : x > 3 - y ? 0 : 1) : 1;
  });
}

TEST_F(Circle, AnArcHasItsPartOfArea) {
  size(64, 64);
  par("center") = glm::vec2(31.3, 32.4);
  radius(25, 25);
  for (const double span : {5.0, 60.0, 170.0, 190.0, 300.0, 355.0}) {
    par("beginarcangle") = 20;
    par("endarcangle") = 20 + span;
    EXPECT_NEAR(coverage(), std::numbers::pi * 625 * span / 360, 2) << span;
  }
}

TEST_F(Circle, PolygonsHaveCornersOnTheCircle) {
  size(40, 40);
  par("center") = glm::vec2(20, 20);
  par("ispolygon") = true;
  radius(15, 15);
  for (const int sides : {3, 4, 5, 6, 12}) {
    par("sides") = sides;
    const double area = 225.0 / 2 * sides * std::sin(2 * std::numbers::pi / sides);
    EXPECT_NEAR(coverage(), area, 2) << sides;
  }
  par("sides") = 6;
  const Image made = op().numpyArray();
  expectPixels([&](int x, int y) { return made.pixel(39 - x, y); }, 1e-4f);
  expectPixels([&](int x, int y) { return made.pixel(x, 39 - y); }, 1e-4f);
  EXPECT_GT(made.pixel(34, 20).a, 0.3f) << "a corner at the right";
  EXPECT_EQ(made.pixel(34, 23).a, 0);
  EXPECT_EQ(made.pixel(20, 33).a, 0) << "a side at the top";
  EXPECT_NEAR(made.pixel(20, 32).a, 15 * std::cos(std::numbers::pi / 6) - 12, 1e-4);
  par("rotate") = 60;
  expectPixels([&](int x, int y) { return made.pixel(x, y); }, 1e-4f);
  par("rotate") = 30;
  EXPECT_GT(op().sample({.x = 20, .y = 34}).a, 0.3f);
}

TEST_F(Circle, APolygonOfFourIsASquare) {
  size(8, 8);
  par("center") = glm::vec2(4, 4);
  par("ispolygon") = true;
  par("sides") = 4;
  radius(2 * std::sqrt(2), 2 * std::sqrt(2));
  par("rotate") = 45;
  expectAlpha([](int x, int y) { return x > 1 && x < 6 && y > 1 && y < 6; });
  par("borderwidth") = 1;
  par("borderoffset") = 1;
  expectAlpha([](int x, int y) { return x > 0 && x < 7 && y > 0 && y < 7; });
}

TEST_F(Circle, ManySidesAreRound) {
  size(24, 20);
  par("center") = glm::vec2(11, 10);
  radius(9, 5);
  const Image round = op().numpyArray();
  par("ispolygon") = true;
  for (const double sides : {1000.0, 1e9}) {
    par("sides") = sides;
    expectPixels([&](int x, int y) { return round.pixel(x, y); }, 2e-3f);
  }
  EXPECT_TRUE(test::contains(test::thrown([&] { par("sides") = 2; }), "sides"));
}

TEST_F(Circle, WithoutAntialiasPixelsAreThereOrNot) {
  radius(1.59, 1.59);
  par("antialias") = false;
  expectAlpha([](int x, int y) { return (x == 0 || x == 3) && (y == 0 || y == 3) ? 0 : 1; }, 0);
  radius(1.57, 1.57);
  expectAlpha([](int x, int y) { return x > 0 && x < 3 && y > 0 && y < 3; }, 0);
  par("softness") = 2;
  EXPECT_TRUE(gives(glm::vec4(static_cast<float>(0.5 - (std::sqrt(4.5) - 1.57) / 2)), 1e-5f));
}

TEST_F(Circle, IsRoundWherePixelsAreNot) {
  size(16, 8);
  par("outputaspect") = "custom";
  par("aspect") = glm::vec2(1, 1);
  par("radiusunit") = "fractionaspect";
  par("centerunit") = "fraction";
  radius(0.375, 0.375);
  par("center") = glm::vec2(0.5, 0.5);
  const Image made = op().numpyArray();
  EXPECT_NEAR(coverage(), std::numbers::pi * 6 * 3, 0.5);
  // Edges are as wide as a pixel is in their direction.
  EXPECT_NEAR(made.pixel(2, 4).a + made.pixel(1, 4).a, 0.95, 0.1);
  par("rotate") = 70;
  expectPixels([&](int x, int y) { return made.pixel(x, y); }, 1e-4f);
}

TEST_F(Circle, WithoutRadiusThereIsNothing) {
  par("borderwidth") = 1;
  par("borderoffset") = 1;
  for (const double r : {0.0, -3.0}) {
    radius(r, 2);
    expectAlpha([](int, int) { return 0; }, 0);
  }
}

TEST_F(Circle, UponAnInput) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  radius(90, 90);
  par("fillalpha") = 0.5;
  EXPECT_EQ(op().width(), 3);
  EXPECT_TRUE(gives(glm::vec4(0.5f))) << "not unless asked";
  par("compoverinput") = true;
  const glm::vec4 own(0.5f);
  expectPixels([&](int x, int y) { return own + in.pixel(x, y) * 0.5f; }, 2e-6f);
  par("swaporder") = true;
  expectPixels([&](int x, int y) { return in.pixel(x, y) + own * (1 - in.pixel(x, y).a); }, 2e-6f);
  par("operand") = "subtract";
  expectPixels([&](int x, int y) { return in.pixel(x, y) - own; }, 2e-6f);
  expectSameUnfused();
}

TEST_F(Circle, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  op() >> level;
  level.par("invert") = 1;
  radius(1.5, 1);
  const Image fused = level.numpyArray();
  graph().fusion(false);
  EXPECT_EQ(level.numpyArray(), fused);
}

TEST_F(Circle, ExtremesStayFinite) {
  par("borderwidth") = 1;
  expectFiniteAtExtremes();
  par("ispolygon") = true;
  par("radiusunit") = "fraction";
  par("endarcangle") = 100;
  expectFiniteAtExtremes();
  for (const double far : {1e30, -1e30, 1e-30}) {
    for (const char* name : {"centerx", "radiusx", "radiusy", "fillcolorr", "rotate", "bgalpha"}) {
      par(name) = far;
      expectFinite();
    }
    resetAll();
  }
}

}  // namespace
}  // namespace topknot
