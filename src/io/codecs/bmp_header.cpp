// The header is known by its length: 12 (OS/2 1), 40 (Windows 3), 52 and 56 (the same with masks),
// 64 (OS/2 2), 108 and 124 (versions 4 and 5).
#include "io/codecs/bmp_header.h"

#include <algorithm>
#include <bit>

#include "io/codecs/bytes.h"

namespace topknot::io {
namespace {

constexpr std::size_t kFileHeader = 14;
constexpr std::uint32_t kOld = 12, kOs2 = 64;
constexpr std::uint32_t kHeaders[] = {kOld, 40, 52, 56, kOs2, 108, 124};
constexpr std::uint32_t kPlain = 0, kRle8 = 1, kRle4 = 2, kMasks = 3, kRle24 = 4, kAlphaMasks = 6;
/// Inside of the header or behind it.
constexpr std::size_t kMaskPlace = 54;

std::string quantity(std::uint64_t number, std::string_view unit) {
  return std::to_string(number) + ' ' + std::string(unit) + (number == 1 ? "" : "s");
}

std::string compressionName(std::uint32_t compression) {
  switch (compression) {
    case 3:
      return "compressed by Huffman codes";  // OS/2 alone gets here
    case 4:
      return "a jpg";  // and here all but OS/2
    case 5:
      return "a png";
    default:
      return "compressed in way " + std::to_string(compression);
  }
}

BmpRuns runsOf(std::uint32_t compression, std::uint32_t header) {
  if (compression == kRle8) return BmpRuns::Rle8;
  if (compression == kRle4) return BmpRuns::Rle4;
  return compression == kRle24 && header == kOs2 ? BmpRuns::Rle24 : BmpRuns::None;
}

void checkRuns(BmpRuns runs, std::uint32_t bits) {
  const std::uint32_t expected = runs == BmpRuns::Rle4 ? 4 : runs == BmpRuns::Rle8 ? 8 : 24;
  if (runs == BmpRuns::None || bits == expected) return;
  throw Refusal("is damaged: it is run-length encoded (RLE" + std::to_string(expected) +
                ") and has " + quantity(bits, "bit") + " a pixel; expected " +
                std::to_string(expected));
}

void checkCompression(std::uint32_t compression, std::uint32_t header, std::uint32_t bits) {
  const bool masked = header != kOs2 && (compression == kMasks || compression == kAlphaMasks);
  const BmpRuns runs = runsOf(compression, header);
  checkRuns(runs, bits);
  if (compression != kPlain && !masked && runs == BmpRuns::None) {
    throw Refusal("is not read: its pixels are " + compressionName(compression) +
                  "; expected uncompressed or run-length encoded ones");
  }
  if (masked && bits != 16 && bits != 32) {
    throw Refusal("is damaged: it has masks and " + quantity(bits, "bit") +
                  " a pixel; expected 16 or 32");
  }
}

void checkMasks(const BmpHeader& header) {
  constexpr const char* kNames[] = {"red", "green", "blue", "alpha"};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint32_t mask = header.masks[i];
    const auto fault = [&](const std::string& what) {
      throw Refusal("is not read: its mask of " + std::string(kNames[i]) + ' ' + what);
    };
    if (mask == 0 && i == 3) continue;
    if (mask == 0) fault("is empty");
    const std::uint32_t low = mask >> std::countr_zero(mask);
    if ((low & (low + 1)) != 0) fault("has a gap");
    if (header.bits == 16 && mask > 0xffff) fault("is beyond the pixel's 16 bits");
  }
}

/// Where what belongs to the header ends.
std::size_t readMasks(ByteView file, std::uint32_t size, std::uint32_t compression,
                      BmpHeader& header) {
  const std::size_t end = kFileHeader + size;
  header.masked = (compression == kMasks && size != kOs2) || compression == kAlphaMasks;
  if (!header.masked) return end;
  const bool alpha = size >= 56 || compression == kAlphaMasks;
  for (std::size_t i = 0; i < (alpha ? 4 : 3); ++i) {
    header.masks[i] = little32(file, kMaskPlace + i * 4);
  }
  return std::max(end, kMaskPlace + (alpha ? 16 : 12));
}

/// The palette is as long as it says, or as there is room for.
void readPalette(ByteView file, std::uint32_t size, std::size_t end, BmpHeader& header) {
  header.palette = end;
  header.colourBytes = size == kOld ? 3 : 4;
  const std::size_t room = (header.pixels - end) / header.colourBytes;
  const std::size_t most = std::size_t{1} << header.bits;
  const std::size_t said = size == kOld ? 0 : little32(file, 46);
  if (said > room) {
    throw Refusal("is damaged: its palette has " + quantity(said, "colour") +
                  ", and before its pixels there is room for " + std::to_string(room));
  }
  header.colours = std::min(said ? said : room, most);
  if (header.colours == 0) throw Refusal("is damaged: its palette is missing");
}

}  // namespace

