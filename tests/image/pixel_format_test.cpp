// The table of formats, and what each stores and gives back for a pixel.
#include "topknot/pixel_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "topknot/error.h"
#include "topknot/image.h"

namespace topknot {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

glm::vec4 stored(PixelFormat format, glm::vec4 colour) {
  Image image(2, 2, format);
  image.setPixel(1, 1, colour);
  return image.pixel(1, 1);
}

/// What the channels alone make of a colour.
glm::vec4 expanded(Channels channels, glm::vec4 c) {
  switch (channels) {
    case Channels::Rgba:
      return c;
    case Channels::Rgb:
      return {c.r, c.g, c.b, 1};
    case Channels::Mono:
      return {c.r, c.r, c.r, 1};
    case Channels::Rg:
      return {c.r, c.g, 0, 1};
    case Channels::Alpha:
      return {0, 0, 0, c.a};
    case Channels::MonoAlpha:
      return {c.r, c.r, c.r, c.a};
  }
  return c;
}

std::uint32_t wordOf(PixelFormat format, glm::vec4 colour) {
  Image image(1, 1, format);
  image.setPixel(0, 0, colour);
  std::uint32_t word;
  std::memcpy(&word, image.bytes().data(), 4);
  return word;
}

TEST(PixelFormat, ThereAre25InMenuOrderAndNamesFindThem) {
  ASSERT_EQ(pixelFormats().size(), 25u);
  int index = 0;
  for (const PixelFormatInfo& info : pixelFormats()) {
    EXPECT_EQ(static_cast<int>(info.format), index++);
    EXPECT_EQ(pixelFormatFromName(info.name), info.format);
    EXPECT_EQ(&pixelFormatInfo(info.format), &info);
  }
}

TEST(PixelFormat, BytesPerPixelFollowFromTheComponents) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    int bytes = 4;
    if (info.component == Component::Fixed8) bytes = info.components;
    if (info.component == Component::Fixed16) bytes = 2 * info.components;
    if (info.component == Component::Float16) bytes = 2 * info.components;
    if (info.component == Component::Float32) bytes = 4 * info.components;
    EXPECT_EQ(info.bytesPerPixel, bytes) << info.name;
    EXPECT_EQ(info.fixed, info.name.find("fixed") != std::string_view::npos) << info.name;
  }
}

TEST(PixelFormat, AnUnknownNameIsRefusedWithTheListOfNames) {
  try {
    pixelFormatFromName("rgba64float");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'rgba64float'"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("monoalpha32float"), std::string::npos);
  }
}

TEST(PixelFormat, EveryFormatKeepsAColourAsFarAsItsChannelsAndBitsGo) {
  const glm::vec4 colour(0.25f, 0.5f, 0.75f, 1.0f / 3.0f);
  for (const PixelFormatInfo& info : pixelFormats()) {
    const glm::vec4 expected = expanded(info.channels, colour);
    const glm::vec4 actual = stored(info.format, colour);
    const float tolerance = info.component == Component::Float32   ? 0.0f
                            : info.component == Component::Fixed16 ? 0.5f / 65535.0f
                            : info.component == Component::Float16 ? 0.0002f
                            : info.srgb                            ? 0.005f
                                                                   : 0.51f / 255.0f;
    for (int i = 0; i < 4; ++i) {
      EXPECT_NEAR(actual[i], expected[i], tolerance) << info.name << " component " << i;
    }
  }
}

TEST(PixelFormat, FixedFormatsClampAndTakeNaNAsZero) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (!info.fixed) continue;
    EXPECT_EQ(stored(info.format, glm::vec4(kNaN)), expanded(info.channels, glm::vec4(0)))
        << info.name;
    EXPECT_EQ(stored(info.format, glm::vec4(-kInfinity)), expanded(info.channels, glm::vec4(0)));
    EXPECT_EQ(stored(info.format, glm::vec4(-2.0f)), expanded(info.channels, glm::vec4(0)));
    EXPECT_EQ(stored(info.format, glm::vec4(7.0f)), expanded(info.channels, glm::vec4(1)));
    EXPECT_EQ(stored(info.format, glm::vec4(kInfinity)), expanded(info.channels, glm::vec4(1)));
  }
}

TEST(PixelFormat, FloatFormatsKeepNegativeAndInfiniteValuesAndNaN) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (info.component != Component::Float16 && info.component != Component::Float32) continue;
    const int first = info.channels == Channels::Alpha ? 3 : 0;
    EXPECT_EQ(stored(info.format, glm::vec4(-2.5f))[first], -2.5f) << info.name;
    EXPECT_EQ(stored(info.format, glm::vec4(kInfinity))[first], kInfinity);
    EXPECT_EQ(stored(info.format, glm::vec4(-kInfinity))[first], -kInfinity);
    EXPECT_TRUE(std::isnan(stored(info.format, glm::vec4(kNaN))[first])) << info.name;
  }
}

