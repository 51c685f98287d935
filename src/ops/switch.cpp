// Switch: one of its inputs, or a blend of two neighbours.
#include <algorithm>
#include <cmath>

#include "top/cook/top_cook.h"

namespace topknot::ops {

namespace {

/// Brings an index into 0 … count − 1. With `blend`, what lies between the last and the first input
/// belongs to the loop; without, only whole numbers come here.
double wrapped(double index, int count, const std::string& extend) {
  const double last = count - 1.0;
  if (extend == "loop") return index - count * std::floor(index / count);
  if (extend == "zigzag" && count > 1) {
    const double there = index - 2.0 * last * std::floor(index / (2.0 * last));
    return there <= last ? there : 2.0 * last - there;
  }
  return std::clamp(index, 0.0, last);
}

class Switch : public Top {
 public:
  Switch() {
    ParameterSet& set = declare();
    set.page("Switch");
    index_ = &set.add("index", "Index", ParStyle::Float, 0)
                  .slider(0, 10)
                  .help("Which input; 0 is the first connected one.");
    blend_ = &set.add("blend", "Blend between Inputs", ParStyle::Toggle, false)
                  .help(
                      "An index between two inputs blends them. The lower one gives size "
                      "and format.");
    extend_ =
        &set.add("extend", "Extend", ParStyle::Menu, "clamp")
             .menu({{"clamp", "Clamp"}, {"loop", "Loop"}, {"zigzag", "Zigzag"}})
             .help("An index beyond the inputs: stays at the end, starts again, or goes back.");
  }

 protected:
  bool onlyDescribes() const override { return true; }

  void render(TopCook& cook) override {
    std::vector<int> connected;
    for (int i = 0; i < cook.inputCount(); ++i) {
      if (cook.connected(i)) connected.push_back(i);
    }
    const int count = static_cast<int>(connected.size());
    const bool blends = blend_->on();
    const double wanted = blends ? index_->number() : std::floor(index_->number());
    const double index = wrapped(wanted, count, extend_->value());
    const int lower = std::clamp(static_cast<int>(index), 0, count - 1);
    const double share = std::clamp(index - lower, 0.0, 1.0);
    const int from = connected[static_cast<std::size_t>(lower)];
    const int to = connected[static_cast<std::size_t>((lower + 1) % count)];
    cook.sourceInput(from);
    if (share == 0.0 || from == to) return cook.passInput(from);
    blend(cook, from, to, share);
  }

 private:
  void blend(TopCook& cook, int from, int to, double share) const {
    Values values;
    values.number("share", static_cast<float>(share));
    cook.show(cook.make("switch", FunctionKind::Pixel, std::move(values),
                        {cook.operand(from), cook.operand(to)}, cook.shape(), cook.channelMask()));
  }

  Parameter *index_, *blend_, *extend_;
};

}  // namespace

extern const OpType switchType;
const OpType switchType = {
    "switch", "Switch", "Passes one of its inputs on, without a copy, or blends two of them.",
    1,        -1,       []() -> std::unique_ptr<Op> { return std::make_unique<Switch>(); }};

}  // namespace topknot::ops
