// bmp files made byte by byte, and those of ImageMagick.
#include <gtest/gtest.h>

#include "io/support/numbers.h"
#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

using Six = std::array<std::uint8_t, 24>;

/// The first 40 bytes of all headers but the old one; `size` counts what follows them as well.
Bytes info(std::int32_t width, std::int32_t height, int bits, std::uint32_t compression = 0,
           std::uint32_t colours = 0, std::uint32_t size = 40) {
  return little32({size, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)}) +
         little16({1, bits}) + little32({compression, 0, 0, 0, colours, 0});
}

Bytes oldInfo(int width, int height, int bits) {
  return little32({12}) + little16({width, height, 1, bits});
}

/// The pixels start `gap` bytes behind the head.
Bytes bmpOf(const Bytes& head, const Bytes& rows, std::uint32_t gap = 0) {
  const auto offset = static_cast<std::uint32_t>(14 + head.size()) + gap;
  const auto size = offset + static_cast<std::uint32_t>(rows.size());
  return bytesOf("BM") + little32({size, 0, offset}) + head + Bytes(gap, std::byte{0xee}) + rows;
}

// kSix as blue, green, red; each row is filled up to 4 bytes.
const Bytes kTop24 = bytes8({0, 0, 255, 30, 200, 0, 240, 20, 10, 9, 9, 9});
const Bytes kBottom24 = bytes8({70, 80, 90, 5, 240, 250, 0, 0, 0, 9, 9, 9});
const Bytes kTop32 = bytes8({0, 0, 255, 0, 30, 200, 0, 50, 240, 20, 10, 100});
const Bytes kBottom32 = bytes8({70, 80, 90, 150, 5, 240, 250, 200, 0, 0, 0, 250});
const Bytes kTop8 = bytes8({0, 1, 2, 9}), kBottom8 = bytes8({3, 4, 5, 9});
const Bytes kTop4 = bytes8({0x01, 0x2f, 9, 9}), kBottom4 = bytes8({0x34, 0x5f, 9, 9});
const Bytes kColours4 = bytes8(
    {0, 0, 255, 9, 30, 200, 0, 9, 240, 20, 10, 9, 70, 80, 90, 9, 5, 240, 250, 9, 0, 0, 0, 9});
const Bytes kColours3 =
    bytes8({0, 0, 255, 30, 200, 0, 240, 20, 10, 70, 80, 90, 5, 240, 250, 0, 0, 0});

Six ours(const Bytes& file) {
  return bytesOfSix(decodeImage(file, "a.bmp"));
}

class Bmp : public ::testing::Test {
 protected:
  /// Reading by us and by ImageMagick gives this.
  void expect(const Bytes& file, const Six& pixels) {
    EXPECT_EQ(ours(file), pixels);
    EXPECT_EQ(sixByMagick(file, "bmp"), pixels);
  }

  Scratch scratch_;
};

TEST_F(Bmp, TheBottomRowComesFirstOrWithANegativeHeightTheTopRow) {
  expect(bmpOf(info(3, 2, 24), kBottom24 + kTop24), kSix);
  expect(bmpOf(info(3, -2, 24), kTop24 + kBottom24), kSix);
  expect(bmpOf(info(3, -2, 8, 0, 6) + kColours4, kTop8 + kBottom8), kSix);
  expect(bmpOf(info(3, -2, 4, 0, 6) + kColours4, kTop4 + kBottom4), kSix);
  expect(bmpOf(info(3, -2, 32), kTop32 + kBottom32), sixWithAlpha());
}

TEST_F(Bmp, OneBitNamesTwoColours) {
  const Bytes colours = bytes8({1, 2, 3, 0, 4, 5, 6, 0});
  const Bytes rows = bytes8({0b01011111, 9, 9, 9, 0b11011111, 9, 9, 9});
  const Six pixels = {6, 5, 4, 255, 6, 5, 4, 255, 3, 2, 1, 255,
                      3, 2, 1, 255, 6, 5, 4, 255, 3, 2, 1, 255};
  expect(bmpOf(info(3, 2, 1) + colours, rows), pixels);
  expect(bmpOf(oldInfo(3, 2, 1) + bytes8({1, 2, 3, 4, 5, 6}), rows), pixels);
}

