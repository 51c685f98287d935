// Select: the picture of another operator, by name.
#include "top/cook/top_cook.h"
#include "top/parameters/named_tops.h"

namespace topknot::ops {

namespace {

class Select : public Top {
 public:
  Select() {
    declare().page("Select");
    top_ = &declare()
                .add("top", "TOP", ParStyle::OpName, "")
                .help("The operator's name. Without one, or a wrong one: nothing, transparent.");
  }

 protected:
  void references(std::vector<Op*>& ops) const override {
    const NamedTops named = namedTops(*this, *top_);
    if (!named.ops.empty()) ops.push_back(named.ops.front());
  }

  bool onlyDescribes() const override { return true; }

  void render(TopCook& cook) override {
    NamedTops named = namedTops(*this, *top_);
    for (std::string& warning : named.warnings) addWarning(std::move(warning));
    if (!named.ops.empty()) {
      cook.addInput(*named.ops[0]);
      return cook.passInput(0);
    }
    cook.showNothing();
  }

 private:
  Parameter* top_;
};

}  // namespace

extern const OpType selectType;
const OpType selectType = {
    "select", "Select", "Passes the picture of another operator on, found by its name.",
    0,        0,        []() -> std::unique_ptr<Op> { return std::make_unique<Select>(); }};

}  // namespace topknot::ops
