// png both ways, with ImageMagick as the second opinion.
#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "io/codecs/deflate.h"
#include "io/codecs/png_chunks.h"
#include "io/support/numbers.h"
#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

/// What ImageMagick reads, as raw samples of `layout` ("rgba", "gray"), top row first.
Bytes samplesOf(const std::filesystem::path& file, const std::string& layout, int depth) {
  const auto raw = file.string() + ".raw";
  magick({file, "-depth", std::to_string(depth), "-endian", "LSB", layout + ":" + raw});
  return readBytes(raw);
}

template <class Range>
Bytes asBytes(const Range& range) {
  const auto bytes = std::as_bytes(std::span(range));
  return Bytes(bytes.begin(), bytes.end());
}

std::string headerOf(const std::filesystem::path& file) {
  return magick(
      {file, "-format", "%w %h %[png:IHDR.bit-depth-orig] %[png:IHDR.color-type-orig]", "info:"});
}

using Chunks = std::vector<std::pair<std::string, Bytes>>;

Bytes pngOf(const Chunks& chunks) {
  Bytes file = bytesOf(io::kPngMagic);
  for (const auto& [type, data] : chunks) io::appendPngChunk(file, type, data);
  io::appendPngChunk(file, "IEND", {});
  return file;
}

/// Of that many pixels in one row.
Bytes headerOf(int width, int bits, int colour) {
  return bytes8({0, 0, 0, width, 0, 0, 0, 1, bits, colour, 0, 0, 0});
}

Bytes deflated(const Bytes& rows) {
  Bytes stream(io::zlibBound(rows.size(), 1));
  stream.resize(io::zlibCompress(rows, 1, stream));
  return stream;
}

std::string refusalOf(const Chunks& chunks) {
  return errorOf([&] { decodeImage(pngOf(chunks), "a.png"); });
}

constexpr glm::vec4 kRed(1, 0, 0, 1), kGreen(0, 1, 0, 1), kBlack(0, 0, 0, 1);

TEST(Png, SavedPngIsReadTheSameByImageMagick) {
  const Scratch scratch;
  const auto six = sixWithAlpha();
  const std::filesystem::path file = saveImage(imageOf(six), scratch / "six.png");
  EXPECT_EQ(headerOf(file), "3 2 8 6");
  EXPECT_EQ(samplesOf(file, "rgba", 8), asBytes(six));
}

TEST(Png, SixteenBitsAreReadTheSameByImageMagick) {
  const Scratch scratch;
  const Image image = noisePicture(5, 3, PixelFormat::Rgba16Fixed, 1);
  const std::filesystem::path file = saveImage(image, scratch / "wide.png");
  EXPECT_EQ(headerOf(file), "5 3 16 6");
  const Bytes samples = samplesOf(file, "rgba", 16);
  ASSERT_EQ(samples.size(), image.bytes().size());
  for (int y = 0; y < 3; ++y) {
    const auto row = image.row(2 - y);
    EXPECT_TRUE(std::equal(row.begin(), row.end(), samples.begin() + y * 40)) << "row " << y;
  }
}

TEST(Png, APngOfImageMagickIsReadTopRowLast) {
  const Scratch scratch;
  const auto six = sixWithAlpha();
  writeBytes(scratch / "six.rgba", asBytes(six));
  magick({"-size", "3x2", "-depth", "8", scratch / "six.rgba",
          "PNG32:" + (scratch / "a.png").string()});
  const Image image = loadImage(scratch / "a.png");
  EXPECT_EQ(image.format(), PixelFormat::Rgba8Fixed);
  EXPECT_EQ(bytesOfSix(image), six);
  EXPECT_EQ(image.row(1)[0], std::byte{255}) << "the red pixel is on top, at the left";
}

