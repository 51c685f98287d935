// How many bytes a picture takes, reckoned so that no product overflows.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>

#include "topknot/pixel_format.h"

namespace topknot {

/// No picture takes more bytes than this, whatever its sizes say.
inline constexpr std::uint64_t kMostImageBytes = std::uint64_t{1} << 40;

/// The product of the factors; nothing if one of them is negative, or if the product is above
/// `most`. Each step divides before it multiplies: sizes from files and from other processes may be
/// of any value, and a product that has wrapped around looks like that of a small picture.
constexpr std::optional<std::uint64_t> productWithin(std::uint64_t most,
                                                     std::initializer_list<std::int64_t> factors) {
  std::uint64_t product = 1;
  for (const std::int64_t factor : factors) {
    if (factor < 0) return std::nullopt;
    const auto times = static_cast<std::uint64_t>(factor);
    if (times != 0 && product > most / times) return std::nullopt;
    product *= times;
  }
  return product;
}

/// Bytes of width × height × depth pixels; nothing if that is above `most` or a size is negative.
inline std::optional<std::uint64_t> imageBytes(std::int64_t width, std::int64_t height,
                                               std::int64_t depth, PixelFormat format,
                                               std::uint64_t most = kMostImageBytes) {
  return productWithin(most, {width, height, depth, pixelFormatInfo(format).bytesPerPixel});
}

}  // namespace topknot
