// tga files made byte by byte, and those of ImageMagick.
#include <gtest/gtest.h>

#include "io/support/numbers.h"
#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

using Six = std::array<std::uint8_t, 24>;

constexpr int kFromRight = 0x10, kFromTop = 0x20;

struct Palette {
  int first = 0, entries = 0, bits = 0;
};

/// The 18 bytes before all else, of 3 × 2 pixels.
Bytes head(int type, int bits, int origin, const Palette& palette = {}) {
  return bytes8({0, palette.bits > 0 ? 1 : 0, type}) + little16({palette.first, palette.entries}) +
         bytes8({palette.bits}) + little16({0, 0, 3, 2}) + bytes8({bits, origin});
}

// kSix as blue, green, red, and the same rows from right to left.
const Bytes kTop = bytes8({0, 0, 255, 30, 200, 0, 240, 20, 10});
const Bytes kBottom = bytes8({70, 80, 90, 5, 240, 250, 0, 0, 0});
const Bytes kTopFromRight = bytes8({240, 20, 10, 30, 200, 0, 0, 0, 255});
const Bytes kBottomFromRight = bytes8({0, 0, 0, 5, 240, 250, 70, 80, 90});
const Bytes kColours = kTop + kBottom;

Six ours(const Bytes& file) {
  return bytesOfSix(decodeImage(file, "a.tga"));
}

class Tga : public ::testing::Test {
 protected:
  /// Reading by us and by ImageMagick gives this.
  void expect(const Bytes& file, const Six& pixels = kSix) {
    EXPECT_EQ(ours(file), pixels);
    EXPECT_EQ(sixByMagick(file, "tga"), pixels);
  }

  Scratch scratch_;
};

TEST_F(Tga, ThePixelsStartInAnyCorner) {
  expect(head(2, 24, 0) + kBottom + kTop);
  expect(head(2, 24, kFromTop) + kTop + kBottom);
  expect(head(2, 24, kFromRight) + kBottomFromRight + kTopFromRight);
  expect(head(2, 24, kFromTop | kFromRight) + kTopFromRight + kBottomFromRight);
}

TEST_F(Tga, RunsAndNamesOfColoursStartInAnyCornerToo) {
  const Bytes three = bytes8({2});
  expect(head(10, 24, kFromRight) + three + kBottomFromRight + three + kTopFromRight);
  const Palette six = {0, 6, 24};
  const Bytes names = bytes8({2, 1, 0, 5, 4, 3});
  expect(head(1, 8, kFromTop | kFromRight, six) + kColours + names);
  expect(head(9, 8, kFromTop | kFromRight, six) + kColours + bytes8({5}) + names);
}

TEST_F(Tga, AMirroredRowKeepsItsAlpha) {
  const Bytes rows = bytes8({240, 20, 10, 100, 30, 200, 0,   50,  0,  0,  255, 0,
                             0,   0,  0,  250, 5,  240, 250, 200, 70, 80, 90,  150});
  EXPECT_EQ(ours(head(2, 32, kFromTop | kFromRight | 8) + rows), sixWithAlpha());
}

TEST_F(Tga, PixelsOfImageMagickAreReadInAnyOrientation) {
  writeBytes(scratch_ / "six.rgba",
             Bytes(std::as_bytes(std::span(kSix)).begin(), std::as_bytes(std::span(kSix)).end()));
  for (const std::string orientation : {"TopLeft", "TopRight", "BottomLeft", "BottomRight"}) {
    for (const std::string compression : {"None", "RLE"}) {
      magick({"-size", "3x2", "-depth", "8", scratch_ / "six.rgba", "-type", "TrueColor", "-orient",
              orientation, "-compress", compression, scratch_ / "six.tga"});
      const Bytes file = readBytes(scratch_ / "six.tga");
      EXPECT_EQ(ours(file), sixByMagick(file, "tga")) << orientation << ' ' << compression;
    }
  }
}

TEST_F(Tga, NamesOfColoursCountFromTheOriginOfThePalette) {
  const Palette from10 = {10, 6, 24};
  const Bytes names = bytes8({10, 11, 12, 13, 14, 15});
  expect(head(1, 8, kFromTop, from10) + kColours + names);
  expect(head(9, 8, kFromTop, from10) + kColours + bytes8({5}) + names);
  EXPECT_EQ(ours(head(1, 16, kFromTop, from10) + kColours + little16({10, 11, 12, 13, 14, 15})),
            kSix);
  const Bytes far = little16({1000, 1001, 1002, 1003, 1004, 1005});
  EXPECT_EQ(ours(head(1, 16, kFromTop, {1000, 6, 24}) + kColours + far), kSix);
  const Bytes last = little16({65530, 65531, 65532, 65533, 65534, 65535});
  EXPECT_EQ(ours(head(1, 16, kFromTop, {65530, 6, 24}) + kColours + last), kSix);
}