TEST(Png, ASixteenBitPngOfImageMagickKeepsItsLowBits) {
  const Scratch scratch;
  const Image image = noisePicture(3, 4, PixelFormat::Rgba16Fixed, 2);
  Image flipped = image;
  for (int y = 0; y < 4; ++y) std::ranges::copy(image.row(3 - y), flipped.row(y).begin());
  writeBytes(scratch / "wide.rgba", flipped.bytes());
  magick({"-size", "3x4", "-depth", "16", "-endian", "LSB", scratch / "wide.rgba",
          "PNG64:" + (scratch / "wide.png").string()});
  EXPECT_EQ(loadImage(scratch / "wide.png"), image);
}

TEST(Png, GreyPaletteBilevelAndInterlacedPngsAreSpreadToRgba) {
  const Scratch scratch;
  writeBytes(scratch / "six.rgba", asBytes(kSix));
  const auto make = [&](const std::vector<std::string>& options, const std::string& name) {
    std::vector<std::string> all = {"-size", "3x2", "-depth", "8", scratch / "six.rgba"};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back(name.substr(0, name.find(':') + 1) +
                  (scratch / name.substr(name.find(':') + 1)).string());
    magick(all);
    return loadImage(scratch / name.substr(name.find(':') + 1));
  };
  EXPECT_EQ(bytesOfSix(make({}, "PNG8:palette.png")), kSix);
  EXPECT_EQ(bytesOfSix(make({"-interlace", "PNG"}, "PNG24:interlaced.png")), kSix);
  const Image grey = make({"-colorspace", "Gray"}, "PNG:grey.png");
  EXPECT_EQ(grey.pixel(0, 0).r, grey.pixel(0, 0).b);
  EXPECT_EQ(grey.pixel(0, 0).a, 1.0f);
  const Image bilevel = make({"-monochrome"}, "PNG:bilevel.png");
  EXPECT_EQ(bilevel.pixel(2, 0), glm::vec4(0, 0, 0, 1));
}

TEST(Png, EveryFormatRoundTripsWithTheColourTypeOfItsChannels) {
  const Scratch scratch;
  for (const PixelFormatInfo& info : pixelFormats()) {
    const Image image = noisePicture(7, 5, info.format, 3);
    const bool wide = info.component != Component::Fixed8;
    const std::filesystem::path file =
        saveImage(image, scratch / (std::string(info.name) + ".png"));
    const std::string colour = info.channels == Channels::Mono        ? "0"
                               : info.channels == Channels::MonoAlpha ? "4"
                               : info.channels == Channels::Rgb       ? "2"
                                                                      : "6";
    EXPECT_EQ(headerOf(file), std::string("7 5 ") + (wide ? "16 " : "8 ") + colour) << info.name;
    Image back = loadImage(file);
    if (info.srgb) {
      EXPECT_TRUE(std::ranges::equal(back.bytes(), image.bytes())) << "sRGB bytes stay as they are";
      continue;
    }
    EXPECT_EQ(back, image.converted(wide ? PixelFormat::Rgba16Fixed : PixelFormat::Rgba8Fixed))
        << info.name;
  }
}

TEST(Png, ValuesClampAndNaNBecomesZero) {
  Image image(4, 1, PixelFormat::Rgba32Float);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  image.setPixel(0, 0, {nan, -1, 2, 0.5f});
  image.setPixel(1, 0, {infinity, -infinity, 1, nan});
  const Image back = decodeImage(encodeImage(image, ".png"), "memory");
  EXPECT_EQ(back.format(), PixelFormat::Rgba16Fixed);
  EXPECT_EQ(back.pixel(0, 0), glm::vec4(0, 0, 1, 32768.0f / 65535.0f));
  EXPECT_EQ(back.pixel(1, 0), glm::vec4(1, 0, 1, 0));
}

