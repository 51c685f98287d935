// Noise: every type against a reference in doubles, and what all noise has to be.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <glm/common.hpp>
#include <glm/vec3.hpp>
#include <numbers>
#include <numeric>

#include "support/op_test.h"

namespace topknot {
namespace {

using Vector = std::array<double, 4>;

const std::vector<std::string> kSmooth = {"perlin2d",  "perlin3d",  "perlin4d",
                                          "simplex2d", "simplex3d", "simplex4d"};

std::uint32_t hashed(std::uint32_t v) {
  const std::uint32_t state = v * 747796405u + 2891336453u;
  const std::uint32_t word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}
double unit(std::uint32_t hash) {
  return (hash >> 8) / 8388608.0 - 1;
}

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double angle(std::uint32_t hash) {
  const double u = unit(hash), t = u * (0.7854 + 0.2146 * u * u);
  return 2 * std::atan(t) + (hash & 1 ? std::numbers::pi : 0);
}

Vector direction(std::uint32_t hash, int dims, bool quality) {
  const double a = angle(hash);
  if (dims == 2) return {std::cos(a), std::sin(a), 0, 0};
  if (quality) {
    const double h = unit(hashed(hash + 1));
    const double b = angle(hashed(hash + 2));
    const double r = std::sqrt(dims == 3 ? 1 - h * h : 0.5 + 0.5 * h), q = std::sqrt(0.5 - 0.5 * h);
    if (dims == 3) return {r * std::cos(a), r * std::sin(a), h, 0};
    return {r * std::cos(a), r * std::sin(a), q * std::cos(b), q * std::sin(b)};
  }
  Vector edge{};
  for (int k = 0; k < dims; ++k) {
    const bool none = (hash >> 8) % static_cast<std::uint32_t>(dims) == static_cast<unsigned>(k);
    edge[k] = none ? 0 : (hash >> k & 1 ? -1 : 1) / std::sqrt(dims - 1.0);
  }
  return edge;
}

std::uint32_t cellHash(std::uint32_t seed, const Vector& cell, int dims) {
  for (int k = dims - 1; k >= 0; --k) {
    seed = hashed(seed + static_cast<std::uint32_t>(static_cast<std::int64_t>(cell[k])));
  }
  return seed;
}

double perlin(const Vector& p, std::uint32_t seed, int dims) {
  double sum = 0;
  for (int corner = 0; corner < 1 << dims; ++corner) {
    Vector cell{}, arm{};
    double weight = 1;
    for (int k = 0; k < dims; ++k) {
      const int step = corner >> k & 1;
      const double f = p[k] - std::floor(p[k]), t = step == 1 ? f : 1 - f;
      cell[k] = std::floor(p[k]) + step;
      arm[k] = f - step;
      weight *= t * t * t * (10 - 15 * t + 6 * t * t);
    }
    sum += weight * dot(arm, direction(cellHash(seed, cell, dims), dims, false));
  }
  const double scales[] = {1.41421356, 1.3646, 1.1272};
  return sum * scales[dims - 2];
}

double simplex(const Vector& p, std::uint32_t seed, int dims, bool quality) {
  const double skew = (std::sqrt(dims + 1.0) - 1) / dims;
  const double unskew = (1 - 1 / std::sqrt(dims + 1.0)) / dims;
  const double shear = std::accumulate(p.begin(), p.begin() + dims, 0.0) * skew;
  Vector cell{};
  std::vector<std::pair<double, int>> inside;
  for (int k = 0; k < dims; ++k) {
    cell[k] = std::floor(p[k] + shear);
    inside.emplace_back(p[k] + shear - cell[k], k);
  }
  std::sort(inside.rbegin(), inside.rend());
  double sum = 0;
  for (int corner = 0; corner <= dims; ++corner) {
    if (corner > 0) cell[inside[corner - 1].second] += 1;
    const double back = std::accumulate(cell.begin(), cell.end(), 0.0) * unskew;
    Vector arm{};
    for (int k = 0; k < dims; ++k) arm[k] = p[k] - cell[k] + back;
    const double near = std::max(0.5 - dot(arm, arm), 0.0);
    sum += std::pow(near, 3) * dot(arm, direction(cellHash(seed, cell, dims), dims, quality));
  }
  if (dims == 2) return sum * 32.99;
  return sum * (quality ? (dims == 3 ? 37.83 : 41.4) : (dims == 3 ? 44.2 : 46.57));
}

/// Columns: where the axes go. A third and a quaternion's product.
Vector turned(const Vector& p, int dims) {
  if (dims == 2) return p;
  if (dims == 3) {
    const double c = 1 / std::sqrt(3), a = 0.5 + c / 2, b = a - 1;
    return {a * p[0] + b * p[1] + c * p[2], b * p[0] + a * p[1] + c * p[2],
            c * (p[2] - p[0] - p[1]), 0};
  }
  const double length = std::sqrt(0.62 * 0.62 + 0.42 * 0.42 + 0.53 * 0.53 + 0.4 * 0.4);
  const double a = 0.62 / length, b = 0.42 / length, c = 0.53 / length, d = 0.4 / length;
  return {a * p[0] - b * p[1] - c * p[2] - d * p[3], b * p[0] + a * p[1] - d * p[2] + c * p[3],
          c * p[0] + d * p[1] + a * p[2] - b * p[3], d * p[0] - c * p[1] + b * p[2] + a * p[3]};
}

class Noise : public test::OpTest {
 protected:
  Noise() : OpTest("noise") { size(16, 16); }

