// Crop: a part of a picture, or more than the whole.
#include <algorithm>
#include <cmath>
#include <glm/common.hpp>

#include "top/filters/filter.h"
#include "top/parameters/matrices.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

constexpr double kFar = 1e9;  // pixels; sizes stay whole numbers

class Crop : public Filter {
 public:
  Crop() : Filter("crop", FunctionKind::Sampling) {
    declare().page("Crop");
    left_ = edge("cropleft", "Crop Left", 0, "The left edge, from the input's left.");
    right_ = edge("cropright", "Crop Right", 1, "The right edge, from the input's left.");
    bottom_ = edge("cropbottom", "Crop Bottom", 0, "The bottom edge, from the input's bottom.");
    top_ = edge("croptop", "Crop Top", 1, "The top edge, from the input's bottom.");
    extend_ = &declare()
                   .add("extend", "Extend", ParStyle::Menu, "hold")
                   .menu(extendMenu())
                   .help("What is beyond the input's edges.");
  }

 protected:
  gl::Extend extend() const override { return static_cast<gl::Extend>(extend_->menuIndex()); }

  void render(TopCook& cook) override {
    const Picture& input = cook.input(0);
    const glm::dvec2 size(input.shape().width, input.shape().height);
    const auto placed = [&](const Edge& edge) {
      const glm::dvec2 pixels = inPixels(*edge.place, *edge.unit, size, input.aspect());
      const bool across = &edge == &left_ || &edge == &right_;
      return std::clamp(std::round(across ? pixels.x : pixels.y), -kFar, kFar);
    };
    origin_ = {placed(left_), placed(bottom_)};
    span_ = glm::max(glm::dvec2(placed(right_), placed(top_)) - origin_, glm::dvec2(1.0));
    cook.source({static_cast<int>(span_.x), static_cast<int>(span_.y), input.shape().format,
                 input.aspect() * glm::vec2(span_ / size)});
    Filter::render(cook);
  }

  void values(Values& values, TopCook& cook) override {
    values.parameter(*extend_);
    const gl::TextureShape& shape = cook.shape();
    const bool exact = shape.width == span_.x && shape.height == span_.y && cook.passCount() == 1;
    const gl::TextureShape& input = cook.input(0).shape();
    const glm::dvec2 size(input.width, input.height);
    values.constant("exact", exact ? 1 : 0);
    values.number("origin", glm::vec2(origin_));
    values.number("low", glm::vec2(origin_ / size));
    values.number("range", glm::vec2(span_ / size));
  }

  std::optional<Footprint> footprint(std::size_t, TopCook& cook) const override {
    const gl::TextureShape& input = cook.input(0).shape();
    const glm::dvec2 size(input.width, input.height);
    return Footprint{moved(origin_ / size) * scaled(span_ / size)};
  }

 private:
  struct Edge {
    Parameter* place = nullptr;
    Parameter* unit = nullptr;
  };

  Edge edge(const std::string& name, const std::string& label, double initial, const char* help) {
    Edge made;
    made.place =
        &declare()
             .add(name, label, ParStyle::Float, initial)
             .slider(0.0, 1.0)
             .help(std::string(help) + " Rounded to a whole pixel; one pixel at least is left.");
    made.unit = &declare()
                     .add(name + "unit", label + " Unit", ParStyle::Menu, "fraction")
                     .menu(unitMenu())
                     .help("What it is measured in.");
    return made;
  }

  Edge left_, right_, bottom_, top_;
  Parameter* extend_ = nullptr;
  glm::dvec2 origin_{0.0}, span_{1.0};  // pixels of the input
};

}  // namespace

extern const OpType cropType;
const OpType cropType = {
    "crop", "Crop", "Takes a part of a picture, or more than the whole.",
    1,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Crop>(); }};

}  // namespace topknot::ops
