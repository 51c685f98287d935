// `topknot glsl` keeps every pixel in its place: others read what it wrote.
#include <algorithm>
#include <cmath>

#include "cli/support/command.h"
#include "cli/support/pixels.h"

namespace topknot::test {
namespace {

constexpr const char* kCopy =
    "out vec4 fragColor;\n"
    "void main() { fragColor = TDOutputSwizzle(texture(sTD2DInputs[0], vUV.st)); }\n";
constexpr const char* kDouble =
    "out vec4 fragColor;\n"
    "void main() {\n"
    "  vec4 c = texture(sTD2DInputs[0], vUV.st);\n"
    "  fragColor = TDOutputSwizzle(vec4(2.0 * c.rgb, c.a));\n"
    "}\n";

// Top row red, green, blue; bottom row cyan, magenta, orange.
const std::string kSixColours =
    "\xff\x01\x02\x03\xff\x04\x05\x06\xff\x07\xff\xfe\xfd\x08\xfc\xff\x80\x09";

using Pixel = std::array<int, 4>;

void expectSixColours(const Pixels<int>& pixels) {
  EXPECT_EQ(pixels.width, 3);
  EXPECT_EQ(pixels.height, 2);
  const std::vector<Pixel> expected = {{255, 1, 2, 255},   {3, 255, 4, 255},   {5, 6, 255, 255},
                                       {7, 255, 254, 255}, {253, 8, 252, 255}, {255, 128, 9, 255}};
  EXPECT_EQ(pixels.rgba, expected);
}

TEST_F(CommandTest, SixColoursComeOutWhereTheyWentIn) {
  shop_.write("copy.frag", kCopy);
  shop_.writePng("six.png", 3, 2, kSixColours);
  const Result result =
      shop_.topknot({"glsl", "copy.frag", "--input", "six.png", "--out", "out.png"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "wrote out.png, 3x2, rgba8fixed\n");
  EXPECT_EQ(result.err, "");
  expectSixColours(magickPixels(shop_, "out.png"));
}

TEST_F(CommandTest, SixColoursKeepTheirPlacesInAnExr) {
  shop_.write("copy.frag", kCopy);
  shop_.writePng("six.png", 3, 2, kSixColours);
  const Result result = shop_.topknot(
      {"glsl", "copy.frag", "--input", "six.png", "--format", "rgba32float", "--out", "out.exr"});
  EXPECT_EQ(result.out, "wrote out.exr, 3x2, rgba32float\n") << result.err;
  const Pixels<float> pixels = exrPixels(shop_.folder() / "out.exr");
  ASSERT_EQ(pixels.rgba.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const auto byte = static_cast<unsigned char>(kSixColours[i * 3 + c]);
      EXPECT_NEAR(pixels.rgba[i][c], static_cast<float>(byte) / 255.0f, 5e-4f)
          << "pixel " << i << ", component " << c;
    }
  }
}

TEST_F(CommandTest, TheOriginIsBottomLeft) {
  shop_.write("uv.frag",
              "out vec4 fragColor;\n"
              "void main() { fragColor = TDOutputSwizzle(vec4(vUV.st, 0.0, 1.0)); }\n");
  EXPECT_EQ(shop_.topknot({"glsl", "uv.frag", "--size", "5x3", "--out", "uv.png"}).status, 0);
  const Pixels<int> pixels = magickPixels(shop_, "uv.png");
  EXPECT_EQ(pixels.width, 5);
  EXPECT_EQ(pixels.height, 3);
  const std::vector<Pixel> expected = {
      {26, 213, 0, 255}, {230, 213, 0, 255}, {26, 43, 0, 255}, {230, 43, 0, 255}};
  const std::vector<Pixel> corners = pixels.corners();
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t c = 0; c < 4; ++c) EXPECT_NEAR(corners[i][c], expected[i][c], 1);
  }
}

