// Every pixel format in every file format, read by other people's programs: what the file holds,
// and whether it is what the texture held. include/README.md has the table.
#include <ImfArray.h>
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <sstream>

#include "io/support/pictures.h"
#include "io/support/program.h"

namespace topknot::test {
namespace {

constexpr int kWidth = 7, kHeight = 5;

/// Top row first.
using Pixels = std::vector<glm::dvec4>;

/// What somebody else found in a file.
struct Found {
  std::string bits;  // of a sample
  Pixels pixels;
};

/// The image's own pixels; sRGB as the bytes are, since files keep them.
Pixels pixelsOf(const Image& image) {
  Image plain = image;
  if (pixelFormatInfo(image.format()).srgb) {
    plain = Image(image.width(), image.height(), PixelFormat::Rgba8Fixed);
    std::memcpy(plain.bytes().data(), image.bytes().data(), image.bytes().size());
  }
  Pixels pixels;
  for (int y = image.height(); y-- > 0;) {
    for (int x = 0; x < image.width(); ++x) pixels.emplace_back(plain.pixel(x, y));
  }
  return pixels;
}

Found byImageMagick(const std::filesystem::path& file) {
  const std::string raw = file.string() + ".raw";
  magick({file, "-depth", "16", "-endian", "LSB", "rgba:" + raw});
  const Bytes bytes = readBytes(raw);
  Found found{magick({file, "-format", "%z", "info:"}), {}};
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    glm::dvec4 pixel;
    for (std::size_t i = 0; i < 4; ++i) {
      std::uint16_t sample = 0;
      std::memcpy(&sample, &bytes[at + 2 * i], 2);
      pixel[static_cast<int>(i)] = sample / 65535.0;
    }
    found.pixels.push_back(pixel);
  }
  return found;
}

Found byPython(const std::filesystem::path& file) {
  std::istringstream lines(
      run({"python3", TOPKNOT_SOURCE_DIR "/tests/io/support/pixels.py", file}));
  Found found;
  lines >> found.bits;
  for (std::string r, g, b, a; lines >> r >> g >> b >> a;) {
    found.pixels.emplace_back(std::stod(r), std::stod(g), std::stod(b), std::stod(a));
  }
  return found;
}

Found byLibtiff(const std::filesystem::path& file) {
  if (run({"tiffinfo", file}).find("IEEE floating point") == std::string::npos) {
    return byImageMagick(file);  // which knows no floats
  }
  const std::string plain = file.string() + ".plain";
  run({"tiffcp", "-c", "none", "-r", "1000", file, plain});
  return byPython(plain);
}

Found byOpenExr(const std::filesystem::path& file) {
  Imf::InputFile in(file.c_str());
  const Imf::ChannelList& channels = in.header().channels();
  Found found{channels.begin().channel().type == Imf::HALF ? "half" : "32",
              Pixels(kWidth * kHeight, glm::dvec4(0, 0, 0, 1))};
  for (auto it = channels.begin(); it != channels.end(); ++it) {
    std::vector<float> plane(kWidth * kHeight);
    Imf::FrameBuffer buffer;
    buffer.insert(it.name(), Imf::Slice(Imf::FLOAT, reinterpret_cast<char*>(plane.data()),
                                        sizeof(float), sizeof(float) * kWidth));
    in.setFrameBuffer(buffer);
    in.readPixels(0, kHeight - 1);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      glm::dvec4& pixel = found.pixels[i];
      const char name = *it.name();
      if (name == 'Y') pixel.r = pixel.g = pixel.b = plane[i];
      if (name == 'R') pixel.r = plane[i];
      if (name == 'G') pixel.g = plane[i];
      if (name == 'B') pixel.b = plane[i];
      if (name == 'A') pixel.a = plane[i];
    }
  }
  return found;
}

Found readByOthers(const std::filesystem::path& file) {
  const std::string suffix = file.extension();
  if (suffix == ".exr") return byOpenExr(file);
  if (suffix == ".dds") return byPython(file);
  return suffix == ".tif" ? byLibtiff(file) : byImageMagick(file);
}

double largest(const Pixels& a, const Pixels& b) {
  if (a.size() != b.size()) return INFINITY;
  double most = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (int c = 0; c < 4; ++c) {
      most = std::isnan(a[i][c]) || std::isnan(b[i][c])
                 ? INFINITY
                 : std::max(most, std::abs(a[i][c] - b[i][c]));
    }
  }
  return most;
}

/// How far a sample of so many bits may be off.
double rounding(const std::string& bits) {
  if (bits == "8") return 0.5 / 255 + 1e-5;
  if (bits == "16") return 0.5 / 65535 + 1e-7;
  if (bits == "half") return 0x1p-12;
  return 1e-7;
}

/// A picture without jumps, which jpg can hold.
Image smooth(PixelFormat format, int width = kWidth, int height = kHeight) {
  Image image(width, height, format);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const float u = float(x) / float(width), v = float(y) / float(height);
      image.setPixel(x, y, {0.2f + 0.6f * u, 0.8f - 0.5f * v, 0.3f + 0.3f * u * v, 1.0f});
    }
  }
  return image;
}