TEST(PixelFormat, FixedComponentsRoundToTheNearest) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    if (info.component != Component::Fixed8 || info.srgb) continue;
    Image image(1, 1, info.format);
    image.setPixel(0, 0, glm::vec4(99.4f / 255.0f));
    EXPECT_EQ(image.bytes()[0], std::byte{99}) << info.name;
    image.setPixel(0, 0, glm::vec4(99.6f / 255.0f));
    EXPECT_EQ(image.bytes()[0], std::byte{100}) << info.name;
  }
}

TEST(PixelFormat, TenBitWordsHaveRedInTheLowestBits) {
  EXPECT_EQ(wordOf(PixelFormat::Rgb10A2Fixed, {1, 0, 0, 0}), 0x3ffu);
  EXPECT_EQ(wordOf(PixelFormat::Rgb10A2Fixed, {0, 1, 0, 0}), 0x3ffu << 10);
  EXPECT_EQ(wordOf(PixelFormat::Rgb10A2Fixed, {0, 0, 1, 0}), 0x3ffu << 20);
  EXPECT_EQ(wordOf(PixelFormat::Rgb10A2Fixed, {0, 0, 0, 1}), 3u << 30);
}

TEST(PixelFormat, ElevenBitFloatsHaveFiveBitsOfExponent) {
  // 1.0 has the exponent 15, over 6 bits of mantissa for r and g and 5 for b.
  EXPECT_EQ(wordOf(PixelFormat::Rgba11Float, {1, 0, 0, 0}), 15u << 6);
  EXPECT_EQ(wordOf(PixelFormat::Rgba11Float, {0, 1, 0, 0}), 15u << 17);
  EXPECT_EQ(wordOf(PixelFormat::Rgba11Float, {0, 0, 1, 0}), 15u << 27);
  const glm::vec4 tiny = stored(PixelFormat::Rgba11Float, glm::vec4(0x1p-20f));
  EXPECT_EQ(tiny.r, 0x1p-20f);
  EXPECT_EQ(stored(PixelFormat::Rgba11Float, glm::vec4(0x1p-19f)).b, 0x1p-19f);
}

TEST(PixelFormat, ElevenBitFloatsHaveNoSignAndEndAtTheirLargestValue) {
  const glm::vec4 large = stored(PixelFormat::Rgba11Float, glm::vec4(1e30f));
  EXPECT_EQ(large, glm::vec4(65024.0f, 65024.0f, 64512.0f, 1.0f));
  EXPECT_EQ(stored(PixelFormat::Rgba11Float, glm::vec4(-kInfinity)), glm::vec4(0, 0, 0, 1));
  EXPECT_EQ(stored(PixelFormat::Rgba11Float, glm::vec4(kInfinity)).b, kInfinity);
  EXPECT_TRUE(std::isnan(stored(PixelFormat::Rgba11Float, glm::vec4(kNaN)).g));
}

TEST(PixelFormat, EveryElevenBitFloatRoundTrips) {
  Image image(1, 1, PixelFormat::Rgba11Float);
  for (std::uint32_t bits = 0; bits < 31u << 6; ++bits) {
    const std::uint32_t word = bits | bits << 11 | (bits >> 1) << 22;
    std::memcpy(image.bytes().data(), &word, 4);
    const glm::vec4 colour = image.pixel(0, 0);
    ASSERT_EQ(wordOf(PixelFormat::Rgba11Float, colour), word);
  }
}

TEST(PixelFormat, SrgbBytesAreTheNearestToTheCurveAndAlphaIsLinear) {
  const auto encode = [](double v) {
    return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  };
  Image image(1, 1, PixelFormat::Srgba8Fixed);
  for (int i = 0; i <= 20000; ++i) {
    const auto v = static_cast<float>(i / 20000.0);
    image.setPixel(0, 0, glm::vec4(v));
    const double exact = encode(v) * 255;
    ASSERT_NEAR(std::to_integer<int>(image.bytes()[0]), exact, 0.502) << v;
    ASSERT_NEAR(std::to_integer<int>(image.bytes()[3]), v * 255, 0.502) << v;
  }
  for (int byte = 0; byte < 256; ++byte) {
    image.bytes()[0] = image.bytes()[3] = static_cast<std::byte>(byte);
    image.setPixel(0, 0, image.pixel(0, 0));
    ASSERT_EQ(std::to_integer<int>(image.bytes()[0]), byte);
    ASSERT_EQ(std::to_integer<int>(image.bytes()[3]), byte);
  }
}

}  // namespace
}  // namespace topknot
