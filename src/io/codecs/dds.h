// The DirectDraw surface format: its header, and how it stores pixels.
// https://learn.microsoft.com/windows/win32/direct3ddds/dx-graphics-dds-pguide
#pragma once

#include <optional>

#include "io/codecs/codec.h"

namespace topknot::io {

inline constexpr std::string_view kDdsMagic{"DDS ", 4};

/// Where things stand, in bytes from the file's start; all are 32-bit and little-endian.
struct DdsPlace {
  static constexpr std::size_t kSize = 4, kFlags = 8, kHeight = 12, kWidth = 16, kPitch = 20,
                               kDepth = 24, kLevels = 28, kPixelSize = 76, kPixelFlags = 80,
                               kFourCc = 84, kBits = 88, kMasks = 92, kCaps = 108, kCaps2 = 112,
                               kHeader = 128, kDxgi = 128, kDimension = 132, kArraySize = 140,
                               kExtended = 148;
};

/// Block compression, 4 × 4 pixels each.
enum class DdsBlocks { Bc1, Bc2, Bc3, Bc4, Bc5 };

/// How the file's pixels are stored.
struct DdsPixels {
  PixelFormat format;                    ///< of the picture
  std::optional<DdsBlocks> blocks = {};  ///< compressed in these
  bool swapped = false;                  ///< blue comes first
  bool opaque = false;                   ///< the fourth byte means nothing
  /// Bits of red, green, blue and alpha in a pixel of `bits`; all zero if it is as `format` has it.
  std::uint32_t masks[4] = {};
  int bits = 0;
};

/// The number of the DXGI format that stores exactly this, and `format` itself; or, where there is
/// none, one with more channels.
struct DxgiFormat {
  std::uint32_t number;
  PixelFormat format;
};
DxgiFormat dxgiFormat(PixelFormat format);

/// What a DXGI number means; nothing if it is not read.
std::optional<DdsPixels> dxgiPixels(std::uint32_t number);

/// What the older header means. Throws Refusal if it is not read.
DdsPixels legacyPixels(ByteView file);

/// Bytes from one row of uncompressed pixels to the next; `rowBytes` are those of the pixels alone.
std::size_t legacyRowStep(ByteView file, std::size_t rowBytes);

}  // namespace topknot::io
