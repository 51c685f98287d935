// The helper library's colours, gamuts and dither, against references in doubles.
#include <algorithm>
#include <cmath>

#include "glsl/source/helper_library.h"
#include "ops/support/calls.h"

namespace topknot {
namespace {

using glm::dmat3;
using glm::dvec2;
using glm::dvec3;
using glm::dvec4;
using test::asFloat;
using test::call;

class TdColor : public test::Calls {};

// Hue, saturation, value.

dvec3 hsvToRgb(dvec3 c) {
  const double h = (c.x - std::floor(c.x)) * 6, chroma = c.y * c.z;
  const double x = chroma * (1 - std::abs(std::fmod(h, 2.0) - 1)), low = c.z - chroma;
  const dvec3 sectors[] = {{chroma, x, 0}, {x, chroma, 0}, {0, chroma, x},
                           {0, x, chroma}, {x, 0, chroma}, {chroma, 0, x}};
  return sectors[static_cast<int>(h) % 6] + low;
}

TEST_F(TdColor, TDHSVToRGBGoesRoundTheHues) {
  for (int i = 0; i <= 24; ++i) {
    expect(call("TDHSVToRGB", dvec3(i / 24.0, 0.75, 0.8)), hsvToRgb({i / 24.0, 0.75, 0.8}));
  }
  expect(call("TDHSVToRGB", dvec3(0.3, 0, 0.5)), dvec3(0.5));
  expect(call("TDHSVToRGB", dvec3(0.3, 1, 0)), dvec3(0.0));
  expect(call("TDHSVToRGB", dvec3(-0.25, 1, 1)), hsvToRgb({0.75, 1, 1}));
  expect(call("TDHSVToRGB", dvec3(2.125, 0.5, 3)), hsvToRgb({0.125, 0.5, 3}));
  check();
}

TEST_F(TdColor, TDRGBToHSVIsItsInverse) {
  for (int i = 0; i < 24; ++i) {
    for (const dvec2& sv : {dvec2(1, 1), dvec2(0.75, 0.8), dvec2(0.25, 3)}) {
      const dvec3 hsv((i + 0.01) / 24.0, sv.x, sv.y);
      expect(call("TDRGBToHSV", hsvToRgb(hsv)), hsv);
    }
  }
  expect(call("TDRGBToHSV", dvec3(0.4)), dvec3(0, 0, 0.4));
  expect(call("TDRGBToHSV", dvec3(0.0)), dvec3(0.0));
  expect(call("TDRGBToHSV", dvec3(1, 1, 0)), dvec3(1 / 6.0, 1, 1));
  check();
}

// Linear colours.

/// From linear colours of primaries to XYZ, by their chromaticities and that of D65.
dmat3 toXyz(dvec2 r, dvec2 g, dvec2 b) {
  const auto column = [](dvec2 xy) { return dvec3(xy.x / xy.y, 1, (1 - xy.x - xy.y) / xy.y); };
  const dmat3 all(column(r), column(g), column(b));
  const dvec3 sums = glm::inverse(all) * column({0.3127, 0.3290});
  return dmat3(all[0] * sums.x, all[1] * sums.y, all[2] * sums.z);
}
const dmat3 kRec709 = toXyz({0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06});
const dmat3 kRec2020 = toXyz({0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046});

TEST_F(TdColor, TDLuminanceHasTheWeightsOfRec709) {
  for (const dvec3& c : {dvec3(1, 0, 0), dvec3(0, 1, 0), dvec3(0, 0, 1), dvec3(0.2, 3, -1)}) {
    expect(call("TDLuminance", c), (kRec709 * c).y, 1e-4);  // the standard's have four digits
  }
  expect(call("TDLuminance", dvec3(1, 1, 1)), 1.0, 1e-6);
  check();
}

TEST_F(TdColor, TDGamutRec709ToRec2020ComesFromThePrimaries) {
  for (const dvec3& c :
       {dvec3(1, 0, 0), dvec3(0, 1, 0), dvec3(0, 0, 1), dvec3(1, 1, 1), dvec3(0.2, 0.5, -0.1)}) {
    expect(call("TDGamutRec709ToRec2020", c), glm::inverse(kRec2020) * kRec709 * c, 1e-6);
  }
  check();
}

TEST_F(TdColor, TDGamutRec2020ToRec709IsItsInverse) {
  for (const dvec3& c :
       {dvec3(1, 0, 0), dvec3(0, 1, 0), dvec3(0, 0, 1), dvec3(1, 1, 1), dvec3(0.2, 0.5, -0.1)}) {
    expect(call("TDGamutRec2020ToRec709", c), glm::inverse(kRec709) * kRec2020 * c, 1e-6);
  }
  check();
}

// Dither. The text is in the shader here, so that the test says how many bits there are.

class TdDither : public test::Calls {
 protected:
  std::vector<glm::vec4> dithered(int bits, glm::vec4 colour, int size = 64) {
    const auto wanted = [](std::string_view name) { return name == "TDDither"; };
    top().pixelShader("#undef TD_OUTPUT_BITS\n#define TD_OUTPUT_BITS " + std::to_string(bits) +
                      "\n" + glsl::helperLibrary(wanted) +
                      "uniform vec4 uColour; out vec4 c; void main() { c = TDDither(uColour); }");
    top().uniform("uColour", colour);
    top().par("resolution") = glm::vec2(size);
    EXPECT_TRUE(top().compiles()) << top().compileResult();
    const Image image = top().numpyArray();
    std::vector<glm::vec4> pixels;
    for (int i = 0; i < size * size; ++i) pixels.push_back(image.pixel(i % size, i / size));
    return pixels;
  }
};

TEST_F(TdDither, TDDitherStaysWithinHalfAStepAndKeepsTheAverageAndAlpha) {
  for (const int bits : {8, 10, 16}) {
    const double step = 1 / (std::pow(2.0, bits) - 1);
    double sum = 0, least = 1, most = -1;
    const std::vector<glm::vec4> pixels = dithered(bits, {0.3f, 0.3f, 0.3f, 0.6f});
    for (const glm::vec4& c : pixels) {
      const double by = (static_cast<double>(c.r) - asFloat(0.3f)) / step;
      sum += by;
      least = std::min(least, by);
      most = std::max(most, by);
      EXPECT_EQ(c.g, c.r);
      EXPECT_EQ(c.b, c.r);
      EXPECT_EQ(c.a, 0.6f);
    }
    const double rounding = 4e-8 / step;  // of the float sum
    EXPECT_NEAR(least, -0.5, 0.01 + rounding);
    EXPECT_NEAR(most, 0.5, 0.01 + rounding);
    EXPECT_NEAR(sum / static_cast<double>(pixels.size()), 0, 0.02);
  }
}

TEST_F(TdDither, TDDitherLetsRoundingKeepAThirdOfAStep) {
  const float colour = (100 + 1 / 3.0f) / 255;
  double sum = 0;
  for (const glm::vec4& c : dithered(8, glm::vec4(colour), 128)) sum += std::round(c.r * 255);
  EXPECT_NEAR(sum / (128 * 128), 100 + 1 / 3.0, 0.01);
}

TEST_F(TdDither, TDDitherChangesNothingInFloats) {
  for (const glm::vec4& c : dithered(0, {0.3f, 0.4f, 0.5f, 0.6f}, 8)) {
    EXPECT_EQ(c, glm::vec4(0.3f, 0.4f, 0.5f, 0.6f));
  }
}

}  // namespace
}  // namespace topknot