  void size(int width, int height) {
    par("outputresolution") = "custom";
    par("resolution") = glm::vec2(width, height);
    par("format") = "rgba32float";
  }
  /// One pattern as it is, from -1 to 1.
  void bare(const std::string& type, double period) {
    par("type") = type;
    par("period") = period;
    par("harmon") = 0;
    par("amp") = 1;
    par("offset") = 0;
  }
  double number(std::string_view name) { return par(name).eval(); }
  std::string text(std::string_view name) { return par(name).eval(); }
  int dims() { return text("type").at(text("type").size() - 2) - '0'; }

  double pattern(Vector p, std::uint32_t seed) {
    const Vector shift = {0.37, 0.59, 0.43, 0.53};
    p = turned(p, dims());
    for (int k = 0; k < 4; ++k) p[k] += shift[k];
    if (text("type").starts_with("perlin")) return perlin(p, seed, dims());
    return simplex(p, seed, dims(), text("mode") == "quality");
  }
  double sum(const Vector& p, std::uint32_t channel) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(number("seed")));
    const std::uint32_t seed = hashed(hashed(bits) + channel);
    double all = 0;
    for (int i = 0; i <= number("harmon"); ++i) {
      Vector q = p;
      for (double& v : q) v *= std::pow(number("spread"), i) / number("period");
      const double strength = i == 0 ? 1 : number("gain") * std::pow(number("rough"), i);
      all += strength * pattern(q, hashed(seed + static_cast<std::uint32_t>(i)));
    }
    return all;
  }
  double value(const Vector& p, std::uint32_t channel) {
    const double v = sum(p, channel);
    return std::copysign(std::pow(std::abs(v), number("exp")), v) * number("amp") +
           number("offset");
  }
  glm::dvec3 rotated(glm::dvec3 v) {
    for (const char axis : text("rord")) {
      const double angle = number(std::string("r") + axis) * std::numbers::pi / 180;
      const double c = std::cos(angle), s = std::sin(angle);
      const int j = (axis - 'x' + 1) % 3, k = (axis - 'x' + 2) % 3;
      const double vj = v[j], vk = v[k];
      v[j] = c * vj - s * vk;
      v[k] = s * vj + c * vk;
    }
    return v;
  }
  Vector placed(const Vector& at) {
    const auto three = [&](const std::string& name) {
      return glm::dvec3(number(name + "x"), number(name + "y"), number(name + "z"));
    };
    glm::dvec3 v = glm::dvec3(at[0], at[1], at[2]) - three("p");
    for (const char step : text("xord")) {
      v = step == 's' ? v * three("s") : step == 'r' ? rotated(v) : v + three("t");
    }
    v += three("p");
    return {v.x, v.y, v.z, at[3] * number("s4d") + number("t4d")};
  }
  /// Where a pixel of a picture of square pixels is.
  Vector place(int x, int y) {
    const double w = op().width(), h = op().height();
    const double wide = number("aspectcorrect") != 0 ? w / h : 1;
    return placed({(x + 0.5) / w * wide, (y + 0.5) / h, 0, 0});
  }
  glm::vec4 grey(const Vector& p) {
    const auto v = static_cast<float>(value(p, 0));
    return {v, v, v, 1};
  }
  void expectReference() {
    expectPixels([&](int x, int y) { return grey(place(x, y)); }, 1e-4f);
  }
  static double correlation(const Image& a, const Image& b) {
    double ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < a.width() * a.height(); ++i) {
      const double u = a.pixel(i % a.width(), i / a.width()).r - 0.5;
      const double v = b.pixel(i % a.width(), i / a.width()).r - 0.5;
      ab += u * v;
      aa += u * u;
      bb += v * v;
    }
    return ab / std::sqrt(aa * bb);
  }
};