TEST(Png, DataChunksWithoutDataChangeNothing) {
  const Image image = noisePicture(5, 3, PixelFormat::Rgba8Fixed, 2);
  const Bytes file = encodeImage(image, ".png");
  const Bytes chunk = bytesOf(std::string_view("\0\0\0\0IDAT\x35\xaf\x06\x1e", 12));
  constexpr std::size_t kData = 33;  // where it begins, behind the header
  Bytes padded(file.begin(), file.begin() + kData);
  padded.insert(padded.end(), chunk.begin(), chunk.end());
  padded.insert(padded.end(), chunk.begin(), chunk.end());
  padded.insert(padded.end(), file.begin() + kData, file.end() - 12);
  padded.insert(padded.end(), chunk.begin(), chunk.end());
  padded.insert(padded.end(), file.end() - 12, file.end());
  EXPECT_EQ(decodeImage(padded, "memory"), image);
  const Scratch scratch;
  writeBytes(scratch / "padded.png", padded);
  writeBytes(scratch / "plain.png", file);
  EXPECT_EQ(samplesOf(scratch / "padded.png", "rgba", 8),
            samplesOf(scratch / "plain.png", "rgba", 8));

  Bytes hollow(file.begin(), file.begin() + kData);
  hollow.insert(hollow.end(), chunk.begin(), chunk.end());
  hollow.insert(hollow.end(), file.end() - 12, file.end());
  EXPECT_EQ(errorOf([&] { decodeImage(hollow, "hollow.png"); }),
            "\"hollow.png\" cannot be decoded: no IDAT");
}

TEST(Png, AnIndexBeyondThePaletteIsOpaqueBlack) {
  // One byte of indices: 0, 1, 2, 3.
  const Bytes row = deflated(bytes8({0, 0x1b}));
  const Bytes twoColours = bytes8({255, 0, 0, 0, 255, 0});
  Image image = decodeImage(
      pngOf({{"IHDR", headerOf(4, 2, 3)}, {"PLTE", twoColours}, {"IDAT", row}}), "memory");
  EXPECT_EQ(image.pixel(0, 0), kRed);
  EXPECT_EQ(image.pixel(1, 0), kGreen);
  EXPECT_EQ(image.pixel(2, 0), kBlack);
  EXPECT_EQ(image.pixel(3, 0), kBlack);

  const Bytes clear = bytes8({0});
  image = decodeImage(pngOf({{"IHDR", headerOf(4, 2, 3)},
                             {"PLTE", twoColours},
                             {"tRNS", clear},
                             {"IDAT", {}},
                             {"IDAT", row}}),
                      "memory");
  EXPECT_EQ(image.pixel(0, 0), glm::vec4(1, 0, 0, 0));
  EXPECT_EQ(image.pixel(1, 0), kGreen);
  EXPECT_EQ(image.pixel(2, 0), kBlack);

  image = decodeImage(pngOf({{"IHDR", headerOf(2, 8, 3)},
                             {"PLTE", bytes8({0, 255, 0})},
                             {"IDAT", deflated(bytes8({0, 0, 255}))}}),
                      "memory");
  EXPECT_EQ(image.pixel(0, 0), kGreen);
  EXPECT_EQ(image.pixel(1, 0), kBlack);
}

TEST(Png, APaletteThatIsNotOneIsRefusedWithTheReason) {
  const Bytes header = headerOf(4, 2, 3), row = deflated(bytes8({0, 0x1b}));
  EXPECT_EQ(refusalOf({{"IHDR", header}, {"IDAT", row}}),
            "\"a.png\" is damaged: it has no chunk \"PLTE\" before its pixels; expected one for "
            "colour type 3");
  EXPECT_EQ(refusalOf({{"IHDR", header}, {"PLTE", bytes8({1, 2, 3, 4})}, {"IDAT", row}}),
            "\"a.png\" is damaged: its palette has 4 bytes; expected 3 for each of 1 to 256 "
            "colours");
  EXPECT_EQ(
      refusalOf(
          {{"IHDR", header}, {"PLTE", bytes8({1, 2, 3})}, {"tRNS", bytes8({4, 5})}, {"IDAT", row}}),
      "\"a.png\" is damaged: it has 2 alphas for a palette; expected at most 1, one for "
      "each colour");
}

