// exr written by us, with OpenEXR's tools and ImageMagick as the second opinion.
#include <ImfRgbaFile.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <ranges>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

std::string headerOf(const std::filesystem::path& file) {
  return run({"exrheader", file});
}

TEST(ExrWrite, SavedExrIsReadTheSameByOpenExr) {
  const Scratch scratch;
  const auto six = sixWithAlpha();
  const std::filesystem::path file =
      saveImage(imageOf(six, PixelFormat::Rgba32Float), scratch / "a.exr");
  Imf::RgbaInputFile in(file.c_str());
  std::vector<Imf::Rgba> pixels(6);
  in.setFrameBuffer(pixels.data(), 1, 3);
  in.readPixels(0, 1);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(pixels[i].r * 255, six[i * 4], 0.07) << i;
    EXPECT_NEAR(pixels[i].g * 255, six[i * 4 + 1], 0.07) << i;
    EXPECT_NEAR(pixels[i].b * 255, six[i * 4 + 2], 0.07) << i;
    EXPECT_NEAR(pixels[i].a * 255, six[i * 4 + 3], 0.07) << i;
  }
}

TEST(ExrWrite, TheHeaderNamesTheCompressionAndTheChannelsOfEachFormat) {
  const Scratch scratch;
  for (const PixelFormatInfo& info : pixelFormats()) {
    const std::filesystem::path file =
        saveImage(noisePicture(3, 2, info.format, 5), scratch / "a.exr");
    const bool isFloat =
        info.component == Component::Float32 || info.component == Component::Fixed16;
    const std::string header = headerOf(file);
    const std::string names = info.channels == Channels::Rgba    ? "ABGR"
                              : info.channels == Channels::Rgb   ? "BGR"
                              : info.channels == Channels::Mono  ? "Y"
                              : info.channels == Channels::Rg    ? "GR"
                              : info.channels == Channels::Alpha ? "A"
                                                                 : "AY";
    std::string channels = "channels (type chlist):\n";
    for (const char name : names) {
      channels += std::string("    ") + name + (isFloat ? ", 32-bit" : ", 16-bit") +
                  " floating-point, sampling 1 1\n";
    }
    EXPECT_TRUE(contains(header, {channels, isFloat ? "zip, multi-scanline blocks" : "piz",
                                  "displayWindow (type box2i): (0 0) - (2 1)"}))
        << info.name;
  }
}

TEST(ExrWrite, EveryFormatRoundTripsAsItsPixelsRead) {
  for (const PixelFormatInfo& info : pixelFormats()) {
    const Image image = noisePicture(21, 37, info.format, 6);
    const bool isFloat =
        info.component == Component::Float32 || info.component == Component::Fixed16;
    const Image back = decodeImage(encodeImage(image, ".exr"), "memory");
    EXPECT_EQ(back, image.converted(isFloat ? PixelFormat::Rgba32Float : PixelFormat::Rgba16Float))
        << info.name;
  }
}

TEST(ExrWrite, EveryHalfIsKeptBitForBitNaNsToo) {
  Image image(256, 256, PixelFormat::Rgba16Float);
  for (std::size_t i = 0; i < 65536; ++i) {
    for (std::size_t c = 0; c < 4; ++c) {
      const auto half = static_cast<std::uint16_t>(i * (2 * c + 1));
      std::memcpy(&image.bytes()[i * 8 + c * 2], &half, 2);
    }
  }
  EXPECT_EQ(decodeImage(encodeImage(image, ".exr"), "memory"), image);
}

TEST(ExrWrite, FloatsOutsideOfHalfAndNaNAreKept) {
  Image image(3, 1, PixelFormat::Rgba32Float);
  const float infinity = std::numeric_limits<float>::infinity();
  image.setPixel(0, 0, {1e30f, -1e-30f, infinity, -infinity});
  image.setPixel(1, 0, glm::vec4(std::numeric_limits<float>::quiet_NaN()));
  EXPECT_EQ(decodeImage(encodeImage(image, ".exr"), "memory"), image);
}

TEST(ExrWrite, MetadataBecomesStringAttributes) {
  const Scratch scratch;
  const std::string longName(255, 'n');
  const auto file =
      saveImage(imageOf(kSix), scratch / "a.exr",
                {.metadata = {{"author_name", "derivative"}, {"empty", ""}, {longName, "long"}}});
  EXPECT_TRUE(contains(headerOf(file),
                       {"author_name (type string): \"derivative\"", "empty (type string): \"\"",
                        longName + " (type string): \"long\""}));
  EXPECT_EQ(bytesOfSix(loadImage(file)), kSix);
}

TEST(ExrWrite, MetadataThatTheHeaderCannotHoldIsRefused) {
  const auto error = [](const Metadata& metadata) {
    return errorOf([&] { encodeImage(imageOf(kSix), ".exr", {.metadata = metadata}); });
  };
  EXPECT_TRUE(contains(error({{"", "x"}}), {"a metadata name is empty"}));
  EXPECT_TRUE(contains(error({{std::string(256, 'x'), "x"}}), {"256 bytes", "255"}));
  EXPECT_TRUE(contains(error({{"a", "1"}, {"a", "2"}}), {"\"a\" is there twice"}));
  for (const char* name : {"channels", "compression", "dataWindow", "displayWindow", "lineOrder",
                           "pixelAspectRatio", "screenWindowCenter", "screenWindowWidth"}) {
    EXPECT_TRUE(
        contains(error({{name, "x"}}), {std::string("\"") + name + "\"", "own attributes"}));
  }
  EXPECT_TRUE(contains(error({{std::string("a\0b", 3), "x"}}), {"byte 0"}));
}