TEST_F(Noise, EveryTypeAgreesWithDoublePrecision) {
  size(24, 16);
  par("period") = 0.21;
  par("mono") = false;
  par("alpha") = "random";
  par("tz") = 0.3;
  par("t4d") = -0.7;
  for (const std::string& type : kSmooth) {
    for (const char* mode : {"performance", "quality"}) {
      if (type[0] == 'p' && *mode == 'q') continue;
      SCOPED_TRACE(type + " " + mode);
      par("type") = type;
      par("mode") = mode;
      expectPixels(
          [&](int x, int y) {
            const Vector p = place(x, y);
            return glm::vec4(value(p, 0), value(p, 1), value(p, 2), value(p, 3));
          },
          1e-4f);
    }
  }
}

TEST_F(Noise, FunctionsOfTheDialectAgreeToo) {
  auto& shown = graph().add<GlslTop>();
  shown.par("format") = "rgba32float";
  shown.par("outputresolution") = "custom";
  shown.par("resolution") = glm::vec2(9, 7);
  const auto expectShown = [&](const std::string& name, const auto& reference) {
    shown.pixelShader(
        "out vec4 c;\nvoid main() {\n"
        "  vec4 p = vec4(gl_FragCoord.xy, gl_FragCoord.yx * 0.7 - 2.0) * 0.43;\n"
        "  c = vec4(" +
        name + "(p.xy), " + name + "(p.xyz), " + name + "(p), 1.0);\n}");
    const Image made = shown.numpyArray();
    ASSERT_EQ(made.width(), 9) << shown.compileResult();
    for (int i = 0; i < 63; ++i) {
      const double x = i % 9 + 0.5, y = i / 9 + 0.5;
      const Vector p = {x * 0.43, y * 0.43, (y * 0.7 - 2) * 0.43, (x * 0.7 - 2) * 0.43};
      const glm::vec4 expected(reference(p, 2), reference(p, 3), reference(p, 4), 1);
      EXPECT_TRUE(test::nearly(made.pixel(i % 9, i / 9), expected, 1e-4f)) << name << " " << i;
    }
  };
  expectShown("TDPerlinNoise", [](const Vector& p, int n) { return perlin(p, 0, n); });
  expectShown("TDSimplexNoise", [](const Vector& p, int n) { return simplex(p, 0, n, false); });
}

