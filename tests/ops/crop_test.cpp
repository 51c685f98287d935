// Crop: which pixels are left, and what is beyond the edges.
#include "support/op_test.h"

namespace topknot {
namespace {

int turned(int i, int n) {
  return ((i % n) + n) % n;
}

glm::vec4 beyond(const Image& in, int x, int y, const std::string& extend) {
  const int w = in.width(), h = in.height();
  if (extend == "hold") return in.pixel(std::clamp(x, 0, w - 1), std::clamp(y, 0, h - 1));
  if (extend == "repeat") return in.pixel(turned(x, w), turned(y, h));
  if (extend == "mirror") {
    x = turned(x, 2 * w);
    y = turned(y, 2 * h);
    return in.pixel(std::min(x, 2 * w - 1 - x), std::min(y, 2 * h - 1 - y));
  }
  return x < 0 || y < 0 || x >= w || y >= h ? glm::vec4(0) : in.pixel(x, y);
}

class Crop : public test::OpTest {
 protected:
  Crop() : OpTest("crop") {}
  void pixels(double left, double right, double bottom, double top) {
    for (const char* name : {"cropleft", "cropright", "cropbottom", "croptop"}) {
      par(std::string(name) + "unit") = "pixels";
    }
    par("cropleft") = left;
    par("cropright") = right;
    par("cropbottom") = bottom;
    par("croptop") = top;
  }
};

TEST_F(Crop, NeutralChangesNothing) {
  const Image in = test::sixColours();
  feed(in);
  expectPixels([&](int x, int y) { return in.pixel(x, y); }, 0);
}

TEST_F(Crop, ExtendsBeyondTheEdges) {
  for (const PixelFormat format : {PixelFormat::Rgba8Fixed, PixelFormat::Rgba32Float}) {
    const Image in = test::sixColours(format);
    op().inputConnectors()[0].connect(picture(in));
    pixels(-7, 8, -5, 4);
    for (const char* extend : {"hold", "zero", "repeat", "mirror"}) {
      SCOPED_TRACE(extend);
      par("extend") = extend;
      EXPECT_EQ(op().width(), 15);
      EXPECT_EQ(op().height(), 9);
      expectPixels([&](int x, int y) { return beyond(in, x - 7, y - 5, extend); }, 0);
    }
  }
}

TEST_F(Crop, Units) {
  Image in(8, 4, PixelFormat::Rgba32Float);
  for (int i = 0; i < 32; ++i) in.setPixel(i % 8, i / 8, glm::vec4(static_cast<float>(i)));
  feed(in);
  const auto at = [&](int left, int bottom) {
    expectPixels([&](int x, int y) { return in.pixel(x + left, y + bottom); }, 0);
  };
  par("cropleft") = 0.25;
  par("croptop") = 0.5;
  EXPECT_EQ(op().width(), 6);
  EXPECT_EQ(op().height(), 2);
  EXPECT_FLOAT_EQ(op().aspect(), 3);
  at(2, 0);
  par("croprightunit") = "fractionaspect";  // of the height, which is 4
  par("cropbottomunit") = "fractionaspect";
  par("cropbottom") = 0.25;
  EXPECT_EQ(op().width(), 2);
  EXPECT_EQ(op().height(), 1);
  at(2, 1);
  par("croprightunit") = "pixels";
  par("cropright") = 4.6;
  EXPECT_EQ(op().width(), 3) << "rounded";
  at(2, 1);
}

TEST_F(Crop, AnotherSizeIsInterpolated) {
  Image in(4, 1, PixelFormat::Rgba32Float);
  for (int x = 0; x < 4; ++x) in.setPixel(x, 0, glm::vec4(static_cast<float>(x)));
  feed(in);
  pixels(1, 3, 0, 1);
  par("outputresolution") = "2x";
  const float expected[] = {0.75f, 1.25f, 1.75f, 2.25f};
  expectPixels([&](int x, int) { return glm::vec4(expected[x]); }, 1e-5f);
}

TEST_F(Crop, ToNothingLeavesAPixel) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  pixels(2, 1, 1, 1);
  EXPECT_EQ(op().width(), 1);
  EXPECT_EQ(op().height(), 1);
  EXPECT_TRUE(gives(in.pixel(2, 1), 0));
}

TEST_F(Crop, TooLargeIsAnError) {
  feed(test::sixColours());
  pixels(-1e30, 1e30, 0, 2);
  EXPECT_TRUE(test::contains(firstError(), "is not possible"));
  par("cropright") = -1e30;
  par("extend") = "repeat";
  expectFinite();
}

TEST_F(Crop, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  auto& after = graph().add("level").as<Top>();
  picture(test::sixColours(PixelFormat::Rgba32Float)) >> level >> op() >> after;
  pixels(-1, 5, 1, 3);
  level.par("invert") = 1;
  after.par("gamma1") = 2;
  const Image fused = after.numpyArray();
  graph().fusion(false);
  EXPECT_EQ(after.numpyArray(), fused);
}

TEST_F(Crop, PassesCropAgain) {
  feed(Image(8, 8, PixelFormat::Rgba32Float));
  par("cropleft") = 0.5;
  par("npasses") = 3;
  expectFinite();
}

TEST_F(Crop, MissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
}

}  // namespace
}  // namespace topknot
