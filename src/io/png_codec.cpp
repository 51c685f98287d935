// png: read by stb_image, written by ourselves around a zlib stream.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "io/bytes.h"
#include "io/codec.h"
#include "io/png_chunks.h"
#include "io/stb.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, kPngMagic);
}

Image decode(ByteView bytes, const ReadLimits& limits) {
  checkPngChunks(bytes);
  // stb says no more than "unknown image type" of a header that promises too much.
  constexpr std::size_t kWidth = 16, kHeight = 20, kBits = 24;
  checkSize(limits, big32(bytes, kWidth), big32(bytes, kHeight), byteAt(bytes, kBits) > 8 ? 8 : 4);
  return stbDecode(bytes, limits);
}

/// How a format is laid out in the file.
struct Layout {
  int samples;           // of a pixel: grey, grey and alpha, rgb, rgba
  int bits;              // of a sample
  PixelFormat pixels;    // format that has these samples, and perhaps more
  unsigned char colour;  // colour type of the header
};

Layout layoutOf(PixelFormat format) {
  const PixelFormatInfo& info = pixelFormatInfo(format);
  const bool wide = info.component != Component::Fixed8;
  const int bits = wide ? 16 : 8;
  switch (info.channels) {
    case Channels::Mono:
      return {1, bits, wide ? PixelFormat::Mono16Fixed : PixelFormat::Mono8Fixed, 0};
    case Channels::MonoAlpha:
      return {2, bits, wide ? PixelFormat::MonoAlpha16Fixed : PixelFormat::MonoAlpha8Fixed, 4};
    case Channels::Rgb:
      return {3, bits, wide ? PixelFormat::Rgba16Fixed : PixelFormat::Rgba8Fixed, 2};
    default:
      // sRGB bytes go into the file as they are.
      return {4, bits,
              wide        ? PixelFormat::Rgba16Fixed
              : info.srgb ? format
                          : PixelFormat::Rgba8Fixed,
              6};
  }
}

/// One row as the file has it: big-endian, without the samples that the file lacks.
void fileRow(std::span<const std::byte> row, const Layout& layout, std::span<std::byte> out) {
  const int stored = pixelFormatInfo(layout.pixels).components;
  if (layout.bits == 8 && stored == layout.samples) {
    std::memcpy(out.data(), row.data(), out.size());
    return;
  }
  const int sampleBytes = layout.bits / 8;
  std::byte* to = out.data();
  for (std::size_t at = 0; at < row.size(); at += static_cast<std::size_t>(stored * sampleBytes)) {
    for (int sample = 0; sample < layout.samples; ++sample) {
      const std::byte* from = row.data() + at + static_cast<std::size_t>(sample * sampleBytes);
      for (int byte = sampleBytes; byte-- > 0;) *to++ = from[byte];
    }
  }
}

int paeth(int left, int up, int corner) {
  const int guess = left + up - corner;
  const int a = std::abs(guess - left), b = std::abs(guess - up), c = std::abs(guess - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/// The row filtered one way: `out` gets the filter's number and then the differences.
template <int kFilter>
long filterRow(const std::byte* row, const std::byte* above, std::size_t size, std::size_t step,
               std::byte* out) {
  long cost = 0;
  *out++ = std::byte{kFilter};
  for (std::size_t i = 0; i < size; ++i) {
    const int left = i < step ? 0 : std::to_integer<int>(row[i - step]);
    const int corner = i < step ? 0 : std::to_integer<int>(above[i - step]);
    const int up = std::to_integer<int>(above[i]);
    int guess = 0;
    if constexpr (kFilter == 1) guess = left;
    if constexpr (kFilter == 2) guess = up;
    if constexpr (kFilter == 3) guess = (left + up) / 2;
    if constexpr (kFilter == 4) guess = paeth(left, up, corner);
    out[i] = static_cast<std::byte>(std::to_integer<int>(row[i]) - guess);
    cost += std::abs(static_cast<signed char>(out[i]));
  }
  return cost;
}

/// All rows, top first, each filtered the way that gives the smallest differences.
Bytes filteredRows(const Image& pixels, const Layout& layout) {
  const auto step = static_cast<std::size_t>(layout.samples * layout.bits / 8);
  const std::size_t size = static_cast<std::size_t>(pixels.width()) * step;
  Bytes row(size), above(size), tried(size + 1), best(size + 1);
  Bytes all;
  all.reserve((size + 1) * static_cast<std::size_t>(pixels.height()));
  constexpr std::array kFilters = {filterRow<0>, filterRow<1>, filterRow<2>, filterRow<3>,
                                   filterRow<4>};
  for (int y = pixels.height(); y-- > 0;) {
    fileRow(pixels.row(y), layout, row);
    long bestCost = -1;
    for (const auto filter : kFilters) {
      const long cost = filter(row.data(), above.data(), size, step, tried.data());
      if (bestCost >= 0 && cost >= bestCost) continue;
      bestCost = cost;
      best.swap(tried);
    }
    all.insert(all.end(), best.begin(), best.end());
    above.swap(row);
  }
  return all;
}

Bytes headerOf(const Image& image, const Layout& layout) {
  Bytes header;
  for (const int size : {image.width(), image.height()}) {
    for (const int shift : {24, 16, 8, 0}) header.push_back(static_cast<std::byte>(size >> shift));
  }
  header.push_back(static_cast<std::byte>(layout.bits));
  header.push_back(std::byte{layout.colour});
  header.resize(13);  // deflate, adaptive filters, not interlaced
  return header;
}

Bytes encode(const Image& image, const SaveOptions&) {
  const Layout layout = layoutOf(image.format());
  const Bytes data = zlibCompress(image.format() == layout.pixels
                                      ? filteredRows(image, layout)
                                      : filteredRows(image.converted(layout.pixels), layout));
  Bytes file;
  file.reserve(data.size() + 64);
  for (const char c : kPngMagic) file.push_back(static_cast<std::byte>(c));
  appendPngChunk(file, "IHDR", headerOf(image, layout));
  appendPngChunk(file, "IDAT", data);
  appendPngChunk(file, "IEND", {});
  return file;
}

}  // namespace

constinit const Codec pngCodec{"png", ".png", sniff, decode, encode, false};

}  // namespace topknot::io