TEST_F(Bmp, ThePaletteOfAnOldHeaderHasThreeBytesAColour) {
  const Bytes ten(30), rest(250 * 3);
  expect(bmpOf(oldInfo(3, 2, 4) + kColours3 + ten, kBottom4 + kTop4), kSix);
  expect(bmpOf(oldInfo(3, 2, 8) + kColours3 + rest, kBottom8 + kTop8), kSix);
  EXPECT_EQ(ours(bmpOf(oldInfo(3, 2, 8) + kColours3, kBottom8 + kTop8)), kSix) << "6 colours only";
}

TEST_F(Bmp, FilesOfImageMagickAreRead) {
  writeBytes(scratch_ / "six.rgba",
             Bytes(std::as_bytes(std::span(kSix)).begin(), std::as_bytes(std::span(kSix)).end()));
  for (const std::string kind : {"BMP2:", "BMP3:", "BMP:"}) {
    for (const std::string type : {"TrueColor", "Palette"}) {
      magick({"-size", "3x2", "-depth", "8", scratch_ / "six.rgba", "-type", type, "-compress",
              "none", kind + (scratch_ / "six.bmp").string()});
      EXPECT_EQ(bytesOfSix(loadImage(scratch_ / "six.bmp")), kSix) << kind << type;
    }
  }
}

TEST_F(Bmp, ColoursThatThePaletteLacksAreBlack) {
  Six pixels = kSix;
  for (const std::size_t at : {12u, 13u, 14u, 16u, 17u, 18u}) pixels[at] = 0;  // of index 3 and 4
  const Bytes three(kColours4.begin(), kColours4.begin() + 12);
  EXPECT_EQ(ours(bmpOf(info(3, 2, 8, 0, 3) + three, kBottom8 + kTop8)), pixels);
  EXPECT_EQ(ours(bmpOf(info(3, 2, 4, 0, 3) + three, kBottom4 + kTop4)), pixels);
  EXPECT_EQ(ours(bmpOf(info(3, 2, 8, 0, 0) + three, kBottom8 + kTop8)), pixels) << "by its room";
  const Bytes threeOld(kColours3.begin(), kColours3.begin() + 9);
  EXPECT_EQ(ours(bmpOf(oldInfo(3, 2, 8) + threeOld, kBottom8 + kTop8)), pixels);
  const Bytes one = bytes8({5, 6, 7, 0}), row = bytes8({0b10000000, 0, 0, 0});
  const Image image = decodeImage(bmpOf(info(2, 1, 1, 0, 1) + one, row), "a.bmp");
  EXPECT_EQ(image.pixel(0, 0), glm::vec4(0, 0, 0, 1));
  EXPECT_EQ(image.pixel(1, 0), glm::vec4(7, 6, 5, 255) / 255.0f);
}

TEST_F(Bmp, APaletteMayBeLongerThanPixelsCanName) {
  EXPECT_EQ(ours(bmpOf(info(3, 2, 4, 0, 20) + kColours4 + Bytes(14 * 4), kBottom4 + kTop4)), kSix);
}

TEST_F(Bmp, PixelsMayStandApartFromTheHeader) {
  for (const std::uint32_t gap : {1u, 2u, 4u, 700u}) {
    expect(bmpOf(info(3, 2, 24), kBottom24 + kTop24, gap), kSix);
    expect(bmpOf(info(3, 2, 32), kBottom32 + kTop32, gap), sixWithAlpha());
    expect(bmpOf(info(3, 2, 8, 0, 6) + kColours4, kBottom8 + kTop8, gap), kSix);
    EXPECT_EQ(ours(bmpOf(oldInfo(3, 2, 24), kBottom24 + kTop24, gap)), kSix);
  }
}

TEST_F(Bmp, APaletteForDisplaysIsPassedOverWherePixelsNameNone) {
  expect(bmpOf(info(3, 2, 24, 0, 6) + kColours4, kBottom24 + kTop24), kSix);
  expect(bmpOf(info(3, 2, 32, 0, 6) + kColours4, kBottom32 + kTop32), sixWithAlpha());
}

