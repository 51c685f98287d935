// How pixels lie in files that know grey and rgb, each with alpha or without.
#pragma once

#include "io/codec.h"

namespace topknot::io {

/// What a sample of a file can be at most.
enum class SampleDepth { Fixed8, Fixed16, Float32 };

struct SampleLayout {
  int samples;         ///< of a pixel: 1 grey, 2 with alpha, 3 rgb, 4 rgba
  int bytes;           ///< of a sample: 1 or 2 (fixed), 4 (float)
  PixelFormat pixels;  ///< has these samples, and perhaps more behind them
};

/// The layout that loses the least of `format`. sRGB bytes go into the file as they are; red and
/// green alone become rgba, and so does alpha alone.
SampleLayout sampleLayout(PixelFormat format, SampleDepth most);

/// All pixels in the layout, top row first, without what the file lacks. Little-endian.
Bytes samplesOf(const Image& image, const SampleLayout& layout);

/// One row of an image that has the format `layout.pixels`.
void takeSamples(std::span<const std::byte> row, const SampleLayout& layout,
                 std::span<std::byte> out);

}  // namespace topknot::io
