// bmp: read by stb_image from a file of the one kind that it reads right, but for masks of more
// than 8 bits, which it takes for narrower ones; written by stb_image_write.
#include <algorithm>
#include <cstring>

#include "io/codecs/bmp_header.h"
#include "io/codecs/bmp_runs.h"
#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/codecs/dds_masks.h"
#include "io/codecs/samples.h"
#include "io/codecs/stb.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "BM");
}

constexpr std::size_t kHeader = 14 + 108;

/// The same picture as stb_image 2.27 reads it right: the rows from the bottom, immediately behind
/// a header of version 4 and a palette with all colours that a pixel can name. Those that the file
/// lacks are black. `rows` are those of the file, not encoded.
Bytes plainBmp(ByteView file, const BmpHeader& header, ByteView rows) {
  const std::size_t colours = header.bits <= 8 ? std::size_t{1} << header.bits : 0;
  const std::size_t pixels = kHeader + colours * 4;
  Bytes plain(pixels + header.rowBytes * header.height);
  std::byte* const to = plain.data();
  to[0] = std::byte{'B'};
  to[1] = std::byte{'M'};
  putLittle32(plain, 10, static_cast<std::uint32_t>(pixels));
  putLittle32(plain, 14, kHeader - 14);
  putLittle32(plain, 18, static_cast<std::uint32_t>(header.width));
  putLittle32(plain, 22, static_cast<std::uint32_t>(header.height));
  putLittle32(plain, 26, 1 | header.bits << 16);
  putLittle32(plain, 30, header.masked ? 3 : 0);
  for (std::size_t i = 0; i < 4; ++i) putLittle32(plain, 54 + i * 4, header.masks[i]);

  for (std::size_t i = 0; i < header.colours; ++i) {
    std::memcpy(to + kHeader + i * 4, file.data() + header.palette + i * header.colourBytes, 3);
  }
  if (header.topFirst) {
    flipRows(rows, header.rowBytes, std::span(plain).subspan(pixels));
  } else {
    std::ranges::copy(rows, to + pixels);
  }
  return plain;
}

/// Of pixels with masks of any width.
Image unmasked(ByteView rows, const BmpHeader& header, const ReadLimits& limits) {
  DdsPixels pixels{.format = PixelFormat::Rgba8Fixed, .bits = static_cast<int>(header.bits)};
  std::ranges::copy(header.masks, pixels.masks);
  pixels.format = maskedFormat(pixels.masks);
  const int width = static_cast<int>(header.width), height = static_cast<int>(header.height);
  checkSize(limits, width, height, pixelFormatInfo(pixels.format).bytesPerPixel);
  Image image = Image::uninitialised(width, height, pixels.format);
  for (int y = 0; y < height; ++y) {
    const ByteView row = rows.subspan(static_cast<std::size_t>(y) * header.rowBytes);
    unmask(row.first(header.width * header.bits / 8), pixels,
           image.row(header.topFirst ? height - 1 - y : y));
  }
  return image;
}

Image decode(ByteView bytes, const ReadLimits& limits, Warnings& warnings) {
  BmpHeader header = readBmpHeader(bytes, limits);
  if (header.runs == BmpRuns::None) {
    const ByteView rows = bytes.subspan(header.pixels, header.rowBytes * header.height);
    if (header.masked && header.hasWideMask()) return unmasked(rows, header, limits);
    return stbDecode(plainBmp(bytes, header, rows), limits);
  }
  const Bytes rows = bmpRows(bytes, header, warnings);
  if (header.runs == BmpRuns::Rle4) header.bits = 8;
  header.rowBytes = rows.size() / header.height;
  return stbDecode(plainBmp(bytes, header, rows), limits);
}

Bytes encode(const Image& image, const SaveOptions&) {
  SampleLayout layout = sampleLayout(image.format(), SampleDepth::Fixed8);
  // There is no grey with alpha.
  if (layout.samples == 2) layout = sampleLayout(PixelFormat::Rgba8Fixed, SampleDepth::Fixed8);
  return stbBmp(samplesOf(image, layout), image.width(), image.height(), layout.samples);
}

}  // namespace

constinit const Codec bmpCodec{"bmp", {".bmp"}, sniff, decode, encode, false};

}  // namespace topknot::io
