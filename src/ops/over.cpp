// Over: the first input upon the second.
#include "top/filters/layer_filter.h"

namespace topknot::ops {

namespace {

class Over : public LayerFilter {
 public:
  Over() : LayerFilter("over") { declareTransform({}); }
};

}  // namespace

extern const OpType overType;
const OpType overType = {
    "over", "Over", "Puts the first input upon the second by its alpha.",
    2,      2,      []() -> std::unique_ptr<Op> { return std::make_unique<Over>(); }};

}  // namespace topknot::ops
