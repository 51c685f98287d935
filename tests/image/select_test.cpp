// Chosen components of pixels, as they are stored.
#include "image/select.h"

#include <gtest/gtest.h>

#include "topknot/image.h"

namespace topknot {
namespace {

/// Two pixels of which every component is another number that all formats can tell apart.
Image sample(PixelFormat format) {
  Image image(2, 1, format);
  image.setPixel(0, 0, {0.125f, 0.25f, 0.5f, 0.75f});
  image.setPixel(1, 0, {1.0f, 0.0f, 0.375f, 0.625f});
  return image;
}

Image selected(const Image& image, const Selection& selection, PixelFormat format) {
  Image result(image.width(), image.height(), format);
  selectPixels(image.format(), image.bytes().data(), static_cast<std::size_t>(image.width()),
               selection, format, result.bytes().data());
  return result;
}

TEST(Select, ChosenComponentsKeepTheirBitsInEveryType) {
  using enum PixelFormat;
  struct Case {
    PixelFormat own, one, two;
  };
  for (const Case& each :
       {Case{Rgba8Fixed, Mono8Fixed, Rg8Fixed}, Case{Rgba16Fixed, Mono16Fixed, Rg16Fixed},
        Case{Rgba16Float, Mono16Float, Rg16Float}, Case{Rgba32Float, Mono32Float, Rg32Float}}) {
    SCOPED_TRACE(pixelFormatInfo(each.own).name);
    const Image own = sample(each.own);
    ASSERT_TRUE(canSelect(each.own, each.one));
    const Image alpha = selected(own, {{3}, 1}, each.one);
    const Image bg = selected(own, {{2, 1}, 2}, each.two);
    const Image bgra = selected(own, {{2, 1, 0, 3}, 4}, each.own);
    for (int x = 0; x < 2; ++x) {
      const glm::vec4 pixel = own.pixel(x, 0);
      EXPECT_EQ(alpha.pixel(x, 0).r, pixel.a);
      EXPECT_EQ(bg.pixel(x, 0), glm::vec4(pixel.b, pixel.g, 0, 1));
      EXPECT_EQ(bgra.pixel(x, 0), glm::vec4(pixel.b, pixel.g, pixel.r, pixel.a));
    }
  }
}

TEST(Select, AOneFillsFixedAndFloatComponents) {
  for (const PixelFormat format :
       {PixelFormat::Rgba8Fixed, PixelFormat::Rgba16Fixed, PixelFormat::Rgba32Float}) {
    const Image image = selected(sample(format), {{0, 1, 2, Selection::kOne}, 4}, format);
    EXPECT_EQ(image.pixel(0, 0).a, 1.0f);
    EXPECT_EQ(image.pixel(1, 0).b, sample(format).pixel(1, 0).b);
  }
}

TEST(Select, ChosenComponentsBecomeFloatsOfTheSameValue) {
  using enum PixelFormat;
  for (const PixelFormat format : {Rgba8Fixed, Rgba16Fixed, Rgba16Float, Rgba32Float}) {
    SCOPED_TRACE(pixelFormatInfo(format).name);
    // More pixels than are done at a time.
    Image own(700, 1, format);
    for (int x = 0; x < 700; ++x) {
      own.setPixel(x, 0, {static_cast<float>(x) / 700, 0.25f, 0.5f, 0.75f});
    }
    const Image green = selected(own, {{1}, 1}, Mono32Float);
    const Image bgr = selected(own, {{2, 1, 0}, 3}, Rgb32Float);
    const Image one = selected(own, {{0, 3, Selection::kOne, 2}, 4}, Rgba32Float);
    for (int x = 0; x < 700; ++x) {
      const glm::vec4 pixel = own.pixel(x, 0);
      ASSERT_EQ(green.pixel(x, 0).r, pixel.g);
      ASSERT_EQ(bgr.pixel(x, 0), glm::vec4(pixel.b, pixel.g, pixel.r, 1));
      ASSERT_EQ(one.pixel(x, 0), glm::vec4(pixel.r, pixel.a, 1, pixel.b));
    }
  }
}

TEST(Select, OtherComponentsOrCountsAreNotSelected) {
  EXPECT_FALSE(canSelect(PixelFormat::Rgba8Fixed, PixelFormat::Mono16Float));
  EXPECT_FALSE(canSelect(PixelFormat::Srgba8Fixed, PixelFormat::Mono32Float));
  EXPECT_FALSE(canSelect(PixelFormat::Srgba8Fixed, PixelFormat::Mono8Fixed));
  EXPECT_FALSE(canSelect(PixelFormat::Rg8Fixed, PixelFormat::Mono8Fixed));
  EXPECT_FALSE(canSelect(PixelFormat::Rgba16Float, PixelFormat::Rgb16Float));
  EXPECT_FALSE(canSelect(PixelFormat::Rgb10A2Fixed, PixelFormat::Rgba16Fixed));
}

}  // namespace
}  // namespace topknot
