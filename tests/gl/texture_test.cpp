// Textures: every pixel format up and down, limits, and the pixel slots of readback.
#include "gl/context/texture.h"

#include <gtest/gtest.h>

#include <cstring>

#include "gl/program/buffer.h"
#include "support/gl_test.h"
#include "support/pictures.h"

namespace topknot::gl {
namespace {

using test::contains;
using test::thrown;

class Textures : public ::testing::Test {
 protected:
  Context context_ = Context::headless();
  Use use_{current()};
};

TEST_F(Textures, EveryFormatComesBackByteForByte) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    const Image image = test::sixColours(info.format);
    Texture texture({3, 2, info.format, false});
    texture.upload(image);
    EXPECT_EQ(download(texture), image) << info.name;
  }
}

TEST_F(Textures, EveryFormatCanBeDrawnInto) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    const Texture texture({3, 2, info.format, false});
    EXPECT_NE(texture.framebuffer(), 0u) << info.name;
  }
}

TEST_F(Textures, OnePixelIsDownloadedFromItsPlace) {
  Texture texture({3, 2, PixelFormat::Rgba8Fixed, false});
  texture.upload(test::sixColours());
  EXPECT_TRUE(test::nearly(downloadPixel(texture, 2, 0).pixel(0, 0), {0, 0, 1, 1}));
  EXPECT_TRUE(test::nearly(downloadPixel(texture, 0, 1).pixel(0, 0), {0, 1, 1, 1}));
}

TEST_F(Textures, BytesAreThoseOfTheFormat) {
  EXPECT_EQ(Texture({3, 2, PixelFormat::Rgba8Fixed, false}).bytes(), 24);
  EXPECT_EQ(Texture({3, 2, PixelFormat::Mono16Float, false}).bytes(), 12);
  EXPECT_EQ(Texture({4, 2, PixelFormat::Rgba8Fixed, true}).bytes(), (8 + 2 + 1) * 4);
}

TEST_F(Textures, SizesBeyondTheDriversAreRefused) {
  const int limit = context_.info().maxTextureSize;
  for (const auto& [width, height] : {std::pair{0, 4}, {4, 0}, {-1, 5}, {limit + 1, 1}}) {
    const std::string sentence = thrown([&] {
      Texture({width, height, PixelFormat::Rgba8Fixed, false});
    });
    EXPECT_TRUE(contains(sentence, "is not possible: this driver takes 1 to " +
                                       std::to_string(limit) + " along each side"));
  }
  EXPECT_EQ(context_.liveObjects(), 0);
}

TEST_F(Textures, TooMuchMemoryIsAnErrorWithTheBytesWanted) {
  if (!context_.info().software) GTEST_SKIP() << "this GPU may have 4 GiB";
  const std::string sentence = thrown([&] {
    Texture({16384, 16384, PixelFormat::Rgba32Float, false});
  });
  EXPECT_TRUE(contains(sentence,
                       "out of texture memory: a picture of 16384 × 16384 pixels "
                       "in rgba32float wants 4294967296 bytes; the driver has no more "
                       "than the 0 in use"));
  EXPECT_EQ(context_.liveObjects(), 0);
}

}  // namespace
}  // namespace topknot::gl
