// Lookup: where values are found in the table, by hand.
#include "support/op_test.h"

namespace topknot {
namespace {

class Lookup : public test::OpTest {
 protected:
  Lookup() : OpTest("lookup") {}

  // Two rows of four; pixel (x, y) is x / 4 + y, plus 10 for each channel further.
  static glm::vec4 entry(double x, int y) {
    const auto v = static_cast<float>(x / 4 + y);
    return {v, v + 10, v + 20, v + 30};
  }
  static Image table() {
    Image image(4, 2, PixelFormat::Rgba32Float);
    for (int y = 0; y < 2; ++y) {
      for (int x = 0; x < 4; ++x) image.setPixel(x, y, entry(x, y));
    }
    return image;
  }
  // The centre of column x, which needs no interpolation.
  static float centre(int x) { return (static_cast<float>(x) + 0.5f) / 4; }
  void useRow(float v) {
    par("darkuv2") = v;
    par("lightuv2") = v;
  }
};

TEST_F(Lookup, ChannelsAreLookedUpEachInItsOwn) {
  feed({centre(0), centre(2), centre(3), centre(1)});
  feed(table());
  useRow(0.25);
  EXPECT_TRUE(gives({0, 10.5f, 20.75f, centre(1)}, 1e-5f));
  par("independentalpha") = true;
  EXPECT_TRUE(gives({0, 10.5f, 20.75f, 30.25f}, 1e-5f));
  useRow(0.75);
  EXPECT_TRUE(gives({1, 11.5f, 21.75f, 31.25f}, 1e-5f));
}

TEST_F(Lookup, BetweenPixelsTheTableIsInterpolated) {
  feed({0.5f, 0.25f, 1, 1});
  feed(table());
  EXPECT_TRUE(gives({0.875f, 10.625f, 21.25f, 1}, 1e-4f)) << "and half way between the rows";
  par("inputfiltertype") = "nearest";
  useRow(0.75);
  par("lightuv1") = 0.9;  // off the borders between pixels: .45 .225 .9
  EXPECT_TRUE(gives({1.25f, 11, 21.75f, 1}, 1e-5f));
}

TEST_F(Lookup, OneNumberForAllChannels) {
  const std::pair<const char*, glm::vec4> cases[] = {
      {"luminance", glm::vec4(centre(1), centre(1), centre(1), 0)},
      {"red", {centre(1), 0, 0, 0}},
      {"green", {0, centre(1), 0, 0}},
      {"blue", {0, 0, centre(1), 0}},
      {"alpha", {0, 0, 0, centre(1)}},
      {"rgbaverage", {3 * centre(1), 0, 0, 0}},
      {"average", {0, 0, 0, 4 * centre(1)}},
      {"rgbmax", {0, centre(1), 0.1f, 5}},
      {"max", {0, 0.2f, 0.1f, centre(1)}}};
  feed(glm::vec4(0));
  feed(table());
  useRow(0.25);
  for (const auto& [item, colour] : cases) {
    Image image(1, 1, PixelFormat::Rgba32Float);
    image.setPixel(0, 0, colour);
    op().inputConnectors()[0].connect(picture(image));
    par("channel") = item;
    EXPECT_TRUE(gives(entry(1, 0), 1e-4f)) << item;
  }
  par("independentalpha") = true;
  par("channel") = "green";
  EXPECT_TRUE(gives({0.0f + 0.075f, 10.075f, 20.075f, 30.25f}, static_cast<float>(filtered(1e-4))))
      << "green .2, alpha .375";
}

TEST_F(Lookup, TheIndexRangeSpansTheTableAndHolds) {
  feed({10 + 10 * centre(2), 5, 25, 0.5f});
  feed(table());
  useRow(0.25);
  par("index") = glm::vec2(10, 20);
  EXPECT_TRUE(gives({0.5f, 10, 20.75f, 0.5f}, 1e-4f));
  par("index") = glm::vec2(20, 10);
  EXPECT_TRUE(gives({0.25f, 10.75f, 20, 0.5f}, 1e-4f));
}

TEST_F(Lookup, UnitsOfTheLine) {
  feed({1, 0, 0, 0.5f});
  feed(table());
  useRow(0.25);
  par("lightuvunit") = "pixels";
  par("lightuv") = glm::vec2(2.5, 0.5);
  EXPECT_TRUE(gives({0.5f, 10, 20, 0.5f}, 1e-4f));
  par("lightuvunit") = "fractionaspect";  // of the height, which is 2
  par("lightuv") = glm::vec2(0.75, 0.25);
  EXPECT_TRUE(gives({0.25f, 10, 20, 0.5f}, 1e-4f));
  par("darkuvunit") = "pixels";
  par("darkuv") = glm::vec2(3.5, 1.5);
  EXPECT_TRUE(gives({0.25f, 11.75f, 21.75f, 0.5f}, 1e-4f));
}

TEST_F(Lookup, TheTableCanBeShown) {
  feed(Image(4, 1, PixelFormat::Rgba32Float));
  feed(table());
  useRow(0.75);
  par("displaylookup") = true;
  expectPixels([](int x, int) { return entry(x, 1); }, 1e-4f);
}

TEST_F(Lookup, FixedFormatsAndFusion) {
  auto& level = graph().add("level").as<Top>();
  picture(test::sixColours()) >> level >> op();
  Image ramp(2, 1, PixelFormat::Rgba8Fixed);
  ramp.setPixel(0, 0, {1, 0, 0, 1});
  ramp.setPixel(1, 0, {0, 1, 0, 1});
  feed(ramp);
  // Red is looked up in 1 … 0, green in 0 … 1, blue in 0.
  const Image in = test::sixColours();
  expectPixels(
      [&](int x, int y) {
        const glm::vec4 v = in.pixel(x, y);
        return glm::vec4(v.r == 1 ? 0 : v.r == 0 ? 1 : 0.5f, v.g, 0, v.a);
      },
      0.006f);
  expectSameUnfused(0.003f);
}

TEST_F(Lookup, ExtremesAndMissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
  feed({-1e6f, 0, 1e6f, 0.5f});
  EXPECT_EQ(firstError(), "Not enough sources specified");
  feed(table());
  expectFiniteAtExtremes();
}

}  // namespace
}  // namespace topknot
