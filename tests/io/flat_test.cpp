// Pictures of one colour, in which compressions reach their greatest ratios, are read.
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfOutputFile.h>
#include <gtest/gtest.h>

#include "io/support/bombs.h"
#include "io/support/pictures.h"
#include "io/support/program.h"
#include "io/support/tif.h"

namespace topknot::test {
namespace {

/// Whether all pixels of the picture are those of its corner, which is about `colour`.
void expectFlat(const Image& image, const std::string& name, glm::vec4 colour) {
  const glm::vec4 corner = image.pixel(0, 0);
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(corner[i], colour[i], 0.01) << name;
  const auto row = image.row(0);
  const auto step = static_cast<std::size_t>(pixelFormatInfo(image.format()).bytesPerPixel);
  EXPECT_TRUE(std::equal(row.begin() + static_cast<std::ptrdiff_t>(step), row.end(), row.begin()))
      << name;
  for (int y = 1; y < image.height(); ++y) {
    if (!std::ranges::equal(image.row(y), row)) {
      ADD_FAILURE() << name << ": row " << y;
      return;
    }
  }
}

TEST(Flat, TifOfEveryCompression) {
  const Scratch scratch;
  constexpr std::uint32_t kSide = 4300;  // over 16 MiB
  for (const int compression : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS,
                                COMPRESSION_JPEG, COMPRESSION_LZMA, COMPRESSION_ZSTD}) {
    const auto file = scratch / "flat.tif";
    TIFF* tif = TIFFOpen(file.c_str(), "w");
    for (const auto tag : {TIFFTAG_IMAGEWIDTH, TIFFTAG_IMAGELENGTH, TIFFTAG_ROWSPERSTRIP}) {
      TIFFSetField(tif, tag, kSide);
    }
    TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFSetField(tif, TIFFTAG_COMPRESSION, compression);
    std::vector<std::uint8_t> row(kSide, 51);
    for (std::uint32_t y = 0; y < kSide; ++y) TIFFWriteScanline(tif, row.data(), y);
    TIFFClose(tif);
    const std::string name = "compression " + std::to_string(compression);
    expectFlat(loadImage(file), name, {0.2f, 0.2f, 0.2f, 1});
  }
}

TEST(Flat, PngOfOneLongRun) {
  constexpr int kSide = 4300;
  const Image image = decodeImage(
      pngOf(kSide, kSide, 8, 0, zerosByZlib(std::size_t{kSide} * (kSide + 1))), "flat.png");
  expectFlat(image, "png", {0, 0, 0, 1});
}

TEST(Flat, JpgInGreyAndColour) {
  const Scratch scratch;
  constexpr int kSide = 4200;
  Image grey = Image::uninitialised(kSide, kSide, PixelFormat::Mono8Fixed);
  std::ranges::fill(grey.bytes(), std::byte{51});
  const std::string file = saveImage(std::move(grey), scratch / "flat.jpg").string();
  expectFlat(loadImage(file), "baseline", {0.2f, 0.2f, 0.2f, 1});
  // The smallest that there are: the codes made for the picture, and scans of one bit for a block.
  magick({file, "-interlace", "Plane", "-sampling-factor", "2x2", scratch / "scans.jpg"});
  expectFlat(loadImage(scratch / "scans.jpg"), "progressive", {0.2f, 0.2f, 0.2f, 1});
}

TEST(Flat, ExrOfEveryCompression) {
  const Scratch scratch;
  constexpr int kSide = 1500;  // × 4 floats, over 16 MiB
  for (int compression = Imf::RLE_COMPRESSION; compression <= Imf::DWAB_COMPRESSION;
       ++compression) {
    for (const Imf::PixelType type : {Imf::HALF, Imf::FLOAT}) {
      Imf::Header header(type == Imf::HALF ? 2 * kSide : kSide, kSide);
      header.compression() = static_cast<Imf::Compression>(compression);
      std::vector<float> row(kSide);  // also for twice as many halfs
      Imf::FrameBuffer buffer;
      for (const char* name : {"R", "G", "B", "A"}) {
        header.channels().insert(name, Imf::Channel(type));
        auto* place = reinterpret_cast<char*>(row.data());
        buffer.insert(name, Imf::Slice(type, place, type == Imf::HALF ? 2 : 4, 0));
      }
      const std::string file = scratch / "flat.exr";
      {
        Imf::OutputFile out(file.c_str(), header, 0);
        out.setFrameBuffer(buffer);
        out.writePixels(kSide);
      }
      expectFlat(loadImage(file), "compression " + std::to_string(compression), glm::vec4(0.0f));
    }
  }
}

}  // namespace
}  // namespace topknot::test
