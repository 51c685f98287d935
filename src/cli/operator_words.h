// How an operator and its parameters are put into words.
#pragma once

#include <string>
#include <vector>

#include "topknot/topknot.h"

namespace topknot::cli {

/// `Float`, `Menu`, …
const char* styleName(ParStyle style);
/// True where the value is one or more numbers.
bool hasNumbers(const Parameter& parameter);
/// `no inputs`, `1 to 2 inputs`, `1 or more inputs`
std::string inputsText(const OpType& type);
/// `, 0 … 1` with what there is of the two ends; empty if there is neither.
std::string rangeText(const Parameter& parameter);
/// The operator's own pages first, as TouchDesigner shows them.
std::vector<const Parameter*> inOrder(const Op& op);

}  // namespace topknot::cli
