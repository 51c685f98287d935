// Pictures by hand and by chance.
#include "io/support/pictures.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "io/support/program.h"

namespace topknot::test {

std::array<std::uint8_t, 24> sixWithAlpha() {
  auto bytes = kSix;
  for (std::size_t i = 0; i < 6; ++i) bytes[i * 4 + 3] = static_cast<std::uint8_t>(i * 50);
  return bytes;
}

Image imageOf(const std::array<std::uint8_t, 24>& topFirst, PixelFormat format) {
  Image image(3, 2, format);
  for (int i = 0; i < 6; ++i) {
    glm::vec4 colour;
    for (int c = 0; c < 4; ++c) {
      colour[c] = static_cast<float>(topFirst[static_cast<std::size_t>(i * 4 + c)]) / 255.0f;
    }
    image.setPixel(i % 3, 1 - i / 3, colour);
  }
  return image;
}

std::array<std::uint8_t, 24> bytesOfSix(const Image& image) {
  std::array<std::uint8_t, 24> bytes{};
  if (image.width() != 3 || image.height() != 2) return bytes;
  for (int i = 0; i < 24; ++i) {
    const float value = image.pixel(i / 4 % 3, 1 - i / 12)[i % 4];
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(std::lround(value * 255.0f));
  }
  return bytes;
}

std::array<std::uint8_t, 24> sixByMagick(const Bytes& file, const std::string& format) {
  const Scratch scratch;
  const std::filesystem::path stored = scratch / ("a." + format), raw = scratch / "a.rgba";
  writeBytes(stored, file);
  magick({stored, "-auto-orient", "-depth", "8", "rgba:" + raw.string()});
  const Bytes pixels = readBytes(raw);
  std::array<std::uint8_t, 24> bytes{};
  if (pixels.size() != bytes.size()) return bytes;
  std::ranges::transform(pixels, bytes.begin(), std::to_integer<std::uint8_t>);
  return bytes;
}

Image noisePicture(int width, int height, PixelFormat format, unsigned seed) {
  Image image(width, height, format);
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(0.0f, 1.0f);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.setPixel(x, y, {value(random), value(random), value(random), value(random)});
    }
  }
  return image;
}

::testing::AssertionResult contains(const std::string& text,
                                    const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (text.find(part) == std::string::npos) {
      return ::testing::AssertionFailure() << "\"" << part << "\" is not in: " << text;
    }
  }
  return ::testing::AssertionSuccess();
}

std::filesystem::path sharedPictures() {
  const char* variable = std::getenv("TOPKNOT_SHARED");
  const std::filesystem::path shared =
      variable ? variable : std::filesystem::path(TOPKNOT_SOURCE_DIR) / ".." / "shared";
  std::error_code error;
  return std::filesystem::is_directory(shared / "images", error) ? shared / "images"
                                                                 : std::filesystem::path();
}

}  // namespace topknot::test
