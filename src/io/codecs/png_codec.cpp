// png: read by stb_image, written by ourselves around a zlib stream: stb_image_write knows no 16
// bits.
#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <utility>

#include "image/memory.h"
#include "image/sizes.h"
#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/codecs/deflate.h"
#include "io/codecs/png_chunks.h"
#include "io/codecs/samples.h"
#include "io/codecs/stb.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, kPngMagic);
}

/// stb says no more than "unknown image type" of such a header, or nothing: it counts the bytes of
/// the rows in an int, each with one for its filter, and the samples up to 2^30.
void checkDecoder(const PngHeader& header) {
  constexpr std::array<std::uint32_t, 7> kSamples = {1, 0, 3, 4, 2, 0, 4};  // by colour type
  constexpr std::uint64_t kMostSamples = 1 << 30, kMostBytes = INT_MAX;
  const std::uint32_t samples = kSamples[header.colour];
  const bool palette = header.colour == 3;
  const std::int64_t row =
      (std::int64_t{header.width} * header.bits + 7) / 8 * (palette ? 1 : samples);
  if (productWithin(kMostSamples, {header.width, header.height, samples}) &&
      productWithin(kMostBytes, {row + 1, header.height})) {
    return;
  }
  throw Refusal(
      "is too large: its decoder reads up to 2^30 samples and 2 GiB, and its header "
      "promises " +
      std::to_string(header.width) + " x " + std::to_string(header.height) + " pixels of " +
      std::to_string(samples) + " x " + std::to_string(header.bits) + " bits");
}

/// Bytes of the rows as the file stores them; the sizes are within the limits.
std::uint64_t rowsOf(const PngHeader& header) {
  constexpr std::array<std::uint64_t, 7> kSamples = {1, 0, 3, 1, 2, 0, 4};  // by colour type
  const std::uint64_t bits = header.width * kSamples[header.colour] * header.bits;
  return ((bits + 7) / 8 + 1) * header.height;
}

Image decode(ByteView bytes, const ReadLimits& limits, Warnings& warnings) {
  const auto [header, edits, dataBytes, remarks] = checkPngChunks(bytes);
  checkSize(limits, header.width, header.height, header.bits > 8 ? 8 : 4);
  checkDecoder(header);
  checkRatio(limits, kDeflate, rowsOf(header), dataBytes);
  warnings.insert(warnings.end(), remarks.begin(), remarks.end());
  if (edits.empty()) return stbDecode(bytes, limits);
  return stbDecode(edited(bytes, edits), limits);
}

constexpr std::array<unsigned char, 5> kColourTypes = {0, 0, 4, 2, 6};  // by number of samples

void toBigEndian(std::span<std::byte> samples) {
  for (std::size_t at = 0; at + 1 < samples.size(); at += 2) {
    std::uint16_t sample;
    std::memcpy(&sample, &samples[at], sizeof sample);
    sample = static_cast<std::uint16_t>(sample << 8 | sample >> 8);
    std::memcpy(&samples[at], &sample, sizeof sample);
  }
}

void difference(const std::byte* bytes, const std::byte* less, std::size_t count, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::byte>(std::to_integer<int>(bytes[i]) - std::to_integer<int>(less[i]));
  }
}

/// All rows, top first, as differences: of whole bytes to the row above, of 16-bit samples to the
/// pixel on the left. Nothing compresses faster, and trying all of png's filters wins little.
void filter(const SampleRows& rows, int height, const SampleLayout& layout, std::byte* out) {
  constexpr std::byte kSub{1}, kUp{2};
  const bool wide = layout.bytes == 2;
  const auto step = static_cast<std::size_t>(layout.samples * layout.bytes);
  const std::size_t size = rows.rowBytes();
  Bytes row(size), above(size);
  for (int y = 0; y < height; ++y, out += size + 1) {
    rows.take(y, row);
    *out = wide ? kSub : kUp;
    if (wide) {
      toBigEndian(row);
      std::copy_n(row.data(), step, out + 1);
      difference(row.data() + step, row.data(), size - step, out + 1 + step);
    } else {
      difference(row.data(), above.data(), size, out + 1);
      row.swap(above);
    }
  }
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
  const SampleRows rows(image, layout);
  const ImageMemory filtered(rows.bytes() + static_cast<std::size_t>(image.height()));
  filter(rows, image.height(), layout, filtered.bytes().data());
  const ImageMemory stream(zlibBound(filtered.bytes().size(), kLevel));
  const ByteView data =
      stream.bytes().first(zlibCompress(filtered.bytes(), kLevel, stream.bytes()));
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