TEST(ExrWrite, MetadataWithAByteZeroIsRefusedAtOnce) {
  const Scratch scratch;
  const auto error = [&](const Metadata& metadata) {
    return errorOf([&] {
      saveImage(imageOf(kSix), scratch / "a.exr", {.asynchronous = true, .metadata = metadata});
    });
  };
  const std::string zero(1, '\0');
  EXPECT_TRUE(contains(error({{"key", "be" + zero + "hind"}}),
                       {"a.exr", "the metadata of \"key\" has a byte 0"}));
  EXPECT_TRUE(contains(error({{"key", zero}}), {"has a byte 0"}));
  EXPECT_TRUE(contains(error({{"ke" + zero + "y", "value"}}),
                       {"a.exr", "the metadata name \"ke\\x00y\" has a byte 0"}));
  EXPECT_TRUE(scratch.names().empty());
}

/// The two attributes that the metadata `{"one": "1", "two": "2"}` becomes, in OpenEXR's eyes.
::testing::AssertionResult isOneAndTwo(const Metadata& metadata) {
  const Scratch scratch;
  const auto file = saveImage(imageOf(kSix), scratch / "a.exr", {.metadata = metadata});
  return contains(headerOf(file), {"one (type string): \"1\"", "two (type string): \"2\""});
}

TEST(ExrWrite, MetadataIsTakenFromAnyRangeOfPairs) {
  const std::map<std::string, std::string> map = {{"one", "1"}, {"two", "2"}};
  EXPECT_TRUE(isOneAndTwo(map));
  EXPECT_TRUE(isOneAndTwo(std::map<std::string, std::string, std::less<>>(map.begin(), map.end())));
  EXPECT_TRUE(isOneAndTwo(std::unordered_map<std::string, std::string>(map.begin(), map.end())));
  EXPECT_TRUE(
      isOneAndTwo(std::vector<std::pair<std::string, std::string>>(map.begin(), map.end())));
  EXPECT_TRUE(
      isOneAndTwo(std::list<std::pair<const char*, std::string_view>>{{"one", "1"}, {"two", "2"}}));
  EXPECT_TRUE(isOneAndTwo(std::array{std::tuple("one", "1"), std::tuple("two", "2")}));
  EXPECT_TRUE(isOneAndTwo(std::vector<std::array<std::string, 2>>{{"one", "1"}, {"two", "2"}}));
  EXPECT_TRUE(isOneAndTwo(std::span<const std::pair<const std::string, std::string>>(
      std::vector<std::pair<const std::string, std::string>>(map.begin(), map.end()))));
  const std::pair<const char*, const char*> plain[] = {{"one", "1"}, {"two", "2"}};
  EXPECT_TRUE(isOneAndTwo(plain));
  EXPECT_TRUE(isOneAndTwo(map | std::views::filter([](const auto&) { return true; })));
  EXPECT_TRUE(isOneAndTwo(std::vector{1, 2} | std::views::transform([](int n) {
                            return std::pair(n == 1 ? "one" : "two", std::to_string(n));
                          })));
  const SaveOptions byMap{.metadata = map};
  EXPECT_EQ(byMap.metadata, (Metadata{{"one", "1"}, {"two", "2"}})) << "in their order";
  static_assert(!std::is_constructible_v<Metadata, std::vector<std::string>>);
  static_assert(!std::is_constructible_v<Metadata, std::vector<std::tuple<int, int, int>>>);
  static_assert(!std::is_constructible_v<Metadata, std::map<std::string, int>>);
  static_assert(!std::is_constructible_v<Metadata, const char*, const char*>);
}

TEST(ExrWrite, MetadataAnywhereElseIsRefused) {
  EXPECT_TRUE(contains(errorOf([] {
                         encodeImage(imageOf(kSix), ".png", {.metadata = {{"author", "me"}}});
                       }),
                       {"only exr files hold it"}));
}

TEST(ExrWrite, TiledAndMultiPartCopiesByOpenExrsToolsReadTheSame) {
  const Scratch scratch;
  const Image image = noisePicture(70, 50, PixelFormat::Rgba16Float, 7);
  const std::filesystem::path file = saveImage(image, scratch / "a.exr");
  run({"exrmaketiled", "-m", "-t", "16", "16", file, scratch / "tiled.exr"});
  EXPECT_EQ(loadImage(scratch / "tiled.exr"), image);
  const std::filesystem::path other = saveImage(imageOf(kSix), scratch / "b.exr");
  run({"exrmultipart", "-combine", "-i", file, other, "-override", "1", "-o",
       scratch / "parts.exr"});
  EXPECT_EQ(loadImage(scratch / "parts.exr"), image) << "the first part is read";
}

}  // namespace
}  // namespace topknot::test
