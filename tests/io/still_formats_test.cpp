// jpg, bmp, tga and hdr as ImageMagick writes them.
#include <gtest/gtest.h>

#include <cmath>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

Bytes rawOf(const std::array<std::uint8_t, 24>& pixels) {
  const auto bytes = std::as_bytes(std::span(pixels));
  return Bytes(bytes.begin(), bytes.end());
}

/// The six colours through ImageMagick, loaded by us.
class StillFormats : public ::testing::Test {
 protected:
  Image through(const std::string& name, const std::vector<std::string>& options = {},
                const std::array<std::uint8_t, 24>& pixels = kSix) {
    writeBytes(scratch_ / "six.rgba", rawOf(pixels));
    std::vector<std::string> all = {"-size", "3x2", "-depth", "8", scratch_ / "six.rgba"};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back((scratch_ / name).string());
    magick(all);
    return loadImage(scratch_ / name);
  }

  Scratch scratch_;
};

TEST_F(StillFormats, BmpOf24BitsIsReadTopRowLast) {
  EXPECT_EQ(bytesOfSix(through("six.bmp", {"-type", "TrueColor"})), kSix);
}

TEST_F(StillFormats, BmpWithPaletteIsReadTheSame) {
  EXPECT_EQ(bytesOfSix(through("six.bmp", {"-type", "Palette"})), kSix);
}

TEST_F(StillFormats, OldBmpHeadersAreRead) {
  writeBytes(scratch_ / "six.rgba", rawOf(kSix));
  magick({"-size", "3x2", "-depth", "8", scratch_ / "six.rgba", "-type", "TrueColor",
          "BMP2:" + (scratch_ / "old.bmp").string()});
  EXPECT_EQ(bytesOfSix(loadImage(scratch_ / "old.bmp")), kSix);
}

/// A tga of kind 2 (plain) or 10 (run lengths) with these pixel bytes: b, g, r, a.
Bytes tgaOf(int kind, bool topFirst, const std::vector<int>& pixels) {
  Bytes file(18);
  file[2] = static_cast<std::byte>(kind);
  file[12] = std::byte{3};
  file[14] = std::byte{2};
  file[16] = std::byte{32};
  file[17] = topFirst ? std::byte{0x28} : std::byte{0x08};
  for (const int byte : pixels) file.push_back(static_cast<std::byte>(byte));
  return file;
}

const std::vector<int> kTgaTopRow = {0, 0, 255, 0, 30, 200, 0, 50, 240, 20, 10, 100};
const std::vector<int> kTgaBottomRow = {70, 80, 90, 150, 5, 240, 250, 200, 0, 0, 0, 250};

