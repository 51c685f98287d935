// What a bmp says before its pixels.
#pragma once

#include <array>
#include <cstdint>

#include "io/codecs/codec.h"

namespace topknot::io {

/// Whether pixels are run-length encoded, and which of their bits are.
enum class BmpRuns { None, Rle4, Rle8, Rle24 };

/// Of a file within the limits, which is all there if its pixels are not run-length encoded.
struct BmpHeader {
  /// Of masks, those with more than 8 bits.
  bool hasWideMask() const;

  std::size_t width, height;
  bool topFirst;       ///< the other order than usual
  std::uint32_t bits;  ///< of a pixel: 1, 4, 8, 16, 24 or 32
  /// Of red, green, blue and alpha, which may be 0, if the file has any: 16 or 32 bits.
  bool masked;
  BmpRuns runs;
  std::array<std::uint32_t, 4> masks;
  /// Up to 8 bits: at least 1 colour of blue, green, red and perhaps a byte more, at most 2^bits.
  std::size_t palette, colours, colourBytes;
  std::size_t pixels;    ///< where the rows start
  std::size_t rowBytes;  ///< of one that is not encoded: a multiple of 4
};

/// Throws Refusal.
BmpHeader readBmpHeader(ByteView file, const ReadLimits& limits);

}  // namespace topknot::io
