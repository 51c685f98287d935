// Uploads through mapped memory: the same pixels as the plain way, in order, without loss.
#include "gl/transfer/upload.h"

#include <gtest/gtest.h>

#include "gl/program/buffer.h"
#include "support/gl_test.h"
#include "support/pictures.h"

namespace topknot::gl {
namespace {

class Uploads : public ::testing::Test {
 protected:
  static Image filled(int width, int height, PixelFormat format, int value) {
    Image image(width, height, format);
    int at = value * 31;
    for (std::byte& byte : image.bytes()) byte = static_cast<std::byte>(at++ & 0x3f);
    return image;
  }

  Context context_ = Context::headless();
  Use use_{current()};
};

TEST_F(Uploads, EveryFormatIsWhatThePlainWayMakesOfIt) {
  UploadRing ring(true);
  for (const PixelFormatInfo& info : pixelFormats()) {
    for (const int width : {1, 3, 64}) {
      const Image image = filled(width, 5, info.format, width);
      Texture plain({width, 5, info.format, false}), through({width, 5, info.format, false});
      plain.upload(image);
      ring.upload(image, through);
      EXPECT_EQ(download(through), download(plain)) << info.name << " " << width;
    }
  }
}

TEST_F(Uploads, ManyInARowKeepTheirPixelsAndTheSourceMayGo) {
  UploadRing ring(true);
  std::vector<Texture> textures;
  for (int i = 0; i < 20; ++i) {
    textures.emplace_back(TextureShape{128, 128, PixelFormat::Rgba8Fixed, false});
    Image image = filled(128, 128, PixelFormat::Rgba8Fixed, i);
    ring.upload(image, textures.back());
    for (std::byte& byte : image.bytes()) byte = std::byte{0xff};
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(download(textures[static_cast<std::size_t>(i)]),
              filled(128, 128, PixelFormat::Rgba8Fixed, i))
        << i;
  }
}

TEST_F(Uploads, SizesMayChangeAndMemoryIsThatOfTheLargest) {
  UploadRing ring(true);
  EXPECT_EQ(ring.bytes(), 0);
  for (int round = 0; round < 3; ++round) {
    for (const int side : {8, 200, 1, 64}) {
      const Image image = filled(side, side, PixelFormat::Rgba32Float, side);
      Texture texture({side, side, PixelFormat::Rgba32Float, false});
      ring.upload(image, texture);
      EXPECT_EQ(download(texture), image) << side;
    }
  }
  EXPECT_EQ(ring.bytes(), 3 * 200 * 200 * 16);
}

TEST_F(Uploads, RenderersOnTheCpuTakeThemAsTheyLie) {
  UploadRing ring;
  const Image image = filled(8, 8, PixelFormat::Rgba8Fixed, 3);
  Texture texture({8, 8, PixelFormat::Rgba8Fixed, false});
  ring.upload(image, texture);
  EXPECT_EQ(download(texture), image);
  EXPECT_EQ(ring.bytes() == 0, context_.info().software);
}

TEST_F(Uploads, MipmapsAreMade) {
  UploadRing ring(true);
  Texture texture({4, 4, PixelFormat::Rgba8Fixed, true});
  EXPECT_NO_THROW(ring.upload(filled(4, 4, PixelFormat::Rgba8Fixed, 1), texture));
}

TEST_F(Uploads, NothingIsLeftInTheContext) {
  const int before = context_.liveObjects();
  {
    UploadRing ring(true);
    Texture texture({4, 4, PixelFormat::Rgba8Fixed, false});
    for (int i = 0; i < 5; ++i) ring.upload(filled(4, 4, PixelFormat::Rgba8Fixed, 1), texture);
    EXPECT_GT(context_.liveObjects(), before);
  }
  EXPECT_EQ(context_.liveObjects(), before);
}

TEST_F(Uploads, ARingGoesOnInAnotherContext) {
  UploadRing ring(true);
  const Image image = filled(7, 3, PixelFormat::Rgba8Fixed, 2);
  {
    Texture texture({7, 3, PixelFormat::Rgba8Fixed, false});
    ring.upload(image, texture);
  }
  Context other = Context::headless();
  other.makeCurrent();
  {
    const Use use(current());
    Texture texture({7, 3, PixelFormat::Rgba8Fixed, false});
    ring.upload(image, texture);
    EXPECT_EQ(download(texture), image);
    ring.reset();
  }
  context_.makeCurrent();
}

}  // namespace
}  // namespace topknot::gl
