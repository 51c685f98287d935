// How large a shader's text becomes in a driver's hands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace topknot::gl {

/// What is too large about a text, and in which of its lines, counted from 0.
struct ShaderExcess {
  int line = 0;
  std::string message;
};

/// Looks at a text without comments as a driver sees it, with macros expanded and functions
/// inlined: drivers recurse over expressions and crash where they are too deep, and what doubles at
/// every step keeps them busy for ever. Conditions are not evaluated: all branches count.
std::optional<ShaderExcess> findExcess(std::string_view code);

}  // namespace topknot::gl
