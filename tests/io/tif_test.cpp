// tif in its many layouts, made with libtiff, its tools and ImageMagick.
#include <gtest/gtest.h>

#include "io/support/pictures.h"
#include "io/support/program.h"
#include "io/support/tif.h"

namespace topknot::test {
namespace {

double sixSamples(int x, int y, int sample) {
  return sixWithAlpha()[static_cast<std::size_t>((y * 3 + x) * 4 + sample)];
}

TEST(Tif, EightBitRgbIsReadInEveryPlanarTiledAndByteOrderWay) {
  const Scratch scratch;
  for (const int planar : {PLANARCONFIG_CONTIG, PLANARCONFIG_SEPARATE}) {
    for (const bool tiled : {false, true}) {
      for (const char* mode : {"wl", "wb", "w8"}) {
        for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS}) {
          const Image image = loadImage(writeTif(
              scratch, {.planar = planar, .tiled = tiled, .compression = compression, .mode = mode},
              sixSamples));
          EXPECT_EQ(image.format(), PixelFormat::Rgba8Fixed);
          EXPECT_EQ(bytesOfSix(image), kSix) << planar << tiled << mode << compression;
        }
      }
    }
  }
}

TEST(Tif, AlphaIsReadAsItIsWhateverItsKind) {
  const Scratch scratch;
  for (const int planar : {PLANARCONFIG_CONTIG, PLANARCONFIG_SEPARATE}) {
    for (const int extra :
         {EXTRASAMPLE_ASSOCALPHA, EXTRASAMPLE_UNASSALPHA, EXTRASAMPLE_UNSPECIFIED}) {
      const Image image = loadImage(
          writeTif(scratch, {.samples = 4, .planar = planar, .extra = extra}, sixSamples));
      EXPECT_EQ(bytesOfSix(image), sixWithAlpha());
    }
  }
}

TEST(Tif, SixteenBitsAreKeptInBothByteOrders) {
  const Scratch scratch;
  for (const char* mode : {"wl", "wb"}) {
    const Image image =
        loadImage(writeTif(scratch, {.bits = 16, .mode = mode},
                           [](int x, int y, int s) { return 1000.0 * (x + 1) + 10000.0 * y + s; }));
    EXPECT_EQ(image.format(), PixelFormat::Rgba16Fixed);
    EXPECT_EQ(image.pixel(2, 0), glm::vec4(13000, 13001, 13002, 65535) / 65535.0f);
    EXPECT_EQ(image.pixel(0, 1), glm::vec4(1000, 1001, 1002, 65535) / 65535.0f);
  }
}

TEST(Tif, FloatsDoublesAndHalfsBecomeFloats) {
  const Scratch scratch;
  const TifSamples samples = [](int x, int y, int s) { return -1.5 + x + 10 * y + 100 * s; };
  for (const int bits : {32, 64}) {
    const Image image =
        loadImage(writeTif(scratch, {.bits = bits, .sampleFormat = SAMPLEFORMAT_IEEEFP}, samples));
    EXPECT_EQ(image.format(), PixelFormat::Rgba32Float);
    EXPECT_EQ(image.pixel(0, 1), glm::vec4(-1.5f, 98.5f, 198.5f, 1));
    EXPECT_EQ(image.pixel(2, 0), glm::vec4(10.5f, 110.5f, 210.5f, 1));
  }
  const Image half =
      loadImage(writeTif(scratch, {.bits = 16, .sampleFormat = SAMPLEFORMAT_IEEEFP},
                         [](int, int, int s) { return s == 0 ? 0x3c00 : 0xc000 + 0.0; }));
  EXPECT_EQ(half.pixel(1, 1), glm::vec4(1, -2, -2, 1));
}

TEST(Tif, GreyIsSpreadAndWhiteIsZeroIsTurned) {
  const Scratch scratch;
  const TifSamples samples = [](int x, int y, int) { return 10.0 * x + 100 * y; };
  const Image black =
      loadImage(writeTif(scratch, {.samples = 1, .photometric = PHOTOMETRIC_MINISBLACK}, samples));
  EXPECT_EQ(black.pixel(2, 0), glm::vec4(120, 120, 120, 255) / 255.0f);
  const Image white =
      loadImage(writeTif(scratch, {.samples = 1, .photometric = PHOTOMETRIC_MINISWHITE}, samples));
  EXPECT_EQ(white.pixel(2, 0), glm::vec4(135, 135, 135, 255) / 255.0f);
  const Image alpha = loadImage(writeTif(
      scratch,
      {.samples = 2, .photometric = PHOTOMETRIC_MINISWHITE, .extra = EXTRASAMPLE_UNASSALPHA},
      samples));
  EXPECT_EQ(alpha.pixel(2, 0), glm::vec4(135, 135, 135, 120) / 255.0f);
}

