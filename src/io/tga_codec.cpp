// tga: has no magic bytes, so its header must make sense; read by stb_image.
#include <algorithm>

#include "io/bytes.h"
#include "io/codec.h"
#include "io/stb.h"

namespace topknot::io {
namespace {

constexpr std::size_t kHeader = 18;

struct Header {
  explicit Header(ByteView bytes)
      : palette(byteAt(bytes, 1) == 1),
        type(byteAt(bytes, 2)),
        paletteEntries(little16(bytes, 5)),
        paletteBits(byteAt(bytes, 7)),
        width(little16(bytes, 12)),
        height(little16(bytes, 14)),
        bits(byteAt(bytes, 16)),
        pixels(kHeader + byteAt(bytes, 0) +
               (palette ? paletteEntries * ((paletteBits + 7) / 8) : 0)) {}

  bool palette;
  std::uint32_t type, paletteEntries, paletteBits, width, height, bits;
  std::size_t pixels;  // where they start

  bool runLength() const { return type > 8; }
};

bool sniff(ByteView bytes) {
  if (bytes.size() < kHeader || byteAt(bytes, 1) > 1) return false;
  const Header header(bytes);
  const std::uint32_t kind = header.type & 7u;
  if (kind < 1 || kind > 3 || (header.type & ~11u) != 0) return false;
  if (header.width == 0 || header.height == 0) return false;
  if (kind == 1) {
    return header.palette && (header.bits == 8 || header.bits == 16) && header.paletteEntries > 0;
  }
  if (header.palette) return false;
  return header.bits == 8 || header.bits == 15 || header.bits == 16 || header.bits == 24 ||
         header.bits == 32;
}

/// Whether the packets cover all pixels; stb goes on with zeros where the file ends.
bool whole(ByteView bytes, const Header& header) {
  const std::size_t step = (header.bits + 7) / 8;
  std::uint64_t left = std::uint64_t{header.width} * header.height;
  std::size_t at = header.pixels;
  if (!header.runLength()) return bytes.size() >= at + left * step;
  while (left > 0) {
    if (at >= bytes.size()) return false;
    const std::uint32_t packet = byteAt(bytes, at);
    const std::uint32_t count = (packet & 127u) + 1;
    at += 1 + (packet & 128u ? 1 : count) * step;
    left -= std::min<std::uint64_t>(left, count);
  }
  return at <= bytes.size();
}

Image decode(ByteView bytes, const ReadLimits& limits) {
  const Header header(bytes);
  checkSize(limits, header.width, header.height, 4);
  if (!whole(bytes, header)) throw Refusal("is truncated: its last pixels are missing");
  return stbDecode(bytes, limits);
}

}  // namespace

constinit const Codec tgaCodec{"tga", {}, sniff, decode, nullptr, false};

}  // namespace topknot::io
