// dds: uncompressed pixels read and written by ourselves, blocks BC1 to BC5 decoded by libsquish.
#include <squish.h>

#include <algorithm>
#include <cstring>

#include "io/codecs/bytes.h"
#include "io/codecs/dds_masks.h"

namespace topknot::io {
namespace {

constexpr std::uint32_t kCodeOfExtended = 0x30315844;  // "DX10"

bool sniff(ByteView bytes) {
  return startsWith(bytes, kDdsMagic);
}

/// Of the first picture.
std::size_t startOf(bool extended) {
  return extended ? DdsPlace::kExtended : DdsPlace::kHeader;
}

int squishFlags(DdsBlocks kind) {
  switch (kind) {
    case DdsBlocks::Bc1:
      return squish::kDxt1;
    case DdsBlocks::Bc2:
      return squish::kDxt3;
    case DdsBlocks::Bc3:
      return squish::kDxt5;
    case DdsBlocks::Bc4:
      return squish::kBc4;
    case DdsBlocks::Bc5:
      return squish::kBc5;
  }
  return 0;
}

std::size_t blockBytes(DdsBlocks kind) {
  return kind == DdsBlocks::Bc1 || kind == DdsBlocks::Bc4 ? 8 : 16;
}

/// Blue first to red first, and a fourth byte that means nothing to 255.
void arrange(std::span<std::byte> row, const DdsPixels& pixels) {
  for (std::size_t at = 0; at < row.size(); at += 4) {
    if (pixels.swapped) std::swap(row[at], row[at + 2]);
    if (pixels.opaque) row[at + 3] = std::byte{255};
  }
}

Image uncompressed(ByteView bytes, bool extended, const DdsPixels& pixels, int width, int height) {
  const std::size_t rowBytes =
      static_cast<std::size_t>(width) *
      static_cast<std::size_t>(pixels.bits > 0 ? pixels.bits / 8
                                               : pixelFormatInfo(pixels.format).bytesPerPixel);
  const std::size_t step = extended ? rowBytes : legacyRowStep(bytes, rowBytes);
  const ByteView data = bytes.subspan(startOf(extended));
  // Divided, as the product of such numbers may not fit.
  const bool whole = data.size() >= rowBytes &&
                     (data.size() - rowBytes) / step >= static_cast<std::size_t>(height - 1);
  if (!whole) throw Refusal("is truncated: its last rows are missing");
  Image image(width, height, pixels.format);
  for (int y = 0; y < height; ++y) {
    const ByteView from = data.subspan(step * static_cast<std::size_t>(y), rowBytes);
    const std::span<std::byte> row = image.row(height - 1 - y);
    if (pixels.bits > 0) {
      unmask(from, pixels, row);
      continue;
    }
    std::memcpy(row.data(), from.data(), rowBytes);
    if (pixels.swapped || pixels.opaque) arrange(row, pixels);
  }
  return image;
}

Image compressed(ByteView bytes, bool extended, const DdsPixels& pixels, int width, int height) {
  const ByteView data = bytes.subspan(startOf(extended));
  const std::size_t columns = (static_cast<std::size_t>(width) + 3) / 4;
  const std::size_t lines = (static_cast<std::size_t>(height) + 3) / 4;
  const std::size_t lineBytes = columns * blockBytes(*pixels.blocks);
  if (data.size() / lineBytes < lines) throw Refusal("is truncated: its last blocks are missing");
  Image image(width, height, pixels.format);
  const std::size_t stored = static_cast<std::size_t>(pixelFormatInfo(pixels.format).bytesPerPixel);
  Bytes rgba(columns * 16 * 4);  // the pixels of a line of blocks, top row first
  for (int top = 0; top < height; top += 4) {
    const int rows = std::min(4, height - top);
    squish::DecompressImage(reinterpret_cast<squish::u8*>(rgba.data()), width, rows,
                            data.data() + static_cast<std::size_t>(top / 4) * lineBytes,
                            squishFlags(*pixels.blocks));
    const std::byte* from = rgba.data();
    for (int y = 0; y < rows; ++y) {
      std::byte* to = image.row(height - 1 - top - y).data();
      for (int x = 0; x < width; ++x, from += 4, to += stored) std::memcpy(to, from, stored);
    }
  }
  return image;
}

DdsPixels pixelsOf(ByteView bytes, bool extended) {
  if (!extended) return legacyPixels(bytes);
  const std::uint32_t number = little32(bytes, DdsPlace::kDxgi);
  if (const auto pixels = dxgiPixels(number)) return *pixels;
  throw Refusal("is not read: its pixels are stored as DXGI format " + std::to_string(number) +
                "; read are 8, 16 and 32 bits a channel, 10-10-10-2, 11-11-10, and BC1 to BC5");
}

/// Of arrays, cubes, volumes and mipmaps: the first, which comes first in the file.
Image decode(ByteView bytes, const ReadLimits& limits, Warnings&) {
  const bool extended = little32(bytes, DdsPlace::kFourCc) == kCodeOfExtended;
  if (bytes.size() < startOf(extended)) throw Refusal("is truncated: its header is cut off");
  const std::int64_t width = little32(bytes, DdsPlace::kWidth);
  const std::int64_t height = little32(bytes, DdsPlace::kHeight);
  const DdsPixels pixels = pixelsOf(bytes, extended);
  checkSize(limits, width, height, pixelFormatInfo(pixels.format).bytesPerPixel);
  const auto read = pixels.blocks ? compressed : uncompressed;
  return read(bytes, extended, pixels, static_cast<int>(width), static_cast<int>(height));
}

/// The header with the DXGI format's number: no mipmaps, one picture.
Bytes headerOf(const Image& image, std::uint32_t number) {
  constexpr std::uint32_t kCaps = 0x1, kHeight = 0x2, kWidth = 0x4, kPitch = 0x8, kFormat = 0x1000;
  constexpr std::uint32_t kCode = 0x4, kTexture = 0x1000, kFlat = 3;
  Bytes header(DdsPlace::kExtended);
  std::memcpy(header.data(), kDdsMagic.data(), kDdsMagic.size());
  putLittle32(header, DdsPlace::kSize, 124);
  putLittle32(header, DdsPlace::kFlags, kCaps | kHeight | kWidth | kPitch | kFormat);
  putLittle32(header, DdsPlace::kHeight, static_cast<std::uint32_t>(image.height()));
  putLittle32(header, DdsPlace::kWidth, static_cast<std::uint32_t>(image.width()));
  putLittle32(header, DdsPlace::kPitch, static_cast<std::uint32_t>(image.rowBytes()));
  putLittle32(header, DdsPlace::kPixelSize, 32);
  putLittle32(header, DdsPlace::kPixelFlags, kCode);
  putLittle32(header, DdsPlace::kFourCc, kCodeOfExtended);
  putLittle32(header, DdsPlace::kCaps, kTexture);
  putLittle32(header, DdsPlace::kDxgi, number);
  putLittle32(header, DdsPlace::kDimension, kFlat);
  putLittle32(header, DdsPlace::kArraySize, 1);
  return header;
}

Bytes encode(const Image& image, const SaveOptions&) {
  const DxgiFormat stored = dxgiFormat(image.format());
  const Image converted =
      image.format() == stored.format ? Image() : image.converted(stored.format);
  const Image& pixels = converted.empty() ? image : converted;
  Bytes file = headerOf(pixels, stored.number);
  const std::size_t start = file.size();
  file.resize(start + pixels.bytes().size());
  flipRows(pixels.bytes(), pixels.rowBytes(), std::span(file).subspan(start));
  return file;
}

}  // namespace

constinit const Codec ddsCodec{"dds", {".dds"}, sniff, decode, encode, false};

}  // namespace topknot::io
