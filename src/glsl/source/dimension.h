// Kinds of textures.
#pragma once

namespace topknot::glsl {

/// Kinds of textures, in the order in which a GLSL TOP groups its inputs.
enum class Dimension { Flat, Volume, Array, Cube };
inline constexpr int kDimensions = 4;

}  // namespace topknot::glsl
