// tif files that are not read: the sentence says what they hold, and what is read.
#include <gtest/gtest.h>

#include "io/support/pictures.h"
#include "io/support/tif.h"

namespace topknot::test {
namespace {

double rising(int x, int y, int sample) {
  return x + 10 * y + 100 * sample;
}

std::string refusalOf(const Scratch& scratch, const TifTags& tags) {
  const auto file = writeTif(scratch, tags, rising);
  return errorOf([&] { loadImage(file); });
}

TEST(TifRefusal, SignedIntegersAreRefusedWhateverTheirBits) {
  const Scratch scratch;
  for (const int bits : {8, 16, 32}) {
    const std::string size = " of " + std::to_string(bits) + " bits, stored as signed integers; ";
    const TifTags rgb = {.bits = bits, .sampleFormat = SAMPLEFORMAT_INT};
    EXPECT_TRUE(contains(refusalOf(scratch, rgb),
                         {"made.tif\" is not read: its pixels are rgb, 3 samples" + size,
                          "unsigned integers of 8, 16 and 32 bits or as floats"}));
    const TifTags grey = {.bits = bits,
                          .sampleFormat = SAMPLEFORMAT_INT,
                          .samples = 1,
                          .photometric = PHOTOMETRIC_MINISBLACK};
    EXPECT_TRUE(contains(refusalOf(scratch, grey), {"its pixels are grey, 1 sample" + size}));
  }
}

TEST(TifRefusal, ComplexNumbersAreRefused) {
  const Scratch scratch;
  const auto refusal = [&](int bits, int sampleFormat) {
    return refusalOf(scratch, {.bits = bits,
                               .sampleFormat = sampleFormat,
                               .samples = 1,
                               .photometric = PHOTOMETRIC_MINISBLACK});
  };
  EXPECT_TRUE(contains(refusal(32, SAMPLEFORMAT_COMPLEXINT),
                       {"grey, 1 sample of 32 bits, stored as complex integers; read are"}));
  EXPECT_TRUE(contains(refusal(32, SAMPLEFORMAT_COMPLEXIEEEFP),
                       {"grey, 1 sample of 32 bits, stored as complex floats; read are"}));
}

TEST(TifRefusal, WhatLibtiffDoesNotConvertIsNamed) {
  const Scratch scratch;
  const TifTags inks = {.bits = 16, .samples = 4, .photometric = PHOTOMETRIC_SEPARATED};
  EXPECT_TRUE(
      contains(refusalOf(scratch, inks),
               {"CMYK or other inks, 4 samples of 16 bits, stored as unsigned integers; read are",
                "L*a*b* of 8 bits (libtiff: Sorry, can not handle image)"}));
  const TifTags video = {.bits = 16, .photometric = PHOTOMETRIC_YCBCR};
  EXPECT_TRUE(contains(refusalOf(scratch, video), {"are YCbCr, 3 samples of 16 bits"}));
  const TifTags floats = {
      .bits = 32, .sampleFormat = SAMPLEFORMAT_IEEEFP, .photometric = PHOTOMETRIC_CIELAB};
  EXPECT_TRUE(
      contains(refusalOf(scratch, floats), {"are L*a*b*, 3 samples of 32 bits, stored as floats"}));
}

// libtiff's own encoder says of these that they are signed.
TEST(TifRefusal, LogarithmsOfLuminanceAreStillRead) {
  const Scratch scratch;
  const auto file = scratch / "log.tif";
  TIFF* tif = TIFFOpen(file.c_str(), "w");
  TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, 2);
  TIFFSetField(tif, TIFFTAG_IMAGELENGTH, 1);
  TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_LOGL);
  TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_SGILOG);
  TIFFSetField(tif, TIFFTAG_SGILOGDATAFMT, SGILOGDATAFMT_FLOAT);
  float luminance[2] = {0.0f, 1.0f};
  TIFFWriteEncodedStrip(tif, 0, luminance, sizeof luminance);
  TIFFClose(tif);
  const Image image = loadImage(file);
  EXPECT_EQ(image.pixel(0, 0), glm::vec4(0, 0, 0, 1));
  EXPECT_EQ(image.pixel(1, 0), glm::vec4(1));
}

}  // namespace
}  // namespace topknot::test
