// `topknot glsl`: vertex and compute shaders, slices, colour buffers, passes, constants.
#include <nlohmann/json.hpp>

#include "cli/support/command.h"
#include "cli/support/pixels.h"

namespace topknot::test {
namespace {

using Pixel = std::array<int, 4>;

constexpr const char* kGrey = "out vec4 c;\nvoid main() { c = vec4(1.0); }\n";

// Its colour is the place that it writes, in steps of 10.
constexpr const char* kPlaces =
    "layout(local_size_x = 4, local_size_y = 4) in;\n"
    "void main() {\n"
    "  vec3 at = vec3(gl_GlobalInvocationID) * 10.0 / 255.0;\n"
    "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(at, 1.0));\n"
    "}\n";

class GlslStagesTest : public CommandTest {
 protected:
  /// Fails unless the program succeeds.
  std::string render(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {"glsl"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Result result = shop_.topknot(words);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    return result.out;
  }
  Pixel pixel(const std::string& file, int x = 0, int y = 0) {
    return magickPixels(shop_, file).at(x, y);
  }
  void expectRefused(const std::vector<std::string>& arguments, const std::string& sentence) {
    std::vector<std::string> words = {"glsl"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    EXPECT_TRUE(complains(shop_.topknot(words), 2, sentence));
  }
};

TEST_F(GlslStagesTest, AVertexShaderHandsItsOwnNumbersOn) {
  shop_.write("a.vert",
              "out vec2 place;\n"
              "void main() { place = uv[0].st; gl_Position = TDSOPToProj(vec4(P, 1.0)); }\n");
  shop_.write("a.frag",
              "in vec2 place;\nout vec4 c;\nvoid main() { c = vec4(place, 0.2, 1.0); }\n");
  render({"a.frag", "--vertex", "a.vert", "--size", "2x2", "--out", "a.png"});
  EXPECT_EQ(pixel("a.png", 0, 1), (Pixel{64, 64, 51, 255}));
  EXPECT_EQ(pixel("a.png", 1, 0), (Pixel{191, 191, 51, 255}));
}

TEST_F(GlslStagesTest, AnErrorInTheVertexShaderIsToldWithItsFile) {
  shop_.write("a.vert", "void main() {\n  gl_Position = nonsense;\n}\n");
  shop_.write("a.frag", kGrey);
  const Result result = shop_.topknot({"glsl", "a.frag", "--vertex", "a.vert"});
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(contains(result.err, "ERROR: a.vert:2:"));
}

TEST_F(GlslStagesTest, AComputeShaderIsKnownByItsName) {
  shop_.write("a.comp", kPlaces);
  shop_.write("b.compute", kPlaces);
  shop_.write("c.glsl", kPlaces);
  render({"a.comp", "--size", "6x5", "--out", "a.png"});
  render({"b.compute", "--size", "6x5", "--out", "b.png"});
  render({"c.glsl", "--compute", "--size", "6x5", "--out", "c.png"});
  for (const char* file : {"a.png", "b.png", "c.png"}) {
    EXPECT_EQ(pixel(file, 5, 0), (Pixel{50, 40, 0, 255})) << file;
    EXPECT_EQ(pixel(file, 0, 4), (Pixel{0, 0, 0, 255})) << file;
  }
}

TEST_F(GlslStagesTest, AVertexShaderGoesWithNoComputeShader) {
  shop_.write("a.comp", kPlaces);
  expectRefused({"a.comp", "--vertex", "a.vert"},
                "--vertex: expected with a pixel shader, found the compute shader 'a.comp'");
}

TEST_F(GlslStagesTest, AComputeShaderThatReadsItsOutputFindsTheFrameBefore) {
  shop_.write("lib.glsl",
              "vec4 before() { return TDImageLoadOutput(0, gl_GlobalInvocationID); }\n");
  shop_.write("count.comp",
              "#include \"lib.glsl\"\n"
              "layout(local_size_x = 1) in;\n"
              "void main() {\n"
              "  vec4 c = before() + vec4(10.0 / 255.0, 0.0, 0.0, 0.0);\n"
              "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(c.rgb, 1.0));\n"
              "}\n");
  render({"count.comp", "--size", "2x1", "--frames", "5", "--out", "a.png"});
  EXPECT_EQ(pixel("a.png"), (Pixel{50, 0, 0, 255}));
}

TEST_F(GlslStagesTest, DepthMakesA3dTextureWithAFileForEachSlice) {
  shop_.write("a.comp", kPlaces);
  EXPECT_EQ(render({"a.comp", "--size", "3x2", "--depth", "4", "--out", "a.##.png"}),
            "wrote a.00.png to a.03.png (4 files), 3x2x4, rgba8fixed\n");
  for (int z = 0; z < 4; ++z) {
    EXPECT_EQ(pixel("a.0" + std::to_string(z) + ".png", 2, 0), (Pixel{20, 10, z * 10, 255}));
  }
}

TEST_F(GlslStagesTest, APixelShaderDrawsEachSliceOfAnArray) {
  shop_.write("a.frag",
              "out vec4 c;\n"
              "void main() { c = vec4(float(uTDCurrentDepth) / 255.0, 0.0, 0.0, 1.0); }\n");
  render(
      {"a.frag", "--size", "1x1", "--type", "texture2darray", "--depth", "3", "--out", "a.#.png"});
  EXPECT_EQ(pixel("a.0.png")[0], 0);
  EXPECT_EQ(pixel("a.2.png")[0], 2);
  EXPECT_FALSE(shop_.has("a.3.png"));
}

TEST_F(GlslStagesTest, ARunForTheFrameStandsBeforeTheRunForTheSlice) {
  shop_.write("a.frag",
              "uniform float uFrame;\nout vec4 c;\n"
              "void main() {\n"
              "  c = vec4(vec3(uFrame, float(uTDCurrentDepth), 0.0) / 255.0, 1.0);\n"
              "}\n");
  render({"a.frag", "--size", "1x1", "--depth", "2", "--frames", "3", "--uniform", "uFrame=frame",
          "--out", "a.##.#.png"});
  EXPECT_EQ(pixel("a.00.1.png"), (Pixel{0, 1, 0, 255}));
  EXPECT_EQ(pixel("a.02.0.png"), (Pixel{2, 0, 0, 255}));
}

TEST_F(GlslStagesTest, SlicesNeedARunInTheName) {
  shop_.write("a.frag", kGrey);
  expectRefused({"a.frag", "--depth", "2", "--out", "a.png"},
                "--out: expected a file name with a run of # for the slice");
  EXPECT_FALSE(shop_.has("a.png"));
}

TEST_F(GlslStagesTest, FourColourBuffersAreFourFiles) {
  shop_.write("a.frag",
              "layout(location = 0) out vec4 a;\nlayout(location = 1) out vec4 b;\n"
              "layout(location = 2) out vec4 c;\nlayout(location = 3) out vec4 d;\n"
              "void main() {\n"
              "  a = vec4(0.2); b = vec4(0.4); c = vec4(0.6); d = vec4(0.8);\n"
              "}\n");
  EXPECT_EQ(render({"a.frag", "--size", "1x1", "--buffers", "4", "--out", "a.png"}),
            "wrote a.0.png to a.3.png (4 files), 1x1, rgba8fixed\n");
  for (int i = 0; i < 4; ++i) {
    const int level = 51 * (i + 1);
    EXPECT_EQ(pixel("a." + std::to_string(i) + ".png"), (Pixel{level, level, level, level}));
  }
  EXPECT_FALSE(shop_.has("a.png"));
}

TEST_F(GlslStagesTest, EachPassFindsTheOneBefore) {
  shop_.write("a.frag",
              "out vec4 c;\n"
              "void main() { c = texelFetch(sTD2DInputs[0], ivec2(0), 0);\n"
              "  c.r += float(uTDPass + 1) / 255.0; }\n");
  shop_.writePng("a.png", 1, 1, std::string("\x0a\x14\x1e", 3));
  render({"a.frag", "--input", "a.png", "--passes", "3", "--out", "b.png"});
  EXPECT_EQ(pixel("b.png"), (Pixel{16, 20, 30, 255}));
}

TEST_F(GlslStagesTest, ConstantsTakeNumbersAndWords) {
  shop_.write("a.frag",
              "layout(constant_id = 0) const int COUNT = 1;\n"
              "layout(constant_id = 1) const bool ON = false;\n"
              "layout(constant_id = 2) const float LEVEL = 0.0;\n"
              "out vec4 c;\n"
              "void main() { c = vec4(float(COUNT) / 255.0, ON ? 1.0 : 0.0, LEVEL, 1.0); }\n");
  render({"a.frag", "--size", "1x1", "--constant", "COUNT=7", "--constant", "ON=true", "--constant",
          "LEVEL=0.2", "--out", "a.png"});
  EXPECT_EQ(pixel("a.png"), (Pixel{7, 255, 51, 255}));
  for (const char* text : {"COUNT", "=1", "COUNT=", "COUNT=many", "COUNT=1,2"}) {
    expectRefused({"a.frag", "--constant", text}, "--constant: expected NAME=V");
  }
}

TEST_F(GlslStagesTest, FivePicturesAreFiveInputs) {
  shop_.write("a.frag",
              "out vec4 c;\nvoid main() {\n"
              "  c = texelFetch(sTD2DInputs[4], ivec2(0), 0) * float(TD_NUM_2D_INPUTS == 5);\n"
              "}\n");
  std::vector<std::string> words = {"a.frag", "--out", "out.png"};
  for (int i = 0; i < 5; ++i) {
    const std::string file = std::to_string(i) + ".png";
    shop_.writePng(file, 1, 1, std::string(3, static_cast<char>(i + 1)));
    words.insert(words.end(), {"--input", file});
  }
  render(words);
  EXPECT_EQ(pixel("out.png"), (Pixel{5, 5, 5, 255}));
}

TEST_F(GlslStagesTest, NumberedPicturesAreTheSlicesOfA3dInput) {
  shop_.write("make.comp", kPlaces);
  render({"make.comp", "--size", "2x2", "--depth", "3", "--out", "slice.##.png"});
  shop_.write("a.frag",
              "out vec4 c;\nvoid main() {\n"
              "  c = texelFetch(sTD3DInputs[0], ivec3(1, 1, 2), 0);\n"
              "  c.r = uTD3DInfos[0].depth.y / 255.0;\n"
              "}\n");
  render({"a.frag", "--input-3d", "slice.##.png", "--size", "1x1", "--out", "a.png"});
  EXPECT_EQ(pixel("a.png"), (Pixel{3, 10, 20, 255}));
}

TEST_F(GlslStagesTest, OnePictureFillsAllSlicesOfAnInput) {
  shop_.writePng("a.png", 1, 1, std::string("\x0a\x14\x1e", 3));
  shop_.write("a.frag",
              "out vec4 c;\nvoid main() {\n"
              "  c = texelFetch(sTD2DArrayInputs[0], ivec3(0, 0, 7), 0);\n"
              "  c.g = texelFetch(sTD3DInputs[0], ivec3(0, 0, 0), 0).b;\n"
              "  c.b = texelFetch(sTD3DInputs[0], ivec3(0, 0, 7), 0).r;\n"
              "}\n");
  render({"a.frag", "--input-3d", "a.png", "--input-array", "a.png", "--out", "b.png"});
  EXPECT_EQ(pixel("b.png"), (Pixel{10, 30, 10, 255}));
}

TEST_F(GlslStagesTest, ArraysAndMatricesTakeTheirNumbersInTurn) {
  shop_.write("a.frag",
              "uniform vec2 uPoints[3];\nuniform float uWeights[2];\nuniform mat2 uTurn;\n"
              "out vec4 c;\nvoid main() {\n"
              "  c = vec4(uPoints[2].y, uWeights[1], uTurn[1][0], uPoints[0].x) / 255.0;\n}\n");
  render({"a.frag", "--size", "1x1", "--uniform", "uPoints=40,2,3,4,5,60", "--uniform",
          "uWeights=7,80", "--uniform", "uTurn=1,2,90,4", "--out", "a.png"});
  EXPECT_EQ(pixel("a.png"), (Pixel{60, 80, 90, 40}));
}

TEST_F(GlslStagesTest, SixPicturesAreTheSidesOfACube) {
  for (int side = 0; side < 6; ++side) {
    shop_.writePng("side." + std::to_string(side) + ".png", 1, 1,
                   std::string(3, static_cast<char>(10 * side + 10)));
  }
  shop_.write("a.frag",
              "out vec4 c;\nvoid main() {\n"
              "  c.r = texture(sTDCubeInputs[0], vec3(0, -1, 0)).r;\n"
              "  c.g = texture(sTDCubeInputs[0], vec3(0, 0, 1)).r;\n"
              "  c.b = texture(sTDCubeInputs[0], vec3(-1, 0, 0)).r;\n"
              "  c.a = float(TD_NUM_CUBE_INPUTS) / 255.0;\n}\n");
  render({"a.frag", "--input-cube", "side.#.png", "--size", "1x1", "--out", "b.png"});
  EXPECT_EQ(pixel("b.png"), (Pixel{40, 50, 20, 1}));
}

TEST_F(GlslStagesTest, ACrossIsUnfoldedIntoACube) {
  std::string rgb(3 * 12, '\0');  // the top row first: +Y in the second column
  const int numbers[] = {0, 30, 0, 0, 20, 50, 10, 60, 0, 40, 0, 0};
  for (std::size_t i = 0; i < rgb.size(); ++i) rgb[i] = static_cast<char>(numbers[i / 3]);
  shop_.writePng("cross.png", 4, 3, rgb);
  shop_.write("a.frag",
              "out vec4 c;\nvoid main() {\n"
              "  c.r = texture(sTDCubeInputs[0], vec3(0, 1, 0)).r;\n"
              "  c.g = texture(sTDCubeInputs[0], vec3(0, 0, -1)).r;\n"
              "  c.b = texture(sTDCubeInputs[0], vec3(1, 0, 0)).r;\n"
              "  c.a = texture(sTDCubeInputs[0], vec3(0, -1, 0)).r;\n}\n");
  render({"a.frag", "--input-cube", "cross.png", "--size", "1x1", "--out", "b.png"});
  EXPECT_EQ(pixel("b.png"), (Pixel{30, 60, 10, 40}));
}

TEST_F(GlslStagesTest, APictureThatIsNoCrossIsNoCube) {
  shop_.writePng("a.png", 2, 1, std::string(6, '\0'));
  shop_.write("a.frag", kGrey);
  const Result result = shop_.topknot({"glsl", "a.frag", "--input-cube", "a.png"});
  EXPECT_TRUE(
      complains(result, 1, "expected a cross of 4x3 or 3x4 squares, found \"a.png\" of 2x1"));
}

TEST_F(GlslStagesTest, A3dInputWithoutFilesFails) {
  shop_.write("a.frag", kGrey);
  const Result result = shop_.topknot({"glsl", "a.frag", "--input-3d", "none.##.png"});
  EXPECT_TRUE(complains(result, 1, "none.00.png"));
}

TEST_F(GlslStagesTest, NumbersThatCannotBeAreRefused) {
  shop_.write("a.frag", kGrey);
  expectRefused({"a.frag", "--buffers", "9"}, "--buffers: expected a whole number from 1 to 8");
  expectRefused({"a.frag", "--passes", "0"}, "--passes: expected a whole number from 1 to 10000");
  expectRefused({"a.frag", "--depth", "x"}, "--depth: expected a whole number from 1 to 16384");
  expectRefused({"a.frag", "--type", "cube"},
                "--type: expected one of texture2d, texture2darray, texture3d, found 'cube'");
  expectRefused({"a.frag", "--type", "texture2d", "--depth", "2"},
                "--depth: expected with --type texture2darray or texture3d");
}

TEST_F(GlslStagesTest, JsonTellsTheDepth) {
  shop_.write("a.frag", kGrey);
  const std::string out = render({"a.frag", "--size", "1x1", "--depth", "5", "--json"});
  EXPECT_EQ(nlohmann::json::parse(out)["depth"], 5);
}

}  // namespace
}  // namespace topknot::test
