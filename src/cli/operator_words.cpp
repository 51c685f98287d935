// How an operator and its parameters are put into words.
#include "cli/operator_words.h"

#include <algorithm>

namespace topknot::cli {

const char* styleName(ParStyle style) {
  switch (style) {
    case ParStyle::Float:
      return "Float";
    case ParStyle::Int:
      return "Int";
    case ParStyle::Toggle:
      return "Toggle";
    case ParStyle::Str:
      return "Str";
    case ParStyle::File:
      return "File";
    case ParStyle::OpName:
      return "OP";
    case ParStyle::Menu:
      return "Menu";
    case ParStyle::Pulse:
      return "Pulse";
  }
  return "";
}

bool hasNumbers(const Parameter& parameter) {
  return parameter.style() == ParStyle::Float || parameter.style() == ParStyle::Int;
}

std::string inputsText(const OpType& type) {
  if (type.maxInputs == 0) return "no inputs";
  std::string text = std::to_string(type.minInputs);
  if (type.maxInputs < 0) return text + " or more inputs";
  if (type.maxInputs != type.minInputs) text += " to " + std::to_string(type.maxInputs);
  return text + (type.maxInputs == 1 ? " input" : " inputs");
}

std::string rangeText(const Parameter& parameter) {
  if (!hasNumbers(parameter)) return "";
  const std::string low = parameter.min() ? Value(*parameter.min()).text() : "";
  const std::string high = parameter.max() ? Value(*parameter.max()).text() : "";
  return low.empty() && high.empty() ? "" : ", " + low + " … " + high;
}

std::vector<const Parameter*> inOrder(const Op& op) {
  std::vector<const Parameter*> list;
  for (const auto& parameter : op.parameters().all()) list.push_back(parameter);
  std::stable_partition(list.begin(), list.end(),
                        [](const Parameter* p) { return p->page() != "Common"; });
  return list;
}

}  // namespace topknot::cli
