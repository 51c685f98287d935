// The list of codecs, and what they share.
#include <algorithm>
#include <cstring>

#include "image/sizes.h"
#include "io/codecs/codec.h"

namespace topknot::io {
namespace {

std::string pixelsOf(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height) + " pixels";
}

}  // namespace

std::span<const Codec* const> codecs() {
  static constexpr const Codec* kCodecs[] = {&tifCodec, &jpgCodec, &bmpCodec, &pngCodec,
                                             &exrCodec, &ddsCodec, &hdrCodec, &tgaCodec};
  return kCodecs;
}

void checkSides(const ReadLimits& limits, std::int64_t width, std::int64_t height) {
  const std::string size = pixelsOf(width, height);
  if (width < 1 || height < 1) throw Refusal("is damaged: its header promises " + size);
  if (width > limits.side || height > limits.side) {
    throw Refusal("is too large: its header promises " + size + ", the limit is " +
                  std::to_string(limits.side) + " a side");
  }
}

void checkSize(const ReadLimits& limits, std::int64_t width, std::int64_t height,
               std::int64_t bytesPerPixel) {
  checkSides(limits, width, height);
  const std::uint64_t most = std::min(limits.imageBytes, kMostImageBytes);
  if (productWithin(most, {width, height, bytesPerPixel})) return;
  // The whole is told where it is a number of 64 bits.
  const auto whole = productWithin(kMostImageBytes, {width, height, bytesPerPixel});
  throw Refusal(
      "is too large: its " + pixelsOf(width, height) + " take " +
      (whole ? std::to_string(*whole) + " bytes" : std::to_string(bytesPerPixel) + " bytes each") +
      ", the limit is " + std::to_string(most));
}

void checkRatio(const ReadLimits& limits, const Compression& compression, std::uint64_t samples,
                std::uint64_t fileBytes) {
  const bool stricter = limits.ratio != 0 && limits.ratio < compression.ratio;
  const std::uint64_t ratio = stricter ? limits.ratio : compression.ratio;
  // Rounded up: what is one byte more than `ratio` times the file's is too much as well.
  if (samples <= kCheapBytes || samples / ratio + (samples % ratio != 0) <= fileBytes) return;
  const std::string promised = std::to_string(samples) + " bytes of pixels";
  if (stricter) {
    throw Refusal("is too large: its header promises " + promised + " in a file of " +
                  std::to_string(fileBytes) + " bytes, the limit is " + std::to_string(ratio) +
                  " times as many");
  }
  const std::string stored = std::to_string(fileBytes) + " bytes";
  throw Refusal(
      "is truncated or damaged: its header promises " + promised + ", and it has " + stored +
      (compression.name.empty() ? std::string()
                                : "; " + std::string(compression.name) + " makes at most " +
                                      std::to_string(ratio) + " of each"));
}

std::string inQuotes(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      result += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      result += c;
    }
  }
  return result + '"';
}

void flipRows(std::span<const std::byte> from, std::size_t rowBytes, std::span<std::byte> to) {
  for (std::size_t done = 0; done < from.size(); done += rowBytes) {
    std::memcpy(to.data() + (to.size() - done - rowBytes), from.data() + done, rowBytes);
  }
}

}  // namespace topknot::io
