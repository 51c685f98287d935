// Takes words apart, and rounds their parts to the nearest value of the picture's format.
#include "io/codecs/dds_masks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "io/codecs/bytes.h"

namespace topknot::io {
namespace {

using enum PixelFormat;

int bitsOf(std::uint32_t mask) {
  return mask == 0 ? 0 : static_cast<int>(std::bit_width(mask >> std::countr_zero(mask)));
}

/// One component of the picture.
struct Part {
  std::uint32_t mask;
  bool one;  ///< where there is no mask; else 0

  /// What the word has of it, from 0 to `top`, rounded to nearest.
  std::uint32_t scaled(std::uint32_t word, std::uint32_t top) const {
    if (mask == 0) return one ? top : 0;
    const std::uint64_t most = mask >> std::countr_zero(mask);
    const std::uint64_t value = (word & mask) >> std::countr_zero(mask);
    if (most == top) return static_cast<std::uint32_t>(value);  // much faster than to divide
    return static_cast<std::uint32_t>((value * top + most / 2) / most);
  }

  template <class Number>
  Number as(std::uint32_t word) const {
    if constexpr (std::numeric_limits<Number>::is_integer) {
      return static_cast<Number>(scaled(word, std::numeric_limits<Number>::max()));
    } else {
      constexpr std::uint32_t kTop = 0xffffffff;
      return static_cast<Number>(scaled(word, kTop) / double{kTop});
    }
  }
};

/// In the order in which the format stores them.
std::vector<Part> partsOf(const DdsPixels& pixels) {
  const auto& masks = pixels.masks;
  const Part red{masks[0], false}, green{masks[1], false}, blue{masks[2], false},
      alpha{masks[3], true};
  switch (pixelFormatInfo(pixels.format).channels) {
    case Channels::Mono:
      return {red};
    case Channels::MonoAlpha:
      return {red, alpha};
    case Channels::Alpha:
      return {alpha};
    case Channels::Rg:
      return {red, green};
    default:
      return {red, green, blue, alpha};
  }
}

/// Calls `store(word)` for every pixel of the row.
template <class Store>
void forWords(ByteView row, int bits, const Store& store) {
  const auto step = static_cast<std::size_t>(bits) / 8;
  for (std::size_t at = 0; at < row.size(); at += step) {
    std::uint32_t word = 0;
    for (std::size_t i = step; i-- > 0;) word = word << 8 | byteAt(row, at + i);
    store(word);
  }
}

template <class Number>
void unmaskAs(ByteView row, const DdsPixels& pixels, std::byte* to) {
  forWords(row, pixels.bits, [&, parts = partsOf(pixels)](std::uint32_t word) {
    for (const Part& part : parts) {
      const Number number = part.as<Number>(word);
      std::memcpy(to, &number, sizeof number);
      to += sizeof number;
    }
  });
}

/// Red in the lowest bits.
void unmaskPacked(ByteView row, const DdsPixels& pixels, std::byte* to) {
  forWords(row, pixels.bits, [&, parts = partsOf(pixels)](std::uint32_t word) {
    const std::uint32_t packed = parts[0].scaled(word, 1023) | parts[1].scaled(word, 1023) << 10 |
                                 parts[2].scaled(word, 1023) << 20 | parts[3].scaled(word, 3) << 30;
    std::memcpy(to, &packed, sizeof packed);
    to += sizeof packed;
  });
}

}  // namespace

PixelFormat maskedFormat(const std::uint32_t (&masks)[4]) {
  const auto [red, green, blue, alpha] = masks;
  const int colours = std::max({bitsOf(red), bitsOf(green), bitsOf(blue)});
  const int most = std::max(colours, bitsOf(alpha));
  const auto pick = [&](PixelFormat bits8, PixelFormat bits16, PixelFormat more) {
    return most <= 8 ? bits8 : most <= 16 ? bits16 : more;
  };
  if (colours == 0 && alpha) return pick(A8Fixed, A16Fixed, A32Float);
  if (red && green == blue && (green == 0 || green == red)) {
    return alpha ? pick(MonoAlpha8Fixed, MonoAlpha16Fixed, MonoAlpha32Float)
                 : pick(Mono8Fixed, Mono16Fixed, Mono32Float);
  }
  if (red && green && !blue && !alpha) return pick(Rg8Fixed, Rg16Fixed, Rg32Float);
  if (colours > 8 && colours <= 10 && bitsOf(alpha) <= 2) return Rgb10A2Fixed;
  return pick(Rgba8Fixed, Rgba16Fixed, Rgba32Float);
}

void unmask(ByteView row, const DdsPixels& pixels, std::span<std::byte> out) {
  switch (pixelFormatInfo(pixels.format).component) {
    case Component::Fixed8:
      return unmaskAs<std::uint8_t>(row, pixels, out.data());
    case Component::Fixed16:
      return unmaskAs<std::uint16_t>(row, pixels, out.data());
    case Component::Packed1010102:
      return unmaskPacked(row, pixels, out.data());
    default:
      return unmaskAs<float>(row, pixels, out.data());
  }
}

}  // namespace topknot::io