std::vector<int> joined(std::vector<int> first, const std::vector<int>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

TEST_F(StillFormats, TgaIsReadFromTheTopAndFromTheBottom) {
  const Bytes fromTop = tgaOf(2, true, joined(kTgaTopRow, kTgaBottomRow));
  EXPECT_EQ(bytesOfSix(decodeImage(fromTop, "top.tga")), sixWithAlpha());
  const Bytes fromBottom = tgaOf(2, false, joined(kTgaBottomRow, kTgaTopRow));
  EXPECT_EQ(bytesOfSix(decodeImage(fromBottom, "bottom.tga")), sixWithAlpha());
}

TEST_F(StillFormats, TgaIsReadWithRunLengths) {
  const auto rows = joined({2}, joined(kTgaTopRow, joined({2}, kTgaBottomRow)));
  EXPECT_EQ(bytesOfSix(decodeImage(tgaOf(10, true, rows), "runs.tga")), sixWithAlpha());
  const Image one = decodeImage(tgaOf(10, true, {128 + 5, 1, 2, 3, 4}), "run.tga");
  EXPECT_EQ(one.pixel(2, 0), glm::vec4(3, 2, 1, 4) / 255.0f);
}

TEST_F(StillFormats, TgaOfImageMagickIsKnownWithoutItsSuffix) {
  // Its rows are not looked at: version 6 writes them against the origin that it declares.
  through("six.tga", {"-type", "TrueColor", "-compress", "RLE"});
  std::filesystem::rename(scratch_ / "six.tga", scratch_ / "six");
  const Image image = loadImage(scratch_ / "six");
  EXPECT_EQ(image.width(), 3);
  EXPECT_EQ(image.height(), 2);
}

TEST_F(StillFormats, TheContentDecidesAndNotTheSuffix) {
  through("six.bmp", {"-type", "TrueColor"});
  std::filesystem::rename(scratch_ / "six.bmp", scratch_ / "six.png");
  EXPECT_EQ(bytesOfSix(loadImage(scratch_ / "six.png")), kSix);
}

TEST_F(StillFormats, JpgIsReadTopRowLastAndNearTheOriginal) {
  for (const std::string interlace : {"None", "Plane"}) {
    magick({"-size", "64x48", "gradient:red-blue", "-interlace", interlace, "-quality", "95",
            (scratch_ / "ramp.jpg").string()});
    const Image image = loadImage(scratch_ / "ramp.jpg");
    ASSERT_EQ(image.format(), PixelFormat::Rgba8Fixed);
    ASSERT_EQ(image.width(), 64);
    ASSERT_EQ(image.height(), 48);
    EXPECT_GT(image.pixel(10, 47).r, 0.95f) << "red is on top";
    EXPECT_GT(image.pixel(10, 0).b, 0.95f) << "blue is at the bottom";
    EXPECT_EQ(image.pixel(10, 0).a, 1.0f);
  }
}

TEST_F(StillFormats, JpgOfEveryKindHasThePixelsThatImageMagickFinds) {
  const Image noise = noisePicture(61, 37, PixelFormat::Rgba8Fixed, 7);
  const std::string source = saveImage(noise, scratch_ / "noise.png").string();
  const std::vector<std::vector<std::string>> kinds = {
      {"-sampling-factor", "1x1"},
      {"-sampling-factor", "2x1"},
      {"-sampling-factor", "2x2", "-interlace", "Plane"},
      {"-sampling-factor", "4x1,1x1,2x1"},
      {"-define", "jpeg:restart-interval=2"},
      {"-colorspace", "Gray"},
      {"-quality", "20"},
      {"-colorspace", "CMYK"}};
  for (const auto& kind : kinds) {
    std::vector<std::string> command = {source, "-alpha", "off"};
    command.insert(command.end(), kind.begin(), kind.end());
    command.push_back((scratch_ / "a.jpg").string());
    magick(command);
    magick({(scratch_ / "a.jpg").string(), "-colorspace", "sRGB", "-depth", "8",
            "rgba:" + (scratch_ / "a.rgba").string()});
    const Bytes found = readBytes(scratch_ / "a.rgba");
    const Image image = loadImage(scratch_ / "a.jpg");
    ASSERT_EQ(found.size(), image.bytes().size()) << kind[1];
    // Of inks, the two round differently.
    const int most = kind.back() == "CMYK" ? 1 : 0;
    for (std::size_t at = 0; at < found.size(); ++at) {
      const std::size_t row = at / image.rowBytes(), column = at % image.rowBytes();
      const auto ours = image.row(image.height() - 1 - static_cast<int>(row))[column];
      ASSERT_NEAR(std::to_integer<int>(ours), std::to_integer<int>(found[at]), most)
          << kind[1] << ", row " << row << ", byte " << column;
    }
  }
}

TEST_F(StillFormats, AGreyJpgIsSpread) {
  magick({"-size", "16x16", "xc:gray50", "-colorspace", "Gray", (scratch_ / "grey.jpg").string()});
  const glm::vec4 pixel = loadImage(scratch_ / "grey.jpg").pixel(3, 3);
  EXPECT_NEAR(pixel.r, 127.5f / 255.0f, 0.01f);
  EXPECT_EQ(pixel.r, pixel.g);
  EXPECT_EQ(pixel.a, 1.0f);
}

TEST_F(StillFormats, HdrOfTwoRowsByHandIsReadAsFloats) {
  // rgbe: a mantissa byte m and exponent e give m / 256 · 2^(e - 128).
  const std::string text("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 1\n");
  Bytes file = bytesOf(text);
  for (const int byte : {128, 64, 32, 131, 0, 0, 0, 0})
    file.push_back(static_cast<std::byte>(byte));
  const Image image = decodeImage(file, "hand.hdr");
  EXPECT_EQ(image.format(), PixelFormat::Rgba32Float);
  EXPECT_EQ(image.pixel(0, 1), glm::vec4(4.0f, 2.0f, 1.0f, 1.0f));
  EXPECT_EQ(image.pixel(0, 0), glm::vec4(0, 0, 0, 1));
}

TEST_F(StillFormats, RunLengthHdrIsReadAsFloats) {
  Bytes file = bytesOf("#?RGBE\n# a comment\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 10\n");
  const auto add = [&](std::initializer_list<int> bytes) {
    for (const int byte : bytes) file.push_back(static_cast<std::byte>(byte));
  };
  add({2, 2, 0, 10});
  add({10, 128, 64, 32, 16, 8, 4, 2, 1, 0, 255});  // red as it is
  add({128 + 10, 64});                             // green as one run
  add({128 + 4, 1, 6, 2, 3, 4, 5, 6, 7});          // blue as a run and bytes
  add({128 + 10, 129});
  const Image image = decodeImage(file, "runs.hdr");
  ASSERT_EQ(image.width(), 10);
  EXPECT_EQ(image.pixel(0, 0), glm::vec4(1.0f, 0.5f, 2.0f / 256.0f, 1.0f));
  EXPECT_EQ(image.pixel(9, 0), glm::vec4(255.0f / 128.0f, 0.5f, 14.0f / 256.0f, 1.0f));
}

TEST_F(StillFormats, AnHdrRunOfLengthZeroIsRefusedAndDoesNotHang) {
  Bytes file = bytesOf("#?RGBE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 10\n");
  for (const int byte : {2, 2, 0, 10, 0, 0, 0, 0}) file.push_back(static_cast<std::byte>(byte));
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(file, "zero.hdr"); }),
                       {"\"zero.hdr\"", "a run has a wrong length"}));
}

}  // namespace
}  // namespace topknot::test
