// Blur: its kernels against a reference in doubles.
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/op_test.h"

namespace topknot {
namespace {

using test::nearly;

class Blur : public test::OpTest {
 protected:
  Blur() : OpTest("blur") {}

  static double kernel(const std::string& kind, double x, double half) {
    const double t = std::abs(x) / half;
    if (kind == "box") return std::clamp(half + 0.5 - std::abs(x), 0.0, 1.0);
    if (t > 1.0) return 0.0;
    if (kind == "gaussian") return std::exp(-0.5 * x * x / (half * half / 9.0));
    if (kind == "bartlette") return 1.0 - t;
    if (kind == "hanning") return 0.5 * (1.0 + std::cos(std::numbers::pi * t));
    if (kind == "blackman") {
      return 0.42 + 0.5 * std::cos(std::numbers::pi * t) +
             0.08 * std::cos(2 * std::numbers::pi * t);
    }
    if (kind == "sinc") {
      const double p = 2.0 * std::numbers::pi * t;
      return p == 0.0 ? 1.0 : std::sin(p) / p;
    }
    const double u = 2.0 * t;  // catmull
    if (u < 1.0) return 1.5 * u * u * u - 2.5 * u * u + 1.0;
    return -0.5 * u * u * u + 2.5 * u * u - 4.0 * u + 2.0;
  }

  static int placed(int i, int n, const std::string& extend) {
    if (extend == "repeat") return ((i % n) + n) % n;
    if (extend == "mirror") {
      const int k = ((i % (2 * n)) + 2 * n) % (2 * n);
      return k < n ? k : 2 * n - 1 - k;
    }
    return std::clamp(i, 0, n - 1);
  }

  /// The two axes at once, as a sum over the whole neighbourhood.
  static glm::dvec4 blurred(const Image& image, int x, int y, const std::string& kind, double halfX,
                            double halfY, const std::string& extend) {
    glm::dvec4 sum(0.0);
    double weights = 0.0;
    const int rx = static_cast<int>(std::ceil(halfX)), ry = static_cast<int>(std::ceil(halfY));
    for (int j = -ry; j <= ry; ++j) {
      for (int i = -rx; i <= rx; ++i) {
        const double wx = rx == 0 ? 1.0 : kernel(kind, i, halfX);
        const double wy = ry == 0 ? 1.0 : kernel(kind, j, halfY);
        weights += wx * wy;
        sum += wx * wy *
               glm::dvec4(image.pixel(placed(x + i, image.width(), extend),
                                      placed(y + j, image.height(), extend)));
      }
    }
    return sum / weights;
  }

  static Image colours(int width, int height, PixelFormat format) {
    Image image(width, height, format);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const float a = (x + 2 * y) % 3 == 0 ? 1.0f : 0.4f;
        image.setPixel(x, y,
                       glm::vec4(0.5 + 0.5 * std::sin(1.7 * x + y),
                                 0.5 + 0.5 * std::cos(2.3 * y - x), (x * y) % 5 / 4.0, 1.0) *
                           a);
      }
    }
    return image;
  }
};

TEST_F(Blur, EveryKernelIsTheReferences) {
  const Image image = colours(13, 9, PixelFormat::Rgba32Float);
  feed(image);
  for (const MenuItem& item : par("type").definition().menu()) {
    for (const double size : {3.0, 7.5}) {
      par("type") = item.name;
      par("size") = size;
      SCOPED_TRACE(item.name + " " + std::to_string(size));
      expectPixels(
          [&](int x, int y) {
            return glm::vec4(blurred(image, x, y, item.name, size / 2, size / 2, "hold"));
          },
          2e-5f);
    }
  }
}

TEST_F(Blur, EightBitPicturesRoundOnceAnAxis) {
  const Image image = colours(13, 9, PixelFormat::Rgba8Fixed);
  feed(image);
  par("size") = 6;
  expectPixels(
      [&](int x, int y) { return glm::vec4(blurred(image, x, y, "gaussian", 3, 3, "hold")); },
      1.02f / 255.0f);
}

TEST_F(Blur, ExtendsHoldRepeatAndMirror) {
  const Image image = colours(5, 4, PixelFormat::Rgba32Float);
  feed(image);
  par("type") = "box";
  par("size") = 5;
  for (const std::string extend : {"hold", "repeat", "mirror"}) {
    par("extend") = extend;
    expectPixels(
        [&](int x, int y) { return glm::vec4(blurred(image, x, y, "box", 2.5, 2.5, extend)); },
        2e-5f);
  }
}

TEST_F(Blur, ScalesEachAxis) {
  const Image image = colours(9, 7, PixelFormat::Rgba32Float);
  feed(image);
  par("size") = 8;
  par("scalex") = 0.5;
  expectPixels(
      [&](int x, int y) { return glm::vec4(blurred(image, x, y, "gaussian", 2, 4, "hold")); },
      2e-5f);
  par("scalex") = 0;
  expectPixels(
      [&](int x, int y) { return glm::vec4(blurred(image, x, y, "gaussian", 0, 4, "hold")); },
      2e-5f);
}

