// Cube Map: which picture lies in which direction, and which way up.
#include "ops/support/layers.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;

/// Side k's pixel: k, x, y and 1. Exact in all float formats.
glm::vec4 colour(int side, int x, int y) {
  return glm::vec4(side, x, y, 1);
}

class CubeMapTest : public test::GlTest {
 protected:
  CubeMapTest() { cube_ = &graph().add("cubemap", "cube").as<Top>(); }

  Top& picture(int width, int height, const std::function<glm::vec4(int, int)>& pixel) {
    Image image(width, height, PixelFormat::Rgba32Float);
    for (int i = 0; i < width * height; ++i) {
      image.setPixel(i % width, i / width, pixel(i % width, i / width));
    }
    return test::addPicture(graph(), image);
  }
  /// Six pictures of n × n.
  void connectSides(int n) {
    for (int side = 0; side < 6; ++side) {
      picture(n, n, [&](int x, int y) { return colour(side, x, y); }) >> *cube_;
    }
  }
  /// A cross of squares of n × n: `sides[row][column]` from the top as one sees it, −1: none.
  void connectCross(const std::vector<std::vector<int>>& sides, int n) {
    const int rows = static_cast<int>(sides.size()), columns = static_cast<int>(sides[0].size());
    Top& top = picture(columns * n, rows * n, [&](int x, int y) {
      const int side = sides[std::size_t(rows - 1 - y / n)][std::size_t(x / n)];
      if (side < 0) return glm::vec4(0);
      const bool turned = rows == 4 && side == 5;
      return turned ? colour(side, n - 1 - x % n, n - 1 - y % n) : colour(side, x % n, y % n);
    });
    top >> *cube_;
  }
  /// What a GLSL TOP sees in that direction.
  glm::vec4 seen(glm::vec3 direction, const std::string& filter = "nearest") {
    auto& top = graph().add<GlslTop>();
    top.pixelShader(
        "uniform vec3 d; out vec4 c;\n"
        "void main() { c = texture(sTDCubeInputs[0], d); }");
    top.uniform("d", direction);
    top.par("format") = "rgba32float";
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(1, 1);
    top.par("inputfiltertype") = filter;
    *cube_ >> top;
    const glm::vec4 found = top.sample({.x = 0, .y = 0});
    EXPECT_TRUE(top.compiles()) << top.compileResult();
    top.destroy();
    return found;
  }
  /// Of each side of 2 × 2, the picture's pixels (0, 0), (1, 0) and (0, 1) by their directions.
  void expectAllSides() {
    // By hand from GL's table: where the picture's left to right, and its bottom to top, lead.
    struct Side {
      glm::vec3 middle, right, up;
    };
    const std::vector<Side> sides = {
        {{1, 0, 0}, {0, 0, -1}, {0, 1, 0}}, {{-1, 0, 0}, {0, 0, 1}, {0, 1, 0}},
        {{0, 1, 0}, {1, 0, 0}, {0, 0, -1}}, {{0, -1, 0}, {1, 0, 0}, {0, 0, 1}},
        {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}},  {{0, 0, -1}, {-1, 0, 0}, {0, 1, 0}}};
    for (int k = 0; k < 6; ++k) {
      const auto& [middle, right, up] = sides[std::size_t(k)];
      EXPECT_EQ(seen(middle - 0.5f * right - 0.5f * up), colour(k, 0, 0)) << k;
      EXPECT_EQ(seen(middle + 0.5f * right - 0.5f * up), colour(k, 1, 0)) << k;
      EXPECT_EQ(seen(middle - 0.5f * right + 0.5f * up), colour(k, 0, 1)) << k;
    }
  }

  Top* cube_;
};

TEST_F(CubeMapTest, SixInputsLieInTheirDirectionsTheRightWayUp) {
  connectSides(2);
  expectAllSides();
  EXPECT_EQ(cube_->depth(), 6);
  EXPECT_EQ(cube_->width(), 2);
  EXPECT_TRUE(cube_->warnings().empty());
}

TEST_F(CubeMapTest, AVerticalCrossIsFolded) {
  connectCross({{-1, 2, -1}, {1, 4, 0}, {-1, 3, -1}, {-1, 5, -1}}, 2);
  cube_->par("mode") = "verticalcrosstocubemap";
  EXPECT_EQ(cube_->width(), 2);
  expectAllSides();
}

