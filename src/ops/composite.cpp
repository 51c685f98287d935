// Composite: any number of layers upon each other.
#include <algorithm>

#include "top/filters/layer_filter.h"
#include "top/parameters/named_tops.h"
#include "top/parameters/operand_menu.h"

namespace topknot::ops {

namespace {

class Composite : public LayerFilter {
 public:
  Composite() : LayerFilter("composite") {
    ParameterSet& set = declare();
    set.page("Composite");
    tops_ = &set.add("top", "TOP", ParStyle::OpName, "")
                 .help("Names of more inputs, blanks between; they follow the wired ones.");
    select_ = &set.add("selectinput", "Select Input", ParStyle::Toggle, false)
                   .help("Passes one input on as it is, the one of the Input Index.");
    index_ = &set.add("inputindex", "Input Index", ParStyle::Int, 0)
                  .slider(0, 10)
                  .help("0 is the first connected input. Beyond the ends: the nearest.");
    declareOperand(set, "multiply");
    declareTransform({.steps = true});
  }

 protected:
  void references(std::vector<Op*>& ops) const override {
    const NamedTops named = namedTops(*this, *tops_);
    ops.insert(ops.end(), named.ops.begin(), named.ops.end());
  }

  void render(TopCook& cook) override {
    NamedTops named = namedTops(*this, *tops_);
    for (std::string& warning : named.warnings) addWarning(std::move(warning));
    for (Op* op : named.ops) cook.addInput(*op);
    if (!select_->on()) return LayerFilter::render(cook);
    std::vector<int> connected;
    for (int i = 0; i < cook.inputCount(); ++i) {
      if (cook.connected(i)) connected.push_back(i);
    }
    if (connected.empty()) throw Error("Not enough sources specified");
    const double last = static_cast<double>(connected.size() - 1);
    const auto chosen = static_cast<std::size_t>(std::clamp(index_->number(), 0.0, last));
    cook.sourceInput(connected[chosen]);
    cook.passInput(connected[chosen]);
  }

 private:
  Parameter *tops_, *select_, *index_;
};

}  // namespace

extern const OpType compositeType;
const OpType compositeType = {
    "composite",
    "Composite",
    "Puts any number of inputs upon each other, one after the other, by one of 46 operations.",
    0,
    -1,
    []() -> std::unique_ptr<Op> { return std::make_unique<Composite>(); }};

}  // namespace topknot::ops