TEST_F(CommandTest, InputsKeepTheirOrder) {
  shop_.write("mix.frag",
              "out vec4 fragColor;\n"
              "void main() {\n"
              "  fragColor = vec4(texture(sTD2DInputs[0], vUV.st).r,\n"
              "      texture(sTD2DInputs[1], vUV.st).r, texture(sTD2DInputs[2], vUV.st).r, 1.0);\n"
              "}\n");
  shop_.writePng("a.png", 1, 1, std::string("\x0a\x01\x01", 3));
  shop_.writePng("b.png", 1, 1, std::string("\x14\x02\x02", 3));
  shop_.writePng("c.png", 1, 1, std::string("\x1e\x03\x03", 3));
  const Result result = shop_.topknot({"glsl", "--input", "a.png", "--input", "b.png", "--input",
                                       "c.png", "mix.frag", "--out", "out.png"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(magickPixels(shop_, "out.png").at(0, 0), (Pixel{10, 20, 30, 255}));
}

TEST_F(PhotographTest, DoublingAnEightBitPhotographIsConfirmedByImageMagick) {
  shop_.write("double.frag", kDouble);
  // One decoder for both sides, so that the comparison is exact.
  const std::string jpg = (images_ / "Desk.jpg").string();
  ASSERT_EQ(shop_.run({magickProgram(shop_), jpg, "desk.png"}).status, 0);
  ASSERT_EQ(
      shop_.topknot({"glsl", "double.frag", "--input", "desk.png", "--out", "out.png"}).status, 0);
  Pixels<int> expected = magickPixels(shop_, "desk.png");
  for (Pixel& pixel : expected.rgba) {
    for (std::size_t c = 0; c < 3; ++c) pixel[c] = std::min(255, 2 * pixel[c]);
  }
  const Pixels<int> found = magickPixels(shop_, "out.png");
  EXPECT_EQ(found.width, 644);
  EXPECT_EQ(found.height, 874);
  EXPECT_EQ(found.corners(), expected.corners());
  EXPECT_TRUE(found.rgba == expected.rgba) << "pixels differ away from the corners";
}

TEST_F(PhotographTest, DoublingAJpgStaysAsNearAsTwoDecodersDo) {
  shop_.write("double.frag", kDouble);
  const std::string jpg = (images_ / "Desk.jpg").string();
  const Result result = shop_.topknot({"glsl", "double.frag", "--input", jpg, "--out", "out.png"});
  EXPECT_EQ(result.out, "wrote out.png, 644x874, rgba8fixed\n") << result.err;
  const std::vector<Pixel> found = magickPixels(shop_, "out.png").corners();
  const std::vector<Pixel> source = magickPixels(shop_, jpg).corners();
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(found[i][c], std::min(255, 2 * source[i][c]), 8) << "corner " << i;
    }
  }
}

class ExrPhotographTest : public PhotographTest {
 protected:
  /// Renders Desk.exr through the shader; both pictures are read by OpenEXR.
  void doubleWith(const char* shader) {
    const std::filesystem::path exr = images_ / "Desk.exr";
    shop_.write("double.frag", shader);
    const Result result =
        shop_.topknot({"glsl", "double.frag", "--input", exr.string(), "--out", "out.exr"});
    EXPECT_EQ(result.out, "wrote out.exr, 644x874, rgba16float\n") << result.err;
    expected_ = exrPixels(exr);
    for (auto& pixel : expected_.rgba) {
      for (std::size_t c = 0; c < 3; ++c) pixel[c] *= 2.0f;
    }
    found_ = exrPixels(shop_.folder() / "out.exr");
  }
  Pixels<float> expected_, found_;
};

TEST_F(ExrPhotographTest, DoublingIsConfirmedByOpenExrCornerByCorner) {
  doubleWith(kDouble);
  const auto expected = expected_.corners(), found = found_.corners();
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t c = 0; c < 4; ++c) {
      // A sampler between pixels may be one step of a half off.
      const float step = std::abs(expected[i][c]) / 1000.0f;
      EXPECT_NEAR(found[i][c], expected[i][c], step) << "corner " << i << ", component " << c;
    }
  }
}

TEST_F(ExrPhotographTest, DoublingFetchedPixelsIsExactEverywhere) {
  doubleWith(
      "out vec4 fragColor;\n"
      "void main() {\n"
      "  vec4 c = texelFetch(sTD2DInputs[0], ivec2(gl_FragCoord.xy), 0);\n"
      "  fragColor = TDOutputSwizzle(vec4(2.0 * c.rgb, c.a));\n"
      "}\n");
  EXPECT_EQ(found_.corners(), expected_.corners());
  EXPECT_TRUE(found_.rgba == expected_.rgba) << "pixels differ away from the corners";
}

}  // namespace
}  // namespace topknot::test
