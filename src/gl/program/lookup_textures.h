// The two textures that every shader of the dialect may sample.
#pragma once

#include <glad/gl.h>

namespace topknot::gl {

/// 256 × 256, red only, 8 bits: uniformly distributed, the same in every context.
GLuint noiseMap();

/// 1D, red only: half a period of a sine, from 0 to 1: texel i of n is (1 − cos(π i / (n − 1)))
/// / 2.
GLuint sineLookup();

}  // namespace topknot::gl
