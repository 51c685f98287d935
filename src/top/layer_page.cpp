// The Transform page: where a layer lies upon another.
#include "top/layer_page.h"

#include <algorithm>
#include <cmath>
#include <glm/matrix.hpp>

#include "top/matrices.h"
#include "top/menus.h"

namespace topknot {

namespace {

/// Far outside every picture; beyond it floats would overflow.
constexpr double kFar = 1e9;
/// A side of no length would have no inverse.
constexpr double kThin = 1e-9;

Parameter& addUnit(ParameterSet& set, const char* name, const char* label) {
  return set.add(name, label, ParStyle::Menu, "fraction")
      .menu(unitMenu())
      .help(
          "Pixels of the output; fractions of its width and height; or of its height along both.");
}

glm::dvec2 pair(const Parameter& parameter) {
  return {parameter.number(0), parameter.number(1)};
}

/// A distance in fractions of a box, whose aspect is that of its width to its height.
glm::dvec2 fractions(glm::dvec2 distance, const std::string& unit, glm::dvec2 pixels,
                     double aspect) {
  if (unit == "pixels") return distance / pixels;
  if (unit == "fractionaspect") return {distance.x / aspect, distance.y};
  return distance;
}

glm::dvec2 notThin(glm::dvec2 size) {
  const auto side = [](double v) { return std::abs(v) < kThin ? std::copysign(kThin, v) : v; };
  return {side(size.x), side(size.y)};
}

float near(double value) {
  return std::isnan(value) ? 0.0f : static_cast<float>(std::clamp(value, -kFar, kFar));
}

bool isIdentity(const glm::dmat3& matrix) {
  const glm::dmat3 unit(1.0);
  for (int column = 0; column < 3; ++column) {
    for (int row = 0; row < 2; ++row) {
      if (!(std::abs(matrix[column][row] - unit[column][row]) < 1e-9)) return false;
    }
  }
  return true;
}

}  // namespace

PixelFormat formatWithAlpha(PixelFormat format) {
  const PixelFormatInfo& info = pixelFormatInfo(format);
  if (info.srgb) return PixelFormat::Rgba16Float;
  switch (info.component) {
    case Component::Fixed8:
      return PixelFormat::Rgba8Fixed;
    case Component::Fixed16:
    case Component::Packed1010102:
      return PixelFormat::Rgba16Fixed;
    case Component::Float16:
    case Component::Packed111110:
      return PixelFormat::Rgba16Float;
    case Component::Float32:
      break;
  }
  return PixelFormat::Rgba32Float;
}

LayerPage::LayerPage(ParameterSet& set, const Options& options) {
  set.page(kName);
  size_ = &set.add("size", "Fixed Layer", ParStyle::Menu, "input1")
               .menu({{"input1", "Input 1"}, {"input2", "Input 2"}})
               .help("The input that gives the output its size and aspect. The others are placed.");
  fit_ = &set.add("prefit", "Pre-Fit Overlay", ParStyle::Menu, "fill")
              .menu({{"fill", "Fill"},
                     {"fithorz", "Fit Horizontal"},
                     {"fitvert", "Fit Vertical"},
                     {"fitbest", "Fit Best"},
                     {options.outsideFit, "Fit Outside"},
                     {"nativeres", "Native Resolution"}})
              .help("How an overlay is fitted to the output before it is transformed.");
  justifyX_ = &set.add("justifyh", "Justify Horizontal", ParStyle::Menu, "center")
                   .menu({{"left", "Left"}, {"center", "Center"}, {"right", "Right"}})
                   .help("Where a fitted overlay lies that is narrower or wider than the output.");
  justifyY_ = &set.add("justifyv", "Justify Vertical", ParStyle::Menu, "center")
                   .menu({{"bottom", "Bottom"}, {"center", "Center"}, {"top", "Top"}})
                   .help("Where a fitted overlay lies that is lower or higher than the output.");
  extend_ =
      &set.add("extend", "Extend Overlay", ParStyle::Menu, "zero")
           .menu(extendMenu())
           .help("What is beside an overlay.");
  rotate_ = &set.add("r", "Rotate", ParStyle::Float, 0)
                 .slider(-180, 180)
                 .help("Degrees, clockwise, about the pivot.");
  translate_ = &set.add("t", "Translate", ParStyle::Float, glm::vec2(0.0f))
                    .suffixes("xy")
                    .slider(-1, 1)
                    .help("Moves overlays to the right and up.");
  translateUnit_ = &addUnit(set, "tunit", "Translate Unit");
  scale_ = &set.add("s", "Scale", ParStyle::Float, glm::vec2(1.0f))
                .suffixes("xy")
                .slider(0, 10)
                .help("Scales overlays about the pivot.");
  pivot_ = &set.add("p", "Pivot", ParStyle::Float, glm::vec2(0.5f))
                .suffixes("xy")
                .help("The centre of scaling and rotation, from the fitted overlay's lower left.");
  pivotUnit_ = &addUnit(set, "punit", "Pivot Unit")
                    .help(
                        "Pixels of the output; fractions of the fitted overlay's width and height; "
                        "or of its height "
                        "along both.");
  if (options.steps) {
    step_ =
        &set.add("tstep", "Translate Step", ParStyle::Float, glm::vec2(0.0f))
             .suffixes("xy")
             .slider(-1, 1)
             .help("Moves the third input by so much more, the fourth by twice that, and so on.");
    stepUnit_ = &addUnit(set, "tstepunit", "Translate Step Unit");
  }
  legacy_ = &set.add("legacyxform", "Legacy Transform", ParStyle::Toggle, false)
                 .help("Rotates the other way round, and moves first, then rotates, then scales.");
}

int LayerPage::fixedLayer(int count) const {
  return std::min(size_->menuIndex(), std::max(count - 1, 0));
}

gl::Extend LayerPage::extend() const {
  return static_cast<gl::Extend>(extend_->menuIndex());
}

LayerPage::Rectangle LayerPage::fitted(const Canvas& layer, const Canvas& output) const {
  const std::string mode = fit_->menu()[static_cast<std::size_t>(fit_->menuIndex())].name;
  const double wider = layer.aspect / output.aspect;
  const glm::dvec2 byWidth(1.0, 1.0 / wider), byHeight(wider, 1.0);
  glm::dvec2 size(1.0);
  if (mode == "fithorz") size = byWidth;
  if (mode == "fitvert") size = byHeight;
  if (mode == "fitbest") size = wider > 1.0 ? byWidth : byHeight;
  if (mode == "fitoutside" || mode == "fitworst") size = wider > 1.0 ? byHeight : byWidth;
  if (mode == "nativeres") size = layer.size / output.size;
  // Left or bottom, centre, right or top.
  const glm::dvec2 justify(justifyX_->menuIndex(), justifyY_->menuIndex());
  return {(glm::dvec2(1.0) - size) * justify * 0.5, size};
}

glm::dmat3 LayerPage::toOutput(const Canvas& layer, int index, const Canvas& output) const {
  const Rectangle box = fitted(layer, output);
  const double aspect = output.aspect;
  const glm::dvec2 pixels = output.size;
  const glm::dvec2 square(aspect, 1.0);  // from fractions to lengths that can be rotated
  glm::dvec2 move = fractions(pair(*translate_), translateUnit_->value(), pixels, aspect);
  if (step_ != nullptr && index >= 2) {
    move += fractions(pair(*step_), stepUnit_->value(), pixels, aspect) * (index - 1.0);
  }
  const double boxAspect = aspect * box.size.x / box.size.y;
  const glm::dvec2 pivot = box.at + box.size * fractions(pair(*pivot_), pivotUnit_->value(),
                                                         pixels * box.size, boxAspect);
  const glm::dmat3 shift = moved(move * square);
  const glm::dmat3 grow = scaled(notThin(pair(*scale_)));
  const bool legacy = legacy_->on();
  const glm::dmat3 turn = turnedClockwise(legacy ? -rotate_->number() : rotate_->number());
  const glm::dmat3 about = legacy ? grow * turn * shift : shift * turn * grow;
  return scaled(1.0 / square) * moved(pivot * square) * about * moved(-pivot * square) *
         scaled(square) * moved(box.at) * scaled(box.size);
}

Operand LayerPage::placed(Operand layer, int index, TopCook& cook) const {
  const auto canvas = [](const gl::TextureShape& shape, glm::dvec2 aspect) {
    return Canvas{{shape.width, shape.height}, aspect.x / aspect.y};
  };
  const Canvas output = canvas(cook.shape(), cook.aspect());
  const Canvas own = canvas(layer.picture->shape(), layer.picture->aspect());
  const glm::dmat3 from = glm::inverse(toOutput(own, index, output));
  if (isIdentity(from)) return layer;
  const glm::dvec3 u(from[0][0], from[1][0], from[2][0]), v(from[0][1], from[1][1], from[2][1]);
  // How far u and v go from one pixel to the next.
  const glm::dvec2 pixel = 1.0 / output.size;
  const double stepU = std::hypot(u.x * pixel.x, u.y * pixel.y);
  const double stepV = std::hypot(v.x * pixel.x, v.y * pixel.y);

  Values values;
  values.constant("zero", extend() == gl::Extend::Zero ? 1 : 0);
  values.constant("smoothed", layer.filter == gl::Filter::Nearest ? 0 : 1);
  values.number("rowu", glm::vec3(near(u.x), near(u.y), near(u.z)));
  values.number("rowv", glm::vec3(near(v.x), near(v.y), near(v.z)));
  values.number("pixels", glm::vec2(near(1.0 / stepU), near(1.0 / stepV)));
  // Beside the layer the shader makes its own zero, since not every format has an alpha.
  layer.extend = extend() == gl::Extend::Zero ? gl::Extend::Hold : extend();
  gl::TextureShape shape = cook.shape();
  shape.format = formatWithAlpha(layer.picture->shape().format);
  const gl::Filter filter = layer.filter;
  return {cook.make("placed", FunctionKind::Sampling, std::move(values), {std::move(layer)}, shape),
          filter, gl::Extend::Hold};
}

}  // namespace topknot
