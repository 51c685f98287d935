// dds by other people's programs, and headers by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

constexpr std::size_t kPixelFlags = 80, kFourCc = 84, kBits = 88, kMasks = 92, kDxgi = 128;

void put(Bytes& file, std::size_t at, std::uint32_t value) {
  std::memcpy(&file[at], &value, 4);
}

/// A header of 2 × 2 pixels in the old way, with these bytes behind it.
Bytes oldFile(std::uint32_t flags, std::uint32_t bits, const std::array<std::uint32_t, 4>& masks,
              const std::vector<int>& data) {
  Bytes file(128);
  std::memcpy(file.data(), "DDS ", 4);
  put(file, 4, 124);
  put(file, 12, 2);
  put(file, 16, 2);
  put(file, kPixelFlags, flags);
  put(file, kBits, bits);
  for (std::size_t i = 0; i < 4; ++i) put(file, kMasks + 4 * i, masks[i]);
  for (const int byte : data) file.push_back(static_cast<std::byte>(byte));
  return file;
}

/// A smooth picture, which blocks hold well.
Image smooth(int width, int height) {
  Image image(width, height, PixelFormat::Rgba8Fixed);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float u = float(x) / float(width), v = float(y) / float(height);
      image.setPixel(x, y, {u, v, 0.5f, 1.0f - 0.5f * u});
    }
  }
  return image;
}

// ffmpeg 5.1 takes DXGI's R8G8B8A8 for B8G8R8A8 and the other way round, so it is told to swap
// back.
TEST(Dds, FfmpegReadsWhatWeWrite) {
  const Scratch scratch;
  const std::vector<std::pair<PixelFormat, std::string>> kinds = {
      {PixelFormat::Rgba8Fixed, "bgra"},
      {PixelFormat::Srgba8Fixed, "bgra"},
      {PixelFormat::Rgba16Fixed, "bgra64le"}};
  for (const auto& [format, order] : kinds) {
    const Image image = noisePicture(5, 3, format, 4);
    const std::filesystem::path file = saveImage(image, scratch / "a.dds");
    run({"ffmpeg", "-v", "error", "-y", "-i", file.string(), "-f", "rawvideo", "-pix_fmt", order,
         scratch / "a.raw"});
    const Bytes raw = readBytes(scratch / "a.raw");
    ASSERT_EQ(raw.size(), image.bytes().size()) << order;
    for (int y = 0; y < 3; ++y) {
      const auto row = image.row(2 - y);
      EXPECT_TRUE(std::equal(row.begin(), row.end(), raw.begin() + std::ptrdiff_t(row.size()) * y))
          << order << ", row " << y;
    }
  }
}

TEST(Dds, BlocksOfImageMagickAreDecodedAsImageMagickDecodesThem) {
  const Scratch scratch;
  const std::filesystem::path source = saveImage(smooth(21, 13), scratch / "a.png");
  for (const char* kind : {"dxt1", "dxt5"}) {
    const auto file = scratch / "a.dds";
    magick({source.string(), "-define", std::string("dds:compression=") + kind, file});
    magick({file, "-depth", "8", "rgba:" + (scratch / "a.raw").string()});
    const Image image = loadImage(file);
    const Bytes raw = readBytes(scratch / "a.raw");
    ASSERT_EQ(raw.size(), 21u * 13 * 4);
    for (int y = 0; y < 13; ++y) {
      for (int x = 0; x < 21; ++x) {
        const glm::vec4 pixel = image.pixel(x, 12 - y) * 255.0f;
        for (int c = 0; c < 4; ++c) {
          // Decoders round thirds of 5 and 6 bits either way.
          EXPECT_NEAR(pixel[c], std::to_integer<int>(raw[std::size_t((y * 21 + x) * 4 + c)]), 4)
              << kind << " " << x << " " << y;
        }
      }
    }
  }
}

