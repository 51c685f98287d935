// The helper library as a user's shader meets it.
#include "support/op_test.h"

namespace topknot {
namespace {

using test::nearly;

class TdFunctions : public test::OpTest {
 protected:
  TdFunctions() : OpTest("glsl") {
    par("format") = "rgba32float";
    par("outputresolution") = "custom";
    par("resolution") = glm::vec2(4, 4);
  }
  GlslTop& shader(const std::string& text) {
    auto& top = static_cast<GlslTop&>(op());
    top.pixelShader(text);
    EXPECT_TRUE(top.compiles()) << top.compileResult();
    return top;
  }
};

TEST_F(TdFunctions, AUsersOwnFunctionOfAHelpersNameIsHis) {
  shader(
      "float TDRemap(float v, float a, float b, float c, float d) { return 7.0; }\n"
      "out vec4 c; void main() { c = vec4(TDRemap(0.5, 0.0, 1.0, 2.0, 3.0)); }");
  EXPECT_TRUE(gives(glm::vec4(7)));
}

TEST_F(TdFunctions, HelpersDoNotNeedOneThatTheUserDefines) {
  shader(
      "vec4 TDRotMatrixToQuaternion(mat3 m) { return vec4(0.0); }\n"
      "out vec4 c; void main() {\n"
      "  c = vec4(TDSlerpRotationMatrices(mat3(1.0), TDRotateZ(1.0), 0.5)[0], 1.0) +\n"
      "      TDRotMatrixToQuaternion(mat3(1.0)); }");
  EXPECT_TRUE(gives({std::cos(0.5f), std::sin(0.5f), 0, 1}, 1e-5f));
}

TEST_F(TdFunctions, LinesOfMessagesStayTheUsersOwn) {
  auto& top = static_cast<GlslTop&>(op());
  top.pixelShader("out vec4 c;\nvoid main() {\n  c = TDRemap(nothing);\n}\n", "warp");
  EXPECT_TRUE(test::contains(top.compileResult(), "ERROR: warp:3: "));
}

TEST_F(TdFunctions, APixelFunctionFindsThemToo) {
  par("mode") = "pixelfunction";
  shader(
      "vec4 pixel(vec2 uv) { return vec4(TDRemap(uv.x, 0.0, 1.0, 2.0, 4.0), TDFade(uv), 1.0); }");
  EXPECT_TRUE(gives({2.25f, 0.016052246f, 0.016052246f, 1}, 1e-5f));
}

TEST_F(TdFunctions, PixelFunctionsShareThemWithEachOtherAndWithTheNoiseOperator) {
  auto& noise = graph().add("noise", "noise").as<Top>();
  noise.par("type") = "simplex3d";
  noise.par("format") = "rgba32float";
  noise.par("outputresolution") = "custom";
  noise.par("resolution") = glm::vec2(4, 4);
  auto& first = graph().add<GlslTop>("first");
  first.par("mode") = "pixelfunction";
  first.par("format") = "rgba32float";
  first.pixelShader(
      "vec4 pixel(vec4 a, vec2 uv) { return a + TDSimplexNoise(uv * 3.0) + TDAverage(1.0, 2.0); }");
  noise >> first;
  first >> op();
  par("mode") = "pixelfunction";
  // Its TDAverage is its own; the other's is the library's.
  shader(
      "float TDAverage(float a, float b) { return 100.0; }\n"
      "vec4 pixel(vec4 a, vec2 uv) {\n"
      "  return a + TDAverage(1.0, 2.0) + TDPerlinNoise(uv * 3.0); }");
  op().cook();
  EXPECT_TRUE(op().errors().empty());
  EXPECT_NEAR(op().sample({.x = 1, .y = 2}).r, 102, 3);
  expectSameUnfused(1e-5f);
}

}  // namespace
}  // namespace topknot