TEST_F(CubeMapTest, AHorizontalCrossIsFolded) {
  connectCross({{-1, 2, -1, -1}, {1, 4, 0, 5}, {-1, 3, -1, -1}}, 2);
  cube_->par("mode") = "horizontalcrosstocubemap";
  EXPECT_EQ(cube_->width(), 2);
  expectAllSides();
}

TEST_F(CubeMapTest, CrossesComeBackAsTheyWere) {
  const std::vector<std::vector<int>> vertical = {{-1, 2, -1}, {1, 4, 0}, {-1, 3, -1}, {-1, 5, -1}};
  const std::vector<std::vector<int>> horizontal = {{-1, 2, -1, -1}, {1, 4, 0, 5}, {-1, 3, -1, -1}};
  for (const std::string kind : {"vertical", "horizontal"}) {
    connectCross(kind == "vertical" ? vertical : horizontal, 3);
    cube_->par("mode") = kind + "crosstocubemap";
    Top& back = graph().add("cubemap").as<Top>();
    back.par("mode") = "cubemapto" + kind + "cross";
    *cube_ >> back;
    const Image before = cube_->inputs()[0]->as<Top>().numpyArray(), after = back.numpyArray();
    ASSERT_EQ(after.width(), before.width());
    ASSERT_EQ(after.height(), before.height());
    ASSERT_EQ(after.depth(), 1);
    for (int i = 0; i < before.width() * before.height(); ++i) {
      const int x = i % before.width(), y = i / before.width();
      ASSERT_EQ(after.pixel(x, y), before.pixel(x, y)) << kind << x << ", " << y;
    }
    cube_->inputConnectors()[0].disconnect();
  }
}

TEST_F(CubeMapTest, NumpyArrayGivesTheSidesAsGlHasThem) {
  connectSides(2);
  const Image image = cube_->numpyArray();
  ASSERT_EQ(image.depth(), 6);
  for (int side = 0; side < 6; ++side) {
    EXPECT_EQ(image.pixel(1, 0, side), colour(side, 1, 1)) << "the top row comes first";
  }
}

TEST_F(CubeMapTest, EdgesBlendWithTheSideBeyond) {
  connectSides(2);
  // Between +X and +Y both count by half: what is red is 0 there, and 2 here.
  EXPECT_NEAR(seen({1, 1, 0.1f}, "linear").r, 1.0f, 0.02f);
  EXPECT_NEAR(seen({1, 0.1f, -1}, "linear").r, 2.5f, 0.02f);
}

TEST_F(CubeMapTest, SidesWithoutAnInputAreTransparent) {
  picture(2, 2, [](int x, int y) { return colour(0, x, y); }) >> *cube_;
  EXPECT_EQ(seen({0, 0, 1}), glm::vec4(0));
  EXPECT_EQ(seen({1, -0.5f, 0.5f}), colour(0, 0, 0));
  EXPECT_TRUE(contains(cube_->warnings().at(0), "-X, +Y, -Y, +Z, -Z"));
}

TEST_F(CubeMapTest, SidesAreSquaresOfTheWidthAndFormatOfTheCommonPage) {
  connectSides(2);
  cube_->par("outputresolution") = "custom";
  cube_->par("resolution") = glm::vec2(5, 9);
  cube_->par("format") = "rgba8fixed";
  EXPECT_EQ(cube_->width(), 5);
  EXPECT_EQ(cube_->height(), 5);
  EXPECT_EQ(cube_->pixelFormatName(), "rgba8fixed");
  EXPECT_EQ(seen({1, 0.9f, 0.9f}), glm::vec4(0, 0, 1, 1));
}

TEST_F(CubeMapTest, TheWrongKindOfInputIsNamed) {
  connectSides(2);
  cube_->par("mode") = "cubemaptoverticalcross";
  cube_->cook(true);
  EXPECT_TRUE(contains(cube_->errors().at(0), "input 0 is a 2D texture of 2 × 2"));
  EXPECT_TRUE(contains(cube_->errors().at(0), "cubemaptoverticalcross"));
  cube_->par("mode") = "onepersidetocubemap";
  Top& second = graph().add("cubemap").as<Top>();
  *cube_ >> second;
  second.cook(true);
  EXPECT_TRUE(contains(second.errors().at(0), "input 0 is a cube map of 2 × 2 × 6"));
  Top& level = graph().add("level").as<Top>();
  *cube_ >> level;
  level.cook(true);
  EXPECT_TRUE(contains(level.errors().at(0), "cube map of 2 × 2 × 6"));
}

}  // namespace
}  // namespace topknot
