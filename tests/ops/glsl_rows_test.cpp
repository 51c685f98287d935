// The GLSL TOP: parameters and rules of the dialect that the other tests leave out.
#include <gtest/gtest.h>

#include <fstream>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::nearly;

class GlslRows : public test::GlTest {
 protected:
  GlslTop& make(const std::string& name, int width = 1, int height = 1) {
    auto& top = graph().add<GlslTop>(name);
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(width, height);
    top.par("format") = "rgba32float";
    return top;
  }
  static std::string file(const std::string& name, const std::string& text) {
    const std::string path = ::testing::TempDir() + name;
    std::ofstream(path) << text;
    return path;
  }
  static glm::vec4 seen(Top& top, int x = 0) { return top.sample({.x = x, .y = 0}); }
};

TEST_F(GlslRows, TheVersionIsThatOfTheLanguage) {
  GlslTop& top = make("top");
  top.pixelShader("out vec4 c; void main() { c = vec4(dFdxFine(vUV.s)); }");  // of 4.50
  EXPECT_TRUE(top.compiles()) << top.compileResult();
  top.par("glslversion") = "glsl430";
  EXPECT_FALSE(top.compiles());
  top.par("glslversion") = "glsl450";
  EXPECT_TRUE(top.compiles()) << top.compileResult();
}

TEST_F(GlslRows, TheTextOfEachStageMayBeAFile) {
  GlslTop& top = make("top");
  top.par("predat") = file("topknot_rows.predat", "#define HALF 0.5\n");
  top.par("vertexdat") = file("topknot_rows.vert",
                              "out vec2 mine; void main() { mine = vec2(HALF, 0.25);\n"
                              "gl_Position = TDSOPToProj(vec4(P, 1.0)); }");
  top.par("pixeldat") = file("topknot_rows.frag",
                             "in vec2 mine; out vec4 c; void main() { c = vec4(mine, HALF, 1); }");
  EXPECT_EQ(seen(top), glm::vec4(0.5f, 0.25f, 0.5f, 1)) << top.compileResult();
  top.par("computedat") = file("topknot_rows.comp",
                               "layout(local_size_x = 1) in;\nvoid main() {\n"
                               "TDImageStoreOutput(0, ivec3(0), vec4(HALF, 2, 3, 4)); }");
  EXPECT_EQ(seen(top), glm::vec4(0.5f, 0.25f, 0.5f, 1));
  top.par("mode") = "compute";
  EXPECT_EQ(seen(top), glm::vec4(0.5f, 2, 3, 4)) << top.compileResult();
  top.par("predat") = "";
  EXPECT_FALSE(top.compiles()) << "HALF is nowhere now";
}

TEST_F(GlslRows, StageMacrosTellTheStage) {
  const std::string told =
      "#if defined(TD_VERTEX_SHADER) && !defined(TD_PIXEL_SHADER) && !defined(TD_COMPUTE_SHADER)\n"
      "#define TOLD 1.0\n"
      "#elif defined(TD_PIXEL_SHADER) && !defined(TD_COMPUTE_SHADER)\n"
      "#define TOLD 2.0\n"
      "#elif defined(TD_COMPUTE_SHADER)\n"
      "#define TOLD 3.0\n"
      "#endif\n";
  GlslTop& top = make("top");
  top.vertexShader(told +
                   "out float mine; void main() { mine = TOLD; "
                   "gl_Position = TDSOPToProj(vec4(P, 1.0)); }");
  top.pixelShader(told + "in float mine; out vec4 c; void main() { c = vec4(mine, TOLD, 0, 1); }");
  EXPECT_EQ(seen(top), glm::vec4(1, 2, 0, 1)) << top.compileResult();
  top.par("mode") = "compute";
  top.computeShader(told +
                    "layout(local_size_x = 1) in;\nvoid main() { TDImageStoreOutput(0, "
                    "ivec3(0), vec4(TOLD)); }");
  EXPECT_EQ(seen(top), glm::vec4(3)) << top.compileResult();
}

TEST_F(GlslRows, TheDepthMayBeThatOfTheFirstInput) {
  GlslTop& source = make("source");
  source.pixelShader("out vec4 c; void main() { c = vec4(uTDCurrentDepth); }");
  source.par("type") = "texture3d";
  source.par("depth") = "custom";
  source.par("customdepth") = 3;
  GlslTop& top = make("top");
  top.par("type") = "texture2darray";
  top.par("customdepth") = 2;
  source >> top;
  EXPECT_EQ(top.depth(), 3);
  top.par("depth") = "custom";
  EXPECT_EQ(top.depth(), 2);
}

TEST_F(GlslRows, ConditionsAreBooleans) {
  GlslTop& top = make("top");
  top.pixelShader("out vec4 c; void main() { c = vec4(1.0); if (0) c = vec4(0.0); }");
  EXPECT_FALSE(top.compiles());
  top.pixelShader("out vec4 c; void main() { c = vec4(1.0); if (false) c = vec4(0.0); }");
  EXPECT_TRUE(top.compiles());
}

TEST_F(GlslRows, TexelsAreFetchedPastFilterAndExtendMode) {
  GlslTop& source = make("source", 2, 1);
  source.pixelShader("out vec4 c; void main() { c = vec4(floor(gl_FragCoord.x)); }");
  GlslTop& top = make("top", 1, 1);
  source >> top;
  top.pixelShader(
      "out vec4 c; void main() { c = vec4(texture(sTD2DInputs[0], vec2(0.5)).r, "
      "texture(sTD2DInputs[0], vec2(1.25, 0.5)).r, "
      "texelFetch(sTD2DInputs[0], ivec2(0), 0).r, "
      "texelFetch(sTD2DInputs[0], ivec2(1, 0), 0).r); }");
  EXPECT_EQ(seen(top), glm::vec4(0.5f, 0, 0, 1)) << top.compileResult();
  top.par("inputextenduv") = "hold";
  EXPECT_EQ(seen(top), glm::vec4(0.5f, 1, 0, 1));
  top.par("inputfiltertype") = "nearest";
  const glm::vec4 nearest = seen(top);
  EXPECT_TRUE(nearest.r == 0 || nearest.r == 1);
  EXPECT_EQ(glm::vec3(nearest.g, nearest.b, nearest.a), glm::vec3(1, 0, 1));
}

TEST_F(GlslRows, CubeInputsHaveTheirInfos) {
  GlslTop& face = make("face", 4, 4);
  auto& cube = graph().add("cubemap", "cube");
  for (int i = 0; i < 6; ++i) face >> cube;
  GlslTop& top = make("top");
  cube >> top;
  top.pixelShader(
      "out vec4 c; void main() { c = vec4(uTDCubeInfos[0].res.zw, TD_NUM_CUBE_INPUTS, "
      "texture(sTDCubeInputs[0], vec3(1, 0, 0)).r); }");
  EXPECT_EQ(seen(top), glm::vec4(4, 4, 1, 1)) << top.compileResult();
}

}  // namespace
}  // namespace topknot
