// What tests of whole graphs of TOPs have in common: a source, short names, looks at how it was
// drawn.
#pragma once

#include <string>
#include <string_view>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot::test {

class TopTest : public GlTest {
 protected:
  /// Every pixel another; `uSeed` is added to red.
  GlslTop& source(std::string_view name, int width, int height,
                  std::string_view format = "rgba32float") {
    auto& made = graph().add<GlslTop>(name);
    made.pixelShader(
        "uniform float uSeed; out vec4 c; void main() { vec2 p = floor(gl_FragCoord.xy);\n"
        "  c = vec4(fract(p.x * 0.37 + p.y * 0.11) + uSeed, fract(p.x * 0.13 + p.y * 0.29),\n"
        "           fract(p.x * p.y * 0.17), 0.75); }");
    made.uniform("uSeed", 0.0);
    made.par("format") = format;
    sized(made, width, height);
    return made;
  }
  static void sized(Top& top, int width, int height) {
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(width, height);
  }
  Top& add(std::string_view type, std::string_view name) {
    return graph().add(type, name).as<Top>();
  }
  /// A level that multiplies.
  Top& times(std::string_view name, double factor) {
    Top& made = add("level", name);
    made.par("brightness1") = factor;
    return made;
  }
  Top& blur(std::string_view name, double size) {
    Top& made = add("blur", name);
    made.par("size") = size;
    return made;
  }
  /// The part from (x0, y0) up to but without (x1, y1), in pixels.
  static void cut(Top& crop, double x0, double y0, double x1, double y1) {
    for (const char* edge : {"cropleft", "cropright", "cropbottom", "croptop"}) {
      crop.par(std::string(edge) + "unit") = "pixels";
    }
    crop.par("cropleft") = x0;
    crop.par("cropright") = x1;
    crop.par("cropbottom") = y0;
    crop.par("croptop") = y1;
  }

  Drawing drawing(std::string_view name) { return graph().op(name).drawing(); }
  std::string fusionBreak(std::string_view name) { return drawing(name).fusionBreak; }
  std::string pass(std::string_view name) { return drawing(name).pass; }
};

/// Two pictures of the same size, pixel for pixel.
inline ::testing::AssertionResult samePixels(const Image& a, const Image& b,
                                             float tolerance = 2e-7f) {
  if (a.width() != b.width() || a.height() != b.height()) {
    return ::testing::AssertionFailure()
           << a.width() << " × " << a.height() << " is not " << b.width() << " × " << b.height();
  }
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      const auto same = nearly(a.pixel(x, y), b.pixel(x, y), tolerance);
      if (!same) return ::testing::AssertionFailure() << x << ", " << y << ": " << same.message();
    }
  }
  return ::testing::AssertionSuccess();
}

/// A part of a picture, whose pixels outside are what `outside` makes of their place.
template <class Place>
Image part(const Image& whole, int x0, int y0, int x1, int y1, Place place) {
  Image made(x1 - x0, y1 - y0, whole.format());
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      const int u = place(x, whole.width()), v = place(y, whole.height());
      const bool inside = u >= 0 && v >= 0;
      made.setPixel(x - x0, y - y0, inside ? whole.pixel(u, v) : glm::vec4(0.0f));
    }
  }
  return made;
}

/// The same without pixels outside.
inline Image part(const Image& whole, int x0, int y0, int x1, int y1) {
  return part(whole, x0, y0, x1, y1, [](int at, int) { return at; });
}

}  // namespace topknot::test
