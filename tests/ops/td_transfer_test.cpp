// The helper library's transfer functions, against references in doubles.
#include <algorithm>
#include <cmath>
#include <functional>

#include "ops/support/calls.h"

namespace topknot {
namespace {

using glm::dvec3;
using glm::dvec4;
using test::asFloat;
using test::call;

class TdTransfer : public test::Calls {
 protected:
  using Curve = std::function<double(double)>;

  /// A pair of curves, each against its formula, and there and back.
  void expectPair(const std::string& x, const Curve& to, const Curve& from, double tolerance,
                  std::initializer_list<dvec3> linear) {
    for (const dvec3& v : linear) {
      const dvec3 signal(to(asFloat(v.x)), to(asFloat(v.y)), to(asFloat(v.z)));
      const dvec3 back(from(asFloat(signal.x)), from(asFloat(signal.y)), from(asFloat(signal.z)));
      expect(call("TDTransferLinearTo" + x, v), signal, tolerance);
      expect(call("TDTransfer" + x + "ToLinear", signal), back, tolerance);
      expect("TDTransfer" + x + "ToLinear(" + call("TDTransferLinearTo" + x, v) + ")", v,
             tolerance * 2);
    }
    check();
  }
};

const std::initializer_list<dvec3> kColours = {
    {0, 0.001, 0.0031}, {0.01, 0.017, 0.019}, {0.18, 0.5, 0.9}, {1, 2, 12}, {-0.001, -0.3, -2}};

double sized(double v, const std::function<double(double)>& curve) {
  return std::copysign(curve(std::abs(v)), v);
}

double toSrgb(double v) {
  return sized(v, [](double s) {
    return s <= 0.0031308 ? 12.92 * s : 1.055 * std::pow(s, 1 / 2.4) - 0.055;
  });
}
double fromSrgb(double v) {
  return sized(
      v, [](double s) { return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4); });
}

TEST_F(TdTransfer, TDTransferSRGBIsThePairOfIec61966) {
  expectPair("SRGB", toSrgb, fromSrgb, 1e-5, kColours);
}

TEST_F(TdTransfer, TDTransferSRGBOfFourComponentsKeepsAlpha) {
  expect(call("TDTransferLinearToSRGB", dvec4(0.18, 0.5, 0.001, 0.3)),
         dvec4(toSrgb(0.18), toSrgb(0.5), toSrgb(0.001), 0.3));
  expect(call("TDTransferSRGBToLinear", dvec4(0.18, 0.5, 0.001, 0.3)),
         dvec4(fromSrgb(0.18), fromSrgb(0.5), fromSrgb(0.001), 0.3));
  check();
}

TEST_F(TdTransfer, TDTransferRec709IsTheCamerasPair) {
  expectPair(
      "Rec709",
      [](double v) {
        return sized(
            v, [](double s) { return s < 0.018 ? 4.5 * s : 1.099 * std::pow(s, 0.45) - 0.099; });
      },
      [](double v) {
        return sized(v, [](double s) {
          return s < 0.081 ? s / 4.5 : std::pow((s + 0.099) / 1.099, 1 / 0.45);
        });
      },
      1e-5, {{0, 0.001, 0.0031}, {0.01, 0.0175, 0.019}, {0.18, 0.5, 0.9}, {1, 2, 12}, {-1, 0, -2}});
}

class TdGamma : public TdTransfer, public ::testing::WithParamInterface<double> {};

TEST_P(TdGamma, TDTransferGammaIsAPowerAndBack) {
  const double gamma = GetParam();
  std::string name = std::to_string(gamma).substr(0, 3);
  name[1] = '_';
  expectPair(
      "Gamma" + name,
      [&](double v) { return sized(v, [&](double s) { return std::pow(s, 1 / gamma); }); },
      [&](double v) { return sized(v, [&](double s) { return std::pow(s, gamma); }); }, 1e-5,
      kColours);
}
INSTANTIATE_TEST_SUITE_P(All, TdGamma, ::testing::Values(1.8, 2.2, 2.4, 2.6, 2.8));

TEST_F(TdTransfer, TDTransferACESproxyGivesCodesOfTenBits) {
  const auto to = [](double v) {
    if (v <= std::pow(2, -9.72)) return 64 / 1023.0;
    return std::clamp((std::log2(v) + 2.5) * 50 + 425, 64.0, 940.0) / 1023;
  };
  const auto from = [](double v) { return std::pow(2, (v * 1023 - 425) / 50 - 2.5); };
  expectPair("ACESproxy", to, from, 1e-5, {{0.0013, 0.01, 0.18}, {0.5, 1, 2}, {16, 64, 220}});
  for (const double v : {-1.0, 0.0, 0.0005, 1000.0}) {
    expect(call("TDTransferLinearToACESproxy", dvec3(v)), dvec3(to(v)));
  }
  expect("1023.0 * " + call("TDTransferLinearToACESproxy", dvec3(0.18)), dvec3(426.3), 1e-3);
  check();
}

double toPq(double nits) {
  const double y = std::pow(std::max(nits, 0.0) / 10000, 2610 / 16384.0);
  return std::pow((3424 / 4096.0 + 2413 / 128.0 * y) / (1 + 2392 / 128.0 * y), 2523 / 32.0);
}
double fromPq(double signal) {
  const double e = std::pow(std::max(signal, 0.0), 32 / 2523.0);
  const double y = std::max(e - 3424 / 4096.0, 0.0) / (2413 / 128.0 - 2392 / 128.0 * e);
  return 10000 * std::pow(y, 16384 / 2610.0);
}

TEST_F(TdTransfer, TDTransferLinearToST2084PQIsAbsolute) {
  for (const double white : {100.0, 203.0}) {
    for (const double v : {-1.0, 0.0, 0.001, 0.18, 1.0, 5.0, 40.0}) {
      expect(call("TDTransferLinearToST2084PQ", dvec3(v, 0.5, 1), white),
             dvec3(toPq(asFloat(v) * white), toPq(0.5 * white), toPq(white)), 5e-5);
    }
  }
  expect(call("TDTransferLinearToST2084PQ", dvec3(1), 10000.0), dvec3(1), 5e-5);
  check();
}

TEST_F(TdTransfer, TDTransferST2084PQToLinearIsItsInverse) {
  for (const double white : {100.0, 203.0}) {
    for (const double v : {-0.5, 0.0, 0.1, 0.5, 0.58, 0.75, 1.0}) {
      expect(call("TDTransferST2084PQToLinear", dvec3(v, 0.4, 0.6), white),
             dvec3(fromPq(asFloat(v)), fromPq(asFloat(0.4)), fromPq(asFloat(0.6))) / white, 2e-4);
    }
  }
  check();
}

double hlgGamma(double peak) {
  if (peak < 400 || peak > 2000) return 1.2 * std::pow(1.111, std::log2(peak / 1000));
  return 1.2 + 0.42 * std::log10(peak / 1000);
}
double luminance2020(dvec3 c) {
  return glm::dot(c, dvec3(0.2627, 0.6780, 0.0593));
}
dvec3 toHlg(dvec3 c, double peak, double white) {
  const double gamma = hlgGamma(peak);
  c = glm::max(c * white / peak, dvec3(0.0));
  const double y = luminance2020(c);
  if (y > 0) c *= std::pow(y, (1 - gamma) / gamma);
  const auto curve = [](double e) {
    if (e <= 1 / 12.0) return std::sqrt(3 * e);
    return 0.17883277 * std::log(12 * e - 0.28466892) + 0.55991073;
  };
  return {curve(c.x), curve(c.y), curve(c.z)};
}
dvec3 fromHlg(dvec3 c, double peak, double white) {
  const auto curve = [](double e) {
    if (e <= 0.5) return e * e / 3;
    return (std::exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12;
  };
  c = glm::max(c, dvec3(0.0));
  c = {curve(c.x), curve(c.y), curve(c.z)};
  const double y = luminance2020(c);
  return y > 0 ? c * std::pow(y, hlgGamma(peak) - 1) * peak / white : dvec3(0.0);
}

constexpr double kDisplays[][2] = {{1000, 203}, {1000, 100}, {400, 100}, {4000, 203}, {100, 100}};

TEST_F(TdTransfer, TDTransferLinearToBT2100HLGAppliesSystemGammaAndCurve) {
  for (const auto& [peak, white] : kDisplays) {
    for (const dvec3& c : {dvec3(0), dvec3(-1, 0.1, 0.2), dvec3(0.001, 0.01, 0.002),
                           dvec3(0.18, 0.5, 1), dvec3(2, 0, 0)}) {
      expect(call("TDTransferLinearToBT2100HLG", c, peak, white), toHlg(c, peak, white), 5e-5);
    }
  }
  expect(call("TDTransferLinearToBT2100HLG", dvec3(1), 1000.0, 203.0), dvec3(0.75), 2e-3);
  check();
}

TEST_F(TdTransfer, TDTransferBT2100HLGToLinearIsItsInverse) {
  for (const auto& [peak, white] : kDisplays) {
    for (const dvec3& c :
         {dvec3(0), dvec3(-1, 0.1, 0.2), dvec3(0.3, 0.5, 0.51), dvec3(1, 0.75, 0), dvec3(1)}) {
      expect(call("TDTransferBT2100HLGToLinear", c, peak, white), fromHlg(c, peak, white), 1e-4);
    }
  }
  expect(call("TDTransferBT2100HLGToLinear", dvec3(1), 1000.0, 100.0), dvec3(10), 1e-4);
  check();
}

}  // namespace
}  // namespace topknot
