// The menu of operands: the ways to put one layer upon another.
#pragma once

#include "top/parameters/values.h"
#include "topknot/parameter.h"

namespace topknot {

/// Declares `operand`, the 46 items whose functions are in shaders/operands.glsl, and `swaporder`.
void declareOperand(ParameterSet& set, const char* defaultItem);

/// The Output page of generators that can be put upon an input: `compoverinput`, then the above.
void declareOutputPage(ParameterSet& set);

/// Gives a generator's shader the page: `over`, 1 if the picture is put upon the input, `operand`
/// and `swaporder`.
void giveOutputPage(Values& values, const ParameterSet& set, bool hasInput);

}  // namespace topknot
