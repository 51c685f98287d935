// Layers for tests: pictures pixel by pixel, and where they should lie, in double precision.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <glm/vec2.hpp>
#include <glm/vec4.hpp>
#include <sstream>
#include <string>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot::test {

/// An operator that shows the image exactly.
inline GlslTop& addPicture(Graph& graph, const Image& image) {
  std::ostringstream text;
  text.precision(9);
  const int count = image.width() * image.height();
  text << std::showpoint << "out vec4 c;\nvoid main() {\n  vec4 all[" << count << "] = vec4[](";
  for (int i = 0; i < count; ++i) {
    const glm::vec4 p = image.pixel(i % image.width(), i / image.width());
    text << (i > 0 ? ", " : "") << "vec4(" << p.r << ", " << p.g << ", " << p.b << ", " << p.a
         << ")";
  }
  text << ");\n  c = all[int(gl_FragCoord.y) * " << image.width()
       << " + int(gl_FragCoord.x)];\n}\n";
  auto& top = graph.add<GlslTop>();
  top.pixelShader(text.str());
  top.par("format") = std::string(pixelFormatInfo(image.format()).name);
  top.par("outputresolution") = "custom";
  top.par("resolution") = glm::vec2(image.width(), image.height());
  return top;
}

/// w × h premultiplied colours, every pixel another; `seed` makes another picture.
inline Image colours(int w, int h, PixelFormat format, double seed) {
  Image image(w, h, format);
  for (int i = 0; i < w * h; ++i) {
    const auto wave = [&](double k) {
      return static_cast<float>(0.5 + 0.5 * std::sin(seed * 7.0 + k * (i + 1)));
    };
    const float alpha = i % 3 == 0 ? 1.0f : wave(1.3);
    image.setPixel(i % w, i / w, {wave(2.1) * alpha, wave(3.7) * alpha, wave(5.3) * alpha, alpha});
  }
  return image;
}

/// The parameters of a Transform page.
struct LayerTransform {
  std::string fit = "fill", justifyH = "center", justifyV = "center", extend = "zero";
  double r = 0.0;
  glm::dvec2 t{0.0};
  std::string tUnit = "fraction";
  glm::dvec2 s{1.0}, p{0.5};
  std::string pUnit = "fraction";
  bool legacy = false;

  void give(Top& top) const {
    top.par("prefit") = fit;
    top.par("justifyh") = justifyH;
    top.par("justifyv") = justifyV;
    top.par("extend") = extend;
    top.par("r") = r;
    top.par("tx") = t.x;
    top.par("ty") = t.y;
    top.par("tunit") = tUnit;
    top.par("sx") = s.x;
    top.par("sy") = s.y;
    top.par("px") = p.x;
    top.par("py") = p.y;
    top.par("punit") = pUnit;
    top.par("legacyxform") = legacy;
  }

  /// A layer's colour at a pixel of an output of square pixels.
  glm::dvec4 colour(const Image& layer, glm::dvec2 output, int x, int y) const {
    const glm::dvec2 own(layer.width(), layer.height());
    const glm::dvec2 box = fitted(own, output);
    const glm::dvec2 at((output.x - box.x) * share(justifyH), (output.y - box.y) * share(justifyV));
    const glm::dvec2 pivot = at + length(p, pUnit, box);
    const glm::dvec2 move = length(t, tUnit, output);
    const double c = std::cos(r * M_PI / 180), d = std::sin(r * M_PI / 180);
    const glm::dvec2 q = glm::dvec2(x + 0.5, y + 0.5) - pivot;
    glm::dvec2 inside, gradientU, gradientV;
    if (legacy) {
      const glm::dvec2 v = q / s;
      inside = glm::dvec2(v.x * c + v.y * d, v.y * c - v.x * d) - move;
      gradientU = {c / s.x, d / s.y};
      gradientV = {-d / s.x, c / s.y};
    } else {
      const glm::dvec2 v = q - move;
      inside = glm::dvec2(v.x * c - v.y * d, v.x * d + v.y * c) / s;
      gradientU = glm::dvec2(c, -d) / s.x;
      gradientV = glm::dvec2(d, c) / s.y;
    }
    const glm::dvec2 uv = (inside + pivot - at) / box;
    glm::dvec4 sum = bilinear(layer, uv * own - 0.5);
    if (extend != "zero") return sum;
    return sum * cover(uv.x, box.x / std::hypot(gradientU.x, gradientU.y)) *
           cover(uv.y, box.y / std::hypot(gradientV.x, gradientV.y));
  }

 private:
  glm::dvec2 fitted(glm::dvec2 own, glm::dvec2 output) const {
    const double x = output.x / own.x, y = output.y / own.y;
    if (fit == "fithorz") return own * x;
    if (fit == "fitvert") return own * y;
    if (fit == "fitbest") return own * std::min(x, y);
    if (fit == "fitoutside" || fit == "fitworst") return own * std::max(x, y);
    if (fit == "nativeres") return own;
    return output;
  }
  static double share(const std::string& side) {
    return side == "center" ? 0.5 : side == "right" || side == "top" ? 1.0 : 0.0;
  }
  static glm::dvec2 length(glm::dvec2 v, const std::string& unit, glm::dvec2 box) {
    return unit == "pixels" ? v : unit == "fraction" ? v * box : v * box.y;
  }
  static double cover(double u, double pixels) {
    const double low = std::clamp(u * pixels + 0.5, 0.0, 1.0);
    return std::max(low + std::clamp((1 - u) * pixels + 0.5, 0.0, 1.0) - 1.0, 0.0);
  }
  int wrapped(int i, int n) const {
    if (extend == "repeat") return ((i % n) + n) % n;
    if (extend == "mirror") {
      const int k = ((i % (2 * n)) + 2 * n) % (2 * n);
      return k < n ? k : 2 * n - 1 - k;
    }
    return std::clamp(i, 0, n - 1);
  }
  glm::dvec4 bilinear(const Image& layer, glm::dvec2 at) const {
    const int x = static_cast<int>(std::floor(at.x)), y = static_cast<int>(std::floor(at.y));
    const auto texel = [&](int i, int j) {
      return glm::dvec4(layer.pixel(wrapped(i, layer.width()), wrapped(j, layer.height())));
    };
    const double fx = at.x - x, fy = at.y - y;
    return (texel(x, y) * (1 - fx) + texel(x + 1, y) * fx) * (1 - fy) +
           (texel(x, y + 1) * (1 - fx) + texel(x + 1, y + 1) * fx) * fy;
  }
};

/// Every pixel of the operator's picture as `expected(x, y)` says; the tolerance is for numbers up
/// to 1, and relative above.
inline ::testing::AssertionResult shows(Top& top, double tolerance,
                                        const std::function<glm::dvec4(int, int)>& expected) {
  const Image image = top.numpyArray();
  if (!top.errors().empty()) return ::testing::AssertionFailure() << top.errors()[0];
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const glm::vec4 wanted(expected(x, y));
      const float size = std::max(
          {1.0f, std::abs(wanted.r), std::abs(wanted.g), std::abs(wanted.b), std::abs(wanted.a)});
      const auto same = nearly(image.pixel(x, y), wanted, static_cast<float>(tolerance) * size);
      if (!same) return ::testing::AssertionFailure() << x << ", " << y << ": " << same.message();
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace topknot::test
