// Constant: one colour.
#include <algorithm>
#include <limits>

#include "top/filters/filter.h"
#include "top/parameters/operand_menu.h"

namespace topknot::ops {

namespace {

float finite(double v) {
  constexpr double kMost = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(v, -kMost, kMost));
}

class Constant : public Filter {
 public:
  Constant() : Filter("constant", FunctionKind::Generator) {
    ParameterSet& set = declare();
    set.page("Constant");
    colour_ = &set.add("color", "Color", ParStyle::Float, glm::vec3(1.0f))
                   .suffixes("rgb")
                   .help("Red, green and blue, in RGBA Units.");
    alpha_ = &set.add("alpha", "Alpha", ParStyle::Float, 1).help("Alpha, in RGBA Units.");
    multiply_ = &set.add("multrgbbyalpha", "Multiply RGB by Alpha", ParStyle::Toggle, true)
                     .help("Makes premultiplied colours, as layers upon others need them.");
    unit_ = &set.add("rgbaunit", "RGBA Units", ParStyle::Menu, "u1")
                 .menu({{"u1", "0-1"}, {"u256", "0-255"}, {"u65536", "0-65535"}})
                 .help("What the four numbers count in: their largest value is full.");
    declareOutputPage(set);
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    const double full[] = {1.0, 255.0, 65535.0};
    const double unit = full[unit_->menuIndex()];
    const double alpha = alpha_->number() / unit;
    const double weight = multiply_->on() ? alpha : 1.0;
    const glm::dvec3 held(colour_->number(0), colour_->number(1), colour_->number(2));
    const glm::dvec3 c = cook.page().colour(held / unit) * weight;
    values.number("colour", glm::vec4(finite(c.r), finite(c.g), finite(c.b), finite(alpha)));
    giveOutputPage(values, parameters(), cook.connected(0));
  }

 private:
  Parameter *colour_, *alpha_, *multiply_, *unit_;
};

}  // namespace

extern const OpType constantType;
const OpType constantType = {
    "constant", "Constant", "One colour all over; with an input, also put upon it.",
    0,          1,          []() -> std::unique_ptr<Op> { return std::make_unique<Constant>(); }};

}  // namespace topknot::ops
