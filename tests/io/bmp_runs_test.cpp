// bmp files with run lengths, and with masks of more than 8 bits.
#include <gtest/gtest.h>

#include <cmath>

#include "io/support/numbers.h"
#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

constexpr int kRle8 = 1, kRle4 = 2, kMasks = 3, kRle24 = 4, kAlphaMasks = 6;

/// The colours that indices name: 0 black, 1 red, 2 green, 3 blue, 4 white.
const Bytes kPalette =
    bytes8({0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0});

struct Bmp {
  int width, height, bits, compression;
  Bytes data;
  Bytes head = {};  // palette or masks
  int header = 40;

  Bytes file() const {
    const auto size = static_cast<std::uint32_t>(header);
    const auto start = 14 + size + static_cast<std::uint32_t>(head.size());
    const auto all = start + static_cast<std::uint32_t>(data.size());
    const auto colours = static_cast<std::uint32_t>(bits <= 8 ? head.size() / 4 : 0);
    return bytesOf("BM") +
           little32({all, 0, start, size, std::uint32_t(width), std::uint32_t(height)}) +
           little16({1, bits}) +
           little32(
               {std::uint32_t(compression), std::uint32_t(data.size()), 2835, 2835, colours, 0}) +
           Bytes(static_cast<std::size_t>(header - 40)) + head + data;
  }
};

/// Rows from the top, a digit for each pixel; `.` for any other colour.
std::string lettersOf(const Image& image) {
  std::string text;
  for (int y = image.height() - 1; y >= 0; --y) {
    for (int x = 0; x < image.width(); ++x) {
      const glm::vec4 c = image.pixel(x, y);
      const int bits = (c.r > 0.5f) + 2 * (c.g > 0.5f) + 4 * (c.b > 0.5f);
      text += bits == 0   ? '0'
              : bits == 1 ? '1'
              : bits == 2 ? '2'
              : bits == 4 ? '3'
              : bits == 7 ? '4'
                          : '.';
    }
    text += '|';
  }
  return text;
}

std::string pictureOf(const Bmp& bmp, std::vector<std::string>* warnings = nullptr) {
  return lettersOf(decodeImage(bmp.file(), "a.bmp", {}, warnings));
}

std::string byMagick(const Bmp& bmp) {
  const Scratch scratch;
  writeBytes(scratch / "a.bmp", bmp.file());
  magick({scratch / "a.bmp", "PNG32:" + (scratch / "b.png").string()});
  return lettersOf(loadImage(scratch / "b.png"));
}

std::string byFfmpeg(const Bmp& bmp) {
  const Scratch scratch;
  writeBytes(scratch / "a.bmp", bmp.file());
  run({"ffmpeg", "-v", "error", "-i", scratch / "a.bmp", "-pix_fmt", "rgb24", scratch / "b.png"});
  return lettersOf(loadImage(scratch / "b.png"));
}

std::string errorOfBmp(const Bmp& bmp) {
  return errorOf([&] { decodeImage(bmp.file(), "a.bmp"); });
}

TEST(BmpRuns, BytesRepeatPixelsFromTheBottomUp) {
  const Bmp bmp{5, 2, 8, kRle8, bytes8({3, 1, 2, 2, 0, 0, 5, 3, 0, 1}), kPalette};
  EXPECT_EQ(pictureOf(bmp), "33333|11122|");
  EXPECT_EQ(byMagick(bmp), "33333|11122|");
  EXPECT_EQ(byFfmpeg(bmp), "33333|11122|");
}

TEST(BmpRuns, PixelsAsTheyAreFillUpToTwoBytes) {
  const Bmp bmp{
      5,       2, 8, kRle8, bytes8({0, 3, 1, 2, 3, 0, 2, 4, 0, 0, 0, 4, 4, 3, 2, 1, 1, 4, 0, 1}),
      kPalette};
  EXPECT_EQ(pictureOf(bmp), "43214|12344|");
  EXPECT_EQ(byMagick(bmp), "43214|12344|");
  EXPECT_EQ(byFfmpeg(bmp), "43214|12344|");
}