TEST(Png, AHeaderThatPngDoesNotHaveIsRefusedWithTheReason) {
  const Bytes row = deflated(bytes8({0, 0, 0, 0, 0}));
  const auto with = [&](const Bytes& header) {
    return refusalOf({{"IHDR", header}, {"IDAT", row}});
  };
  EXPECT_EQ(with(headerOf(1, 8, 6)), "no error");
  EXPECT_EQ(with(headerOf(1, 8, 5)),
            "\"a.png\" is damaged: its header has colour type 5; expected 0, 2, 3, 4 or 6");
  EXPECT_EQ(with(headerOf(1, 4, 2)),
            "\"a.png\" is damaged: its header has colour type 2 with 4 bits; expected 8 or 16");
  EXPECT_EQ(with(headerOf(1, 3, 0)),
            "\"a.png\" is damaged: its header has colour type 0 with 3 bits; expected 1, 2, 4, 8 "
            "or 16");
  EXPECT_EQ(with(headerOf(1, 16, 3)),
            "\"a.png\" is damaged: its header has colour type 3 with 16 bits; expected 1, 2, 4 "
            "or 8");
  EXPECT_EQ(with(bytes8({0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 2})),
            "\"a.png\" is not read: its header has interlace method 2; expected 0 or 1");
  EXPECT_EQ(with(bytes8({1, 2})), "\"a.png\" is damaged: its header has 2 bytes; expected 13");
  EXPECT_EQ(refusalOf({{"CgBI", bytes8({0x50, 0, 0x20, 2})}, {"IHDR", headerOf(1, 8, 6)}}),
            "\"a.png\" is not read: its first chunk is \"CgBI\"; expected \"IHDR\", with which "
            "a png begins");
  EXPECT_EQ(refusalOf({{"IHDR", headerOf(1, 8, 6)}, {"IHDR", headerOf(1, 8, 6)}}),
            "\"a.png\" is damaged: it has two headers");
  EXPECT_EQ(refusalOf({{"IHDR", headerOf(1, 8, 6)}, {"NeWS", {}}, {"IDAT", row}}),
            "\"a.png\" is not read: nobody may pass over its chunk \"NeWS\", which is unknown");
}

TEST(Png, MoreSamplesThanTheDecoderReadsAreRefusedThoughTheLimitsAllowThem) {
  const Bytes file = pngOf({{"IHDR", bytes8({0, 0, 128, 0, 0, 0, 128, 0, 8, 6, 0, 0, 0})}});
  const ReadLimits limits{.side = 40000, .imageBytes = std::uint64_t{1} << 40};
  EXPECT_EQ(
      errorOf([&] { decodeImage(file, "a.png", limits); }),
      "\"a.png\" is too large: its decoder reads up to 2^30 samples and 2 GiB, and its header "
      "promises 32768 x 32768 pixels of 4 x 8 bits");
}

TEST(Png, AQualityJustOver1IsToldWithAllItsDigits) {
  const Image image(1, 1, PixelFormat::Rgba8Fixed);
  EXPECT_EQ(errorOf([&] { encodeImage(image, ".png", {.quality = 1.0000001}); }),
            "\".png\" cannot be written: the quality is 1.0000001; expected 0 to 1");
}

TEST(Png, LargerPicturesOfManyShapesRoundTrip) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {301, 1}, {257, 129}}) {
    const Image noise = noisePicture(width, height, PixelFormat::Rgba8Fixed, 4);
    EXPECT_EQ(decodeImage(encodeImage(noise, "x.PNG"), "memory"), noise);
    Image ramp(width, height, PixelFormat::Rgba16Fixed);
    for (int i = 0; i < width * height; ++i) {
      ramp.setPixel(i % width, i / width, glm::vec4(static_cast<float>(i % 977) / 977.0f));
    }
    EXPECT_EQ(decodeImage(encodeImage(ramp, ".png"), "memory"), ramp);
  }
}

}  // namespace
}  // namespace topknot::test
