// The samples of a tif's pixels, and how they become (r, g, b, a).
#pragma once

#include <cstddef>
#include <cstdint>

#include "io/tif/tif_stream.h"

namespace topknot::io {

/// How the file lays out its pixels.
struct TifLayout {
  std::uint32_t width = 0, height = 0;            ///< pixels, before the orientation is applied
  std::uint32_t blockWidth = 0, blockHeight = 0;  ///< of a tile, or of a strip
  bool tiled = false;
  bool planar = false;    ///< each sample has blocks of its own
  bool inverted = false;  ///< 0 is white
  int bits = 0;           ///< of a sample
  int sampleFormat = 0;   ///< SAMPLEFORMAT_*
  int samples = 0;        ///< of a pixel
  int photometric = 0;    ///< PHOTOMETRIC_*, or 0xffff
  int colours = 0;        ///< 1 grey, 3 rgb, 0 anything else
  int alpha = -1;         ///< its sample, -1 none
  int orientation = 0;    ///< ORIENTATION_*
};

TifLayout tifLayout(const TifStream& tif);

/// Stores sample `sample` (0..) of `count` pixels, which lie `step` samples apart, into an
/// image's pixels; the image has the format that `tifFormat` names.
using TifStore = void (*)(const std::byte* samples, std::size_t count, std::size_t step,
                          bool inverted, std::byte* component);

/// The function for these samples, or null if they have no straight way.
TifStore tifStore(const TifLayout& layout);

/// What these samples become.
PixelFormat tifFormat(const TifLayout& layout);

}  // namespace topknot::io
