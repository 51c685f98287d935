// How pixels lie in files that know grey and rgb, each with alpha or without.
#pragma once

#include <span>

#include "io/codecs/codec.h"

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

/// The rows of an image in a layout, little-endian and without what the file lacks. The image
/// outlives it.
class SampleRows {
 public:
  SampleRows(const Image& image, const SampleLayout& layout);

  std::size_t rowBytes() const { return rowBytes_; }
  std::size_t bytes() const { return rowBytes_ * static_cast<std::size_t>(image_.height()); }
  /// Rows one after the other, counted from the top; as many as `out` has room for.
  void take(int row, std::span<std::byte> out) const;

 private:
  const SampleLayout layout_;
  const Image converted_;  // if it has to be
  const Image& image_;
  const std::size_t rowBytes_;
};

/// All of them, top row first.
Bytes samplesOf(const Image& image, const SampleLayout& layout);

}  // namespace topknot::io
