// Real pictures, where the folder with them is at hand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <set>

#include "io/support/openexr.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

class SharedPictures : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = sharedPictures();
    if (!folder_.empty()) return;
    const char* sentence = "the folder shared/images is absent; set TOPKNOT_SHARED to find it";
    if (std::getenv("TOPKNOT_REQUIRE_SHARED")) FAIL() << sentence;
    GTEST_SKIP() << sentence;
  }

  Image load(const char* name, int width, int height, PixelFormat format) {
    const Image image = loadImage(folder_ / name);
    EXPECT_EQ(image.width(), width) << name;
    EXPECT_EQ(image.height(), height) << name;
    EXPECT_EQ(image.format(), format) << name;
    return image;
  }

  std::filesystem::path folder_;
};

glm::vec4 meanOf(const Image& image) {
  glm::dvec4 sum(0);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) sum += glm::dvec4(image.pixel(x, y));
  }
  return glm::vec4(sum / static_cast<double>(image.width() * image.height()));
}

TEST_F(SharedPictures, PhotographsHaveTheirSizesAndFormats) {
  constexpr PixelFormat kHalf = PixelFormat::Rgba16Float;
  load("Desk.exr", 644, 874, kHalf);
  load("StillLife.exr", 1240, 846, kHalf);
  load("Carrots.exr", 600, 400, kHalf);
  load("BrightRings.exr", 800, 800, kHalf);
  load("Cannon.exr", 780, 566, kHalf);
  load("Flowers.exr", 784, 734, kHalf);
  load("GrayRampsHorizontal.exr", 800, 800, kHalf);
  load("GoldenGate.exr", 1262, 860, kHalf);
}

TEST_F(SharedPictures, JpgsAreEightBit) {
  for (const char* name : {"Desk.jpg", "Tree.jpg", "Ocean.jpg"}) {
    EXPECT_EQ(loadImage(folder_ / name).format(), PixelFormat::Rgba8Fixed);
  }
}

TEST_F(SharedPictures, EveryHalfValueIsThereBitForBit) {
  const Image image = load("AllHalfValues.exr", 256, 256, PixelFormat::Rgba16Float);
  std::set<std::uint16_t> values;
  for (std::size_t i = 0; i < 65536; ++i) {
    std::uint16_t half;
    std::memcpy(&half, &image.bytes()[i * 8], 2);
    values.insert(half);
  }
  EXPECT_EQ(values.size(), 65536u);
}

TEST_F(SharedPictures, LuminanceAndChromaBecomeColours) {
  const glm::vec4 mean = meanOf(loadImage(folder_ / "Flowers.exr"));
  EXPECT_GT(std::abs(mean.r - mean.b) + std::abs(mean.r - mean.g), 0.01f);
}

TEST_F(SharedPictures, GreyRampsAreGrey) {
  const Image image = loadImage(folder_ / "GrayRampsHorizontal.exr");
  for (int x = 0; x < image.width(); x += 13) {
    const glm::vec4 pixel = image.pixel(x, 400);
    EXPECT_EQ(pixel, glm::vec4(pixel.r, pixel.r, pixel.r, 1.0f));
  }
}

TEST_F(SharedPictures, PixelsLieWhereTheWindowsSay) {
  // Data from (30, 40) to (429, 339) in a display window from (0, 0) to (500, 400).
  const Image image = load("t08.exr", 501, 401, PixelFormat::Rgba16Float);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const int down = 400 - y;
      const bool inside = x >= 30 && x <= 429 && down >= 40 && down <= 339;
      ASSERT_EQ(image.pixel(x, y).a, inside ? 1.0f : 0.0f) << x << " " << down;
    }
  }
}

TEST_F(SharedPictures, EveryExrIsWhatOpenExrReadsPixelByPixel) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() != ".exr") continue;
    EXPECT_EQ(differing(loadImage(entry.path()), byOpenExr(entry.path())), 0u) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 10);
}

TEST_F(SharedPictures, SavedAgainAsExrTheyAreTheSame) {
  for (const char* name : {"Desk.exr", "Cannon.exr", "AllHalfValues.exr"}) {
    const Image image = loadImage(folder_ / name);
    EXPECT_EQ(decodeImage(encodeImage(image, ".exr"), name), image) << name;
  }
}

}  // namespace
}  // namespace topknot::test
