// What constant expressions of a shader's text come to.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

/// `3`, `vec3(1, 0.5, 0)`, `float[](1, 2)`: all their numbers in a row.
struct Numbers {
  std::vector<double> values;
  bool whole = false;  // of integers, so that a division cuts
};

/// Constants by name.
using KnownNumbers = std::map<std::string_view, Numbers>;

/// How many numbers a type of GLSL holds; 0 if it is not one of numbers.
int componentsOf(std::string_view type);

/// Nothing where the expression is more than signs, sums, products, brackets, lists and
/// constructors of numbers and known names.
std::optional<Numbers> evaluate(std::span<const CodeToken> expression, const KnownNumbers& known);

/// The same where it comes to one whole number that an int holds.
std::optional<int> evaluateInt(std::span<const CodeToken> expression, const KnownNumbers& known);

}  // namespace topknot::glsl
