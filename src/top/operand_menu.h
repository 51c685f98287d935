// The menu of operands: the ways to put one layer upon another.
#pragma once

#include "topknot/parameter.h"

namespace topknot {

/// Declares `operand`, the 46 items whose functions are in shaders/operands.glsl, and `swaporder`.
void declareOperand(ParameterSet& set, const char* defaultItem);

/// The Output page of generators that can be put upon an input: `compoverinput`, then the above.
void declareOutputPage(ParameterSet& set);

}  // namespace topknot
