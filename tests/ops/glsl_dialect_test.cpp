// Shaders that TouchDesigner takes and drivers do not, or not rightly.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

class GlslDialect : public test::GlTest {
 protected:
  GlslTop& make(int width, int height) {
    auto& top = graph().add<GlslTop>();
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(width, height);
    top.par("format") = "rgba32float";
    return top;
  }

  /// One that reads so many pictures, the k-th of which is (k, x, y, 1) everywhere.
  GlslTop& reader(int inputs, const std::string& text, bool complete = true) {
    constexpr int width = 12, height = 8;
    GlslTop& top = make(width, height).pixelShader(text);
    for (int k = 0; k < inputs; ++k) {
      GlslTop& input = make(width, height);
      input.pixelShader("out vec4 c; void main() { c = vec4(" + std::to_string(k) +
                        ", floor(gl_FragCoord.xy), 1.0); }");
      input >> top;
    }
    EXPECT_TRUE(!complete || top.compiles()) << top.compileResult();
    return top;
  }

  /// The number of the picture that each pixel of a row was read from.
  static std::string numbers(GlslTop& top, int y) {
    const Image image = top.numpyArray();
    std::string out;
    for (int x = 0; x < image.width(); ++x) {
      out += std::to_string(static_cast<int>(image.pixel(x, y).r + 0.5f));
    }
    return out;
  }
};

TEST_F(GlslDialect, AnIndexOfAnInputMayDifferByPixel) {
  for (const char* read :
       {"texture(sTD2DInputs[i], vUV.st)",
        "texture(sTD2DInputs[uint(i)], vUV.st)",
        "texture(sTD2DInputs[i], vUV.st, 0.5)",
        "textureLod(sTD2DInputs[i], vUV.st, 0.0)",
        "texelFetch(sTD2DInputs[i], ivec2(gl_FragCoord.xy), 0)",
        "textureGrad(sTD2DInputs[i], vUV.st, vec2(0.0), vec2(0.0))",
        "textureOffset(sTD2DInputs[i], vUV.st, ivec2(0, 1))",
        "texelFetchOffset(sTD2DInputs[i], ivec2(gl_FragCoord.xy), 0, ivec2(0, -1))",
        "textureGather(sTD2DInputs[i], vUV.st)",
        "textureGather(sTD2DInputs[i], vUV.st, 0)",
        "textureGatherOffset(sTD2DInputs[i], vUV.st, ivec2(0, 1), 0)",
        "TDBicubicInterpolation(sTD2DInputs[i], vUV.st)",
        "textureProj(sTD2DInputs[i], vec3(vUV.st, 1.0))",
        "textureProjLod(sTD2DInputs[i], vec4(vUV.st, 0.0, 1.0), 0.0)",
        "readAt(vUV.st, sTD2DInputs[i])",
        "LOOK(ALL[i], vUV.st)",
        "tex2D(AT(i), vUV.st)",
        "pick(sTD2DInputs, i)",
        "made(sTD2DInputs[i])",
        "CALL(made, i)",
        "vec4(float(i) + float(textureSize(sTD2DInputs[i], 0).x - 12))"}) {
    GlslTop& top = reader(3,
                          "#define ALL sTD2DInputs\n#define AT(n) sTD2DInputs[n]\n"
                          "#define LOOK(s, p) texture(s, p)\n#define tex2D texture\n"
                          "#define MAKE(name) vec4 name(sampler2D s) { return LOOK(s, vUV.st); }\n"
                          "#define CALL(f, n) f(sTD2DInputs[n])\n"
                          "vec4 readAt(vec2 p, sampler2D s) { return texture(s, p); }\n"
                          "vec4 pick(sampler2D s[3], int n) { return texture(s[n], vUV.st); }\n"
                          "MAKE(made)\n"
                          "out vec4 c; void main() { int i = int(gl_FragCoord.x) % 3; c = " +
                              std::string(read) + "; }");
    EXPECT_EQ(numbers(top, 3), "012012012012") << read;
  }
}

TEST_F(GlslDialect, ALoopOverInputsMayEndAtEachPixelElsewhere) {
  GlslTop& top = reader(4,
                        "out vec4 c; void main() { int last = 3 - int(gl_FragCoord.x) % 4;\n"
                        "for (int i = 0; i < TD_NUM_2D_INPUTS; ++i) {\n"
                        "  if (i > last) break;\n"
                        "  c = texture(sTD2DInputs[i], vUV.st); } }");
  EXPECT_EQ(numbers(top, 5), "321032103210");
}

TEST_F(GlslDialect, AnIndexInAMacroOrReadFromAPictureMayDifferByPixel) {
  GlslTop& top = reader(3,
                        "#define READ(n) texture(sTD2DInputs[n], vUV.st)\n"
                        "out vec4 c; void main() {\n"
                        "c = READ(int(texture(sTD2DInputs[0], vUV.st).g + 0.5) % 3); }");
  EXPECT_EQ(numbers(top, 1), "012012012012");
}

