// Render Select: one of the colour buffers that another operator draws at once.
#include "top/cook/top_cook.h"
#include "top/parameters/named_tops.h"

namespace topknot::ops {

namespace {

class RenderSelect : public Top {
 public:
  RenderSelect() {
    ParameterSet& set = declare();
    set.page("Render Select");
    top_ = &set.add("top", "TOP", ParStyle::OpName, "")
                .help("The operator's name. Without one, or a wrong one: nothing, transparent.");
    index_ = &set.add("colorbufindex", "Color Buffer Index", ParStyle::Int, 0)
                  .limits(0, 7)
                  .help("Which of its colour buffers, from 0.");
  }

 protected:
  void references(std::vector<Op*>& ops) const override {
    const NamedTops named = namedTops(*this, *top_);
    if (!named.ops.empty()) ops.push_back(named.ops.front());
  }

  void render(TopCook& cook) override {
    NamedTops named = namedTops(*this, *top_);
    for (std::string& warning : named.warnings) addWarning(std::move(warning));
    if (named.ops.empty()) return cook.showNothing();
    Op& from = *named.ops.front();
    const int index = static_cast<int>(index_->number());
    const int count = cook.addBuffer(from, index);
    if (index < count) return cook.passInput(0);
    addWarning(from.describe() + " draws " + std::to_string(count) +
               " colour buffers: there is none of index " + std::to_string(index));
    cook.showNothing();
  }

 private:
  Parameter *top_, *index_;
};

}  // namespace

extern const OpType renderselectType;
const OpType renderselectType = {
    "renderselect",
    "Render Select",
    "One of the colour buffers that a GLSL operator draws at once.",
    0,
    0,
    []() -> std::unique_ptr<Op> { return std::make_unique<RenderSelect>(); }};

}  // namespace topknot::ops
