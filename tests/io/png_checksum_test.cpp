// A png is read without what is wrong and not needed, with a warning.
#include <gtest/gtest.h>

#include "io/support/bombs.h"
#include "io/support/numbers.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

/// A chunk in front of the pixels of a 1 × 1 png, of grey 7 by a palette or as it is.
Bytes pngWith(const Bytes& chunks, int colour = 0) {
  const Bytes whole =
      pngOf(1, 1, 8, colour, bytes8({0x78, 1, 1, 2, 0, 253, 255, 0, 1, 0, 3, 0, 2}));
  constexpr std::size_t kHeader = 8 + 25;
  return Bytes(whole.begin(), whole.begin() + kHeader) + chunks +
         Bytes(whole.begin() + kHeader, whole.end());
}

struct Read {
  std::string error;
  std::vector<std::string> warnings;
  Image image;
};
Read read(const Bytes& file) {
  Read result;
  result.error = errorOf([&] { result.image = decodeImage(file, "a.png", {}, &result.warnings); });
  return result;
}

TEST(PngChecksums, RightOnesWarnOfNothing) {
  const Read result = read(pngWith(pngChunk("tEXt", bytesOf("Title"))));
  EXPECT_EQ(result.error, "no error");
  EXPECT_TRUE(result.warnings.empty());
}

TEST(PngChecksums, AWrongOneOfATextIsToldAndThePictureRead) {
  const Read result = read(pngWith(pngChunk("tEXt", bytesOf("Title"), false)));
  EXPECT_EQ(result.error, "no error");
  EXPECT_EQ(result.warnings,
            std::vector<std::string>{
                "\"a.png\" is read without its chunk \"tEXt\", which has a wrong checksum"});
  EXPECT_NEAR(result.image.pixel(0, 0).r * 255, 1, 1e-3);
}

TEST(PngChecksums, ATransparencyThatCannotBeTrustedIsNotApplied) {
  const Bytes clear = bytes8({0, 1});  // grey 1 is transparent
  EXPECT_EQ(read(pngWith(pngChunk("tRNS", clear))).image.pixel(0, 0).a, 0.0f);
  const Read result = read(pngWith(pngChunk("tRNS", clear, false)));
  EXPECT_EQ(result.image.pixel(0, 0).a, 1.0f);
  EXPECT_EQ(result.warnings, std::vector<std::string>{
                                 "\"a.png\" is read without its chunk \"tRNS\", which has a wrong "
                                 "checksum; its transparency is lost"});
}

TEST(PngChecksums, EachChunkIsTold) {
  const Bytes wrong = pngChunk("gAMA", Bytes(4), false) + pngChunk("tIME", Bytes(7)) +
                      pngChunk("pHYs", Bytes(9), false);
  EXPECT_EQ(read(pngWith(wrong)).warnings.size(), 2u);
  Bytes many;
  for (int i = 0; i < 1000; ++i) many = many + pngChunk("tEXt", Bytes(2), false);
  EXPECT_EQ(read(pngWith(many)).warnings.size(), 16u) << "and no more than a person reads";
}

TEST(PngChecksums, WhatThePictureNeedsIsNotBelieved) {
  const Bytes palette = bytes8({0, 0, 0, 9, 8, 7});
  EXPECT_EQ(read(pngWith(pngChunk("PLTE", palette), 3)).error, "no error");
  EXPECT_TRUE(contains(read(pngWith(pngChunk("PLTE", palette, false), 3)).error,
                       {"is damaged: its chunk \"PLTE\" has a wrong checksum"}));
  EXPECT_TRUE(contains(read(pngWith(pngChunk("IDAT", Bytes(3), false))).error,
                       {"is damaged: its chunk \"IDAT\" has a wrong checksum"}));
}

TEST(PngChecksums, WhoDoesNotAskForWarningsGetsThePicture) {
  EXPECT_EQ(decodeImage(pngWith(pngChunk("tEXt", Bytes(2), false)), "a.png").width(), 1);
}

}  // namespace
}  // namespace topknot::test
