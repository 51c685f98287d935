// Flip: where each pixel goes.
#include "support/op_test.h"

namespace topknot {
namespace {

class Flip : public test::OpTest {
 protected:
  Flip() : OpTest("flip") {}
};

TEST_F(Flip, PixelsGoWhereTheyShould) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  for (const bool flipX : {false, true}) {
    for (const bool flipY : {false, true}) {
      par("flipx") = flipX;
      par("flipy") = flipY;
      const auto flipped = [&](int x, int y) {
        return in.pixel(flipX ? 2 - x : x, flipY ? 1 - y : y);
      };
      par("flop") = "noflop";
      EXPECT_EQ(op().width(), 3);
      EXPECT_EQ(op().height(), 2);
      expectPixels(flipped, 0);
      par("flop") = "bottomleft";
      EXPECT_EQ(op().width(), 2);
      EXPECT_EQ(op().height(), 3);
      EXPECT_FLOAT_EQ(op().aspect(), 2 / 3.0f);
      expectPixels([&](int x, int y) { return flipped(y, x); }, 0);
      par("flop") = "topleft";
      expectPixels([&](int x, int y) { return flipped(2 - y, 1 - x); }, 0);
    }
  }
}

TEST_F(Flip, FixedFormats) {
  const Image in = test::sixColours();
  feed(in);
  par("flipx") = true;
  expectPixels([&](int x, int y) { return in.pixel(2 - x, y); }, 0);
  expectSameUnfused(0);
}

TEST_F(Flip, AnotherSizeIsInterpolated) {
  Image in(2, 1, PixelFormat::Rgba32Float);
  in.setPixel(0, 0, glm::vec4(0));
  in.setPixel(1, 0, glm::vec4(1));
  feed(in);
  par("flipx") = true;
  par("outputresolution") = "2x";
  const float expected[] = {1, 0.75f, 0.25f, 0};
  expectPixels([&](int x, int) { return glm::vec4(expected[x]); }, 1e-5f);
}

TEST_F(Flip, TwicePassedIsBack) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  par("flipx") = true;
  par("npasses") = 2;
  expectPixels([&](int x, int y) { return in.pixel(x, y); }, 0);
  par("flop") = "bottomleft";
  expectFinite();
}

TEST_F(Flip, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  auto& after = graph().add("level").as<Top>();
  picture(test::sixColours(PixelFormat::Rgba32Float)) >> level >> op() >> after;
  level.par("invert") = 1;
  after.par("gamma1") = 2;
  par("flop") = "topleft";
  const Image fused = after.numpyArray();
  graph().fusion(false);
  EXPECT_EQ(after.numpyArray(), fused);
}

TEST_F(Flip, MissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
}

}  // namespace
}  // namespace topknot
