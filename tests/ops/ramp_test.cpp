// Ramp: every type, extend and interpolation against a reference in doubles.
#include <numbers>

#include "support/op_test.h"

namespace topknot {
namespace {

class Ramp : public test::OpTest {
 protected:
  Ramp() : OpTest("ramp") { size(8, 8); }
  void size(int width, int height) {
    par("resolution") = glm::vec2(width, height);
    par("format") = "rgba32float";
  }
  // Grey, so that one number tells.
  void expectGrey(const std::function<double(double u, double v)>& value, float tolerance = 1e-5f) {
    const double w = op().width(), h = op().height();
    expectPixels(
        [&](int x, int y) {
          const auto v = static_cast<float>(value((x + 0.5) / w, (y + 0.5) / h));
          return glm::vec4(v, v, v, 1);
        },
        tolerance);
  }
};

TEST_F(Ramp, TypesGoTheirWays) {
  size(7, 5);
  expectGrey([](double, double v) { return v; });
  par("type") = "horizontal";
  expectGrey([](double u, double) { return u; });
  par("type") = "radial";
  par("position") = glm::vec2(0.4, 0.35);
  expectGrey([](double u, double v) {
    const double turn = std::atan2(v - 0.35, u - 0.4) / (2 * std::numbers::pi);
    return turn < 0 ? turn + 1 : turn;
  });
  par("type") = "circular";
  expectGrey([](double u, double v) { return std::min(2 * std::hypot(u - 0.4, v - 0.35), 1.0); });
}

TEST_F(Ramp, PhaseAndPeriodMoveAndStretch) {
  par("type") = "horizontal";
  par("phase") = 0.25;
  par("period") = 0.5;
  expectGrey([](double u, double) { return std::clamp((u - 0.25) * 2, 0.0, 1.0); });
  par("period") = -0.5;
  expectGrey([](double u, double) { return std::clamp((0.25 - u) * 2, 0.0, 1.0); });
}

TEST_F(Ramp, Extends) {
  par("type") = "horizontal";
  par("keys") = "0 .25 .25 .25 1, 1 .75 .75 .75 1";
  par("phase") = 0.375;
  par("period") = 0.25;
  const auto ramp = [](double t) { return 0.25 + t / 2; };
  const auto beyond = [&](const std::string& item, double t) {
    if (item == "hold") return glm::vec2(ramp(std::clamp(t, 0.0, 1.0)), 1);
    if (item == "repeat") return glm::vec2(ramp(t - std::floor(t)), 1);
    if (item == "mirror")
      return glm::vec2(ramp(std::abs(t + 1 - 2 * std::floor((t + 1) / 2) - 1)), 1);
    return glm::vec2(0, item == "zero" ? 0 : 1);
  };
  for (const std::string left : {"hold", "blockclamptoblack", "zero", "repeat", "mirror"}) {
    for (const std::string right : {"sameasleft", "hold", "black", "zero", "repeat", "mirror"}) {
      SCOPED_TRACE(left + " " + right);
      par("extendleft") = left;
      par("extendright") = right;
      expectPixels(
          [&](int x, int) {
            const double t = ((x + 0.5) / 8 - 0.375) / 0.25;
            const bool isRight = t > 1 && right != "sameasleft";
            const glm::vec2 v =
                t >= 0 && t <= 1 ? glm::vec2(ramp(t), 1) : beyond(isRight ? right : left, t);
            return glm::vec4(v.x, v.x, v.x, v.y);
          },
          1e-5f);
    }
  }
}

TEST_F(Ramp, Interpolations) {
  par("type") = "horizontal";
  par("keys") = ".75 1 1 1 1, .25 .5 .5 .5 1, 0 0 0 0 1";  // in any order
  const double places[] = {0, 0.25, 0.75}, greys[] = {0, 0.5, 1};
  const auto expectCurve = [&](const std::function<double(int, double)>& between) {
    expectGrey([&](double u, double) {
      const int i = u >= 0.75 ? 2 : u >= 0.25 ? 1 : 0;
      return i == 2 ? 1 : between(i, (u - places[i]) / (places[i + 1] - places[i]));
    });
  };
  par("interp") = "step";
  expectCurve([&](int i, double) { return greys[i]; });
  par("interp") = "linear";
  expectCurve([&](int i, double f) { return greys[i] + f * 0.5; });
  par("interp") = "easeineaseout";
  expectCurve([&](int i, double f) { return greys[i] + f * f * (3 - 2 * f) * 0.5; });
  par("interp") = "hermite";
  for (const double tension : {0.0, 0.5, 1.0}) {
    par("tension") = tension;
    expectCurve([&](int i, double f) {
      const double slopes[] = {0.25 * (1 - tension), 0.5 * (1 - tension), 0.25 * (1 - tension)};
      const double f2 = f * f, f3 = f2 * f;
      return greys[i] * (2 * f3 - 3 * f2 + 1) + slopes[i] * (f3 - 2 * f2 + f) +
             greys[i + 1] * (3 * f2 - 2 * f3) + slopes[i + 1] * (f3 - f2);
    });
  }
}

TEST_F(Ramp, AlphaIsMultipliedIn) {
  par("keys") = "0 1 .5 0 .5";
  EXPECT_TRUE(gives({0.5f, 0.25f, 0, 0.5f}));
  par("multrgbbyalpha") = false;
  EXPECT_TRUE(gives({1, 0.5f, 0, 0.5f}));
}

TEST_F(Ramp, FitKeepsCirclesRound) {
  size(8, 4);
  par("type") = "circular";
  const auto expectScaled = [&](double x, double y) {
    expectGrey([&](double u, double v) {
      return std::min(2 * std::hypot((u - 0.5) * x, (v - 0.5) * y), 1.0);
    });
  };
  expectScaled(1, 1);
  par("fitaspect") = "fithorz";
  expectScaled(1, 0.5);
  par("fitaspect") = "fitvert";
  expectScaled(2, 1);
  par("fitaspect") = "fitbest";
  expectScaled(2, 1);
  size(4, 8);
  expectScaled(1, 2);
}

TEST_F(Ramp, StepsCanBeSmoothed) {
  par("type") = "horizontal";
  par("interp") = "step";
  par("keys") = "0 0 0 0 1, .5625 1 1 1 1";  // the middle of pixel 4
  par("antialias") = true;
  expectGrey([](double u, double) { return u < 0.5 ? 0 : u < 0.6 ? 0.5 : 1; });
}

TEST_F(Ramp, FixedFormatsRoundAndDither) {
  size(64, 4);
  par("type") = "horizontal";
  par("format") = "rgba8fixed";
  expectGrey([](double u, double) { return u; }, 0.51f / 255);
  par("dither") = true;
  expectGrey([](double u, double) { return u; }, 1.01f / 255);
}

TEST_F(Ramp, UponAnInput) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  feed(in);
  par("keys") = "0 1 1 1 .5";
  EXPECT_EQ(op().width(), 3);
  EXPECT_TRUE(gives(glm::vec4(0.5f))) << "not unless asked";
  par("compoverinput") = true;
  const glm::vec4 own(0.5f);
  expectPixels([&](int x, int y) { return own + in.pixel(x, y) * 0.5f; }, 2e-6f);
  par("swaporder") = true;
  expectPixels([&](int x, int y) { return in.pixel(x, y) + own * (1 - in.pixel(x, y).a); }, 2e-6f);
  par("operand") = "subtract";
  expectPixels([&](int x, int y) { return in.pixel(x, y) - own; }, 2e-6f);
  expectSameUnfused();
}

TEST_F(Ramp, BadKeysAreErrors) {
  par("keys") = "0 0 0 0 1, 1 1 x";
  EXPECT_EQ(firstError(),
            "parameter 'keys': ' 1 1 x' is no key; expected: position red green blue alpha");
  par("keys") = "";
  EXPECT_EQ(firstError(), "parameter 'keys': expected at least one key");
  std::string many = "0 0 0 0 1";
  for (int i = 0; i < 256; ++i) many += ",0 0 0 0 1";
  par("keys") = many;
  EXPECT_EQ(firstError(), "parameter 'keys': 257 keys; at most 256 are possible");
}

TEST_F(Ramp, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  op() >> level;
  level.par("invert") = 1;
  par("type") = "circular";
  const Image fused = level.numpyArray();
  graph().fusion(false);
  EXPECT_EQ(level.numpyArray(), fused);
}

TEST_F(Ramp, Extremes) {
  for (const char* type : {"horizontal", "radial", "circular"}) {
    par("type") = type;
    for (const char* extend : {"hold", "repeat", "mirror"}) {
      par("extendleft") = extend;
      par("interp") = "hermite";
      expectFiniteAtExtremes();
    }
  }
}

}  // namespace
}  // namespace topknot
