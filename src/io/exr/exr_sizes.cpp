// The ratios of exr's compressions, and what OpenEXR allocates before it decodes.
#include "io/exr/exr_sizes.h"

#include <ImfChannelList.h>
#include <ImfCompression.h>
#include <ImfTileDescription.h>

#include <algorithm>

#include "image/sizes.h"

namespace topknot::io {
namespace {

using Imath::Box2i;

Compression compressionOf(const Imf::Header& header) {
  switch (header.compression()) {
    case Imf::NO_COMPRESSION:
      return {"", 1};
    case Imf::RLE_COMPRESSION:
      return {"RLE", 64};
    case Imf::ZIPS_COMPRESSION:
    case Imf::ZIP_COMPRESSION:
      return kDeflate;
    case Imf::PIZ_COMPRESSION:
      return {"PIZ", 512};  // 255 halfs for 9 bits
    case Imf::PXR24_COMPRESSION:
      return {"PXR24", kDeflate.ratio * 4 / 3};  // of floats it stores three bytes
    case Imf::B44_COMPRESSION:
    case Imf::B44A_COMPRESSION:
      return {"B44", 11};  // 32 bytes for 3
    case Imf::DWAA_COMPRESSION:
    case Imf::DWAB_COMPRESSION:
      return {"DWA", 64 * kDeflate.ratio};  // deflate, of runs or of two numbers for 64 floats
    default:
      return {"its compression", kUnbounded};
  }
}

struct PixelBytes {
  std::int64_t stored = 0;  ///< of four pixels, since colour may have a sample for every four
  std::int64_t whole = 0;   ///< of a pixel, as if no channel was subsampled
};

PixelBytes pixelBytesOf(const Imf::ChannelList& channels) {
  PixelBytes pixel;
  for (auto channel = channels.begin(); channel != channels.end(); ++channel) {
    const Imf::Channel& one = channel.channel();
    const std::int64_t bytes = bytesOf(one.type);
    pixel.whole += bytes;
    if (one.xSampling == 1 && one.ySampling == 1) {
      pixel.stored += 4 * bytes;
    } else if (one.xSampling == 2 && one.ySampling == 2) {
      pixel.stored += bytes;
    }
  }
  return pixel;
}

std::string sidesOf(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height) + " pixels";
}

/// OpenEXR allocates a block of lines, or a tile, with all channels of the file. Tiles may be
/// larger than the picture.
void checkBlocks(const Imf::Header& header, std::int64_t pixel, std::uint64_t samples,
                 const ReadLimits& limits) {
  constexpr std::int64_t kMostLines = 256;
  constexpr std::uint64_t kSmallBlock = std::uint64_t{64} << 20;
  const Box2i& window = header.dataWindow();
  std::int64_t width = widthOf(window), height = std::min(heightOf(window), kMostLines);
  if (header.hasTileDescription()) {
    const Imf::TileDescription& tile = header.tileDescription();
    width = tile.xSize;
    height = tile.ySize;
    if (width > limits.side || height > limits.side) {
      throw Refusal("is too large: its tiles are " + sidesOf(width, height) + ", the limit is " +
                    std::to_string(limits.side) + " a side");
    }
  }
  const std::uint64_t most = std::max(samples, kSmallBlock);
  if (!productWithin(most, {width, height, pixel})) {
    throw Refusal("is too large: one of its blocks is " + sidesOf(width, height) + " of " +
                  std::to_string(pixel) + " bytes; expected at most " + std::to_string(most) +
                  " bytes");
  }
}

/// The file stores nothing of the pixels that lie around its data.
void checkDisplay(const Imf::Header& header, std::int64_t pixelBytes, const ReadLimits& limits,
                  std::uint64_t fileBytes) {
  const Box2i &display = header.displayWindow(), &data = header.dataWindow();
  const Box2i shared(
      Imath::V2i(std::max(display.min.x, data.min.x), std::max(display.min.y, data.min.y)),
      Imath::V2i(std::min(display.max.x, data.max.x), std::min(display.max.y, data.max.y)));
  const std::int64_t stored =
      std::max<std::int64_t>(widthOf(shared), 0) * std::max<std::int64_t>(heightOf(shared), 0);
  const std::int64_t all = widthOf(display) * heightOf(display);
  if (static_cast<std::uint64_t>(all - stored) <= limits.emptyPixels) return;
  const std::uint64_t ratio =
      limits.ratio != 0 ? std::min(limits.ratio, kDeflate.ratio) : kDeflate.ratio;
  if (static_cast<std::uint64_t>(all) / ratio * static_cast<std::uint64_t>(pixelBytes) <= fileBytes)
    return;
  throw Refusal("is too large: its display window is " +
                sidesOf(widthOf(display), heightOf(display)) + ", of which it stores " +
                std::to_string(stored) + "; the limit is " + std::to_string(limits.emptyPixels) +
                " pixels that are not stored");
}

}  // namespace

void checkExrSizes(const Imf::Header& header, std::int64_t pixelBytes, const ReadLimits& limits,
                   std::uint64_t fileBytes) {
  const Box2i& window = header.dataWindow();
  const PixelBytes pixel = pixelBytesOf(header.channels());
  const auto four =
      productWithin(~std::uint64_t{0} / 2, {widthOf(window), heightOf(window), pixel.stored});
  if (!four) {
    throw Refusal("is too large: its " + sidesOf(widthOf(window), heightOf(window)) + " take " +
                  std::to_string(pixel.whole) + " bytes each");
  }
  const std::uint64_t samples = *four / 4;
  checkRatio(limits, compressionOf(header), samples, fileBytes);
  checkBlocks(header, pixel.whole, samples, limits);
  checkDisplay(header, pixelBytes, limits, fileBytes);
}

}  // namespace topknot::io
