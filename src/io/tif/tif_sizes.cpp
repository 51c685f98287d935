// The ratios of tif's compressions, and the table of its strips or tiles.
#include "io/tif/tif_sizes.h"

#include <algorithm>

namespace topknot::io {
namespace {

/// One bit stands for a row like the one above it.
Compression fax(const TifStream& tif) {
  const bool tiled = TIFFIsTiled(tif.get());
  const std::uint64_t row = tiled ? TIFFTileRowSize64(tif.get()) : TIFFScanlineSize64(tif.get());
  return {"its fax encoding", std::max<std::uint64_t>(8 * row, 1)};
}

Compression compressionOf(const TifStream& tif) {
  switch (tif.field<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE)) {
    case COMPRESSION_NONE:
      return {"", 1};
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTRLEW:
    case COMPRESSION_CCITTFAX3:
    case COMPRESSION_CCITTFAX4:
      return fax(tif);
    case COMPRESSION_LZW:
      return {"LZW", 2048};
    case COMPRESSION_OJPEG:
    case COMPRESSION_JPEG:
      return {"a jpg", 1536};
    case COMPRESSION_PACKBITS:
    case COMPRESSION_NEXT:
    case COMPRESSION_THUNDERSCAN:
      return {"its run-length encoding", 64};
    case COMPRESSION_SGILOG:
    case COMPRESSION_SGILOG24:
      return {"its encoding of luminance", 512};
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
      return kDeflate;
    case COMPRESSION_PIXARLOG:
      return {"PixarLog", 2 * kDeflate.ratio};
    case COMPRESSION_LZMA:
      return {"LZMA", 7168};  // 273 bytes for 14 bits, each of which takes 0.022 at least
    case COMPRESSION_ZSTD:
      return {"ZSTD", 32768};  // 128 KiB for 4 bytes
    default:
      return {"its compression", kUnbounded};
  }
}

/// Bytes of all planes, as decoders give them: of YCbCr, colour may have fewer samples.
std::uint64_t samplesOf(const TifStream& tif, const TifLayout& layout) {
  const std::uint64_t planes = layout.planar ? static_cast<std::uint64_t>(layout.samples) : 1;
  if (layout.tiled) return TIFFTileSize64(tif.get()) * TIFFNumberOfTiles(tif.get());
  return TIFFVStripSize64(tif.get(), layout.height) * planes;
}

/// Libtiff would read as many bytes as the table says before it finds that there are fewer.
void checkBlock(const TifStream& tif, std::uint32_t block, std::uint64_t fileBytes) {
  const std::uint64_t start = TIFFGetStrileOffset(tif.get(), block);
  const std::uint64_t size = TIFFGetStrileByteCount(tif.get(), block);
  if (size == 0) {
    throw Refusal("is damaged: block " + std::to_string(block) + " of its pixels has no bytes");
  }
  if (start <= fileBytes && size <= fileBytes - start) return;
  throw Refusal("is truncated: block " + std::to_string(block) + " of its pixels has " +
                std::to_string(size) + " bytes from byte " + std::to_string(start) +
                " on, and the file has " + std::to_string(fileBytes));
}

}  // namespace

void checkTifSizes(const TifStream& tif, const TifLayout& layout, const ReadLimits& limits,
                   std::uint64_t fileBytes) {
  if (layout.tiled && (layout.blockWidth == 0 || layout.blockHeight == 0)) {
    throw Refusal("is damaged: its tiles have no pixels");
  }
  const std::uint64_t samples = samplesOf(tif, layout);
  if (samples == 0) tif.refuse();  // more than libtiff can count
  checkRatio(limits, compressionOf(tif), samples, fileBytes);
  if (samples <= kCheapBytes) return;
  const std::uint32_t blocks =
      layout.tiled ? TIFFNumberOfTiles(tif.get()) : TIFFNumberOfStrips(tif.get());
  for (std::uint32_t block = 0; block < blocks; ++block) checkBlock(tif, block, fileBytes);
}

}  // namespace topknot::io
