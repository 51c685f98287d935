// What generators of shapes have in common: where the shape lies, its colours, border and edge.
#include "top/filters/shape_page.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/matrix.hpp>
#include <string>

#include "top/parameters/matrices.h"
#include "top/parameters/menus.h"

namespace topknot {

namespace {

double near(double length) {
  return std::clamp(length, -ShapePage::kFar, ShapePage::kFar);
}

constexpr double kMost = 1e30;  // of a colour; sums of a few stay finite

/// A pixel's width and height, in its heights.
glm::dvec2 pixelOf(TopCook& cook) {
  const glm::dvec2 size(cook.shape().width, cook.shape().height), aspect(cook.aspect());
  return {aspect.x / aspect.y * size.y / size.x, 1.0};
}

glm::vec3 row(const glm::dmat3& matrix, int index) {
  return {near(matrix[0][index]), near(matrix[1][index]), near(matrix[2][index])};
}

}  // namespace

glm::dvec2 ShapePage::Length::pair(TopCook& cook) const {
  const glm::dvec2 size(cook.shape().width, cook.shape().height);
  return inPixels(*value, *unit, size, cook.aspect()) * pixelOf(cook);
}

double ShapePage::Length::single(TopCook& cook) const {
  return near(unit->value() == "pixels" ? value->number() : value->number() * cook.shape().height);
}

ShapePage::Length ShapePage::declareLength(ParameterSet& set, const char* name, const char* label,
                                           Value initial, const char* unit, const char* help) {
  Length made;
  const bool single = initial.size() == 1;
  made.value = &set.add(name, label, ParStyle::Float, std::move(initial)).slider(0, 1).help(help);
  made.unit =
      &set.add(std::string(name) + "unit", std::string(label) + " Unit", ParStyle::Menu, unit)
           .menu(unitMenu())
           .help(single ? "Pixels; or, for both others, fractions of the picture's height."
                        : "Pixels; fractions of the picture's width and height; or of its "
                          "height along both.");
  return made;
}

void ShapePage::declareLook(ParameterSet& set) {
  rotate_ = &set.add("rotate", "Rotate", ParStyle::Float, 0.0)
                 .slider(-180, 180)
                 .help("Degrees, clockwise, about the center position.");
  centre_ = declareLength(set, "center", "Center", glm::vec2(0.5f), "fraction",
                          "The position of the shape, from the picture's bottom left.");
  centre_.value->suffixes("xy");
  justifyX_ = &set.add("justifyh", "Justify Horizontal", ParStyle::Menu, "center")
                   .menu(justifyHorizontalMenu())
                   .help(
                       "Which point of the unrotated shape lies at the center position: one on "
                       "its left or right edge, or its middle.");
  justifyY_ = &set.add("justifyv", "Justify Vertical", ParStyle::Menu, "center")
                   .menu(justifyVerticalMenu())
                   .help(
                       "Which point of the unrotated shape lies at the center position: one on "
                       "its bottom or top edge, or its middle.");
  declareColours(set);
  width_ = declareLength(set, "borderwidth", "Border Width", 0.0, "fractionaspect",
                         "Width of the border along the shape's edge.");
  width_.value->limits(0.0, std::nullopt).slider(0.0, 0.25);
  offset_ = &set.add("borderoffset", "Border Offset", ParStyle::Float, 0.0)
                 .slider(0, 1)
                 .help(
                     "How much of the border is outside the shape's edge: 0 none, 0.5 one half, "
                     "1 all; beyond these the border leaves the edge.");
}

void ShapePage::declareColours(ParameterSet& set) {
  const auto rgb = [&](const char* name, const char* label, float initial, const char* help) {
    return &set.add(name, label, ParStyle::Float, glm::vec3(initial)).suffixes("rgb").help(help);
  };
  const auto alpha = [&](const char* name, const char* label, double initial) {
    return &set.add(name, label, ParStyle::Float, initial).help("How opaque that colour is.");
  };
  fill_ = rgb("fillcolor", "Fill Color", 1, "Colour of the shape, upon the background.");
  fillAlpha_ = alpha("fillalpha", "Fill Alpha", 1);
  border_ = rgb("border", "Border Color", 1, "Colour of the border, upon shape and background.");
  borderAlpha_ = alpha("borderalpha", "Border Alpha", 1);
  ground_ = rgb("bgcolor", "Background Color", 0, "Colour of the whole picture, below the shape.");
  groundAlpha_ = alpha("bgalpha", "Background Alpha", 0);
  multiply_ = &set.add("multrgbbyalpha", "Multiply RGB by Alpha", ParStyle::Toggle, true)
                   .help("Pre-multiplies the three colours.");
}

void ShapePage::declareEdge(ParameterSet& set) {
  antialias_ = &set.add("antialias", "Anti-Alias", ParStyle::Toggle, true)
                    .help("Blends edges over the width of a pixel.");
  softness_ = declareLength(set, "softness", "Softness", 0.0, "fractionaspect",
                            "Width over which edges are blended, half of it outside the shape.");
  softness_.value->limits(0.0, std::nullopt);
}

glm::vec4 ShapePage::colour(const TopCook& cook, const Parameter& rgb,
                            const Parameter& alpha) const {
  const double weight = multiply_->on() ? alpha.number() : 1.0;
  const auto channel = [](double v) { return std::clamp(v, -kMost, kMost); };
  const glm::dvec3 c = cook.page().colour(rgb) * weight;
  return {channel(c.r), channel(c.g), channel(c.b), channel(alpha.number())};
}

void ShapePage::givePlace(Values& values, TopCook& cook, glm::dvec2 half) const {
  const glm::dvec2 size(cook.shape().width, cook.shape().height), pixel = pixelOf(cook);
  const glm::dvec2 justify(justifyX_->menuIndex() - 1, justifyY_->menuIndex() - 1);
  const glm::dmat3 turned = turnedClockwise(-rotate_->number());
  const glm::dmat3 place =
      moved(justify * half) * turned * moved(-centre_.pair(cook)) * scaled(size * pixel);
  values.number("across", row(place, 0));
  values.number("along", row(place, 1));
  const glm::dmat3 back =
      scaled(antialias_->on() ? pixel : glm::dvec2(0.0)) * turnedClockwise(rotate_->number());
  values.number("slopex", glm::vec2(row(back, 0)));
  values.number("slopey", glm::vec2(row(back, 1)));
}

void ShapePage::give(Values& values, TopCook& cook, glm::dvec2 half) const {
  const bool there = half.x > kThin && half.y > kThin;
  half = glm::clamp(half, glm::dvec2(kThin), glm::dvec2(kFar));
  givePlace(values, cook, half);
  values.number("reach", glm::vec2(half));
  values.number("there", there ? 1.0f : 0.0f);
  values.number("soft", static_cast<float>(softness_.single(cook)));
  const double width = width_.single(cook), outside = width * offset_->number();
  values.number("band", glm::vec2(near(outside - width), near(outside)));
  values.number("fill", colour(cook, *fill_, *fillAlpha_));
  values.number("border", colour(cook, *border_, *borderAlpha_));
  values.number("ground", colour(cook, *ground_, *groundAlpha_));
}

}  // namespace topknot
