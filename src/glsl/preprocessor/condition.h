// The expressions behind `#if` and `#elif`.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "glsl/preprocessor/expander.h"

namespace topknot::glsl {

/// What the expression is, macros expanded and `defined` answered. A name that is no macro is 0.
/// Nothing where it is none, which `findings` then tells, at the place of the directive if at none
/// of its tokens.
std::optional<std::int64_t> evaluateCondition(TokenSource& tokens, Place directive,
                                              MacroTable& macros, Findings& findings);

/// `0x1F`, `017`, `4u`: the value of an integer; nothing for another number.
std::optional<std::int64_t> integerOf(std::string_view text);

}  // namespace topknot::glsl