TEST(Dds, UncompressedPixelsOfImageMagickAreRead) {
  const Scratch scratch;
  const auto six = sixWithAlpha();
  const std::filesystem::path source = saveImage(imageOf(six), scratch / "a.png");
  magick({source.string(), "-define", "dds:compression=none", scratch / "a.dds"});
  EXPECT_EQ(bytesOfSix(loadImage(scratch / "a.dds")), six);
}

TEST(Dds, EveryFormatComesBackAsItWasOrWithMoreChannels) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    const Image image = noisePicture(5, 3, info.format, 2);
    const Image back = decodeImage(encodeImage(image, ".dds"), "memory");
    if (back.format() == info.format) {
      EXPECT_EQ(back, image) << info.name;
    } else {
      EXPECT_EQ(pixelFormatInfo(back.format()).channels, Channels::Rgba) << info.name;
      EXPECT_EQ(back, image.converted(back.format())) << info.name;
    }
  }
}

TEST(Dds, MasksOfTheOldHeaderAreFollowed) {
  constexpr std::uint32_t kRgb = 0x40, kAlpha = 0x1, kGrey = 0x20000, kAlphaOnly = 0x2;
  // 5-6-5: red, green, blue, white.
  const Image narrow = decodeImage(oldFile(kRgb, 16, {0xf800, 0x07e0, 0x001f, 0},
                                           {0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0xff, 0xff}),
                                   "narrow");
  EXPECT_EQ(narrow.pixel(0, 1), glm::vec4(1, 0, 0, 1));
  EXPECT_EQ(narrow.pixel(1, 1), glm::vec4(0, 1, 0, 1));
  EXPECT_EQ(narrow.pixel(0, 0), glm::vec4(0, 0, 1, 1));
  EXPECT_EQ(narrow.pixel(1, 0), glm::vec4(1, 1, 1, 1));
  // Blue first, with alpha.
  const Image blue = decodeImage(oldFile(kRgb | kAlpha, 32, {0xff0000, 0xff00, 0xff, 0xff000000u},
                                         {10, 20, 30, 40, 0, 0, 255, 255, 0, 0, 0, 0, 1, 2, 3, 4}),
                                 "blue");
  EXPECT_EQ(blue.pixel(0, 1) * 255.0f, glm::vec4(30, 20, 10, 40));
  EXPECT_EQ(blue.pixel(1, 1), glm::vec4(1, 0, 0, 1));
  const Image grey = decodeImage(oldFile(kGrey, 8, {0xff, 0, 0, 0}, {0, 51, 102, 255}), "grey");
  EXPECT_EQ(grey.pixel(1, 1), glm::vec4(0.2f, 0.2f, 0.2f, 1));
  const Image alpha = decodeImage(oldFile(kAlphaOnly, 8, {0, 0, 0, 0xff}, {0, 51, 102, 255}), "a");
  EXPECT_EQ(alpha.pixel(1, 1), glm::vec4(0, 0, 0, 0.2f));
}

TEST(Dds, WhatIsNotReadIsSaid) {
  Bytes file = encodeImage(imageOf(kSix), ".dds");
  put(file, kDxgi, 98);
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(file, "a.dds"); }),
                       {"a.dds", "DXGI format 98", "BC1 to BC5"}));
  std::memcpy(&file[kFourCc], "XYZ\1", 4);
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(file, "a.dds"); }), {"XYZ\\x01", "DXT1"}));
  EXPECT_TRUE(
      contains(errorOf([] {
                 decodeImage(oldFile(0x40, 13, {1, 2, 4, 0}, {0, 0, 0, 0, 0, 0, 0, 0}), "b");
               }),
               {"13 bits"}));
  EXPECT_TRUE(contains(errorOf([] {
                         decodeImage(oldFile(0, 8, {1, 2, 4, 0}, {0, 0, 0, 0}), "b");
                       }),
                       {"neither rgb, grey nor alpha"}));
  EXPECT_TRUE(contains(errorOf([] {
                         decodeImage(oldFile(0x40, 32, {1, 2, 4, 0}, {0, 0, 0}), "b");
                       }),
                       {"truncated"}));
}

}  // namespace
}  // namespace topknot::test
