// How large a shader becomes in a driver's hands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace topknot::glsl {

/// What is too large about a text, and in which of its lines, counted from 0.
struct Excess {
  int line = 0;
  std::string message;
};

/// Words and signs that functions may make where drivers put them in the place of their calls,
/// those that nobody calls included. Mesa takes 7 s for 700,000 of them, and so beyond this longer
/// than a context's deadline, which ends what is merely slow.
constexpr std::size_t kMaxInlined = 1 << 22;

/// Looks at a live text as a driver sees it, with functions in the place of their calls: drivers
/// recurse over expressions and crash where they are too deep, and functions that double at every
/// step take all memory. What only takes time is left to the watchdog.
std::optional<Excess> findExcess(std::string_view code);

}  // namespace topknot::glsl
