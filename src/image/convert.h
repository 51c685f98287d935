// Runs of pixels from one format to another.
#pragma once

#include <cstddef>

#include "topknot/pixel_format.h"

namespace topknot {

/// Pixels of one format as another has them, through (r, g, b, a). `all` is how many there are of
/// the picture that they belong to.
void convertPixels(PixelFormat from, const std::byte* source, std::size_t pixels, PixelFormat to,
                   std::byte* target, std::size_t all);

}  // namespace topknot