TEST_F(Tga, ARunOfOneNameIsCountedOnce) {
  const Bytes runs = bytes8({128 + 2, 12, 128 + 1, 10, 0, 11});
  const Six pixels = {10,  20, 240, 255, 10,  20, 240, 255, 10, 20,  240, 255,
                      255, 0,  0,   255, 255, 0,  0,   255, 0,  200, 30,  255};
  expect(head(9, 8, kFromTop, {10, 6, 24}) + kColours + runs, pixels);
}

TEST_F(Tga, NamesOutsideOfThePaletteAreItsFirstColour) {
  Six pixels = kSix;
  for (const std::size_t at : {4u, 8u, 12u}) {
    pixels[at] = 255;
    pixels[at + 1] = pixels[at + 2] = 0;
  }
  EXPECT_EQ(ours(head(1, 8, kFromTop, {10, 6, 24}) + kColours + bytes8({10, 9, 16, 255, 14, 15})),
            pixels);
  EXPECT_EQ(ours(head(1, 8, kFromTop, {0, 6, 24}) + kColours + bytes8({0, 6, 7, 255, 4, 5})),
            pixels);
  EXPECT_EQ(ours(head(1, 16, kFromTop, {300, 6, 24}) + kColours +
                 little16({300, 299, 306, 65535, 304, 305})),
            pixels);
}

TEST_F(Tga, APaletteThatNoPixelNamesIsPassedOver) {
  const Bytes text = bytesOf("abc");
  const Bytes three = bytes8({2});
  for (const int bits : {15, 16, 24, 32}) {
    const Palette unused = {7, 5, bits};
    const Bytes colours(static_cast<std::size_t>(5 * ((bits + 7) / 8)), std::byte{0x81});
    EXPECT_EQ(ours(head(2, 24, kFromTop, unused) + colours + kTop + kBottom), kSix);
    EXPECT_EQ(ours(head(10, 24, 0, unused) + colours + three + kBottom + three + kTop), kSix);
    Bytes described = head(2, 24, kFromTop | kFromRight, unused);
    described[0] = std::byte{3};
    EXPECT_EQ(ours(described + text + colours + kTopFromRight + kBottomFromRight), kSix);
  }
}

TEST_F(Tga, AGreyPictureMayHaveAPaletteThatItDoesNotUse) {
  const Bytes colours(2 * 3, std::byte{0x81}), greys = bytes8({0, 50, 100, 150, 200, 250});
  Six pixels;
  for (std::size_t i = 0; i < 24; ++i) pixels[i] = static_cast<std::uint8_t>(i / 4 * 50);
  for (std::size_t i = 3; i < 24; i += 4) pixels[i] = 255;
  EXPECT_EQ(ours(head(3, 8, kFromTop, {0, 2, 24}) + colours + greys), pixels);
  EXPECT_EQ(ours(head(11, 8, kFromTop, {0, 2, 24}) + colours + bytes8({5}) + greys), pixels);
}

TEST_F(Tga, APaletteThatMakesNoSenseIsOfNoPicture) {
  const auto error = [](int type, const Palette& palette) {
    const Bytes file = head(type, type == 1 ? 8 : 24, kFromTop, palette) + Bytes(1000);
    return errorOf([&] { decodeImage(file, "a.tga"); });
  };
  EXPECT_EQ(error(2, {0, 5, 24}), "no error");
  EXPECT_TRUE(contains(error(2, {0, 5, 23}), {"is not a picture"}));
  EXPECT_TRUE(contains(error(2, {0, 0, 24}), {"is not a picture"}));
  EXPECT_TRUE(contains(error(1, {0, 0, 24}), {"is not a picture"}));
}

TEST_F(Tga, CutAnywhereBehindItsHeaderItIsTruncated) {
  const Bytes names = bytes8({10, 11, 12, 13, 14, 15});
  for (const Bytes& file : {head(1, 8, 0, {10, 6, 24}) + kColours + names,
                            head(9, 8, 0, {10, 6, 24}) + kColours + bytes8({5}) + names,
                            head(2, 24, kFromRight, {0, 6, 24}) + kColours + kColours,
                            head(10, 24, 0, {0, 6, 24}) + kColours + bytes8({5}) + kColours}) {
    ASSERT_EQ(errorOf([&] { decodeImage(file, "a.tga"); }), "no error");
    for (std::size_t size = 18; size < file.size(); ++size) {
      const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_TRUE(contains(errorOf([&] { decodeImage(cut, "a.tga"); }),
                           {"\"a.tga\" is truncated: its last pixels are missing"}))
          << size;
    }
  }
}

}  // namespace
}  // namespace topknot::test