TEST_F(GlslDialect, IndicesOfVolumesAndArraysMayDifferByPixel) {
  for (const char* type : {"texture3d", "texture2darray"}) {
    const std::string sampler =
        type == std::string("texture3d") ? "sTD3DInputs" : "sTD2DArrayInputs";
    GlslTop& top = reader(0,
                          "out vec4 c; void main() { int i = int(gl_FragCoord.x) % 2;\n"
                          "c = 1.0 * texelFetch(" +
                              sampler + "[i], ivec3(0, 0, 1), 0); }",
                          false);
    for (int k = 0; k < 2; ++k) {
      GlslTop& input = make(2, 2);
      input.pixelShader("out vec4 c; void main() { c = vec4(uTDCurrentDepth + " +
                        std::to_string(3 * k) + "); }");
      input.par("type") = type;
      input.par("depth") = "custom";
      input.par("customdepth") = 2;
      input >> top;
    }
    EXPECT_TRUE(top.compiles()) << top.compileResult();
    EXPECT_EQ(numbers(top, 0), "141414141414") << type;
  }
}

TEST_F(GlslDialect, AnIndexBeyondTheInputsReadsTransparentBlack) {
  GlslTop& top = reader(2,
                        "out vec4 c; void main() {\n"
                        "c = vec4(1.0) - texture(sTD2DInputs[int(gl_FragCoord.x)], vUV.st); }");
  EXPECT_EQ(numbers(top, 0), "101111111111");
}

TEST_F(GlslDialect, OverloadsOfBuiltInFunctionsLeaveTheOthers) {
  GlslTop& top = reader(1,
                        "out vec4 c;\n"
                        "int mod(int a, int b) { return 40 + a - b * (a / b); }\n"
                        "vec4 texture(vec2 p) { return texture(sTD2DInputs[0], p); }\n"
                        "void main() { c = vec4(texture(vUV.st).g, float(mod(7, 4)), "
                        "mod(7.5, 4.0), mod(vec2(9.0, 1.0), 5.0).x); }");
  EXPECT_TRUE(test::nearly(top.sample({.x = 2, .y = 0}), {2.0f, 43.0f, 3.5f, 4.0f}, 1e-5f));
}

TEST_F(GlslDialect, MessagesSpeakOfWhatTheUserWrote) {
  const char* const texts[] = {
      "out vec4 c;\nvoid main() {\n  int i = int(gl_FragCoord.x);\n"
      "  c = texture(sTD2DInputs[i], vec4(1.0));\n}",
      "out vec4 c;\nint mod(int a, int b) { return a; }\n\n"
      "void main() { c = vec4(mod(vec4(1.0), mat2(1.0))); }",
      "\n\n\nvoid main() { gl_FragColor = vec3(1.0); }",
  };
  const char* const names[] = {"texture", "mod", "gl_FragColor"};
  for (int i = 0; i < 3; ++i) {
    GlslTop& top = reader(2, texts[i], false);
    const std::vector<Diagnostic> all = top.diagnostics();
    ASSERT_FALSE(all.empty()) << names[i];
    EXPECT_EQ(all[0].line, 4) << names[i];
    const std::string report = top.compileResult();
    EXPECT_EQ(report.find("tk_"), std::string::npos) << report;
    EXPECT_EQ(report.find("TDFragColor"), std::string::npos) << report;
    if (i < 2 && mesa()) {
      EXPECT_EQ(all[0].name, names[i]) << report;
    }
  }
  if (!mesa()) return;
  const std::string report = reader(2, texts[0], false).compileResult();
  EXPECT_TRUE(test::contains(report, "texture(sampler2D, vec4)")) << report;
}

TEST_F(GlslDialect, DeclarationsMayBeRepeatedAndConstantsBeOfUniforms) {
  GlslTop& top =
      reader(1,
             "#pragma STDGL invariant(all)\n"
             "uniform float uLevel; uniform int uTDPass; uniform TDTexInfo uTDOutputInfo;\n"
             "uniform float uLevel;\nconst float width = uTDOutputInfo.res.z;\n"
             "out vec4 c; void main() {\n"
             "#if __VERSION__ >= 460\n"
             "c = vec4(uLevel, float(uTDPass), width, 1.0);\n#endif\n}");
  top.uniform("uLevel", 0.5);
  EXPECT_EQ(top.sample({.x = 0, .y = 0}), glm::vec4(0.5f, 0.0f, 12.0f, 1.0f));
}

TEST_F(GlslDialect, BindingsOfTheUsersDoNotMeetOurs) {
  GlslTop& top = reader(1,
                        "layout(binding = 0) uniform samplerBuffer uPos;\n"
                        "layout(binding = 0) uniform sampler2D uOwn;\n"
                        "out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st) + "
                        "0.0 * (texelFetch(uPos, 0) + texture(uOwn, vUV.st)); }");
  EXPECT_EQ(top.sample({.x = 7, .y = 2}), glm::vec4(0.0f, 7.0f, 2.0f, 1.0f));
}

TEST_F(GlslDialect, ImagesOfTheUsersAreNotTheOutput) {
  GlslTop& top = make(2, 1);
  top.computeShader(
      "layout(local_size_x = 1) in; layout(rgba32f, binding = 0) uniform image2D uOwn;\n"
      "void main() { ivec2 p = ivec2(gl_GlobalInvocationID.xy);\n"
      "TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(0.25));\n"
      "imageStore(uOwn, p, vec4(0.75)); }");
  top.par("mode") = "compute";
  EXPECT_TRUE(top.compiles()) << top.compileResult();
  EXPECT_EQ(top.sample({.x = 1, .y = 0}), glm::vec4(0.25f));
}

}  // namespace
}  // namespace topknot
