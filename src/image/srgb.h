// The sRGB curve between stored bytes and linear light.
#pragma once

#include <array>
#include <cstdint>

namespace topknot {

/// Linear value of each sRGB-encoded byte.
const std::array<float, 256>& linearFromSrgb();

/// The byte whose value is nearest after encoding; clamps, NaN gives 0.
std::uint8_t srgbFromLinear(float linear);

}  // namespace topknot