/// A cell of the table: bits of a sample, and what the file lost.
std::string cellOf(PixelFormat format, const std::string& suffix) {
  const Scratch scratch;
  const bool lossy = suffix == ".jpg";
  const Image image = lossy ? smooth(format) : noisePicture(kWidth, kHeight, format, 11);
  const std::filesystem::path file = saveImage(image, scratch / ("a" + suffix));
  const Found found = readByOthers(file);
  Pixels expected = pixelsOf(image);
  // A file of linear floats gets linear values.
  if (suffix == ".exr" && pixelFormatInfo(format).srgb) {
    expected = pixelsOf(image.converted(PixelFormat::Rgba32Float));
  }
  if (lossy) {
    for (glm::dvec4& pixel : expected) pixel.a = 1.0;
  }
  const double off = largest(found.pixels, expected);
  const std::string where = std::string(pixelFormatInfo(format).name) + suffix;
  EXPECT_EQ(found.pixels.size(), std::size_t{kWidth * kHeight}) << where;
  if (lossy) {
    EXPECT_LT(off, 0.03) << where;
    return found.bits + " lossy";
  }
  if (off < 1e-9) return found.bits;
  // ImageMagick and decimal expansions are off by less than a step of 32-bit floats.
  if (off < 1e-7) return found.bits;
  EXPECT_LE(off, rounding(found.bits)) << where;
  return found.bits + " rounded";
}

std::string table() {
  const std::vector<std::string> suffixes = {".png", ".tif", ".exr", ".dds", ".bmp", ".jpg"};
  std::string text = "| pixel format |";
  for (const std::string& suffix : suffixes) text += " `" + suffix + "` |";
  text += "\n|---|---|---|---|---|---|---|\n";
  for (const PixelFormatInfo& info : pixelFormats()) {
    text += "| `" + std::string(info.name) + "` |";
    for (const std::string& suffix : suffixes) text += " " + cellOf(info.format, suffix) + " |";
    text += "\n";
  }
  return text;
}

TEST(FileFormats, TheTableInTheDocumentsIsWhatOtherProgramsFind) {
  const Bytes bytes = readBytes(TOPKNOT_SOURCE_DIR "/include/README.md");
  const std::string document(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string begin = "<!-- file formats -->\n", end = "<!-- /file formats -->";
  const std::size_t from = document.find(begin), to = document.find(end);
  const std::string found = table();
  ASSERT_NE(from, std::string::npos) << found;
  ASSERT_NE(to, std::string::npos);
  EXPECT_EQ(document.substr(from + begin.size(), to - from - begin.size()), found) << found;
}

/// Blocks of 8 × 8 or 16 × 16 pixels, several rows of them at a time: what is beside and between.
TEST(FileFormats, AJpgOfAnySizeHasEveryRowInItsPlace) {
  constexpr std::pair<int, int> kSizes[] = {{1, 1},   {1, 17},  {16, 16}, {33, 15},
                                            {20, 31}, {18, 32}, {40, 33}, {64, 200}};
  const Scratch scratch;
  for (const double quality : {0.9, 1.0}) {
    for (const auto& [width, height] : kSizes) {
      const Image image = smooth(PixelFormat::Rgba8Fixed, width, height);
      const auto file = saveImage(image, scratch / "a.jpg", {.quality = quality});
      const Pixels found = byImageMagick(file).pixels;
      EXPECT_LT(largest(found, pixelsOf(image)), 0.04) << width << " x " << height;
    }
  }
}

/// What fixed formats of files make of values that are no numbers between 0 and 1.
TEST(FileFormats, InfinityIsOneAndNaNIsZeroWhereAFileHoldsNoFloats) {
  Image image(4, 1, PixelFormat::Rgba32Float);
  image.setPixel(0, 0, {NAN, 0.5f, 0.5f, 1.0f});
  image.setPixel(1, 0, {INFINITY, 0.5f, 0.5f, 1.0f});
  image.setPixel(2, 0, {-INFINITY, 0.5f, 0.5f, 1.0f});
  image.setPixel(3, 0, {-3.0f, 7.0f, 0.5f, 1.0f});
  const Scratch scratch;
  for (const char* name : {"a.png", "a.bmp"}) {
    const Pixels pixels = byImageMagick(saveImage(image, scratch / name)).pixels;
    ASSERT_EQ(pixels.size(), 4u) << name;
    EXPECT_EQ(pixels[0].r, 0.0) << name;
    EXPECT_EQ(pixels[1].r, 1.0) << name;
    EXPECT_EQ(pixels[2].r, 0.0) << name;
    EXPECT_EQ(pixels[3].r, 0.0) << name;
    EXPECT_EQ(pixels[3].g, 1.0) << name;
  }
}

TEST(FileFormats, FloatFilesKeepNaNAndInfinity) {
  Image image(2, 1, PixelFormat::Rgba32Float);
  image.setPixel(0, 0, {NAN, INFINITY, -INFINITY, 1.0f});
  image.setPixel(1, 0, {1e30f, -1e-30f, 65519.0f, 0.25f});
  for (const char* suffix : {".tif", ".exr", ".dds"}) {
    const Image back = decodeImage(encodeImage(image, suffix), suffix);
    ASSERT_EQ(back.format(), PixelFormat::Rgba32Float) << suffix;
    EXPECT_TRUE(std::isnan(back.pixel(0, 0).r)) << suffix;
    EXPECT_EQ(back.pixel(0, 0).g, INFINITY) << suffix;
    EXPECT_EQ(back.pixel(0, 0).b, -INFINITY) << suffix;
    EXPECT_EQ(back.pixel(1, 0), image.pixel(1, 0)) << suffix;
  }
}

}  // namespace
}  // namespace topknot::test