bool BmpHeader::hasWideMask() const {
  return std::ranges::any_of(masks, [](std::uint32_t mask) { return std::popcount(mask) > 8; });
}

BmpHeader readBmpHeader(ByteView file, const ReadLimits& limits) {
  const std::uint32_t size = little32(file, kFileHeader);
  const bool old = size == kOld;
  if (file.size() < kFileHeader + kOld) throw Refusal("is truncated: its header is cut off");
  if (std::ranges::find(kHeaders, size) == std::end(kHeaders)) {
    throw Refusal("is not read: its header has " + quantity(size, "byte") +
                  "; expected 12, 40, 52, 56, 64, 108 or 124");
  }
  if (file.size() < kFileHeader + size) throw Refusal("is truncated: its header is cut off");

  const std::int64_t width = old ? little16(file, 18) : signed32(file, 18);
  const std::int64_t height = old ? little16(file, 20) : signed32(file, 22);
  checkSize(limits, width, height < 0 ? -height : height, 4);
  BmpHeader header{};
  header.width = static_cast<std::size_t>(width);
  header.topFirst = height < 0;
  header.height = static_cast<std::size_t>(height < 0 ? -height : height);

  const std::uint32_t planes = little16(file, old ? 22 : 26);
  if (planes != 1) {
    throw Refusal("is damaged: it has " + quantity(planes, "plane") + "; expected 1");
  }
  header.bits = little16(file, old ? 24 : 28);
  const std::uint32_t compression = old ? kPlain : little32(file, 30);
  checkCompression(compression, size, header.bits);
  constexpr std::uint32_t kBits[] = {1, 4, 8, 16, 24, 32};
  if (std::ranges::find(kBits, header.bits) == std::end(kBits)) {
    throw Refusal("is not read: a pixel has " + quantity(header.bits, "bit") +
                  "; expected 1, 4, 8, 16, 24 or 32");
  }
  const std::size_t end = readMasks(file, size, compression, header);
  if (file.size() < end) throw Refusal("is truncated: its masks are cut off");
  if (header.masked) checkMasks(header);

  header.pixels = little32(file, 10);
  if (header.pixels < end) {
    throw Refusal("is damaged: its pixels start at byte " + std::to_string(header.pixels) +
                  ", inside of its header, which has " + std::to_string(end));
  }
  if (header.bits <= 8) readPalette(file, size, end, header);
  if (header.pixels >= file.size()) {
    throw Refusal("is truncated: its pixels start at byte " + std::to_string(header.pixels) +
                  " of " + std::to_string(file.size()));
  }
  header.rowBytes = (header.width * header.bits + 31) / 32 * 4;
  header.runs = runsOf(compression, size);
  if (header.runs != BmpRuns::None) {
    // 255 pixels of up to 8 bits for 2 bytes, or of 24 bits for 4. What is skipped costs nothing.
    checkRatio(limits, {"its run-length encoding", header.runs == BmpRuns::Rle24 ? 192u : 128u},
               header.rowBytes * header.height, file.size() - header.pixels);
    return header;
  }
  if ((file.size() - header.pixels) / header.rowBytes < header.height) {
    throw Refusal("is truncated: its last rows are missing");
  }
  return header;
}

}  // namespace topknot::io
