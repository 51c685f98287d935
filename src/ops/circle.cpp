// Circle: an ellipse, a polygon, or an arc of one.
#include <algorithm>
#include <cmath>
#include <glm/trigonometric.hpp>
#include <numbers>

#include "top/filters/filter.h"
#include "top/filters/shape_page.h"
#include "top/parameters/operand_menu.h"

namespace topknot::ops {

namespace {

class Circle : public Filter {
 public:
  Circle() : Filter("circle", FunctionKind::Generator) {
    ParameterSet& set = declare();
    set.page("Circle");
    radius_ = ShapePage::declareLength(
        set, "radius", "Radius", glm::vec2(0.5f), "fractionaspect",
        "Half the width and height. The default is a circle as high as the picture.");
    radius_.value->suffixes("xy");
    page_.declareLook(set);
    const auto angle = [&](const char* name, const char* label, double initial, const char* help) {
      return &set.add(name, label, ParStyle::Float, initial).slider(0, 360).help(help);
    };
    begin_ = angle("beginarcangle", "Begin Arc Angle", 0,
                   "Degrees, counterclockwise from the right. Only what is between both angles is "
                   "there, like a piece of a pie, and its border.");
    end_ = angle("endarcangle", "End Arc Angle", 360,
                 "The other angle, in either direction; 360 degrees away or more: all is there.");
    page_.declareEdge(set);
    polygon_ =
        &set.add("ispolygon", "Polygon", ParStyle::Toggle, false)
             .help("Makes a polygon whose corners lie on the circle, the first at its right.");
    sides_ = &set.add("sides", "Sides", ParStyle::Int, 6)
                  .limits(3.0, std::nullopt)
                  .slider(3, 32)
                  .help("How many sides the polygon has.");
    declareOutputPage(set);
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    const glm::dvec2 half = radius_.pair(cook);
    page_.give(values, cook, half);
    values.parameter(*polygon_);
    const double sides = sides_->number();
    const double flat = std::cos(std::numbers::pi / sides);
    const double least = std::clamp(std::min(half.x, half.y), ShapePage::kThin, ShapePage::kFar);
    values.number("sides", static_cast<float>(sides));
    values.number("sideat", static_cast<float>(flat));
    values.number("thick", static_cast<float>(polygon_->on() ? least * flat : least));
    giveArc(values);
    giveOutputPage(values, parameters(), cook.connected(0));
  }

 private:
  /// The outward normals of both ends.
  void giveArc(Values& values) const {
    const double from = std::min(begin_->number(), end_->number());
    const double to = std::max(begin_->number(), end_->number());
    const double begin = glm::radians(std::fmod(from, 360.0));
    const double end = glm::radians(std::fmod(to, 360.0));
    values.number("span", static_cast<float>(std::min(to - from, 360.0)));
    values.number("begin", glm::vec2(std::sin(begin), -std::cos(begin)));
    values.number("end", glm::vec2(-std::sin(end), std::cos(end)));
  }

  ShapePage page_;
  ShapePage::Length radius_;
  Parameter *begin_, *end_, *polygon_, *sides_;
};

}  // namespace

extern const OpType circleType;
const OpType circleType = {
    "circle", "Circle", "A circle, ellipse, polygon or arc; with an input, also put upon it.",
    0,        1,        []() -> std::unique_ptr<Op> { return std::make_unique<Circle>(); }};

}  // namespace topknot::ops
