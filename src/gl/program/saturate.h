// Numbers in types that hold less.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

namespace topknot::gl {

/// Whole numbers are rounded towards zero; what is too large becomes the largest; NaN is 0 as one.
template <class T>
T saturated(double number) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_integral_v<T>) {
    if (std::isnan(number)) return 0;
    if (number <= static_cast<double>(Limits::min())) return Limits::min();
    if (number >= static_cast<double>(Limits::max())) return Limits::max();
  } else if constexpr (std::is_same_v<T, float>) {
    if (std::isfinite(number) && number > Limits::max()) return Limits::max();
    if (std::isfinite(number) && number < Limits::lowest()) return Limits::lowest();
  }
  return static_cast<T>(number);
}

}  // namespace topknot::gl
