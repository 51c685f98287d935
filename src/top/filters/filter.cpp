// Filters: operators that are one shader function.
#include "top/filters/filter.h"

namespace topknot {

namespace {

/// Three numbers that are called red, green and blue.
bool isColour(const Parameter& parameter) {
  return parameter.style() == ParStyle::Float && parameter.size() == 3 &&
         parameter.componentName(0) == parameter.name() + "r";
}

}  // namespace

void Filter::ownParameters(Values& values) const {
  for (const auto& parameter : parameters().all()) {
    if (parameter->page() == "Common") continue;
    if (isColour(*parameter)) {
      values.number(parameter->name(), glm::vec3(state().page.colour(*parameter)));
    } else {
      values.parameter(*parameter);
    }
  }
}

void Filter::values(Values& values, TopCook&) {
  ownParameters(values);
}

PicturePtr Filter::apply(TopCook& cook, std::vector<Operand> operands) {
  Values given;
  values(given, cook);
  for (std::size_t i = 0; i < operands.size(); ++i) operands[i].footprint = footprint(i, cook);
  return cook.make(function_, kind_, std::move(given), std::move(operands), cook.shape(),
                   cook.channelMask());
}

void Filter::render(TopCook& cook) {
  std::vector<Operand> operands;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (!cook.connected(i)) continue;
    operands.push_back(cook.operand(i, extend()));
  }
  PicturePtr made = apply(cook, operands);
  for (int pass = 1; pass < cook.passCount() && !operands.empty(); ++pass) {
    operands[0].picture = std::move(made);
    made = apply(cook, operands);
  }
  cook.show(std::move(made));
}

}  // namespace topknot
