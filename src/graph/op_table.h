// The table of built-in operator types, which the build makes from the files in src/ops.
#pragma once

#include <span>

#include "topknot/op.h"

namespace topknot {

/// One entry for each operator file, sorted by name.
std::span<const OpType* const> builtinOpTypes();

}  // namespace topknot
