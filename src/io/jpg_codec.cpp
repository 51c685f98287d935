// jpg: read by stb_image, which fills up what a cut file lacks and writes past its tables if a
// Huffman table is too long; so the segments are walked through first.
#include "io/bytes.h"
#include "io/codec.h"
#include "io/jpg_writer.h"
#include "io/stb.h"

namespace topknot::io {
namespace {

constexpr std::uint32_t kHuffmanTables = 0xc4;
constexpr std::uint32_t kEndOfImage = 0xd9;
constexpr std::uint32_t kStartOfScan = 0xda;
/// A progressive file has some ten. Each goes over all of the picture, and may take a few bytes, so
/// that a small file could keep the decoder busy for hours.
constexpr int kMostScans = 100;

bool sniff(ByteView bytes) {
  return startsWith(bytes, "\xff\xd8\xff");
}

/// The place of the next marker after compressed data, where ff00 is data and ffd0..ffd7 restart.
std::size_t skipScan(ByteView bytes, std::size_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    if (byteAt(bytes, at) != 0xff) continue;
    const std::uint32_t next = byteAt(bytes, at + 1);
    if (next != 0 && next != 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.size();
}

/// `at` is the segment's length field, `length` what it says.
void checkHuffmanTables(ByteView bytes, std::size_t at, std::int64_t length) {
  constexpr std::int64_t kCounts = 16, kMostCodes = 256;
  at += 2;
  for (std::int64_t left = length - 2; left > 0;) {
    std::int64_t codes = 0;
    for (std::size_t i = 1; i <= kCounts; ++i) codes += byteAt(bytes, at + i);
    const std::int64_t size = 1 + kCounts + codes;
    left -= size;
    at += static_cast<std::size_t>(size);
    if (codes > kMostCodes || left < 0) throw Refusal("is damaged: a Huffman table is too long");
  }
}

bool reachesEnd(ByteView bytes) {
  int scans = 0;
  std::size_t at = 2;
  while (at + 1 < bytes.size()) {
    if (byteAt(bytes, at) != 0xff) {
      ++at;  // stray bytes between segments, as other decoders allow
      continue;
    }
    const std::uint32_t marker = byteAt(bytes, at + 1);
    if (marker == kEndOfImage) return true;
    if (marker == 0xff || marker == 0) {
      ++at;
      continue;
    }
    const std::uint32_t length = big16(bytes, at + 2);
    if (marker == kHuffmanTables) checkHuffmanTables(bytes, at + 2, length);
    at += 2 + length;
    if (marker != kStartOfScan) continue;
    if (++scans > kMostScans) {
      throw Refusal("is not read: it has over " + std::to_string(kMostScans) + " scans");
    }
    at = skipScan(bytes, at);
  }
  return false;
}

Image decode(ByteView bytes, const ReadLimits& limits) {
  if (!reachesEnd(bytes)) throw Refusal("is truncated: its end-of-image marker is missing");
  return stbDecode(bytes, limits);
}

}  // namespace

constinit const Codec jpgCodec{"jpg", {".jpg", ".jpeg"}, sniff, decode, writeJpg, false};

}  // namespace topknot::io
