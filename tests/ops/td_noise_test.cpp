// The helper library's noise: range, average, continuity, determinism, derivatives. What the
// numbers are is the Noise operator's to test, whose noise this is.
#include <algorithm>
#include <cmath>

#include "ops/support/calls.h"

namespace topknot {
namespace {

constexpr int kSize = 128;

struct Kind {
  std::string name, place;  // `TDPerlinNoise`, `xyz`
  int dims;
  bool quality = false;
};

std::ostream& operator<<(std::ostream& out, const Kind& kind) {
  return out << kind.name << " of " << kind.dims << (kind.quality ? ", quality" : "");
}

class TdNoise : public test::Calls, public ::testing::WithParamInterface<Kind> {
 protected:
  /// A picture of an expression of the place `p`, which goes through many cells.
  std::vector<glm::vec4> draw(const std::string& expression, glm::vec4 shift = {}) {
    top().par("simplexnoise") = GetParam().quality ? "quality" : "performance";
    top().pixelShader(
        "uniform vec4 uShift; out vec4 c; void main() {\n"
        "vec2 at = gl_FragCoord.xy;\n"
        "vec4 p = uShift + vec4(at * vec2(0.137, 0.211) - vec2(9.0, 13.0),\n"
        "  dot(at, vec2(0.0713, 0.239)), dot(at, vec2(0.197, -0.0917)));\n"
        "float more = 0.0;\n"
        "c = vec4(" +
        expression + "); }");
    top().uniform("uShift", shift);
    top().par("resolution") = glm::vec2(kSize);
    EXPECT_TRUE(top().compiles()) << top().compileResult();
    const Image image = top().numpyArray();
    std::vector<glm::vec4> pixels;
    for (int i = 0; i < kSize * kSize; ++i) pixels.push_back(image.pixel(i % kSize, i / kSize));
    return pixels;
  }
  std::string noise() const { return GetParam().name + "(p." + GetParam().place + ")"; }
  glm::vec4 along(int axis, float step) const {
    glm::vec4 shift(0.0f);
    shift[axis] = step;
    return shift;
  }
};

TEST_P(TdNoise, IsBetweenMinusOneAndOneAndZeroOnAverage) {
  double sum = 0, squares = 0;
  float least = 1, most = -1;
  for (const glm::vec4& c : draw(noise())) {
    ASSERT_TRUE(c.r >= -1 && c.r <= 1) << c.r;
    sum += c.r;
    squares += c.r * c.r;
    least = std::min(least, c.r);
    most = std::max(most, c.r);
  }
  EXPECT_NEAR(sum / (kSize * kSize), 0, 0.03);
  EXPECT_GT(squares / (kSize * kSize), 0.02);  // far from constant
  EXPECT_LT(least, -0.5);
  EXPECT_GT(most, 0.5);
}

TEST_P(TdNoise, IsContinuous) {
  const std::vector<glm::vec4> here = draw(noise());
  for (int axis = 0; axis < GetParam().dims; ++axis) {
    const std::vector<glm::vec4> beside = draw(noise(), along(axis, 1e-3f));
    float most = 0;
    for (std::size_t i = 0; i < here.size(); ++i) {
      most = std::max(most, std::abs(here[i].r - beside[i].r));
    }
    EXPECT_LT(most, 0.008f);  // no slope is steeper than 8
    EXPECT_GT(most, 0.0005f);
  }
}

TEST_P(TdNoise, IsTheSameEachTime) {
  const std::vector<glm::vec4> first = draw(noise());
  top().pixelShader("out vec4 c; void main() { c = vec4(0.0); }");
  top().cook();
  EXPECT_EQ(first, draw(noise()));
}

TEST_P(TdNoise, DerivativesAreThoseOfFiniteDifferencesAndComeWithTheNoise) {
  const int dims = GetParam().dims;
  const std::string name = GetParam().name + "Deriv", places = "(p." + GetParam().place;
  const std::vector<glm::vec4> slopes = draw(name + places + (dims == 4 ? ", more)" : ")"));
  const std::vector<glm::vec4> here = draw(noise());
  for (int axis = 0; axis < dims; ++axis) {
    const std::vector<glm::vec4> low = draw(noise(), along(axis, -0.01f));
    const std::vector<glm::vec4> high = draw(noise(), along(axis, 0.01f));
    for (std::size_t i = 0; i < here.size(); ++i) {
      ASSERT_NEAR(slopes[i][axis], (high[i].r - low[i].r) / 0.02, 0.03) << axis << ", " << i;
    }
  }
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (dims == 2) {
      ASSERT_EQ(slopes[i].z, 0);
    }
    if (dims < 4) {
      ASSERT_NEAR(slopes[i].w, here[i].r, 1e-6);
    }
  }
}

TEST_P(TdNoise, StaysInRangeFarOut) {
  for (const float far : {1e4f, -1e6f, 1e9f, 3e38f}) {
    for (const glm::vec4& c : draw(noise(), glm::vec4(far))) {
      ASSERT_TRUE(c.r >= -1.0001f && c.r <= 1.0001f) << c.r << " at " << far;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, TdNoise,
    ::testing::Values(Kind{"TDPerlinNoise", "xy", 2}, Kind{"TDPerlinNoise", "xyz", 3},
                      Kind{"TDPerlinNoise", "xyzw", 4}, Kind{"TDSimplexNoise", "xy", 2},
                      Kind{"TDSimplexNoise", "xyz", 3}, Kind{"TDSimplexNoise", "xyzw", 4},
                      Kind{"TDSimplexNoise", "xyz", 3, true},
                      Kind{"TDSimplexNoise", "xyzw", 4, true}));

class TdNoiseDetails : public test::Calls {};

TEST_F(TdNoiseDetails, PerlinIsZeroAtWholeCoordinates) {
  expect(test::call("TDPerlinNoise", glm::dvec2(3, -5)), 0.0);
  expect(test::call("TDPerlinNoise", glm::dvec3(3, -5, 7)), 0.0);
  expect(test::call("TDPerlinNoise", glm::dvec4(3, -5, 7, 0)), 0.0);
  check();
}

TEST_F(TdNoiseDetails, DerivativesOfFourDimensionsGiveTheNoiseByTheWay) {
  const std::string both =
      "float way(vec4 p) { float n; TDPerlinNoiseDeriv(p, n); return n; }\n"
      "float say(vec4 p) { float n; TDSimplexNoiseDeriv(p, n); return n; }\n";
  for (int i = 0; i < 20; ++i) {
    const std::string p = test::arg(glm::dvec4(i * 0.37, 1.5 - i * 0.21, i * 0.11, 0.3));
    expect("way(" + p + ") - TDPerlinNoise(" + p + ")", 0.0, 1e-6);
    expect("say(" + p + ") - TDSimplexNoise(" + p + ")", 0.0, 1e-6);
  }
  check(both);
}

}  // namespace
}  // namespace topknot