TEST(Tif, LargerPicturesCrossTilesAndStrips) {
  const Scratch scratch;
  const TifSamples samples = [](int x, int y, int s) {
    return (x * 7 + y * 13 + s * 29) % 256 + 0.0;
  };
  for (const bool tiled : {false, true}) {
    const Image image = loadImage(writeTif(scratch, {.tiled = tiled}, samples, 37, 41));
    for (int y = 0; y < 41; ++y) {
      for (int x = 0; x < 37; ++x) {
        const glm::vec4 expected(samples(x, y, 0), samples(x, y, 1), samples(x, y, 2), 255);
        ASSERT_EQ(image.pixel(x, 40 - y), expected / 255.0f) << x << " " << y;
      }
    }
  }
}

TEST(Tif, EveryOrientationShowsTheSamePicture) {
  const Scratch scratch;
  // Where the file keeps the pixel that is seen at column x, row y from the top.
  const auto seen = [](int orientation, int x, int y) {
    const bool turned = orientation >= ORIENTATION_LEFTTOP;
    const int w = turned ? 2 : 3, h = turned ? 3 : 2;
    switch (orientation) {
      case ORIENTATION_TOPRIGHT:
        return std::pair(w - 1 - x, y);
      case ORIENTATION_BOTRIGHT:
        return std::pair(w - 1 - x, h - 1 - y);
      case ORIENTATION_BOTLEFT:
        return std::pair(x, h - 1 - y);
      case ORIENTATION_LEFTTOP:
        return std::pair(y, x);
      case ORIENTATION_RIGHTTOP:
        return std::pair(y, w - 1 - x);
      case ORIENTATION_RIGHTBOT:
        return std::pair(h - 1 - y, w - 1 - x);
      case ORIENTATION_LEFTBOT:
        return std::pair(h - 1 - y, x);
      default:
        return std::pair(x, y);
    }
  };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Image image = loadImage(writeTif(scratch, {.orientation = orientation}, sixSamples));
    const bool turned = orientation >= 5;
    ASSERT_EQ(image.width(), turned ? 2 : 3);
    ASSERT_EQ(image.height(), turned ? 3 : 2);
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const auto [column, row] = seen(orientation, x, y);
        const glm::vec4 expected(sixSamples(column, row, 0), sixSamples(column, row, 1),
                                 sixSamples(column, row, 2), 255);
        EXPECT_EQ(image.pixel(x, image.height() - 1 - y), expected / 255.0f)
            << orientation << ": " << x << " " << y;
      }
    }
  }
}

TEST(Tif, OrientationEqualsWhatImageMagickMakesOfIt) {
  const Scratch scratch;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto file = writeTif(scratch, {.orientation = orientation}, sixSamples);
    magick({file, "-auto-orient", "-type", "TrueColor", "PNG24:" + (scratch / "o.png").string()});
    EXPECT_EQ(loadImage(file), loadImage(scratch / "o.png")) << orientation;
  }
}

TEST(Tif, PaletteBilevelCmykAndJpegTifsOfImageMagickAreRead) {
  const Scratch scratch;
  writeBytes(scratch / "six.rgba", std::as_bytes(std::span(kSix)));
  const auto make = [&](const std::vector<std::string>& options) {
    std::vector<std::string> all = {"-size", "3x2", "-depth", "8", scratch / "six.rgba"};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back((scratch / "a.tif").string());
    magick(all);
    return loadImage(scratch / "a.tif");
  };
  EXPECT_EQ(bytesOfSix(make({"-type", "Palette"})), kSix);
  EXPECT_EQ(make({"-type", "Bilevel"}).pixel(2, 0), glm::vec4(0, 0, 0, 1));
  EXPECT_EQ(make({"-colorspace", "CMYK"}).pixel(2, 0), glm::vec4(0, 0, 0, 1));
  const Image jpeg = make({"-type", "TrueColor", "-resize", "64x64!", "-compress", "JPEG"});
  EXPECT_GT(jpeg.pixel(0, 63).r, 0.8f) << "red is on top, at the left";
}

TEST(Tif, CopiesByTiffcpReadTheSame) {
  const Scratch scratch;
  const auto file = writeTif(scratch, {.samples = 4, .extra = EXTRASAMPLE_UNASSALPHA}, sixSamples);
  for (const std::vector<std::string>& options : {std::vector<std::string>{"-c", "zip"},
                                                  {"-c", "lzw:2"},
                                                  {"-t", "-w", "16", "-l", "16"},
                                                  {"-p", "separate"}}) {
    std::vector<std::string> command = {"tiffcp"};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {file.string(), (scratch / "copy.tif").string()});
    run(command);
    EXPECT_EQ(bytesOfSix(loadImage(scratch / "copy.tif")), sixWithAlpha()) << options.back();
  }
}

TEST(Tif, TheReasonComesFromTheDecoderAndNothingIsPrinted) {
  const Scratch scratch;
  const auto file = writeTif(scratch, {}, sixSamples);
  Bytes bytes = readBytes(file);
  bytes.resize(bytes.size() - 30);
  ::testing::internal::CaptureStderr();
  const std::string error = errorOf([&] { decodeImage(bytes, "cut.tif"); });
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_TRUE(contains(error, {"\"cut.tif\" is damaged: ", "TIFF"}));
}

}  // namespace
}  // namespace topknot::test
