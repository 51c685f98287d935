// Puts samples into strips and tiles.
#include "io/support/tif.h"

#include <cstring>
#include <span>
#include <vector>

namespace topknot::test {
namespace {

void put(std::vector<std::byte>& to, double value, const TifTags& tags) {
  const auto append = [&](auto number) {
    const auto bytes = std::as_bytes(std::span(&number, 1));
    to.insert(to.end(), bytes.begin(), bytes.end());
  };
  if (tags.sampleFormat == SAMPLEFORMAT_IEEEFP) {
    if (tags.bits == 32) append(static_cast<float>(value));
    if (tags.bits == 64) append(value);
    if (tags.bits == 16) append(static_cast<std::uint16_t>(value));
  } else {
    if (tags.bits == 8) append(static_cast<std::uint8_t>(value));
    if (tags.bits == 16) append(static_cast<std::uint16_t>(value));
    if (tags.bits == 32) append(static_cast<std::uint32_t>(value));
  }
}

}  // namespace

std::filesystem::path writeTif(const Scratch& scratch, const TifTags& tags, TifSamples samples,
                               int width, int height) {
  const auto file = scratch / "made.tif";
  TIFF* tif = TIFFOpen(file.c_str(), tags.mode);
  TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tif, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, tags.bits);
  TIFFSetField(tif, TIFFTAG_SAMPLEFORMAT, tags.sampleFormat);
  TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, tags.samples);
  TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, tags.photometric);
  TIFFSetField(tif, TIFFTAG_PLANARCONFIG, tags.planar);
  TIFFSetField(tif, TIFFTAG_COMPRESSION, tags.compression);
  if (tags.orientation) TIFFSetField(tif, TIFFTAG_ORIENTATION, tags.orientation);
  if (tags.samples == 2 || (tags.samples == 4 && tags.photometric == PHOTOMETRIC_RGB)) {
    const auto extra = static_cast<std::uint16_t>(tags.extra);
    TIFFSetField(tif, TIFFTAG_EXTRASAMPLES, 1, &extra);
  }
  const int side = 16;
  if (tags.tiled) {
    TIFFSetField(tif, TIFFTAG_TILEWIDTH, side);
    TIFFSetField(tif, TIFFTAG_TILELENGTH, side);
  } else {
    TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, 1);
  }
  const bool planar = tags.planar == PLANARCONFIG_SEPARATE;
  for (int plane = 0; plane < (planar ? tags.samples : 1); ++plane) {
    const int stepX = tags.tiled ? side : width, stepY = tags.tiled ? side : 1;
    for (int top = 0; top < height; top += stepY) {
      for (int left = 0; left < width; left += stepX) {
        std::vector<std::byte> block;
        for (int y = top; y < top + stepY; ++y) {
          for (int x = left; x < left + stepX; ++x) {
            for (int s = planar ? plane : 0; s < (planar ? plane + 1 : tags.samples); ++s) {
              put(block, x < width && y < height ? samples(x, y, s) : 0, tags);
            }
          }
        }
        const auto size = static_cast<tmsize_t>(block.size());
        const auto p = static_cast<std::uint16_t>(plane);
        if (tags.tiled) {
          const auto tile = TIFFComputeTile(tif, static_cast<std::uint32_t>(left),
                                            static_cast<std::uint32_t>(top), 0, p);
          TIFFWriteEncodedTile(tif, tile, block.data(), size);
        } else {
          const auto strip = TIFFComputeStrip(tif, static_cast<std::uint32_t>(top), p);
          TIFFWriteEncodedStrip(tif, strip, block.data(), size);
        }
      }
    }
  }
  TIFFClose(tif);
  return file;
}

}  // namespace topknot::test
