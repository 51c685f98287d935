// Monochrome: grey by every source, with values worked out by hand.
#include "support/op_test.h"

namespace topknot {
namespace {

class Monochrome : public test::OpTest {
 protected:
  Monochrome() : OpTest("monochrome") {}
};

TEST_F(Monochrome, LuminanceIsThatOfRec709AndAlphaStays) {
  feed({0.5f, 0.25f, 1.0f, 0.5f});
  // .2126 × .5 + .7152 × .25 + .0722
  EXPECT_TRUE(gives({0.3573f, 0.3573f, 0.3573f, 0.5f}));
}

TEST_F(Monochrome, EverySourceMakesItsGrey) {
  feed({0.5f, 0.25f, 1.0f, 0.125f});
  const std::pair<const char*, float> cases[] = {
      {"red", 0.5f},     {"green", 0.25f},          {"blue", 1.0f},
      {"alpha", 0.125f}, {"rgbaverage", 1.75f / 3}, {"average", 1.875f / 4}};
  for (const auto& [item, grey] : cases) {
    SCOPED_TRACE(item);
    par("rgb") = item;
    EXPECT_TRUE(gives({grey, grey, grey, 0.125f}));
    par("alpha") = item;
    EXPECT_TRUE(gives({grey, grey, grey, grey}));
    par("alpha").reset();
  }
}

TEST_F(Monochrome, HalfOfItBlends) {
  feed({1.0f, 0.0f, 0.0f, 1.0f});
  par("rgb") = "green";
  par("mono") = 0.5;
  EXPECT_TRUE(gives({0.5f, 0.0f, 0.0f, 1.0f}));
}

TEST_F(Monochrome, EightBitPicturesAreRounded) {
  Image image(1, 1, PixelFormat::Rgba8Fixed);
  image.setPixel(0, 0, {1.0f, 0.0f, 0.0f, 1.0f});
  feed(image);
  EXPECT_TRUE(gives(glm::vec4(glm::vec3(54.0f / 255.0f), 1.0f), 1e-6f));  // .2126 × 255 = 54.2
}

TEST_F(Monochrome, ExtremesStayFinite) {
  feed({0.5f, 0.25f, 1.0f, 0.5f});
  expectFiniteAtExtremes();
}

TEST_F(Monochrome, IsTheSameFusedAndNot) {
  feed({0.5f, 0.25f, 1.0f, 0.5f});
  expectSameUnfused();
}

}  // namespace
}  // namespace topknot
