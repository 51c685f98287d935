// Monochrome: grey made from a picture's colours.
#include "top/filters/filter.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

class Monochrome : public Filter {
 public:
  Monochrome() : Filter("monochrome", FunctionKind::Pixel) {
    ParameterSet& set = declare();
    set.page("Monochrome");
    set.add("mono", "Monochrome", ParStyle::Float, 1)
        .slider(0, 1)
        .help("Blends from the colours, at 0, to grey, at 1.");
    rgb_ = &set.add("rgb", "RGB", ParStyle::Menu, "luminance")
                .menu(sourceMenu())
                .help("What the grey is made from.");
    alpha_ = &set.add("alpha", "Alpha", ParStyle::Menu, "alpha")
                  .menu(sourceMenu())
                  .help("What the alpha is made from.");
  }

 protected:
  void values(Values& values, TopCook&) override {
    values.parameter(parameters().find("mono").definition());
    values.number("grey", sourceWeights(*rgb_));
    values.number("opaque", sourceWeights(*alpha_));
  }

 private:
  Parameter *rgb_, *alpha_;
};

}  // namespace

extern const OpType monochromeType;
const OpType monochromeType = {
    "monochrome",
    "Monochrome",
    "Makes grey from the colours, by a source of choice.",
    1,
    1,
    []() -> std::unique_ptr<Op> { return std::make_unique<Monochrome>(); }};

}  // namespace topknot::ops
