// 16-bit floats: exact to float, and back with rounding to nearest even.
#pragma once

#include <bit>
#include <cstdint>

namespace topknot {

/// Every half value, NaN payloads included, is exact as a float.
inline float floatFromHalf(std::uint16_t half) {
  constexpr std::uint32_t kExponent = 0x7c00u << 13;
  std::uint32_t bits = (half & 0x7fffu) << 13;
  const std::uint32_t exponent = bits & kExponent;
  bits += (127u - 15u) << 23;
  if (exponent == kExponent) {
    bits += (128u - 16u) << 23;
  } else if (exponent == 0) {
    // A subnormal: let the float unit normalise it.
    bits += 1u << 23;
    bits = std::bit_cast<std::uint32_t>(std::bit_cast<float>(bits) - 0x1p-14f);
  }
  return std::bit_cast<float>(bits | (half & 0x8000u) << 16);
}

/// Overflow gives infinity, as IEEE 754 asks for. NaN keeps the top of its payload.
inline std::uint16_t halfFromFloat(float value) {
  const auto all = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(all >> 16 & 0x8000u);
  std::uint32_t bits = all & 0x7fffffffu;
  std::uint32_t half = 0;
  if (bits > 0x7f800000u) {
    half = 0x7c00u | (bits >> 13 & 0x3ffu);
    if (half == 0x7c00u) half |= 0x200u;
  } else if (bits >= (127u + 16u) << 23) {
    half = 0x7c00u;
  } else if (bits < 113u << 23) {
    // The result is subnormal or 0: adding 0.5 makes the float unit round at the right bit.
    half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(bits) + 0.5f) - (126u << 23);
  } else {
    bits += 0xfffu + (bits >> 13 & 1u);
    half = (bits - (112u << 23)) >> 13;
  }
  return static_cast<std::uint16_t>(sign | half);
}

}  // namespace topknot
