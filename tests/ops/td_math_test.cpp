// The helper library's ramps and ranges, against references in doubles.
#include <cmath>

#include "ops/support/calls.h"

namespace topknot {
namespace {

using test::arg;
using test::asFloat;
using test::call;

class TdMath : public test::Calls {
 protected:
  /// The function of numbers, and of vectors of two to four of them.
  template <class Reference>
  void expectRanges(const std::string& name, Reference reference) {
    const glm::dvec3 cases[] = {{0.25, 0, 1}, {1.75, 0, 1}, {-0.375, 0, 1}, {5.5, 2, 4},
                                {-7, -2, 3},  {0.5, 1, -1}, {2, 2, 4},      {3, 5, 5}};
    for (const glm::dvec3& v : cases) expect(call(name, v.x, v.y, v.z), reference(v.x, v.y, v.z));
    for (int i = 0; i + 3 < 8; ++i) {
      const glm::dvec4 v(cases[i].x, cases[i + 1].x, cases[i + 2].x, cases[i + 3].x);
      const glm::dvec4 low(cases[i].y, cases[i + 1].y, cases[i + 2].y, cases[i + 3].y);
      const glm::dvec4 high(cases[i].z, cases[i + 1].z, cases[i + 2].z, cases[i + 3].z);
      glm::dvec4 wanted;
      for (int k = 0; k < 4; ++k) wanted[k] = reference(v[k], low[k], high[k]);
      expect(call(name, v, low, high), wanted);
      expect(call(name, glm::dvec3(v), glm::dvec3(low), glm::dvec3(high)), glm::dvec3(wanted));
      expect(call(name, glm::dvec2(v), glm::dvec2(low), glm::dvec2(high)), glm::dvec2(wanted));
    }
    check();
  }
};

double within(double v, double low, double high) {
  return low == high ? 0 : (v - low) / (high - low);
}

TEST_F(TdMath, TDFadeIsTheBlendOfFifthDegree) {
  const auto fade = [](double t) { return t * t * t * (t * (t * 6 - 15) + 10); };
  for (const double t : {0.0, 0.1, 0.25, 0.5, 0.9, 1.0}) {
    const double f = fade(asFloat(t));
    expect(call("TDFade", t), f);
    expect(call("TDFade", glm::dvec2(t, 0.5)), glm::dvec2(f, 0.5));
    expect(call("TDFade", glm::dvec3(t, 0.5, 1)), glm::dvec3(f, 0.5, 1));
    expect(call("TDFade", glm::dvec4(t, 0.5, 1, 0)), glm::dvec4(f, 0.5, 1, 0));
  }
  check();
}

TEST_F(TdMath, TDFadeDerivIsItsSlope) {
  const auto slope = [](double t) { return 30 * t * t * t * t - 60 * t * t * t + 30 * t * t; };
  for (const double t : {0.0, 0.1, 0.25, 0.5, 0.9, 1.0}) {
    const double f = slope(asFloat(t));
    expect(call("TDFadeDeriv", t), f);
    expect(call("TDFadeDeriv", glm::dvec2(t, 0.5)), glm::dvec2(f, 1.875));
    expect(call("TDFadeDeriv", glm::dvec3(t, 0.5, 1)), glm::dvec3(f, 1.875, 0));
    expect(call("TDFadeDeriv", glm::dvec4(t, 0.5, 1, 0)), glm::dvec4(f, 1.875, 0, 0));
  }
  check();
}

TEST_F(TdMath, TDAverageIsHalfWayBetween) {
  expect(call("TDAverage", 1.0, 4.0), 2.5);
  expect(call("TDAverage", -3.0, 3.0), 0.0);
  expect(call("TDAverage", -0.5, -0.25), -0.375);
  check();
}

TEST_F(TdMath, TDRemapKeepsTheProportion) {
  const auto remap = [](double v, double a, double b, double c, double d) {
    return c + within(v, a, b) * (d - c);
  };
  const double cases[][5] = {{0.5, 0, 1, 10, 20}, {3, 0, 2, 0, 1},     {-1, 0, 4, 1, 2},
                             {0.3, 1, 0, 0, 8},   {7, 5, 9, 100, -20}, {4, 4, 4, 2, 3}};
  for (const auto& v : cases) {
    expect(call("TDRemap", v[0], v[1], v[2], v[3], v[4]),
           remap(asFloat(v[0]), v[1], v[2], v[3], v[4]));
  }
  glm::dvec4 at[5], wanted;
  for (int k = 0; k < 4; ++k) {
    const auto& v = cases[k + 2];
    for (int i = 0; i < 5; ++i) at[i][k] = v[i];
    wanted[k] = remap(asFloat(v[0]), v[1], v[2], v[3], v[4]);
  }
  using Two = glm::dvec2;
  using Three = glm::dvec3;
  expect(call("TDRemap", at[0], at[1], at[2], at[3], at[4]), wanted);
  expect(call("TDRemap", Three(at[0]), Three(at[1]), Three(at[2]), Three(at[3]), Three(at[4])),
         Three(wanted));
  expect(call("TDRemap", Two(at[0]), Two(at[1]), Two(at[2]), Two(at[3]), Two(at[4])), Two(wanted));
  check();
}

TEST_F(TdMath, TDLoopRepeatsTheRange) {
  expectRanges("TDLoop", [](double v, double low, double high) {
    const double t = within(v, low, high);
    return low + (high - low) * (t - std::floor(t));
  });
}

TEST_F(TdMath, TDZigZagGoesThereAndBack) {
  expectRanges("TDZigZag", [](double v, double low, double high) {
    const double t = std::abs(std::remainder(within(v, low, high), 2.0));
    return low + (high - low) * t;
  });
}

}  // namespace
}  // namespace topknot
