// Rectangle: with sharp or round corners.
#include <algorithm>

#include "top/filters/filter.h"
#include "top/filters/shape_page.h"
#include "top/parameters/operand_menu.h"

namespace topknot::ops {

namespace {

class Rectangle : public Filter {
 public:
  Rectangle() : Filter("rectangle", FunctionKind::Generator) {
    ParameterSet& set = declare();
    set.page("Rectangle");
    size_ = ShapePage::declareLength(set, "size", "Size", glm::vec2(0.5f), "fraction",
                                     "Width and height.");
    size_.value->suffixes("xy");
    page_.declareLook(set);
    corner_ = ShapePage::declareLength(
        set, "cornerradius", "Corner Radius", 0.0, "fractionaspect",
        "Of rounded corners; at most half the shorter side. With 0 the border's corners are sharp "
        "as well.");
    corner_.value->limits(0.0, std::nullopt);
    page_.declareEdge(set);
    declareOutputPage(set);
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    const glm::dvec2 half = size_.pair(cook) * 0.5;
    page_.give(values, cook, half);
    const double most = std::clamp(std::min(half.x, half.y), 0.0, ShapePage::kFar);
    values.number("corner", static_cast<float>(std::min(corner_.single(cook), most)));
    giveOutputPage(values, parameters(), cook.connected(0));
  }

 private:
  ShapePage page_;
  ShapePage::Length size_, corner_;
};

}  // namespace

extern const OpType rectangleType;
const OpType rectangleType = {"rectangle",
                              "Rectangle",
                              "A rectangle; with an input, also put upon it.",
                              0,
                              1,
                              []() -> std::unique_ptr<Op> { return std::make_unique<Rectangle>(); }};

}  // namespace topknot::ops