TEST(BmpRuns, HalvesOfBytesTakeTurns) {
  const Bmp bmp{7,
                2,
                4,
                kRle4,
                bytes8({5, 0x12, 2, 0x34, 0, 0, 0, 5, 0x12, 0x34, 0x10, 0, 2, 0x22, 0, 1}),
                kPalette};
  EXPECT_EQ(pictureOf(bmp), "1234122|1212134|");
  EXPECT_EQ(byMagick(bmp), "1234122|1212134|");
  EXPECT_EQ(byFfmpeg(bmp), "1234122|1212134|");
}

TEST(BmpRuns, WholePixelsOfOs2) {
  const Bmp bmp{4,
                2,
                24,
                kRle24,
                bytes8({2,   255, 0,   0,   2, 0, 255, 0, 0, 0, 0, 3,   0, 0,
                        255, 255, 255, 255, 0, 0, 0,   0, 1, 0, 0, 255, 0, 1}),
                {},
                64};
  EXPECT_EQ(pictureOf(bmp), "1401|3322|");
}

TEST(BmpRuns, WhatIsSkippedHasTheFirstColour) {
  const Bmp skips{5, 3, 8, kRle8, bytes8({1, 1, 0, 2, 2, 1, 1, 2, 0, 0, 0, 1}), kPalette};
  EXPECT_EQ(pictureOf(skips), "00000|00020|10000|");
  EXPECT_EQ(byFfmpeg(skips), "00000|00020|10000|");
  const Bmp endsEarly{3, 2, 4, kRle4, bytes8({3, 0x11, 0, 1}), kPalette};
  EXPECT_EQ(pictureOf(endsEarly), "000|111|");
  const Bmp shortRow{3, 2, 8, kRle8, bytes8({1, 1, 0, 0, 3, 4, 0, 1}), kPalette};
  EXPECT_EQ(pictureOf(shortRow), "444|100|");
}

TEST(BmpRuns, TheLastMarkMayBeMissing) {
  EXPECT_EQ(pictureOf({3, 1, 8, kRle8, bytes8({3, 1}), kPalette}), "111|");
  EXPECT_EQ(pictureOf({3, 1, 8, kRle8, bytes8({3, 1, 0, 0}), kPalette}), "111|");
}

