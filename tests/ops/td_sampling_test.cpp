// The helper library's lookups and mappings, against references in doubles.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ops/support/calls.h"

namespace topknot {
namespace {

using glm::dvec2;
using glm::dvec3;
using glm::dvec4;
using test::arg;
using test::call;

constexpr double kPi = std::numbers::pi;

class TdSampling : public test::Calls {
 protected:
  static constexpr int kWidth = 6, kHeight = 5;

  static dvec4 texel(int x, int y) {
    x = std::clamp(x, 0, kWidth - 1);
    y = std::clamp(y, 0, kHeight - 1);
    return {x * 0.25, y - x * y * 0.5, (x * 7 + y * 5) % 4, x == 2 && y == 3 ? 8 : 0};
  }
  void connectPicture() {
    auto& source = graph().add<GlslTop>("source");
    source.pixelShader(
        "out vec4 c; void main() { vec2 p = floor(gl_FragCoord.xy);\n"
        "c = vec4(p.x * 0.25, p.y - p.x * p.y * 0.5, mod(p.x * 7.0 + p.y * 5.0, 4.0),\n"
        "p == vec2(2.0, 3.0) ? 8.0 : 0.0); }");
    source.par("format") = "rgba32float";
    source.par("outputresolution") = "custom";
    source.par("resolution") = glm::vec2(kWidth, kHeight);
    source >> top();
    top().par("inputextenduv") = "hold";
  }
  /// The cubic B-spline's weight of a texel at that distance.
  static double spline(double d) {
    d = std::abs(d);
    if (d < 1) return 2 / 3.0 - d * d + d * d * d / 2;
    return d < 2 ? (2 - d) * (2 - d) * (2 - d) / 6 : 0;
  }
  static dvec4 bicubic(dvec2 uv) {
    const dvec2 at(uv.x * kWidth - 0.5, uv.y * kHeight - 0.5);
    dvec4 sum(0.0);
    for (int y = -3; y < kHeight + 3; ++y) {
      for (int x = -3; x < kWidth + 3; ++x) {
        sum += texel(x, y) * spline(x - at.x) * spline(y - at.y);
      }
    }
    return sum;
  }
};

TEST_F(TdSampling, TDBicubicInterpolationIsACubicBSpline) {
  connectPicture();
  for (const dvec2& uv : {dvec2(0.5, 0.5), dvec2(0.25, 0.7), dvec2(0.41, 0.66), dvec2(0.99, 0.02),
                          dvec2(0, 1), dvec2(5 / 12.0, 0.7), dvec2(0.333, 0.8)}) {
    expect("TDBicubicInterpolation(sTD2DInputs[0], " + arg(uv) + ")", bicubic(uv), filtered(2e-4));
    expect("TDBicubicInterpolation(sTD2DInputs[0], " + arg(uv) +
               ", uTD2DInfos[0].res.zw, uTD2DInfos[0].res.xy)",
           bicubic(uv), filtered(2e-4));
  }
  check();
}

TEST_F(TdSampling, TDTriplanarBlendWeighsByThePowerOfTheNormal) {
  const dvec4 x(1, 0, 0, 1), y(0, 2, 0, 0.5), z(0, 0, 3, 0);
  for (const dvec3& normal :
       {dvec3(1, 0, 0), dvec3(0, -1, 0), dvec3(0.6, -0.48, 0.64), dvec3(0.1, 0.2, -0.9)}) {
    for (const int power : {1, 2, 8}) {
      dvec3 weight = glm::pow(glm::abs(normal), dvec3(power));
      weight /= weight.x + weight.y + weight.z;
      const dvec4 wanted = x * weight.x + y * weight.y + z * weight.z;
      const std::string start =
          "TDTriplanarBlend(" + arg(normal) + ", " + arg(x) + ", " + arg(y) + ", " + arg(z) + ", ";
      expect(start + std::to_string(power) + ")", wanted);  // a whole number is welcome
      expect(start + arg(power) + ")", wanted);
    }
  }
  expect(call("TDTriplanarBlend", dvec3(0), x, y, z, 4.0), (x + y + z) / 3.0);
  check();
}

TEST_F(TdSampling, TDTexGenSphereIsOpenGlsSphereMap) {
  for (const dvec3& r :
       {dvec3(0, 0, 1), dvec3(1, 0, 0), dvec3(0.6, -0.48, 0.64), dvec3(-0.36, 0.48, -0.8)}) {
    const double m = 2 * std::sqrt(r.x * r.x + r.y * r.y + (r.z + 1) * (r.z + 1));
    expect(call("TDTexGenSphere", r), dvec2(r.x / m + 0.5, r.y / m + 0.5));
  }
  expect(call("TDTexGenSphere", dvec3(0, 0, -1)), dvec2(0.5));
  check();
}

dvec3 direction(dvec2 uv) {
  const double around = 2 * kPi * uv.x, up = kPi * (uv.y - 0.5);
  return {std::cos(up) * std::cos(around), std::sin(up), std::cos(up) * std::sin(around)};
}

const dvec2 kPlaces[] = {{0, 0.5},   {0.25, 0.5}, {0.5, 0.5},   {0.75, 0.5},
                         {0.1, 0.2}, {0.6, 0.9},  {0.99, 0.35}, {0.3, 0.001}};

TEST_F(TdSampling, TDEquirectangularToCubeMapBeginsAtXAndTurnsTowardsZ) {
  for (const dvec2& uv : kPlaces) expect(call("TDEquirectangularToCubeMap", uv), direction(uv));
  expect(call("TDEquirectangularToCubeMap", dvec2(0.25, 0.5)), dvec3(0, 0, 1));
  expect(call("TDEquirectangularToCubeMap", dvec2(0.7, 1)), dvec3(0, 1, 0));
  check();
}

TEST_F(TdSampling, TDCubeMapToEquirectangularIsItsInverse) {
  for (const dvec2& uv : kPlaces) {
    if (uv.x > 0) expect(call("TDCubeMapToEquirectangular", direction(uv)), uv, 1e-4);
  }
  expect(call("TDCubeMapToEquirectangular", dvec3(1, 0, 0)), dvec2(0, 0.5));
  expect(call("TDCubeMapToEquirectangular", dvec3(0, 1, 0)), dvec2(0, 1));
  expect(call("TDCubeMapToEquirectangular", dvec3(0, -1, 0)), dvec2(0, 0));
  check();
}

TEST_F(TdSampling, TDCubeMapToEquirectangularHasABiasWhereUJumps) {
  top().pixelShader(
      "out vec4 c; void main() { float a = 0.1 * (gl_FragCoord.x - 9.0), bias;\n"
      "vec2 uv = TDCubeMapToEquirectangular(vec3(cos(a), 0.0, sin(a)), bias);\n"
      "c = vec4(uv, bias, 0.0); }");
  top().par("resolution") = glm::vec2(16, 2);
  ASSERT_TRUE(top().compiles()) << top().compileResult();
  const double step = 0.1 / (2 * kPi);
  for (int x = 0; x < 16; ++x) {
    const glm::vec4 made = top().sample({.x = x, .y = 0});
    const double u = (x + 0.5 - 9) * step;
    EXPECT_NEAR(made.r, u < 0 ? u + 1 : u, 1e-5);
    const bool jumps = x == 8 || x == 9;
    EXPECT_NEAR(made.b, jumps ? std::log2(step / (1 - step)) : 0.0, 0.01) << x;
  }
}

}  // namespace
}  // namespace topknot
