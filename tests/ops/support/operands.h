// The 46 operands in double precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <glm/common.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <map>
#include <string>

#include "ops/support/layers.h"

namespace topknot::test {

using Operation = std::function<glm::dvec4(glm::dvec4 a, glm::dvec4 b)>;

inline double luminance(glm::dvec3 c) {
  return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}
inline double unit(double v) {
  return std::clamp(v, 0.0, 1.0);
}

/// As photo editors blend: B(lower, upper) on straight colours where both layers are.
inline Operation blended(const std::function<glm::dvec3(glm::dvec3 d, glm::dvec3 s)>& mode) {
  return [mode](glm::dvec4 a, glm::dvec4 b) {
    const glm::dvec3 s = a.a > 0 ? glm::dvec3(a) / a.a : glm::dvec3(0);
    const glm::dvec3 d = b.a > 0 ? glm::dvec3(b) / b.a : glm::dvec3(0);
    const glm::dvec3 c =
        glm::dvec3(a) * (1 - b.a) + glm::dvec3(b) * (1 - a.a) + mode(d, s) * (a.a * b.a);
    return glm::dvec4(c, a.a + b.a - a.a * b.a);
  };
}
inline Operation blendedEach(const std::function<double(double d, double s)>& mode) {
  return blended([mode](glm::dvec3 d, glm::dvec3 s) {
    return glm::dvec3(mode(d.r, s.r), mode(d.g, s.g), mode(d.b, s.b));
  });
}
inline Operation channels(const std::function<double(double a, double b)>& mode) {
  return [mode](glm::dvec4 a, glm::dvec4 b) {
    return glm::dvec4(mode(a.r, b.r), mode(a.g, b.g), mode(a.b, b.b), mode(a.a, b.a));
  };
}

inline double dodged(double d, double s) {
  return d == 0 ? 0 : s >= 1 ? 1 : std::min(1.0, d / (1 - s));
}
inline double burned(double d, double s) {
  return d >= 1 ? 1 : s <= 0 ? 0 : 1 - std::min(1.0, (1 - d) / s);
}
inline double hard(double d, double s) {
  return s < 0.5 ? 2 * s * d : 1 - 2 * (1 - s) * (1 - d);
}
inline double soft(double d, double s) {
  const double root = d <= 0.25 ? ((16 * d - 12) * d + 4) * d : std::sqrt(d);
  return s <= 0.5 ? d - (1 - 2 * s) * d * (1 - d) : d + (2 * s - 1) * (root - d);
}
inline double reflected(double d, double s) {
  return d == 0 ? 0 : s >= 1 ? 1 : std::min(1.0, d * d / (1 - s));
}
inline double frozen(double d, double s) {
  return d == 1 ? 1 : s <= 0 ? 0 : 1 - std::min(1.0, (1 - d) * (1 - d) / s);
}

inline double lowest(glm::dvec3 c) {
  return std::min({c.r, c.g, c.b});
}
inline double highest(glm::dvec3 c) {
  return std::max({c.r, c.g, c.b});
}
inline glm::dvec3 withLuminance(glm::dvec3 c, double l) {
  c += l - luminance(c);
  if (const double n = lowest(c); n < 0) c = l + (c - l) * l / (l - n);
  if (const double x = highest(c); x > 1) c = l + (c - l) * (1 - l) / (x - l);
  return c;
}
inline glm::dvec3 withSaturation(glm::dvec3 c, double saturation) {
  const double span = highest(c) - lowest(c);
  return span > 0 ? (c - lowest(c)) * saturation / span : glm::dvec3(0);
}

/// By the menu's names. For colours within 0..1.
inline const std::map<std::string, Operation>& operations() {
  using V = glm::dvec4;
  using C = glm::dvec3;
  const auto linear = [](double weightA, V a, double weightB, V b) {
    return a * weightA + b * weightB;
  };
  static const std::map<std::string, Operation> kAll = {
      {"add", channels([](double a, double b) { return a + b; })},
      {"subtract", channels([](double a, double b) { return a - b; })},
      {"multiply", channels([](double a, double b) { return a * b; })},
      {"divide", channels([](double a, double b) { return a / std::max(b, 1e-6); })},
      {"average", channels([](double a, double b) { return (a + b) / 2; })},
      {"maximum", channels([](double a, double b) { return std::max(a, b); })},
      {"minimum", channels([](double a, double b) { return std::min(a, b); })},
      {"screen", channels([](double a, double b) { return a + b - a * b; })},
      {"over", [=](V a, V b) { return linear(1, a, 1 - a.a, b); }},
      {"under", [=](V a, V b) { return linear(1 - b.a, a, 1, b); }},
      {"inside", [=](V a, V b) { return linear(b.a, a, 0, b); }},
      {"outside", [=](V a, V b) { return linear(1 - b.a, a, 0, b); }},
      {"atop", [=](V a, V b) { return linear(b.a, a, 1 - a.a, b); }},
      {"xor", [=](V a, V b) { return linear(1 - b.a, a, 1 - a.a, b); }},
      {"insideluminance", [=](V a, V b) { return linear(luminance(b), a, 0, b); }},
      {"outsideluminance", [=](V a, V b) { return linear(1 - luminance(b), a, 0, b); }},
      {"stencilluminance", [=](V a, V b) { return linear(0, a, luminance(a), b); }},
      {"yfilm", [=](V a, V b) { return linear(1 - luminance(b), a, 1, b); }},
      {"zfilm", [=](V a, V b) { return linear(1, a, 1 - luminance(a), b); }},
      {"brightest", [](V a, V b) { return luminance(a) >= luminance(b) ? a : b; }},
      {"dimmest", [](V a, V b) { return luminance(a) <= luminance(b) ? a : b; }},
      {"difference", [](V a, V b) { return V(glm::abs(C(a) - C(b)), 1); }},
      {"luminancedifference",
       [](V a, V b) { return V(C(std::abs(luminance(a) - luminance(b))), 1); }},
      {"chromadifference",
       [](V a, V b) { return V(glm::abs(C(a) - luminance(a) - (C(b) - luminance(b))), 1); }},
      {"exclude", blendedEach([](double d, double s) { return s + d - 2 * s * d; })},
      {"negate", blendedEach([](double d, double s) { return 1 - std::abs(1 - s - d); })},
      {"inverse", blendedEach([](double d, double) { return 1 - d; })},
      {"burnlinear", blendedEach([](double d, double s) { return s + d - 1; })},
      {"subtractive", blendedEach([](double d, double s) { return s + d - 1; })},
      {"linearlight", blendedEach([](double d, double s) { return d + 2 * s - 1; })},
      {"dodge", blendedEach(dodged)},
      {"burncolor", blendedEach(burned)},
      {"hardlight", blendedEach(hard)},
      {"overlay", blendedEach([](double d, double s) { return hard(s, d); })},
      {"softlight", blendedEach(soft)},
      {"vividlight", blendedEach([](double d, double s) {
         return s < 0.5 ? burned(d, 2 * s) : dodged(d, 2 * s - 1);
       })},
      {"pinlight", blendedEach([](double d, double s) {
         return s < 0.5 ? std::min(d, 2 * s) : std::max(d, 2 * s - 1);
       })},
      {"hardmix", blendedEach([](double d, double s) { return s + d >= 1 ? 1.0 : 0.0; })},
      {"reflect", blendedEach(reflected)},
      {"glow", blendedEach([](double d, double s) { return reflected(s, d); })},
      {"freeze", blendedEach(frozen)},
      {"heat", blendedEach([](double d, double s) { return frozen(s, d); })},
      {"lightercolor", blended([](C d, C s) { return luminance(s) >= luminance(d) ? s : d; })},
      {"darkercolor", blended([](C d, C s) { return luminance(s) <= luminance(d) ? s : d; })},
      {"color", blended([](C d, C s) { return withLuminance(s, luminance(d)); })},
      {"hue", blended([](C d, C s) {
         return withLuminance(withSaturation(s, highest(d) - lowest(d)), luminance(d));
       })},
  };
  return kAll;
}

}  // namespace topknot::test
