// What tests of filters have in common: pictures as inputs, and looks at the result.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <locale>
#include <sstream>
#include <string>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot::test {

class OpTest : public GlTest {
 protected:
  explicit OpTest(std::string_view type) { op_ = &graph().add(type, "op").as<Top>(); }

  Top& op() { return *op_; }
  Par par(std::string_view name) { return op_->par(name); }

  /// An operator whose picture is this one, in the image's format.
  GlslTop& picture(const Image& image) {
    auto& source = graph().add<GlslTop>();
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(9);
    text << std::showpoint << "out vec4 c; void main() { const vec4 p[] = vec4[](";
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const glm::vec4 v = image.pixel(x, y);
        text << (x + y > 0 ? ", " : "") << "vec4(" << v.r << "," << v.g << "," << v.b << "," << v.a
             << ")";
      }
    }
    text << "); c = p[int(gl_FragCoord.y) * " << image.width() << " + int(gl_FragCoord.x)]; }";
    source.pixelShader(text.str());
    source.par("format") = std::string(pixelFormatInfo(image.format()).name);
    source.par("outputresolution") = "custom";
    source.par("resolution") = glm::vec2(image.width(), image.height());
    return source;
  }
  /// One pixel of 32-bit floats as the next input.
  void feed(glm::vec4 colour) {
    Image image(1, 1, PixelFormat::Rgba32Float);
    image.setPixel(0, 0, colour);
    picture(image) >> *op_;
  }
  void feed(const Image& image) { picture(image) >> *op_; }

  /// The result's only pixel, or its bottom left one.
  ::testing::AssertionResult gives(glm::vec4 expected, float tolerance = 2e-6f) {
    return nearly(op_->sample({.x = 0, .y = 0}), expected, tolerance);
  }
  /// Every pixel against a reference.
  void expectPixels(const std::function<glm::vec4(int x, int y)>& expected, float tolerance) {
    const Image made = op_->numpyArray();
    for (int y = 0; y < made.height(); ++y) {
      for (int x = 0; x < made.width(); ++x) {
        EXPECT_TRUE(nearly(made.pixel(x, y), expected(x, y), tolerance)) << x << ", " << y;
      }
    }
  }
  /// The same picture in one pass with what is behind it and in passes of their own.
  void expectSameUnfused(float tolerance = 2e-6f) {
    const Image fused = op_->numpyArray();
    graph().fusion(false);
    expectPixels([&](int x, int y) { return fused.pixel(x, y); }, tolerance);
    graph().fusion(true);
  }
  void expectFinite() {
    const Image made = op_->numpyArray();
    for (const float v : made.floats()) ASSERT_TRUE(std::isfinite(v)) << v;
    EXPECT_TRUE(op_->errors().empty());
  }
  /// Every number of the operator's own pages at extremes, one at a time.
  void expectFiniteAtExtremes() {
    for (const auto& parameter : op_->parameters().all()) {
      const bool number =
          parameter->style() == ParStyle::Float || parameter->style() == ParStyle::Int;
      if (!number || parameter->page() == "Common") continue;
      for (const double value : {-1e6, -1.0, 0.0, 1.0, 1e6}) {
        if (value < parameter->min().value_or(value) || value > parameter->max().value_or(value)) {
          continue;
        }
        Par(*parameter, -1) = value;
        SCOPED_TRACE(parameter->name() + " = " + std::to_string(value));
        expectFinite();
      }
      Par(*parameter, -1).reset();
    }
  }
  void resetAll() {
    for (const auto& parameter : op_->parameters().all()) Par(*parameter, -1).reset();
  }
  std::string firstError() {
    op_->cook();
    return op_->errors().empty() ? "" : op_->errors().front();
  }

 private:
  Top* op_;
};

}  // namespace topknot::test
