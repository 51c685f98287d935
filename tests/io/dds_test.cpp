// dds by other people's programs, and headers by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

constexpr std::size_t kFlags = 8, kPitch = 20, kLevels = 28, kPixelFlags = 80, kFourCc = 84,
                      kBits = 88, kMasks = 92, kDxgi = 128;

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

/// What the image stores, top row first.
template <class Number>
std::vector<Number> valuesOf(const Image& image) {
  std::vector<Number> values;
  for (int y = image.height(); y-- > 0;) {
    const auto row = image.row(y);
    const std::size_t start = values.size();
    values.resize(start + row.size() / sizeof(Number));
    std::memcpy(&values[start], row.data(), row.size());
  }
  return values;
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

TEST(Dds, GreyAndAlphaComeInTheFormatThatHoldsThem) {
  constexpr std::uint32_t kAlpha = 0x1, kAlphaOnly = 0x2, kRgb = 0x40, kGrey = 0x20000;
  const auto read = [](const Bytes& file) { return decodeImage(file, "a.dds"); };
  const Image l8 = read(oldFile(kGrey, 8, {0xff, 0, 0, 0}, {1, 2, 3, 255}));
  EXPECT_EQ(l8.format(), PixelFormat::Mono8Fixed);
  EXPECT_EQ(valuesOf<std::uint8_t>(l8), (std::vector<std::uint8_t>{1, 2, 3, 255}));
  const Image l16 = read(oldFile(kGrey, 16, {0xffff, 0, 0, 0}, {1, 0, 0, 1, 0x34, 0x12, 255, 255}));
  EXPECT_EQ(l16.format(), PixelFormat::Mono16Fixed);
  EXPECT_EQ(valuesOf<std::uint16_t>(l16), (std::vector<std::uint16_t>{1, 256, 0x1234, 65535}));
  const Image a8 = read(oldFile(kAlphaOnly, 8, {0, 0, 0, 0xff}, {1, 2, 3, 4}));
  EXPECT_EQ(a8.format(), PixelFormat::A8Fixed);
  EXPECT_EQ(valuesOf<std::uint8_t>(a8), (std::vector<std::uint8_t>{1, 2, 3, 4}));
  const Image a8l8 =
      read(oldFile(kGrey | kAlpha, 16, {0xff, 0, 0, 0xff00}, {1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(a8l8.format(), PixelFormat::MonoAlpha8Fixed);
  EXPECT_EQ(valuesOf<std::uint8_t>(a8l8), (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  const Image a4l4 = read(oldFile(kGrey | kAlpha, 8, {0xf, 0, 0, 0xf0}, {0x21, 0, 0, 0xf0}));
  EXPECT_EQ(a4l4.format(), PixelFormat::MonoAlpha8Fixed);
  EXPECT_EQ(a4l4.pixel(0, 1) * 255.0f, glm::vec4(17, 17, 17, 34));
  // Red alone: grey by nvtt 1, and a float by D3DX.
  EXPECT_EQ(read(oldFile(kRgb, 8, {0xff, 0, 0, 0}, {1, 2, 3, 4})).format(),
            PixelFormat::Mono8Fixed);
  const Image r32 = read(oldFile(kRgb, 32, {0xffffffff, 0, 0, 0},
                                 {0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(r32.format(), PixelFormat::Mono32Float);
  EXPECT_EQ(r32.pixel(0, 1), glm::vec4(1.5f, 1.5f, 1.5f, 1));
}

TEST(Dds, MasksOfOver8BitsKeepAllOfThem) {
  constexpr std::uint32_t kAlpha = 0x1, kRgb = 0x40;
  const auto read = [](const Bytes& file) { return decodeImage(file, "a.dds"); };
  const Image rg = read(oldFile(kRgb, 32, {0xffff, 0xffff0000, 0, 0},
                                {1, 0, 0, 1, 255, 255, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0}));
  EXPECT_EQ(rg.format(), PixelFormat::Rg16Fixed);
  EXPECT_EQ(valuesOf<std::uint16_t>(rg),
            (std::vector<std::uint16_t>{1, 256, 65535, 2, 0, 0, 3, 4}));
  // Red 1023, green 1, blue 512, alpha 2: with red in the lowest bits, and with blue there.
  const std::vector<int> redFirst = {0xff, 0x07, 0x00, 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const std::vector<int> blueFirst = {0x00, 0x06, 0xf0, 0xbf, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const std::uint32_t low = 0x3ff, middle = 0xffc00, high = 0x3ff00000, top = 0xc0000000;
  for (const Image& image :
       {read(oldFile(kRgb | kAlpha, 32, {low, middle, high, top}, redFirst)),
        read(oldFile(kRgb | kAlpha, 32, {high, middle, low, top}, blueFirst))}) {
    EXPECT_EQ(image.format(), PixelFormat::Rgb10A2Fixed);
    EXPECT_EQ(valuesOf<std::uint32_t>(image)[0], 1023u | 1u << 10 | 512u << 20 | 2u << 30);
  }
  const Image opaque = read(oldFile(kRgb, 32, {low, middle, high, 0}, redFirst));
  EXPECT_EQ(opaque.pixel(0, 0), glm::vec4(0, 0, 0, 1));
  // 11, 11 and 10 bits: 1 of 2047 is 32.01 of 65535, 512 of 1023 is 32799.5 and a little.
  const Image wide = read(oldFile(kRgb, 32, {0x7ff, 0x3ff800, 0xffc00000, 0},
                                  {1, 0xf8, 0x3f, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(wide.format(), PixelFormat::Rgba16Fixed);
  EXPECT_EQ(wide.pixel(0, 1) * 65535.0f, glm::vec4(32, 65535, 32800, 65535));
}

TEST(Dds, PaddedRowsOfTheOldHeaderAreFollowedIfTheFileHasThem) {
  constexpr std::uint32_t kRgb = 0x40, kStatesPitch = 0x8, kStatesLevels = 0x20000;
  const auto read = [](std::uint32_t flags, std::uint32_t pitch, std::uint32_t levels,
                       const std::vector<int>& data) {
    Bytes file = oldFile(kRgb, 24, {0xff0000, 0xff00, 0xff, 0}, data);
    put(file, kFlags, flags);
    put(file, kPitch, pitch);
    put(file, kLevels, levels);
    return decodeImage(file, "a.dds");
  };
  // Blue first; 6 bytes of a row, and 2 of padding.
  const std::vector<int> tight = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::vector<int> padded = {1, 2, 3, 4, 5, 6, 77, 77, 7, 8, 9, 10, 11, 12, 77, 77};
  const std::vector<int> lastIsNot(padded.begin(), padded.end() - 2);
  const std::vector<int> withLevel = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99, 99, 99};
  for (const Image& image :
       {read(kStatesPitch, 8, 0, padded), read(kStatesPitch, 8, 0, lastIsNot),
        read(kStatesPitch, 6, 0, tight), read(0, 8, 0, tight), read(kStatesPitch, 0, 0, tight),
        read(kStatesPitch, 8, 0, tight), read(kStatesPitch | kStatesLevels, 8, 2, withLevel),
        read(kStatesPitch, 0xffffffff, 0xffffffff, tight)}) {
    EXPECT_EQ(image.format(), PixelFormat::Rgba8Fixed);
    EXPECT_EQ(
        valuesOf<std::uint8_t>(image),
        (std::vector<std::uint8_t>{3, 2, 1, 255, 6, 5, 4, 255, 9, 8, 7, 255, 12, 11, 10, 255}));
  }
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

TEST(Dds, TheLimitNamesTheBytesOfThePictureThatItWouldBecome) {
  const ReadLimits limits = {.imageBytes = 3};
  const Bytes grey = oldFile(0x20000, 16, {0xffff, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(grey, "a.dds", limits); }),
                       {"a.dds", "2 x 2 pixels take 8 bytes, the limit is 3"}));
  const Bytes floats = encodeImage(Image(13, 4, PixelFormat::Rgba32Float), ".dds");
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(floats, "a.dds", limits); }),
                       {"13 x 4 pixels take 832 bytes"}));
}

}  // namespace
}  // namespace topknot::test
