// png: read by stb_image, written by ourselves around a zlib stream: stb_image_write knows no 16
// bits.
#include <algorithm>
#include <array>
#include <utility>

#include "io/bytes.h"
#include "io/codec.h"
#include "io/deflate.h"
#include "io/png_chunks.h"
#include "io/samples.h"
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

constexpr std::array<unsigned char, 5> kColourTypes = {0, 0, 4, 2, 6};  // by number of samples

void toBigEndian(std::span<std::byte> samples) {
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2) std::swap(samples[i], samples[i + 1]);
}

/// `row` less what stands `back` bytes before it in memory, from byte `start` on.
void difference(const std::byte* row, std::size_t start, std::size_t back, std::size_t size,
                std::byte* out) {
  std::copy_n(row, start, out);
  for (std::size_t i = start; i < size; ++i) {
    out[i] = static_cast<std::byte>(std::to_integer<int>(row[i]) -
                                    std::to_integer<int>(*(row + i - back)));
  }
}

/// All rows, top first, as differences: of whole bytes to the row above, of 16-bit samples to the
/// pixel on the left. Nothing compresses faster, and trying all of png's filters wins little.
Bytes filteredRows(const Image& image, const SampleLayout& layout) {
  constexpr std::byte kSub{1}, kUp{2};
  Bytes samples = samplesOf(image, layout);
  const bool wide = layout.bytes == 2;
  if (wide) toBigEndian(samples);
  const auto step = static_cast<std::size_t>(layout.samples * layout.bytes);
  const std::size_t size = static_cast<std::size_t>(image.width()) * step;
  Bytes all;
  all.resize((size + 1) * static_cast<std::size_t>(image.height()));
  std::byte* out = all.data();
  for (std::size_t at = 0; at < samples.size(); at += size, out += size + 1) {
    *out = wide ? kSub : kUp;
    if (wide) {
      difference(&samples[at], step, step, size, out + 1);
    } else {
      difference(&samples[at], at == 0 ? size : 0, size, size, out + 1);
    }
  }
  return all;
}

Bytes headerOf(const Image& image, const SampleLayout& layout) {
  Bytes header;
  for (const int size : {image.width(), image.height()}) {
    for (const int shift : {24, 16, 8, 0}) header.push_back(static_cast<std::byte>(size >> shift));
  }
  header.push_back(static_cast<std::byte>(8 * layout.bytes));
  header.push_back(std::byte{kColourTypes[static_cast<std::size_t>(layout.samples)]});
  header.resize(13);  // deflate, adaptive filters, not interlaced
  return header;
}

Bytes encode(const Image& image, const SaveOptions&) {
  constexpr int kLevel = 1;
  const SampleLayout layout = sampleLayout(image.format(), SampleDepth::Fixed16);
  const Bytes data = zlibCompress(filteredRows(image, layout), kLevel);
  constexpr std::size_t kLongestChunk = 0x7fffffff;
  if (data.size() > kLongestChunk) {
    throw Refusal("cannot be written: " + std::to_string(data.size()) +
                  " bytes are more than a png's chunk holds");
  }
  Bytes file;
  file.reserve(data.size() + 64);
  for (const char c : kPngMagic) file.push_back(static_cast<std::byte>(c));
  appendPngChunk(file, "IHDR", headerOf(image, layout));
  appendPngChunk(file, "IDAT", data);
  appendPngChunk(file, "IEND", {});
  return file;
}

}  // namespace

constinit const Codec pngCodec{"png", {".png"}, sniff, decode, encode, false};

}  // namespace topknot::io
