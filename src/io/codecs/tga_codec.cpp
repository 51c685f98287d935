// tga: has no magic bytes, so its header must make sense; read by stb_image, which gets no palettes
// that it would misread.
#include <algorithm>
#include <array>
#include <initializer_list>

#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/codecs/stb.h"

namespace topknot::io {
namespace {

constexpr std::size_t kHeader = 18;

struct Header {
  explicit Header(ByteView bytes)
      : palette(byteAt(bytes, 1) == 1),
        fromRight((byteAt(bytes, 17) & 0x10u) != 0),
        type(byteAt(bytes, 2)),
        firstEntry(little16(bytes, 3)),
        paletteEntries(little16(bytes, 5)),
        paletteBits(byteAt(bytes, 7)),
        width(little16(bytes, 12)),
        height(little16(bytes, 14)),
        bits(byteAt(bytes, 16)),
        pixels(kHeader + byteAt(bytes, 0) +
               (palette ? paletteEntries * ((paletteBits + 7) / 8) : 0)) {}

  bool palette, fromRight;
  std::uint32_t type, firstEntry, paletteEntries, paletteBits, width, height, bits;
  std::size_t pixels;  // where they start

  bool runLength() const { return type > 8; }
  /// 1 names colours of the palette, 2 and 3 have colours and greys of their own.
  std::uint32_t kind() const { return type & 7u; }
  std::size_t step() const { return (bits + 7) / 8; }
};

bool isOneOf(std::uint32_t number, std::initializer_list<std::uint32_t> numbers) {
  return std::ranges::find(numbers, number) != numbers.end();
}

bool sniff(ByteView bytes) {
  if (bytes.size() < kHeader || byteAt(bytes, 1) > 1) return false;
  const Header header(bytes);
  const std::uint32_t kind = header.kind();
  if (kind < 1 || kind > 3 || (header.type & ~11u) != 0) return false;
  if (header.width == 0 || header.height == 0) return false;
  if (header.palette && header.paletteEntries == 0) return false;
  if (kind == 1) return header.palette && isOneOf(header.bits, {8, 16});
  if (header.palette && !isOneOf(header.paletteBits, {15, 16, 24, 32})) return false;
  return isOneOf(header.bits, {8, 15, 16, 24, 32});
}

/// Calls `visit` with place and number of the pixels that lie one after the other. Returns whether
/// the file has all of them; if not, the last ones visited are beyond its end.
template <class Visit>
bool visitPixels(ByteView bytes, const Header& header, const Visit& visit) {
  std::uint64_t left = std::uint64_t{header.width} * header.height;
  std::size_t at = header.pixels;
  if (!header.runLength()) {
    visit(at, left);
    return bytes.size() >= at + left * header.step();
  }
  while (left > 0) {
    if (at >= bytes.size()) return false;
    const std::uint32_t packet = byteAt(bytes, at);
    const std::uint32_t count = (packet & 127u) + 1, stored = packet & 128u ? 1 : count;
    visit(at + 1, stored);
    at += 1 + stored * header.step();
    left -= std::min<std::uint64_t>(left, count);
  }
  return at <= bytes.size();
}

/// Without a palette that no pixel names.
Bytes withoutPalette(ByteView file, const Header& header) {
  Bytes rest(file.begin(), file.begin() + kHeader);
  std::fill_n(rest.begin(), 2, std::byte{0});      // no text before it, and no palette
  std::fill_n(rest.begin() + 3, 5, std::byte{0});  // what there was of it
  const ByteView pixels = file.subspan(header.pixels);
  rest.insert(rest.end(), pixels.begin(), pixels.end());
  return rest;
}

/// With pixels that count from the palette's first entry, which those outside of the palette get
/// as well: stb_image 2.27 does the same to those beyond the end.
Bytes countedFromZero(ByteView file, const Header& header) {
  Bytes counted(file.begin(), file.end());
  counted[3] = counted[4] = std::byte{0};
  const bool wide = header.bits == 16;
  visitPixels(file, header, [&](std::size_t at, std::uint64_t count) {
    for (; count > 0; --count, at += header.step()) {
      const std::uint32_t number = wide ? little16(file, at) : byteAt(file, at);
      const bool inside =
          number >= header.firstEntry && number - header.firstEntry < header.paletteEntries;
      const std::uint32_t entry = inside ? number - header.firstEntry : 0;
      counted[at] = static_cast<std::byte>(entry);
      if (wide) counted[at + 1] = static_cast<std::byte>(entry >> 8);
    }
  });
  return counted;
}

void mirror(Image& image) {
  using Pixel = std::array<std::byte, 4>;
  for (int y = 0; y < image.height(); ++y) {
    const std::span<std::byte> row = image.row(y);
    auto* const pixels = reinterpret_cast<Pixel*>(row.data());
    std::reverse(pixels, pixels + row.size() / sizeof(Pixel));
  }
}

Image decode(ByteView bytes, const ReadLimits& limits, Warnings&) {
  const Header header(bytes);
  checkSize(limits, header.width, header.height, 4);
  if (!visitPixels(bytes, header, [](std::size_t, std::uint64_t) {})) {
    throw Refusal("is truncated: its last pixels are missing");
  }
  const std::uint64_t samples = std::uint64_t{header.width} * header.height * header.step();
  checkRatio(limits, {"its run-length encoding", 128}, samples, bytes.size());
  Bytes changed;
  if (header.palette && header.kind() != 1) {
    changed = withoutPalette(bytes, header);
  } else if (header.palette && header.firstEntry > 0) {
    changed = countedFromZero(bytes, header);
  }
  Image image = stbDecode(changed.empty() ? bytes : ByteView(changed), limits);
  if (header.fromRight) mirror(image);
  return image;
}

}  // namespace

constinit const Codec tgaCodec{"tga", {}, sniff, decode, nullptr, false};

}  // namespace topknot::io
