// Cross: blends from the first input to the second.
#include "top/filters/layer_filter.h"

namespace topknot::ops {

namespace {

class Cross : public LayerFilter {
 public:
  Cross() : LayerFilter("cross") {
    declare().page("Cross");
    declare()
        .add("cross", "Cross", ParStyle::Float, 0.5)
        .help("0 is the first input, 1 the second. Beyond, the difference grows on.");
    declareTransform({.outsideFit = "fitworst"});
  }
};

}  // namespace

extern const OpType crossType;
const OpType crossType = {
    "cross", "Cross", "Blends from the first input to the second.",
    2,       2,       []() -> std::unique_ptr<Op> { return std::make_unique<Cross>(); }};

}  // namespace topknot::ops
