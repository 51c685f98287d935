// Pixels packed into one 32-bit word: 10-10-10-2 fixed and 11-11-10 unsigned floats.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "image/half.h"

namespace topknot {

/// 0..1 to 0..max, rounded to nearest; NaN gives 0.
inline std::uint32_t fixedFromFloat(float value, float max) {
  const float clamped = !(value > 0.0f) ? 0.0f : value >= 1.0f ? 1.0f : value;
  return static_cast<std::uint32_t>(clamped * max + 0.5f);
}

/// rgba[4] in 0..1 to a word with r in the lowest bits.
inline std::uint32_t pack1010102(const float* rgba) {
  return fixedFromFloat(rgba[0], 1023.0f) | fixedFromFloat(rgba[1], 1023.0f) << 10 |
         fixedFromFloat(rgba[2], 1023.0f) << 20 | fixedFromFloat(rgba[3], 3.0f) << 30;
}

inline void unpack1010102(std::uint32_t word, float* rgba) {
  rgba[0] = static_cast<float>(word & 1023u) / 1023.0f;
  rgba[1] = static_cast<float>(word >> 10 & 1023u) / 1023.0f;
  rgba[2] = static_cast<float>(word >> 20 & 1023u) / 1023.0f;
  rgba[3] = static_cast<float>(word >> 30) / 3.0f;
}

/// A float without sign, 5 bits of exponent and `mantissa` bits. As OpenGL asks: negative values
/// give 0, finite values too large give the largest finite one, infinity and NaN stay.
inline std::uint32_t unsignedFloatFromFloat(float value, int mantissa) {
  const std::uint32_t infinity = 31u << mantissa;
  if (std::isnan(value)) return infinity | 1u << (mantissa - 1);
  if (!(value > 0.0f)) return 0;
  if (std::isinf(value)) return infinity;
  if (value < 0x1p-14f) {
    return static_cast<std::uint32_t>(std::nearbyint(std::ldexp(value, 14 + mantissa)));
  }
  const int drop = 23 - mantissa;
  std::uint32_t bits = std::bit_cast<std::uint32_t>(value) - (112u << 23);
  bits += (1u << (drop - 1)) - 1u + (bits >> drop & 1u);
  return std::min(bits >> drop, infinity - 1u);
}

inline std::uint32_t pack111110(const float* rgb) {
  return unsignedFloatFromFloat(rgb[0], 6) | unsignedFloatFromFloat(rgb[1], 6) << 11 |
         unsignedFloatFromFloat(rgb[2], 5) << 22;
}

/// These floats are halfs with the low bits cut off.
inline void unpack111110(std::uint32_t word, float* rgb) {
  rgb[0] = floatFromHalf(static_cast<std::uint16_t>((word & 2047u) << 4));
  rgb[1] = floatFromHalf(static_cast<std::uint16_t>((word >> 11 & 2047u) << 4));
  rgb[2] = floatFromHalf(static_cast<std::uint16_t>((word >> 22) << 5));
}

}  // namespace topknot