TEST(BmpRuns, CutOffTheyAreTruncated) {
  const Bytes data = bytes8({3, 1, 2, 2, 0, 0, 0, 3, 1, 2, 3, 0, 2, 4, 0, 1});
  for (std::size_t size = 1; size < data.size() - 2; ++size) {
    const Bytes cut(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(errorOfBmp({5, 2, 8, kRle8, cut, kPalette}),
              "\"a.bmp\" is truncated: its last rows are missing")
        << size;
  }
}

TEST(BmpRuns, RunsBeyondTheirRowsAreCutWithAWarning) {
  std::vector<std::string> warnings;
  EXPECT_EQ(pictureOf({3, 2, 8, kRle8, bytes8({9, 1, 0, 0, 3, 2, 0, 0, 3, 3, 0, 1}), kPalette},
                      &warnings),
            "222|111|");
  EXPECT_EQ(warnings,
            std::vector<std::string>{"\"a.bmp\" is read without pixels that its runs have "
                                     "beyond the ends of its rows"});
  warnings.clear();
  pictureOf({3, 1, 8, kRle8, bytes8({3, 1, 0, 1}), kPalette}, &warnings);
  EXPECT_TRUE(warnings.empty());
}

TEST(BmpRuns, IndicesBeyondThePaletteAreBlack) {
  EXPECT_EQ(pictureOf({2, 1, 8, kRle8, bytes8({1, 200, 1, 4, 0, 1}), kPalette}), "04|");
  EXPECT_EQ(pictureOf({2, 1, 4, kRle4, bytes8({2, 0xf4, 0, 1}), kPalette}), "04|");
}

TEST(BmpRuns, OtherNumbersOfBitsAreRefused) {
  EXPECT_TRUE(contains(errorOfBmp({2, 1, 4, kRle8, Bytes(8), kPalette}),
                       {"is damaged: it is run-length encoded (RLE8) and has 4 bits a pixel; "
                        "expected 8"}));
  EXPECT_TRUE(contains(errorOfBmp({2, 1, 8, kRle4, Bytes(8), kPalette}), {"(RLE4)", "expected 4"}));
  EXPECT_TRUE(contains(errorOfBmp({2, 1, 8, kRle24, Bytes(8), kPalette, 64}), {"expected 24"}));
}

/// One pixel of 16 or 32 bits under masks of red, green, blue and alpha.
Image masked(int bits, std::initializer_list<std::uint32_t> masks, std::uint32_t pixel) {
  const int compression = masks.size() == 4 ? kAlphaMasks : kMasks;
  return decodeImage(Bmp{1, 1, bits, compression, little32({pixel}), little32(masks)}.file(),
                     "a.bmp");
}

void expectPixel(const Image& image, glm::vec4 expected) {
  const glm::vec4 found = image.pixel(0, 0);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(found[i], expected[i], 1e-4) << i;
}

TEST(BmpMasks, TenBitsKeepTheirTenBits) {
  const Image image = masked(32, {0x3ff, 0xffc00, 0x3ff00000, 0xc0000000},
                             513u | 1023u << 10 | 1u << 20 | 1u << 30);
  EXPECT_EQ(image.format(), PixelFormat::Rgb10A2Fixed);
  expectPixel(image, {513 / 1023.0, 1, 1 / 1023.0, 1 / 3.0});
}

TEST(BmpMasks, ElevenAndMoreComeWithSixteen) {
  const Image image = masked(32, {0xffe00000, 0x1ffc00, 0x3ff}, 1025u << 21 | 2047u << 10 | 512u);
  EXPECT_EQ(image.format(), PixelFormat::Rgba16Fixed);
  expectPixel(image, {1025 / 2047.0, 1, 512 / 1023.0, 1});
  const Image sixteen = masked(16, {0x8000, 0x7fc0, 0x30, 0xf}, 0x8000u | 300u << 6 | 1u << 4 | 5u);
  EXPECT_EQ(sixteen.format(), PixelFormat::Rgba16Fixed);  // 1, 9, 2 and 4 bits
  expectPixel(sixteen, {1, 300 / 511.0, 1 / 3.0, 5 / 15.0});
}

TEST(BmpMasks, EightAndFewerComeWithEight) {
  EXPECT_EQ(masked(32, {0xff0000, 0xff00, 0xff}, 0x102030).format(), PixelFormat::Rgba8Fixed);
  expectPixel(masked(16, {0xf800, 0x7e0, 0x1f}, 0xf800u | 0x1f), {1, 0, 1, 1});
}

TEST(BmpMasks, MagickSeesTheSameRowsAndColours) {
  const Scratch scratch;
  const Bytes pixels = little32({1023u, 1023u << 10, 700u << 20, 300u | 300u << 10 | 300u << 20});
  const Bmp bmp{2, 2, 32, kMasks, pixels, little32({0x3ff, 0xffc00, 0x3ff00000})};
  writeBytes(scratch / "a.bmp", bmp.file());
  magick({scratch / "a.bmp", "PNG48:" + (scratch / "b.png").string()});
  const Image theirs = loadImage(scratch / "b.png"), ours = loadImage(scratch / "a.bmp");
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 2; ++x) {
      for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(ours.pixel(x, y)[i], theirs.pixel(x, y)[i], 0.01) << x << y << i;
      }
    }
  }
}

}  // namespace
}  // namespace topknot::test
