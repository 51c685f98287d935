// Pixels whose channels lie under masks, as headers of DirectDraw describe them.
#pragma once

#include "io/codecs/dds.h"

namespace topknot::io {

/// The format with the channels of these masks (red, green, blue, alpha; 0 is none) and with at
/// least their bits. Red that is alone, or the same as green and blue, is grey.
PixelFormat maskedFormat(const std::uint32_t (&masks)[4]);

/// A row of such pixels in `pixels.format`, which is that of `maskedFormat`.
void unmask(ByteView row, const DdsPixels& pixels, std::span<std::byte> out);

}  // namespace topknot::io
