// Pixels out: sample, numpyArray, readback, save, draw.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class Reading : public test::GlTest {
 protected:
  /// 3 × 2 pixels of six colours: bottom row red, green, blue; top row cyan, magenta, half grey.
  Reading() {
    saveImage(test::sixColours(), folder_ / "six.png");
    auto& file = graph().add("moviefilein", "six");
    file.par("file") = (folder_ / "six.png").string();
    six_ = &file.as<Top>();
  }

  std::string sampled(const SamplePoint& point) {
    return thrown([&] { six_->sample(point); });
  }

  test::Folder folder_;
  Top* six_;
};

TEST_F(Reading, SampleCountsPixelsFromTheBottomLeft) {
  EXPECT_TRUE(nearly(six_->sample({.x = 0, .y = 0}), {1, 0, 0, 1}));
  EXPECT_TRUE(nearly(six_->sample({.x = 2, .y = 0}), {0, 0, 1, 1}));
  EXPECT_TRUE(nearly(six_->sample({.x = 0, .y = 1}), {0, 1, 1, 1}));
  EXPECT_EQ(six_->sample({.x = 1, .y = 1})[1], 0.0f);
}

TEST_F(Reading, SampleMixesPixelsAndFractions) {
  EXPECT_TRUE(nearly(six_->sample({.u = 0.5, .v = 0.25}), {0, 1, 0, 1}));
  EXPECT_TRUE(nearly(six_->sample({.x = 1, .v = 0.75}), {1, 0, 1, 1}));
  EXPECT_TRUE(nearly(six_->sample({.y = 0, .u = 1.0}), {0, 0, 1, 1})) << "1 is the last pixel";
  EXPECT_TRUE(nearly(six_->sample({.x = 0, .y = 0, .z = 0}), {1, 0, 0, 1}));
}

TEST_F(Reading, SampleRefusesWhatIsMissingDoubleOrOutside) {
  EXPECT_EQ(sampled({.y = 0}), "moviefilein 'six': sample: one of x and u is needed");
  EXPECT_EQ(sampled({.x = 0}), "moviefilein 'six': sample: one of y and v is needed");
  EXPECT_EQ(sampled({.x = 0, .y = 0, .u = 0.5}),
            "moviefilein 'six': sample: x and u are both given; one is expected");
  EXPECT_EQ(
      sampled({.x = 3, .y = 0}),
      "moviefilein 'six': sample: pixel 3 of x and u is outside the picture; expected 0 to 2");
  EXPECT_EQ(
      sampled({.x = -1, .y = 0}),
      "moviefilein 'six': sample: pixel -1 of x and u is outside the picture; expected 0 to 2");
  EXPECT_EQ(sampled({.x = 0, .v = 1.5}),
            "moviefilein 'six': sample: the fraction of y and v is 1.5; expected 0 to 1");
  EXPECT_NE(sampled({.x = 0, .v = std::nan("")}), "");
  EXPECT_NE(sampled({.x = 0, .y = 0, .z = 1}), "");
}

TEST_F(Reading, NumpyArrayIsFloatsBottomRowFirst) {
  const Image array = six_->numpyArray();
  ASSERT_EQ(array.format(), PixelFormat::Rgba32Float);
  ASSERT_EQ(array.floats().size(), 2u * 3u * 4u);
  const float expected[] = {1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1,  // bottom
                            0, 1, 1, 1, 1, 0, 1, 1};             // top
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(array.floats()[static_cast<std::size_t>(i)], expected[i]) << i;
  }
  EXPECT_NEAR(array.floats()[20], 128 / 255.0, 1e-6);
}

TEST_F(Reading, ReadbackKeepsTheFormat) {
  EXPECT_EQ(six_->readback(), test::sixColours());
}

TEST_F(Reading, DelayedGivesThePictureOfThePreviousCall) {
  auto& ramp = graph().add<GlslTop>("ramp");
  ramp.pixelShader("uniform float uValue; out vec4 c; void main() { c = vec4(uValue); }");
  ramp.par("format") = "mono32float";
  for (int i = 0; i < 5; ++i) {
    ramp.uniform("uValue", i + 10);
    const std::optional<Image> image = ramp.numpyArray({.delayed = true});
    settle(ramp);
    ASSERT_EQ(image.has_value(), i > 0);
    if (image) {
      EXPECT_EQ(image->pixel(7, 7).r, static_cast<float>(i + 9));
    }
  }
  EXPECT_EQ(ramp.numpyArray({.delayed = false, .writable = true})->pixel(7, 7).r, 14.0f);
}

TEST_F(Reading, DelayedSurvivesAChangeOfSize) {
  auto& white = graph().add<GlslTop>("white");
  white.par("outputresolution") = "custom";
  for (const int size : {8, 300, 4}) {
    white.par("resolution") = size;
    white.numpyArray({.delayed = true});
    settle(white);
    EXPECT_EQ(white.numpyArray({.delayed = true})->width(), size);
    settle(white);
  }
}