TEST_F(Blur, ABoxOfThreePixelsIsTheirMean) {
  Image image(3, 1, PixelFormat::Rgba32Float);
  image.setPixel(0, 0, {3, 0, 0, 0});
  image.setPixel(1, 0, {0, 6, 0, 0});
  image.setPixel(2, 0, {0, 0, 9, 3});
  feed(image);
  par("type") = "box";
  par("size") = 3;
  EXPECT_TRUE(nearly(op().sample({.x = 1, .y = 0}), {1, 2, 3, 1}, 1e-5f));
  EXPECT_TRUE(nearly(op().sample({.x = 0, .y = 0}), {2, 2, 0, 0}, 1e-5f)) << "the edge is held";
}

TEST_F(Blur, SizeNoughtPassesThePictureOn) {
  feed(colours(4, 3, PixelFormat::Rgba8Fixed));
  par("size") = 0;
  op().readback();
  EXPECT_TRUE(op().drawing().passedOn);
}

TEST_F(Blur, AWiderSampleStepSkipsPixels) {
  Image image(9, 1, PixelFormat::Rgba32Float);
  for (int x = 0; x < 9; ++x) image.setPixel(x, 0, glm::vec4(static_cast<float>(x * x)));
  feed(image);
  par("type") = "box";
  par("size") = 3;
  par("scaley") = 0;
  par("offsetx") = 2;
  // The mean of 2², 4² and 6².
  EXPECT_TRUE(nearly(op().sample({.x = 4, .y = 0}), glm::vec4(56.0f / 3.0f), 1e-4f));
}

TEST_F(Blur, AQuarterTurnExchangesTheAxes) {
  const Image image = colours(9, 9, PixelFormat::Rgba32Float);
  feed(image);
  par("size") = 6;
  par("scaley") = 0;
  par("rotatez") = 90;
  expectPixels(
      [&](int x, int y) { return glm::vec4(blurred(image, x, y, "gaussian", 0, 3, "hold")); },
      1e-3f);
}

TEST_F(Blur, AShrunkenPictureLooksTheSame) {
  Image image(64, 48, PixelFormat::Rgba32Float);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x)
      image.setPixel(x, y, glm::vec4((x / 8 + y / 8) % 2, x / 64.0, y > 20, 1));
  }
  feed(image);
  par("size") = 24;
  const Image exact = op().numpyArray();
  par("preshrink") = 1;
  const Image fast = op().numpyArray();
  double error = 0.0;
  for (std::size_t i = 0; i < exact.floats().size(); ++i) {
    error += std::pow(exact.floats()[i] - fast.floats()[i], 2.0);
  }
  const double decibels = -10.0 * std::log10(error / static_cast<double>(exact.floats().size()));
  EXPECT_GT(decibels, 49.0);
}

TEST_F(Blur, AConstantStaysWhatItIsHoweverItIsShrunk) {
  Image image(7, 5, PixelFormat::Rgba32Float);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 7; ++x) image.setPixel(x, y, {0.25, 0.5, 0.75, 0.5});
  }
  feed(image);
  for (const int shrink : {0, 1, 2, 5, 12}) {
    par("preshrink") = shrink;
    par("size") = 9;
    expectPixels([](int, int) { return glm::vec4(0.25, 0.5, 0.75, 0.5); }, 1e-5f);
  }
}

TEST_F(Blur, ARadiusOfTenThousandIsDrawn) {
  feed(colours(40, 30, PixelFormat::Rgba32Float));
  par("size") = 20000;
  expectFinite();
  const Image made = op().numpyArray();
  EXPECT_TRUE(nearly(made.pixel(0, 0), made.pixel(39, 29), 0.05f)) << "one colour all over";
}

TEST_F(Blur, ChannelsOutsideTheMaskKeepThePicture) {
  const Image image = colours(6, 5, PixelFormat::Rgba32Float);
  feed(image);
  par("size") = 6;
  par("chanmask") = "rb";
  expectPixels(
      [&](int x, int y) {
        const glm::vec4 own = image.pixel(x, y);
        const glm::dvec4 made = blurred(image, x, y, "gaussian", 3, 3, "hold");
        return glm::vec4(made.r, own.g, made.b, own.a);
      },
      2e-5f);
}

TEST_F(Blur, TurningTheSizeCompilesNothing) {
  feed(colours(6, 5, PixelFormat::Rgba32Float));
  par("size") = 4;
  op().numpyArray();
  const int objects = context().liveObjects();
  for (const double size : {2.0, 6.5, 11.0, 40.0, 300.0}) {
    par("size") = size;
    op().numpyArray();
  }
  EXPECT_EQ(context().liveObjects(), objects);
}

TEST_F(Blur, IsTheSameFusedAndNot) {
  feed(colours(11, 6, PixelFormat::Rgba32Float));
  par("size") = 5;
  expectSameUnfused(2e-5f);
}

}  // namespace
}  // namespace topknot
