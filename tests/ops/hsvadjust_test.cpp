// HSV Adjust: windows, falloffs and the three adjustments, by hand.
#include "support/op_test.h"

namespace topknot {
namespace {

class HsvAdjust : public test::OpTest {
 protected:
  HsvAdjust() : OpTest("hsvadjust") {}
};

TEST_F(HsvAdjust, NeutralChangesNothing) {
  feed(test::sixColours());
  const Image input = test::sixColours();
  expectPixels([&](int x, int y) { return input.pixel(x, y); }, 0.001f);
}

TEST_F(HsvAdjust, NeutralKeepsColoursOutsideZeroToOne) {
  feed(glm::vec4(-0.5f, 2, 0.25f, 0.5f));
  EXPECT_TRUE(gives({-0.5f, 2, 0.25f, 0.5f}));
}

TEST_F(HsvAdjust, AllHuesTurn) {
  feed(test::sixColours(PixelFormat::Rgba32Float));
  par("hueoffset") = 120;
  const glm::vec4 expected[2][3] = {{{0, 1, 0, 1}, {0, 0, 1, 1}, {1, 0, 0, 1}},
                                    {{1, 0, 1, 1}, {1, 1, 0, 1}, glm::vec4(0.5f)}};
  expectPixels([&](int x, int y) { return expected[y][x]; }, 2e-6f);
  par("hueoffset") = -240;
  expectPixels([&](int x, int y) { return expected[y][x]; }, 2e-6f);
  par("hueoffset") = 60;
  EXPECT_TRUE(gives({1, 1, 0, 1}));
}

TEST_F(HsvAdjust, SaturationAndValueMultiply) {
  feed(glm::vec4(0.8f, 0.4f, 0.6f, 0.5f));
  par("saturationmult") = 0.5;  // v − (v − c) / 2
  EXPECT_TRUE(gives({0.8f, 0.6f, 0.7f, 0.5f}));
  par("saturationmult") = 0;
  EXPECT_TRUE(gives({0.8f, 0.8f, 0.8f, 0.5f}));
  par("saturationmult") = 100;  // no further than full saturation
  EXPECT_TRUE(gives({0.8f, 0, 0.4f, 0.5f}));
  par("saturationmult") = 1;
  par("valuemult") = 2;
  EXPECT_TRUE(gives({1.6f, 0.8f, 1.2f, 0.5f}));
}

TEST_F(HsvAdjust, TheHueWindowHasItsWholeWidthAndGoesRoundTheCircle) {
  par("valuemult") = 0;
  par("huerange") = 20;
  Image hues(3, 1, PixelFormat::Rgba32Float);
  hues.setPixel(0, 0, {1, 9 / 60.0f, 0, 1});   // 9 degrees
  hues.setPixel(1, 0, {1, 11 / 60.0f, 0, 1});  // 11
  hues.setPixel(2, 0, {1, 0, 9 / 60.0f, 1});   // −9
  feed(hues);
  const glm::vec4 black(0, 0, 0, 1);
  expectPixels([&](int x, int) { return x == 1 ? hues.pixel(1, 0) : black; }, 2e-6f);
  par("huefalloff") = 2;  // 11 degrees are half way out
  expectPixels(
      [&](int x, int) {
        const glm::vec4 half = hues.pixel(1, 0) * 0.5f;
        return x == 1 ? glm::vec4(half.r, half.g, half.b, 1) : black;
      },
      2e-5f);
}

TEST_F(HsvAdjust, TheSaturationWindow) {
  feed(glm::vec4(1, 0.4f, 0.4f, 1));  // saturation .6; the start colour has 1
  par("valuemult") = 0;
  par("saturationrange") = 0.5;
  EXPECT_TRUE(gives({0, 0, 0, 1}));
  par("saturationrange") = 0.3;
  EXPECT_TRUE(gives({1, 0.4f, 0.4f, 1}));
  par("saturationfalloff") = 0.2;
  EXPECT_TRUE(gives({0.5f, 0.2f, 0.2f, 1}));
}

TEST_F(HsvAdjust, TheValueWindow) {
  feed(glm::vec4(0.5f, 0, 0, 1));
  par("valuemult") = 0;
  par("startcolorr") = 0.2;
  par("valuerange") = 0.4;
  EXPECT_TRUE(gives({0, 0, 0, 1}));
  par("valuerange") = 0.1;
  EXPECT_TRUE(gives({0.5f, 0, 0, 1}));
  par("valuefalloff") = 0.4;
  EXPECT_TRUE(gives({0.25f, 0, 0, 1}));
}

TEST_F(HsvAdjust, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  picture(test::sixColours()) >> level >> op();
  level.par("contrast") = 0.5;
  par("hueoffset") = 77;
  par("saturationmult") = 0.7;
  expectSameUnfused(0.006f);
}

TEST_F(HsvAdjust, ExtremesAndMissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
  Image odd(3, 1, PixelFormat::Rgba32Float);
  odd.setPixel(1, 0, glm::vec4(-1));
  odd.setPixel(2, 0, {-2, 3, 1e-30f, 0});
  feed(odd);
  par("valuemult") = 0.5;
  expectFiniteAtExtremes();
}

}  // namespace
}  // namespace topknot