TEST_F(Reading, SaveWritesFilesThatReadTheSame) {
  for (const char* name : {"out.png", "out.exr", "out.tif", "out.tiff", "out.bmp", "out.dds"}) {
    const std::filesystem::path path = six_->save(folder_ / name);
    EXPECT_EQ(path, std::filesystem::absolute(folder_ / name));
    const Image image = loadImage(path);
    EXPECT_EQ(image.width(), 3);
    EXPECT_EQ(image.height(), 2);
    for (int y = 0; y < 2; ++y) {
      for (int x = 0; x < 3; ++x) {
        EXPECT_TRUE(nearly(image.pixel(x, y), six_->sample({.x = x, .y = y}), 3e-4f)) << name;
      }
    }
  }
}

TEST_F(Reading, SaveWithoutAPathNamesTheFileAfterTheOperator) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const std::filesystem::path path = six_->save();
  std::filesystem::current_path(before);
  EXPECT_EQ(path.filename(), "six.tiff");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "six.tiff"));
}

TEST_F(Reading, SaveByteArrayGivesTheBytesOfTheFile) {
  EXPECT_EQ(decodeImage(six_->saveByteArray(), "memory"), six_->readback());
  for (const char* name : {".exr", "file.tif", "C:/Files/file.jpg", ".jpeg", ".bmp", ".dds"}) {
    const auto bytes = six_->saveByteArray(name, {.quality = 0.75});
    const std::string suffix = std::string(name).substr(std::string_view(name).rfind('.'));
    const std::filesystem::path path = six_->save(folder_ / ("same" + suffix), {.quality = 0.75});
    std::ifstream in(path, std::ios::binary);
    const std::string file(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(file.size(), bytes.size()) << name;
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), file.begin(), file.end(),
                           [](std::byte a, char b) { return char(a) == b; }))
        << name;
  }
  EXPECT_TRUE(contains(thrown([&] { six_->saveByteArray("tiff"); }), "no suffix"));
}

TEST_F(Reading, AnAsynchronousSaveHoldsThePictureOfItsCall) {
  std::vector<FileSaveStatus> files;
  auto& grey = graph().add("constant", "grey").as<Top>();
  for (int i = 0; i < 40; ++i) {
    grey.par("color") = glm::vec3(float(i) / 255.0f);
    files.push_back(
        grey.save(folder_ / ("grey" + std::to_string(i) + ".png"), {.asynchronous = true}));
  }
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(thrown([&] { files[std::size_t(i)].wait(); }), "");
    EXPECT_TRUE(files[std::size_t(i)].isCompleted());
    EXPECT_NEAR(loadImage(files[std::size_t(i)]).pixel(5, 5).g, float(i) / 255.0f, 1e-6f);
  }
}

TEST_F(Reading, TwoHundredAsynchronousSavesAreWholeWhileTheGraphCooks) {
  Top& noise = graph().add("noise").as<Top>();
  noise.par("outputresolution") = "custom";
  noise.par("resolution") = glm::vec2(96, 64);
  std::vector<FileSaveStatus> files;
  std::vector<Image> pictures;
  for (int i = 0; i < 200; ++i) {
    noise.par("seed") = i + 1;
    graph().cook();
    const std::string suffix = i % 2 == 0 ? ".png" : ".tif";
    files.push_back(noise.save(folder_ / (std::to_string(i) + suffix), {.asynchronous = true}));
    pictures.push_back(noise.readback());
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    files[i].wait();
    EXPECT_EQ(loadImage(files[i]), pictures[i]) << i;
  }
  EXPECT_NE(pictures[0], pictures[1]);
}

TEST_F(Reading, SaveRefusesUnknownSuffixes) {
  EXPECT_TRUE(contains(thrown([&] { six_->save(folder_ / "out.xyz"); }), ".xyz"));
  EXPECT_TRUE(contains(thrown([&] { six_->save(folder_ / "no" / "out.png"); }), "no"));
  EXPECT_EQ(thrown([&] { six_->save(folder_ / "yes" / "out.png", {.createFolders = true}); }), "");
}

TEST_F(Reading, MetadataIsForExr) {
  EXPECT_EQ(thrown([&] { six_->save(folder_ / "m.exr", {.metadata = {{"author", "me"}}}); }), "");
  EXPECT_NE(thrown([&] { six_->save(folder_ / "m.png", {.metadata = {{"author", "me"}}}); }), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "m.png"));
}

TEST_F(Reading, ATopWithoutAPictureSaysWhy) {
  auto& alone = graph().add("constant", "alone").as<Top>();
  alone.par("outputresolution") = "custom";
  alone.par("resolution") = 1000000;
  const std::string sentence = thrown([&] { alone.sample({.x = 0, .y = 0, .allowStale = true}); });
  EXPECT_TRUE(contains(sentence, "constant 'alone' has no picture: "));
  EXPECT_TRUE(contains(sentence, "1000000 × 1000000"));
  EXPECT_EQ(alone.width(), 0);
}

}  // namespace
}  // namespace topknot
