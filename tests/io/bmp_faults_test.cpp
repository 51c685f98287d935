// bmp files that are not read, and why.
#include <gtest/gtest.h>

#include "io/support/numbers.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

/// A file of 3 × 2 pixels whose header has 40 bytes, in which one field is then changed.
class Broken {
 public:
  explicit Broken(int bits, const Bytes& head = {}, std::size_t pixels = 24)
      : file_(bytesOf("BM") +
              little32({0, 0, static_cast<std::uint32_t>(54 + head.size()), 40, 3, 2}) +
              little16({1, bits}) + little32({0, 0, 0, 0, 0, 0}) + head + Bytes(pixels)) {}

  Broken& with16(std::size_t at, int value) { return put(at, little16({value})); }
  Broken& with32(std::size_t at, std::uint32_t value) { return put(at, little32({value})); }
  Broken& cut(std::size_t size) {
    file_.resize(size);
    return *this;
  }

  std::string error() const {
    return errorOf([&] { decodeImage(file_, "a.bmp"); });
  }

 private:
  Broken& put(std::size_t at, const Bytes& bytes) {
    std::ranges::copy(bytes, file_.begin() + static_cast<std::ptrdiff_t>(at));
    return *this;
  }

  Bytes file_;
};

constexpr std::size_t kOffset = 10, kSize = 14, kWidth = 18, kHeight = 22, kPlanes = 26;
constexpr std::size_t kBits = 28, kCompression = 30, kColours = 46, kMasks = 54;

TEST(BmpFaults, TheUnchangedFileIsRead) {
  EXPECT_EQ(Broken(24).error(), "no error");
  EXPECT_EQ(Broken(8, Bytes(16)).error(), "no error");
}

TEST(BmpFaults, CompressedPixelsAreRefusedByName) {
  const auto error = [](std::uint32_t compression, std::uint32_t size = 40) {
    return Broken(8, Bytes(40)).with32(kSize, size).with32(kCompression, compression).error();
  };
  EXPECT_EQ(
      error(4),
      "\"a.bmp\" is not read: its pixels are a jpg; expected uncompressed or run-length encoded "
      "ones");
  EXPECT_TRUE(contains(error(5), {"its pixels are a png; expected"}));
  EXPECT_TRUE(contains(error(11), {"compressed in way 11; expected"}));
  EXPECT_TRUE(contains(error(3, 64), {"compressed by Huffman codes"}));
}

TEST(BmpFaults, OtherKindsOfHeadersAndPixelsAreRefused) {
  EXPECT_TRUE(contains(Broken(24).with32(kSize, 41).error(),
                       {"its header has 41 bytes; expected 12, 40, 52, 56, 64, 108 or 124"}));
  EXPECT_TRUE(contains(Broken(24).with32(kSize, 0xffffffff).error(), {"4294967295 bytes"}));
  EXPECT_TRUE(contains(Broken(24).with16(kBits, 2).error(),
                       {"a pixel has 2 bits; expected 1, 4, 8, 16, 24 or 32"}));
  EXPECT_TRUE(contains(Broken(24).with16(kBits, 0).error(), {"a pixel has 0 bits"}));
  EXPECT_TRUE(contains(Broken(24).with16(kPlanes, 3).error(), {"it has 3 planes; expected 1"}));
}

TEST(BmpFaults, MasksThatAreNoMasksAreRefused) {
  const auto error = [](int bits, std::uint32_t red, std::uint32_t blue) {
    return Broken(bits, little32({red, 0x3e0, blue})).with32(kCompression, 3).error();
  };
  EXPECT_EQ(error(16, 0x7c00, 0x1f), "no error");
  EXPECT_TRUE(contains(error(16, 0, 0x1f), {"is not read: its mask of red is empty"}));
  EXPECT_TRUE(contains(error(16, 0x7c00, 0x15), {"its mask of blue has a gap"}));
  EXPECT_TRUE(contains(error(16, 0xf0000, 0x1f), {"red is beyond the pixel's 16 bits"}));
  EXPECT_EQ(error(32, 0x3ff00000, 0x1f), "no error");
  EXPECT_EQ(error(32, 0xffffffff, 0x1f), "no error");
  EXPECT_TRUE(contains(error(24, 0x7c00, 0x1f),
                       {"is damaged: it has masks and 24 bits a pixel; expected 16 or 32"}));
  EXPECT_TRUE(contains(Broken(32, Bytes(16)).with32(kCompression, 6).cut(kMasks + 15).error(),
                       {"is truncated: its masks are cut off"}));
}

TEST(BmpFaults, SizesThatNoPictureHasAreRefused) {
  EXPECT_TRUE(contains(Broken(24).with32(kWidth, 0).error(), {"is damaged", "0 x 2 pixels"}));
  EXPECT_TRUE(contains(Broken(24).with32(kHeight, 0).error(), {"is damaged", "3 x 0 pixels"}));
  EXPECT_TRUE(contains(Broken(24).with32(kWidth, 0xfffffffd).error(), {"-3 x 2 pixels"}));
  EXPECT_TRUE(contains(Broken(24).with32(kWidth, 0x80000000).error(), {"-2147483648 x 2 pixels"}));
  EXPECT_TRUE(contains(Broken(24).with32(kHeight, 0x80000000).error(),
                       {"is too large", "3 x 2147483648 pixels"}));
  EXPECT_TRUE(contains(Broken(24).with32(kWidth, 0x7fffffff).error(), {"2147483647 x 2 pixels"}));
}

TEST(BmpFaults, PixelsStartBehindTheHeaderAndInsideOfTheFile) {
  EXPECT_TRUE(contains(Broken(24).with32(kOffset, 0).error(),
                       {"is damaged: its pixels start at byte 0, inside of its header"}));
  EXPECT_TRUE(contains(Broken(24).with32(kOffset, 53).error(), {"which has 54"}));
  EXPECT_TRUE(contains(Broken(24).with32(kOffset, 78).error(),
                       {"is truncated: its pixels start at byte 78 of 78"}));
  EXPECT_TRUE(contains(Broken(24).with32(kOffset, 0xffffffff).error(), {"byte 4294967295 of 78"}));
  EXPECT_TRUE(contains(Broken(24).with32(kOffset, 55).error(),
                       {"is truncated: its last rows are missing"}));
}

TEST(BmpFaults, APaletteEndsBeforeThePixels) {
  EXPECT_TRUE(contains(Broken(8).error(), {"is damaged: its palette is missing"}));
  EXPECT_TRUE(contains(Broken(8, Bytes(8)).with32(kColours, 3).error(),
                       {"is damaged: its palette has 3 colours", "there is room for 2"}));
  EXPECT_TRUE(
      contains(Broken(8, Bytes(8)).with32(kColours, 0xffffffff).error(), {"4294967295 colours"}));
}

TEST(BmpFaults, CutAnywhereItIsTruncated) {
  for (std::size_t size = 2; size < 54 + 16 + 8; ++size) {
    EXPECT_TRUE(contains(Broken(8, Bytes(16), 8).cut(size).error(), {"\"a.bmp\" is truncated"}))
        << size;
  }
  EXPECT_EQ(Broken(8, Bytes(16), 8).error(), "no error");
}

}  // namespace
}  // namespace topknot::test