TEST_F(Bmp, EveryHeaderIsRead) {
  for (const std::uint32_t size : {40u, 52u, 56u, 64u, 108u, 124u}) {
    const Bytes more(size - 40);
    for (const std::uint32_t gap : {0u, 8u}) {
      EXPECT_EQ(ours(bmpOf(info(3, 2, 24, 0, 0, size) + more, kBottom24 + kTop24, gap)), kSix);
      EXPECT_EQ(ours(bmpOf(info(3, 2, 32, 0, 0, size) + more, kBottom32 + kTop32, gap)),
                sixWithAlpha());
      EXPECT_EQ(ours(bmpOf(info(3, 2, 8, 0, 6, size) + more + kColours4, kBottom8 + kTop8, gap)),
                kSix);
    }
  }
  EXPECT_EQ(ours(bmpOf(oldInfo(3, 2, 24), kBottom24 + kTop24)), kSix);
  expect(bmpOf(info(3, 2, 24, 0, 0, 124) + Bytes(84), kBottom24 + kTop24, 8), kSix);
}

TEST_F(Bmp, MasksSayWhereColoursAre) {
  // Red and blue have changed places, and alpha comes first: the bytes are a, r, g, b.
  const Bytes masks = little32({0xff00, 0xff0000, 0xff000000});
  const Bytes all = masks + little32({0xff});
  const Bytes top = bytes8({0, 255, 0, 0, 50, 0, 200, 30, 100, 10, 20, 240});
  const Bytes bottom = bytes8({150, 90, 80, 70, 200, 250, 240, 5, 250, 0, 0, 0});
  const Bytes rows = bottom + top;
  expect(bmpOf(info(3, 2, 32, 3) + masks, rows), kSix);
  EXPECT_EQ(ours(bmpOf(info(3, 2, 32, 3, 0, 52) + masks, rows)), kSix);
  EXPECT_EQ(ours(bmpOf(info(3, 2, 32, 6) + all, rows)), sixWithAlpha());
  EXPECT_EQ(ours(bmpOf(info(3, 2, 32, 3, 0, 56) + all, rows)), sixWithAlpha());
  EXPECT_EQ(ours(bmpOf(info(3, 2, 32, 3, 0, 56) + all, rows, 16)), sixWithAlpha());
  for (const std::uint32_t size : {108u, 124u}) {
    expect(bmpOf(info(3, 2, 32, 3, 0, size) + all + Bytes(size - 56), rows), sixWithAlpha());
    expect(bmpOf(info(3, -2, 32, 3, 0, size) + all + Bytes(size - 56), top + bottom, 4),
           sixWithAlpha());
  }
}

TEST_F(Bmp, SixteenBitsAreFiveOfEachColourUnlessMasksSayOtherwise) {
  // Full red, full green, full blue; the fourth pixel is half of each: 16/31, with 6 bits 32/63.
  const Bytes masks = little32({0xf800, 0x07e0, 0x001f});
  const Image plain =
      decodeImage(bmpOf(info(4, 1, 16), little16({0x7c00, 0x03e0, 0x001f, 0x4210})), "a.bmp");
  const Image masked = decodeImage(
      bmpOf(info(4, 1, 16, 3) + masks, little16({0xf800, 0x07e0, 0x001f, 0x8410}), 2), "a.bmp");
  for (const Image& image : {plain, masked}) {
    EXPECT_EQ(image.pixel(0, 0), glm::vec4(1, 0, 0, 1));
    EXPECT_EQ(image.pixel(1, 0), glm::vec4(0, 1, 0, 1));
    EXPECT_EQ(image.pixel(2, 0), glm::vec4(0, 0, 1, 1));
    EXPECT_NEAR(image.pixel(3, 0).r, 16.0f / 31.0f, 0.5f / 255.0f);
  }
  EXPECT_NEAR(plain.pixel(3, 0).g, 16.0f / 31.0f, 0.5f / 255.0f);
  EXPECT_NEAR(masked.pixel(3, 0).g, 32.0f / 63.0f, 0.5f / 255.0f);
}

TEST_F(Bmp, AnUnusedFourthByteIsNoAlpha) {
  Bytes rows = kBottom32 + kTop32;
  for (std::size_t at = 3; at < rows.size(); at += 4) rows[at] = std::byte{0};
  for (const std::uint32_t gap : {0u, 6u}) {
    EXPECT_EQ(ours(bmpOf(info(3, 2, 32), rows, gap)), kSix);
  }
  const Bytes masks = little32({0xff0000, 0xff00, 0xff, 0xff000000});
  Six clear = kSix;
  for (std::size_t at = 3; at < clear.size(); at += 4) clear[at] = 0;
  EXPECT_EQ(ours(bmpOf(info(3, 2, 32, 6) + masks, rows)), clear) << "the file says that it is";
}

}  // namespace
}  // namespace topknot::test