TEST_F(Noise, StaysWithinOneAroundZero) {
  size(256, 256);
  for (std::string type :
       {"perlin2d", "perlin3d", "perlin4d", "simplex2d", "simplex3d", "simplex4d", "randomgpu"}) {
    for (const char* mode : {"performance", "quality"}) {
      SCOPED_TRACE(type + " " + mode);
      bare(type, type == "randomgpu" ? 1.0 : 0.02);
      par("mode") = mode;
      double low = 9, high = -9, total = 0, squares = 0;
      const Image made = op().numpyArray();
      for (int i = 0; i < 256 * 256; ++i) {
        const double v = made.pixel(i % 256, i / 256).r;
        low = std::min(low, v);
        high = std::max(high, v);
        total += v / 65536;
        squares += v * v / 65536;
      }
      EXPECT_GE(low, -1);
      EXPECT_LE(high, 1);
      EXPECT_LT(low, -0.5);
      EXPECT_GT(high, 0.5);
      EXPECT_NEAR(total, 0, 0.02);
      EXPECT_GT(squares, 0.15 * 0.15);
    }
  }
}

TEST_F(Noise, IsContinuous) {
  size(256, 256);
  for (const std::string& type : kSmooth) {
    SCOPED_TRACE(type);
    bare(type, 0.2);
    const Image made = op().numpyArray();
    float most = 0;
    for (int y = 1; y < 256; ++y) {
      for (int x = 1; x < 256; ++x) {
        const float v = made.pixel(x, y).r;
        most = std::max(
            {most, std::abs(v - made.pixel(x - 1, y).r), std::abs(v - made.pixel(x, y - 1).r)});
      }
    }
    EXPECT_LT(most, 0.15f) << "a fiftieth of a cell";
    EXPECT_GT(most, 0.01f);
  }
}

TEST_F(Noise, SeedsMakeOtherPatterns) {
  size(128, 128);
  for (std::string type : {"perlin2d", "simplex3d", "randomgpu"}) {
    SCOPED_TRACE(type);
    par("type") = type;
    par("period") = type == "randomgpu" ? 1.0 : 0.05;
    par("seed") = 1;
    const Image first = op().numpyArray();
    for (const double seed : {0.0, 2.0, 1.5, -1.0, 1e6}) {
      par("seed") = seed;
      EXPECT_LT(std::abs(correlation(op().numpyArray(), first)), 0.1) << seed;
    }
    par("seed") = 1;
    EXPECT_EQ(op().numpyArray(), first);
    auto& other = graph().add("noise").as<Top>();
    for (const char* name : {"type", "period", "outputresolution", "resolution", "format"}) {
      other.par(name) = par(name).eval();
    }
    EXPECT_EQ(other.numpyArray(), first);
  }
}

TEST_F(Noise, HarmonicsAddUp) {
  bare("perlin2d", 0.3);
  par("gain") = 1;
  par("rough") = 1;
  const Image base = op().numpyArray();
  par("harmon") = 1;
  const Image one = op().numpyArray();
  par("harmon") = 2;
  const Image two = op().numpyArray();
  par("gain") = 0.8;
  par("rough") = 0.3;
  expectPixels(
      [&](int x, int y) {
        const glm::vec4 a = base.pixel(x, y), b = one.pixel(x, y), c = two.pixel(x, y);
        const glm::vec4 v = a + (b - a) * 0.24f + (c - b) * 0.072f;
        return glm::vec4(glm::vec3(v), 1);
      },
      1e-5f);
  par("spread") = 3;
  expectReference();
  par("rough") = 0;
  expectPixels([&](int x, int y) { return base.pixel(x, y); }, 1e-6f);
  par("harmon") = 16;
  par("spread") = 1.3;
  par("rough") = 0.9;
  expectReference();
  EXPECT_NE(test::thrown([&] { par("harmon") = 17; }), "");
}

