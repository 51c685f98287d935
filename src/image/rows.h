// Runs of pixels between a format's bytes and (r, g, b, a) floats.
#pragma once

#include <cstddef>

#include "topknot/pixel_format.h"

namespace topknot {

/// Expands `count` pixels into 4 · count floats.
using RowReader = void (*)(const std::byte* pixels, std::size_t count, float* rgba);

/// Stores `count` pixels from 4 · count floats.
using RowWriter = void (*)(const float* rgba, std::size_t count, std::byte* pixels);

RowReader rowReader(PixelFormat format);
RowWriter rowWriter(PixelFormat format);

}  // namespace topknot
