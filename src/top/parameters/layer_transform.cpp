// Where a picture lies on an output: fitted, aligned, then scaled, rotated and moved.
#include "top/parameters/layer_transform.h"

#include <algorithm>
#include <cmath>
#include <glm/matrix.hpp>

#include "top/parameters/matrices.h"
#include "top/parameters/menus.h"

namespace topknot {

namespace {

/// Far outside every picture; beyond it floats would overflow.
constexpr double kFar = 1e9;
/// A side of no length would have no inverse.
constexpr double kThin = 1e-9;

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

double near(double value) {
  return std::isnan(value) ? 0.0 : std::clamp(value, -kFar, kFar);
}

glm::dmat3 near(glm::dmat3 matrix) {
  for (int column = 0; column < 3; ++column) {
    for (int row = 0; row < 2; ++row) matrix[column][row] = near(matrix[column][row]);
  }
  return matrix;
}

}  // namespace

Parameter& LayerTransform::addUnit(ParameterSet& set, const char* name, const char* label) {
  return set.add(name, label, ParStyle::Menu, "fraction")
      .menu(unitMenu())
      .help(
          "Pixels of the output; fractions of its width and height; or of its height along both.");
}

void LayerTransform::declareFit(ParameterSet& set, const char* name, const char* label,
                                const char* outsideItem) {
  fit_ = &set.add(name, label, ParStyle::Menu, "fill")
              .menu({{"fill", "Fill"},
                     {"fithorz", "Fit Horizontal"},
                     {"fitvert", "Fit Vertical"},
                     {"fitbest", "Fit Best"},
                     {outsideItem, "Fit Outside"},
                     {"nativeres", "Native Resolution"}})
              .help("How a picture is fitted to the output before it is transformed.");
  justifyX_ = &set.add("justifyh", "Justify Horizontal", ParStyle::Menu, "center")
                   .menu(justifyHorizontalMenu())
                   .help("Where a fitted picture lies that is narrower or wider than the output.");
  justifyY_ = &set.add("justifyv", "Justify Vertical", ParStyle::Menu, "center")
                   .menu(justifyVerticalMenu())
                   .help("Where a fitted picture lies that is lower or higher than the output.");
}

void LayerTransform::declareOrder(ParameterSet& set) {
  order_ = &set.add("xord", "Transform Order", ParStyle::Menu, "srt")
                .menu(transformOrderMenu())
                .help("What is done first.");
}

void LayerTransform::declareRotate(ParameterSet& set) {
  rotate_ = &set.add("r", "Rotate", ParStyle::Float, 0)
                 .slider(-180, 180)
                 .help("Degrees, clockwise, about the pivot.");
}

void LayerTransform::declareTranslate(ParameterSet& set) {
  translate_ = &set.add("t", "Translate", ParStyle::Float, glm::vec2(0.0f))
                    .suffixes("xy")
                    .slider(-1, 1)
                    .help("Moves to the right and up.");
  translateUnit_ = &addUnit(set, "tunit", "Translate Unit");
}

void LayerTransform::declareScale(ParameterSet& set) {
  scale_ = &set.add("s", "Scale", ParStyle::Float, glm::vec2(1.0f))
                .suffixes("xy")
                .slider(0, 10)
                .help("Scales about the pivot.");
  pivot_ = &set.add("p", "Pivot", ParStyle::Float, glm::vec2(0.5f))
                .suffixes("xy")
                .help("The centre of scaling and rotation, from the fitted picture's lower left.");
  pivotUnit_ = &addUnit(set, "punit", "Pivot Unit")
                    .help(
                        "Pixels of the output; fractions of the fitted picture's width and height; "
                        "or of its height along both.");
}

void LayerTransform::declareLegacy(ParameterSet& set) {
  legacy_ = &set.add("legacyxform", "Legacy Transform", ParStyle::Toggle, false)
                 .help("Rotates the other way round, and does first what is done last otherwise.");
}

LayerTransform::Box LayerTransform::fitted(const Canvas& picture, const Canvas& output) const {
  const std::string mode = fit_->menu()[static_cast<std::size_t>(fit_->menuIndex())].name;
  const double wider = picture.aspect / output.aspect;
  const glm::dvec2 byWidth(1.0, 1.0 / wider), byHeight(wider, 1.0);
  glm::dvec2 size(1.0);
  if (mode == "fithorz") size = byWidth;
  if (mode == "fitvert") size = byHeight;
  if (mode == "fitbest") size = wider > 1.0 ? byWidth : byHeight;
  if (mode == "fitoutside" || mode == "fitworst") size = wider > 1.0 ? byHeight : byWidth;
  if (mode == "nativeres") size = picture.size / output.size;
  // Left or bottom, centre, right or top.
  const glm::dvec2 justify(justifyX_->menuIndex(), justifyY_->menuIndex());
  return {(glm::dvec2(1.0) - size) * justify * 0.5, size};
}

glm::dvec2 LayerTransform::distance(const Parameter& value, const Parameter& unit,
                                    const Canvas& output) {
  return fractions(pair(value), unit.value(), output.size, output.aspect);
}

glm::dmat3 LayerTransform::transformed(glm::dvec2 move) const {
  const bool legacy = legacy_->on();
  std::string order = order_ != nullptr ? order_->value().text() : "srt";
  if (legacy) std::reverse(order.begin(), order.end());
  glm::dmat3 matrix(1.0);
  for (const char step : order) {
    if (step == 's') matrix = scaled(notThin(pair(*scale_))) * matrix;
    if (step == 'r') {
      matrix = turnedClockwise(legacy ? -rotate_->number() : rotate_->number()) * matrix;
    }
    if (step == 't') matrix = moved(move) * matrix;
  }
  return matrix;
}

glm::dmat3 LayerTransform::fromOutput(const Canvas& picture, const Canvas& output,
                                      glm::dvec2 further) const {
  const Box box = fitted(picture, output);
  const double aspect = output.aspect;
  const glm::dvec2 square(aspect, 1.0);  // from fractions to lengths that can be rotated
  const glm::dvec2 move = distance(*translate_, *translateUnit_, output) + further;
  const double boxAspect = aspect * box.size.x / box.size.y;
  const glm::dvec2 pivot = box.at + box.size * fractions(pair(*pivot_), pivotUnit_->value(),
                                                         output.size * box.size, boxAspect);
  return near(glm::inverse(scaled(1.0 / square) * moved(pivot * square) *
                           transformed(move * square) * moved(-pivot * square) * scaled(square) *
                           moved(box.at) * scaled(box.size)));
}

void LayerTransform::give(Values& values, const glm::dmat3& from, const Canvas& output, bool zero,
                          gl::Filter filter, glm::vec4 background) {
  const glm::dvec3 u(from[0][0], from[1][0], from[2][0]), v(from[0][1], from[1][1], from[2][1]);
  // How far u and v go from one pixel to the next.
  const glm::dvec2 pixel = 1.0 / output.size;
  const double stepU = std::hypot(u.x * pixel.x, u.y * pixel.y);
  const double stepV = std::hypot(v.x * pixel.x, v.y * pixel.y);
  values.constant("zero", zero ? 1 : 0);
  values.constant("smoothed", filter == gl::Filter::Nearest ? 0 : 1);
  values.number("rowu", glm::vec3(u));
  values.number("rowv", glm::vec3(v));
  values.number("pixels", glm::vec2(near(1.0 / stepU), near(1.0 / stepV)));
  values.number("background", background);
}

}  // namespace topknot
