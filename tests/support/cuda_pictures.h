// What CUDA memory should hold of a picture.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "support/pictures.h"
#include "topknot/image.h"

namespace topknot::test {

inline Image blueFirst(Image image) {
  const auto bytes = image.bytes();
  for (std::size_t at = 0; at < bytes.size(); at += 4) std::swap(bytes[at], bytes[at + 2]);
  return image;
}

/// The format of the memory, as an image's.
inline PixelFormat formatInCuda(PixelFormat format) {
  switch (format) {
    case PixelFormat::Rgb10A2Fixed:
      return PixelFormat::Rgba16Fixed;
    case PixelFormat::Rgba11Float:
      return PixelFormat::Rgba16Float;
    case PixelFormat::Rgb16Float:
      return PixelFormat::Rgba16Float;
    case PixelFormat::Rgb32Float:
      return PixelFormat::Rgba32Float;
    default:
      return format;
  }
}

/// What the memory should hold.
inline Image expectedInCuda(const Image& image) {
  const PixelFormat format = image.format();
  if (format == PixelFormat::Rgba8Fixed || format == PixelFormat::Srgba8Fixed) {
    return blueFirst(image);
  }
  return image.converted(formatInCuda(format));
}

inline void expectSamePixels(const Image& found, const Image& expected, float tolerance,
                             std::string_view what) {
  ASSERT_EQ(found.width(), expected.width()) << what;
  ASSERT_EQ(found.height(), expected.height()) << what;
  for (int y = 0; y < found.height(); ++y) {
    for (int x = 0; x < found.width(); ++x) {
      EXPECT_TRUE(nearly(found.pixel(x, y), expected.pixel(x, y), tolerance))
          << what << " " << x << ", " << y;
    }
  }
}

}  // namespace topknot::test
