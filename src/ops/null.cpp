// Null: passes its input on, without a copy.
#include "top/cook/top_cook.h"

namespace topknot::ops {

namespace {

class Null : public Top {
 protected:
  void render(TopCook& cook) override { cook.passInput(0); }
  bool onlyDescribes() const override { return true; }
};

}  // namespace

extern const OpType nullType;
const OpType nullType = {
    "null", "Null", "Passes its input on; a place to hold on to while what is before it changes.",
    1,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Null>(); }};

}  // namespace topknot::ops
