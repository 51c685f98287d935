// Threshold: black where a comparison holds, white elsewhere.
#include "top/filters/filter.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

class Threshold : public Filter {
 public:
  Threshold() : Filter("threshold", FunctionKind::Pixel) {
    ParameterSet& set = declare();
    set.page("Threshold");
    comparator_ = &set.add("comparator", "Comparator", ParStyle::Menu, "less")
                       .menu({{"less", "Less"},
                              {"greater", "Greater"},
                              {"lessorequal", "Less or Equal"},
                              {"greaterorequal", "Greater or Equal"},
                              {"equal", "Equal"},
                              {"notequal", "Not Equal"}})
                       .help("Pixels that compare so with the Threshold become 0, others 1.");
    rgb_ = &set.add("rgb", "RGB", ParStyle::Menu, "luminance")
                .menu(sourceMenuWithMaxima())
                .help("What of a pixel is compared.");
    threshold_ = &set.add("threshold", "Threshold", ParStyle::Float, 0.5)
                      .slider(0.0, 1.0)
                      .help("What it is compared with.");
    alpha_ = &set.add("alpha", "Alpha", ParStyle::Menu, "one")
                  .menu({{"same", "Same as RGB"}, {"one", "One"}})
                  .help("The result's alpha.");
    soften_ = &set.add("soften", "Soften", ParStyle::Float, 0.0)
                   .slider(0.0, 1.0)
                   .help("Width of the slope from 0 to 1, in values of the input.");
  }

 protected:
  void values(Values& values, TopCook&) override {
    values.parameter(*comparator_);
    values.parameter(*rgb_);
    values.parameter(*alpha_);
    values.parameter(*soften_);
    values.number("weights", sourceWeights(*rgb_));
    values.number("level", static_cast<float>(threshold_->number()));
  }

 private:
  Parameter* comparator_;
  Parameter* rgb_;
  Parameter* threshold_;
  Parameter* alpha_;
  Parameter* soften_;
};

}  // namespace

extern const OpType thresholdType;
const OpType thresholdType = {"threshold",
                              "Threshold",
                              "Black where a comparison holds, white elsewhere.",
                              1,
                              1,
                              []() -> std::unique_ptr<Op> { return std::make_unique<Threshold>(); }};

}  // namespace topknot::ops