TEST_F(Noise, LevelsBendScaleAndShift) {
  bare("simplex2d", 0.3);
  const Image base = op().numpyArray();
  par("exp") = 2.5;
  par("amp") = 0.8;
  par("offset") = 0.25;
  expectPixels(
      [&](int x, int y) {
        const float v = base.pixel(x, y).r;
        const float bent = std::copysign(std::pow(std::abs(v), 2.5f), v) * 0.8f + 0.25f;
        return glm::vec4(bent, bent, bent, 1);
      },
      1e-5f);
}

TEST_F(Noise, MonoIsGreyElseChannelsDiffer) {
  size(64, 64);
  par("period") = 0.05;
  par("alpha") = "random";
  const Image mono = op().numpyArray();
  par("mono") = false;
  const Image colour = op().numpyArray();
  double differences[3] = {};
  for (int i = 0; i < 64 * 64; ++i) {
    const glm::vec4 grey = mono.pixel(i % 64, i / 64), c = colour.pixel(i % 64, i / 64);
    ASSERT_EQ(grey, glm::vec4(grey.r));
    ASSERT_NEAR(c.r, grey.r, 1e-6f);
    for (int k = 0; k < 3; ++k) differences[k] += std::abs(c[k + 1] - c.r) / 4096;
  }
  for (const double difference : differences) EXPECT_GT(difference, 0.05);
}

TEST_F(Noise, RgbIsCombinedWithTheInput) {
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  size(3, 2);
  par("period") = 0.3;
  const Image own = op().numpyArray();
  par("inputscale") = 0.5;
  par("noisescale") = 3;
  par("rgb") = "add";
  EXPECT_EQ(op().numpyArray(), own) << "there is nothing to add to";
  feed(in);
  const auto expectMade = [&](const char* item, const std::function<float(float, float)>& made) {
    par("rgb") = item;
    SCOPED_TRACE(item);
    expectPixels(
        [&](int x, int y) {
          const glm::vec4 a = in.pixel(x, y), n = own.pixel(x, y);
          return glm::vec4(made(a.r, n.r), made(a.g, n.g), made(a.b, n.b), 1);
        },
        3e-6f);
    expectSameUnfused();
  };
  expectMade("noise", [](float, float n) { return n; });
  expectMade("multiply", [](float a, float n) { return a * 0.5f * n * 3; });
  expectMade("add", [](float a, float n) { return a * 0.5f + n * 3; });
  expectMade("subtract", [](float a, float n) { return a * 0.5f - n * 3; });
}

TEST_F(Noise, AlphaIsCombinedWithTheInput) {
  size(3, 2);
  par("period") = 0.3;
  par("amp") = 2;
  const Image own = op().numpyArray();
  const auto expectAlpha = [&](const char* item, const std::function<float(int, int)>& made) {
    par("alpha") = item;
    SCOPED_TRACE(item);
    expectPixels([&](int x, int y) { return glm::vec4(glm::vec3(own.pixel(x, y)), made(x, y)); },
                 3e-6f);
  };
  const auto n = [&](int x, int y) { return own.pixel(x, y).r; };
  for (const char* item : {"random", "multiply", "add", "addclamp"}) expectAlpha(item, n);
  for (const char* item : {"one", "input"}) expectAlpha(item, [](int, int) { return 1.0f; });
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  const auto a = [&](int x, int y) { return in.pixel(x, y).a; };
  feed(in);
  expectAlpha("zero", [](int, int) { return 0.0f; });
  expectAlpha("one", [](int, int) { return 1.0f; });
  expectAlpha("random", n);
  expectAlpha("input", a);
  expectAlpha("multiply", [&](int x, int y) { return a(x, y) * n(x, y); });
  expectAlpha("add", [&](int x, int y) { return a(x, y) + n(x, y); });
  expectAlpha("addclamp", [&](int x, int y) { return std::clamp(a(x, y) + n(x, y), 0.f, 1.f); });
}

