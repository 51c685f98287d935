// Where an image's pixels lie, and what it refuses.
#include "topknot/image.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include <cstring>
#include <random>

#include "topknot/error.h"

namespace topknot {
namespace {

template <class Work>
std::string errorOf(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Image noise(PixelFormat format) {
  Image image(37, 29, format, 2);
  std::mt19937 random(7);
  std::uniform_real_distribution<float> value(-0.5f, 1.5f);
  for (int z = 0; z < 2; ++z) {
    for (int y = 0; y < 29; ++y) {
      for (int x = 0; x < 37; ++x) {
        image.setPixel(x, y, {value(random), value(random), value(random), value(random)}, z);
      }
    }
  }
  return image;
}

TEST(Image, TheDefaultIsEmpty) {
  const Image image;
  EXPECT_TRUE(image.empty());
  EXPECT_EQ(image.width(), 0);
  EXPECT_EQ(image.converted(PixelFormat::A8Fixed).format(), PixelFormat::A8Fixed);
}

TEST(Image, ANewOneIsZero) {
  const Image image(3, 2, PixelFormat::Rgba32Float);
  EXPECT_EQ(image.bytes().size(), 96u);
  EXPECT_EQ(image.rowBytes(), 48u);
  EXPECT_EQ(image.pixel(2, 1), glm::vec4(0));
}

TEST(Image, RowsRunFromTheBottomAndSlicesFollowEachOther) {
  Image image(3, 2, PixelFormat::Mono8Fixed, 2);
  image.setPixel(1, 0, glm::vec4(1));
  image.setPixel(2, 1, glm::vec4(1), 1);
  EXPECT_EQ(image.bytes()[1], std::byte{255});
  EXPECT_EQ(image.bytes()[6 + 3 + 2], std::byte{255});
  EXPECT_EQ(image.row(0)[1], std::byte{255});
  EXPECT_EQ(image.row(1, 1).data(), image.bytes().data() + 9);
  EXPECT_EQ(image.row(1, 1).size(), 3u);
}

TEST(Image, FloatsAreOrderedByRowColumnAndChannel) {
  Image image(3, 2, PixelFormat::Rgba32Float);
  image.setPixel(2, 1, {5, 6, 7, 8});
  ASSERT_EQ(image.floats().size(), 24u);
  EXPECT_EQ(image.floats()[(1 * 3 + 2) * 4 + 1], 6.0f);
  const Image mono(1, 1, PixelFormat::Mono32Float);
  EXPECT_EQ(mono.floats().size(), 1u);
}

TEST(Image, FloatsOfOtherFormatsAreRefused) {
  EXPECT_EQ(errorOf([] { Image(1, 1, PixelFormat::Rgba16Float).floats(); }),
            "an image of rgba16float has no 32-bit floats; convert it to rgba32float first");
}

TEST(Image, ImpossibleSizesAreRefused) {
  EXPECT_EQ(errorOf([] { Image(0, 4, PixelFormat::Rgba8Fixed); }),
            "an image cannot be 0 x 4 pixels: each size is at least 1");
  EXPECT_EQ(errorOf([] { Image(4, -1, PixelFormat::Rgba8Fixed); }),
            "an image cannot be 4 x -1 pixels: each size is at least 1");
  EXPECT_NE(errorOf([] { Image(1 << 20, 1 << 19, PixelFormat::Rgba8Fixed); }).find("2^40"),
            std::string::npos);
  EXPECT_NE(errorOf([] {
              Image(0x7fffffff, 0x7fffffff, PixelFormat::Rgba32Float, 0x7fffffff);
            }).find("2^40"),
            std::string::npos);
}

TEST(Image, PixelsOutOfRangeAreRefusedWithTheSize) {
  Image image(3, 2, PixelFormat::Rgba8Fixed);
  EXPECT_EQ(errorOf([&] { image.pixel(3, 0); }),
            "there is no pixel (3, 0, 0) in an image of 3 x 2");
  EXPECT_NE(errorOf([&] { image.setPixel(0, -1, {}); }), "no error");
  EXPECT_NE(errorOf([&] { image.row(2); }), "no error");
  EXPECT_NE(errorOf([&] { image.row(0, 1); }), "no error");
  EXPECT_NE(errorOf([&] { Image().pixel(0, 0); }), "no error");
}

TEST(Image, ConvertingEqualsGoingPixelByPixel) {
  for (const PixelFormatInfo& from : pixelFormats()) {
    const Image image = noise(from.format);
    for (const PixelFormatInfo& to : pixelFormats()) {
      Image expected(37, 29, to.format, 2);
      for (int z = 0; z < 2; ++z) {
        for (int y = 0; y < 29; ++y) {
          for (int x = 0; x < 37; ++x) expected.setPixel(x, y, image.pixel(x, y, z), z);
        }
      }
      ASSERT_EQ(image.converted(to.format), expected) << from.name << " to " << to.name;
    }
  }
}

TEST(Image, CopiesHaveTheirOwnPixels) {
  Image image(2, 1, PixelFormat::Rgba8Fixed);
  Image copy = image;
  copy.setPixel(0, 0, glm::vec4(1));
  EXPECT_NE(copy, image);
  EXPECT_EQ(image.pixel(0, 0), glm::vec4(0));
}

TEST(Image, BorrowedPixelsAreLookedAtUntilTheyAreWrittenTo) {
  auto owner = std::make_shared<std::vector<std::byte>>(8, std::byte{7});
  Image image = Image::borrowed(2, 1, PixelFormat::Rgba8Fixed, 1, *owner, owner);
  const Image copy = image;
  const Image& same = image;
  EXPECT_EQ(same.bytes().data(), owner->data());
  EXPECT_EQ(copy.bytes().data(), owner->data());
  EXPECT_EQ(owner.use_count(), 3);
  EXPECT_EQ(image, copy);
  image.bytes()[0] = std::byte{9};
  EXPECT_NE(same.bytes().data(), owner->data());
  EXPECT_EQ((*owner)[0], std::byte{7});
  EXPECT_EQ(same.bytes()[1], std::byte{7});
  EXPECT_NE(image, copy);
  EXPECT_EQ(owner.use_count(), 2);
}

TEST(Image, BorrowedPixelsMustBeAsManyAsTheSizeSays) {
  auto owner = std::make_shared<std::vector<std::byte>>(7);
  try {
    Image::borrowed(2, 1, PixelFormat::Rgba8Fixed, 1, *owner, owner);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "an image of 2 x 1 pixels of rgba8fixed has 8 bytes, not 7");
  }
  owner->resize(8);
  EXPECT_THROW(Image::borrowed(2, 1, PixelFormat::Rgba8Fixed, 1, *owner, nullptr), Error);
}

TEST(Image, UninitialisedOnesHaveTheirSize) {
  Image image = Image::uninitialised(3, 2, PixelFormat::Rg8Fixed, 2);
  EXPECT_EQ(image.bytes().size(), 24u);
  EXPECT_EQ(image.depth(), 2);
  EXPECT_THROW(Image::uninitialised(0, 2, PixelFormat::Rg8Fixed), Error);
}

}  // namespace
}  // namespace topknot