TEST_F(Noise, TheSecondInputSuppliesCoordinates) {
  Image where(3, 2, PixelFormat::Rgba32Float);
  for (int i = 0; i < 6; ++i) {
    where.setPixel(i % 3, i / 3, {0.3f * i, 1.7f - i, -0.4f * i, 0.2f + 0.9f * i});
  }
  size(3, 2);
  op().inputConnectors()[1].connect(picture(where));
  par("type") = "simplex4d";
  par("period") = 0.8;
  par("ty") = 0.3;
  par("rz") = 40;
  par("t4d") = 0.5;
  par("s4d") = -2;
  const auto at = [&](int x, int y) {
    const glm::vec4 p = where.pixel(x, y);
    return placed({p.x, p.y, p.z, p.w});
  };
  expectPixels([&](int x, int y) { return grey(at(x, y)); }, 1e-4f);
  const Image in = test::sixColours(PixelFormat::Rgba32Float);
  op().inputConnectors()[0].connect(picture(in));
  par("rgb") = "add";
  par("alpha") = "input";
  expectPixels(
      [&](int x, int y) {
        return glm::vec4(glm::vec3(in.pixel(x, y) + grey(at(x, y))), in.pixel(x, y).a);
      },
      1e-4f);
}

TEST_F(Noise, CoordinatesThatAreNoNumbersGiveSome) {
  auto& source = graph().add<GlslTop>();
  source.pixelShader(
      "uniform float uBig; out vec4 c;\n"
      "void main() { c = vec4(uBig * 1e30, -uBig * 1e30, sqrt(-uBig), 1.0); }");
  source.uniform("uBig", 1e30);
  source.par("format") = "rgba32float";
  op().inputConnectors()[1].connect(source);
  const glm::vec4 given = source.sample({.x = 0, .y = 0});
  ASSERT_TRUE(std::isinf(given.r) && std::isinf(given.g) && std::isnan(given.b));
  par("rz") = 30;
  for (const std::string& type : kSmooth) {
    par("type") = type;
    expectFinite();
  }
}

TEST_F(Noise, AspectCorrectKeepsTheGridSquare) {
  bare("perlin2d", 0.25);
  const Image square = op().numpyArray();
  size(32, 16);
  const Image wide = op().numpyArray();
  for (int i = 0; i < 256; ++i) {
    EXPECT_TRUE(test::nearly(wide.pixel(i % 16, i / 16), square.pixel(i % 16, i / 16), 1e-5f));
  }
  par("aspectcorrect") = false;
  expectReference();
  size(16, 16);
  expectPixels([&](int x, int y) { return square.pixel(x, y); }, 1e-6f);
}

TEST_F(Noise, TranslationMovesThePicture) {
  for (std::string type : {"perlin2d", "simplex3d", "simplex4d", "randomgpu"}) {
    SCOPED_TRACE(type);
    resetAll();
    size(16, 16);
    bare(type, type == "randomgpu" ? 1.0 : 0.3);
    const Image before = op().numpyArray();
    par("tx") = 0.25;
    par("ty") = -0.125;
    const Image after = op().numpyArray();
    for (int y = 2; y < 16; ++y) {
      for (int x = 0; x < 12; ++x) {
        EXPECT_TRUE(test::nearly(after.pixel(x, y), before.pixel(x + 4, y - 2), 2e-5f));
      }
    }
    par("tz") = 0.4;
    EXPECT_EQ(op().numpyArray() == after, type == "perlin2d");
    par("tz") = 0;
    par("t4d") = 0.4;
    EXPECT_EQ(op().numpyArray() == after, type == "perlin2d" || type == "simplex3d");
  }
}

TEST_F(Noise, TransformsInEveryOrder) {
  size(5, 4);
  par("type") = "perlin3d";
  par("period") = 0.4;
  par("t") = glm::vec3(0.3, -0.2, 0.5);
  par("r") = glm::vec3(20, -50, 75);
  par("s") = glm::vec3(1.5, 0.6, 2);
  par("p") = glm::vec3(0.5, 0.4, 0.2);
  for (const char* order : {"srt", "str", "rst", "rts", "tsr", "trs"}) {
    par("xord") = order;
    expectReference();
  }
  for (const char* order : {"xyz", "xzy", "yxz", "yzx", "zxy", "zyx"}) {
    par("rord") = order;
    expectReference();
  }
}

TEST_F(Noise, GradientIsTheSlope) {
  size(6, 5);
  par("gradient") = true;
  par("period") = 0.4;
  par("ry") = 30;
  for (const std::string& type : kSmooth) {
    SCOPED_TRACE(type);
    par("type") = type;
    expectPixels(
        [&](int x, int y) {
          glm::vec4 slope(0, 0, 0, 1);
          for (int k = 0; k < dims(); ++k) {
            Vector low = place(x, y), high = low;
            low[k] -= 1e-5;
            high[k] += 1e-5;
            slope[k] = static_cast<float>((sum(high, 0) - sum(low, 0)) / 2e-5 * number("amp"));
          }
          return slope;
        },
        1e-3f);
  }
}

TEST_F(Noise, RandomIsAnotherValueForEachPixel) {
  size(64, 64);
  bare("randomgpu", 1);
  const Image made = op().numpyArray();
  int tenths[10] = {};
  double along = 0;
  for (int i = 0; i < 4096; ++i) {
    const float v = made.pixel(i % 64, i / 64).r;
    ++tenths[std::min(9, static_cast<int>((v + 1) * 5))];
    if (i % 64 > 0) along += v * made.pixel(i % 64 - 1, i / 64).r / (4032 / 3.0);
  }
  for (const int count : tenths) EXPECT_NEAR(count, 409.6, 80);
  EXPECT_NEAR(along, 0, 0.06);
  par("period") = 4;
  const Image blocks = op().numpyArray();
  for (int i = 0; i < 4096; ++i) {
    const int x = i % 64, y = i / 64;
    EXPECT_EQ(blocks.pixel(x, y), made.pixel(x / 4, y / 4));
  }
}

TEST_F(Noise, FixedFormatsRoundAndDither) {
  size(64, 64);
  par("period") = 0.3;
  const Image exact = op().numpyArray();
  par("format") = "rgba8fixed";
  const auto expectNear = [&](float steps) {
    expectPixels([&](int x, int y) { return glm::clamp(exact.pixel(x, y), 0.0f, 1.0f); },
                 steps / 255);
  };
  expectNear(0.6f);
  const Image plain = op().numpyArray();
  par("dither") = true;
  expectNear(1.1f);
  EXPECT_FALSE(op().numpyArray() == plain);
}

TEST_F(Noise, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  auto& other = graph().add("noise").as<Top>();
  other.par("type") = "simplex3d";
  other >> op();
  op() >> level;
  par("rgb") = "add";
  level.par("invert") = 1;
  other.par("format") = "rgba32float";
  const Image fused = level.numpyArray();
  graph().fusion(false);
  const Image apart = level.numpyArray();
  for (int i = 0; i < 256; ++i) {
    EXPECT_TRUE(test::nearly(fused.pixel(i % 16, i / 16), apart.pixel(i % 16, i / 16), 2e-6f));
  }
}

TEST_F(Noise, Extremes) {
  size(4, 4);
  for (const char* type : {"perlin2d", "perlin4d", "simplex3d", "simplex4d", "randomgpu"}) {
    SCOPED_TRACE(type);
    par("type") = type;
    expectFiniteAtExtremes();
    par("exp") = -1e6;
    par("gradient") = true;
    par("alpha") = "random";
    for (const char* name : {"harmon", "spread", "rough", "gain", "tx", "sx", "rx"}) {
      par(name) = name == std::string("harmon") ? 16.0 : 1e6;
    }
    par("period") = 0;
    expectFinite();
    resetAll();
    size(4, 4);
  }
}

}  // namespace
}  // namespace topknot
