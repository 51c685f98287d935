// The helper library: what a shader gets of it, and that all of it compiles in every stage.
#include "glsl/source/helper_library.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gl/context/context_state.h"
#include "glsl/source/shader_source.h"
#include "support/gl_test.h"

namespace topknot::gl {
namespace {

using test::contains;

std::vector<std::string> allNames() {
  std::vector<std::string> names;
  glsl::helperLibrary([&](std::string_view name) {
    names.emplace_back(name);
    return false;
  });
  return names;
}

std::string only(std::string_view wanted) {
  return glsl::helperLibrary([&](std::string_view name) { return name == wanted; });
}

std::string forUser(const std::string& text) {
  glsl::MappedSource user;
  user.addUser({"user", text}, {});
  return glsl::helperLibrary(user);
}

TEST(HelperLibrary, OffersEveryFunctionOfTheDialect) {
  std::vector<std::string> wanted = {"TDPerlinNoise",
                                     "TDSimplexNoise",
                                     "TDPerlinNoiseDeriv",
                                     "TDSimplexNoiseDeriv",
                                     "TDHSVToRGB",
                                     "TDRGBToHSV",
                                     "TDDither",
                                     "TDTranslate",
                                     "TDScale",
                                     "TDRotateX",
                                     "TDRotateY",
                                     "TDRotateZ",
                                     "TDRotateOnAxis",
                                     "TDRotateToVector",
                                     "TDCreateRotMatrix",
                                     "TDCreateTBNMatrix",
                                     "TDExtractRotation",
                                     "TDSlerpRotationMatrices",
                                     "TDInterpolateTransformMatrices",
                                     "TDAxisAngleToQuaternion",
                                     "TDQuaternionToRotMatrix",
                                     "TDRotMatrixToQuaternion",
                                     "TDRotateFromQuaternion",
                                     "TDQuaternionMultiply",
                                     "TDSlerpQuaternions",
                                     "TDQuaternionFromTo",
                                     "TDFade",
                                     "TDFadeDeriv",
                                     "TDAverage",
                                     "TDLuminance",
                                     "TDRemap",
                                     "TDLoop",
                                     "TDZigZag",
                                     "TDBicubicInterpolation",
                                     "TDTricubicInterpolation",
                                     "TDTriplanarBlend",
                                     "TDTexGenSphere",
                                     "TDEquirectangularToCubeMap",
                                     "TDCubeMapToEquirectangular",
                                     "TDGamutRec709ToRec2020",
                                     "TDGamutRec2020ToRec709"};
  for (const char* x : {"SRGB", "Rec709", "Gamma1_8", "Gamma2_2", "Gamma2_4", "Gamma2_6",
                        "Gamma2_8", "ACESproxy", "ST2084PQ", "BT2100HLG"}) {
    wanted.push_back(std::string("TDTransferLinearTo") + x);
    wanted.push_back(std::string("TDTransfer") + x + "ToLinear");
  }
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(allNames(), wanted);
}

TEST(HelperLibrary, AddsNothingThatIsNotMentioned) {
  EXPECT_EQ(glsl::helperLibrary([](std::string_view) { return false; }), "");
  EXPECT_EQ(forUser("out vec4 c;\nvoid main() { c = vec4(1.0); } // TDRemap\n"), "");
  EXPECT_EQ(forUser("float xTDRemap = 1.0, TDRemaps = 2.0;"), "");
}

TEST(HelperLibrary, AddsAFunctionWithItsOverloadsAndWhatTheyNeedOnly) {
  const std::string text = forUser("void main() { float a = TDRemap(0.5, 0.0, 1.0, 2.0, 3.0); }");
  EXPECT_EQ(text, only("TDRemap"));
  for (const char* type : {"float", "vec2", "vec3", "vec4"}) {
    EXPECT_TRUE(contains(text, std::string(type) + " TDRemap("));
    EXPECT_TRUE(contains(text, std::string(type) + " tdWithin("));
  }
  EXPECT_LT(text.size(), 1200u);
  EXPECT_LT(text.find("tdWithin"), text.find("TDRemap"));
  EXPECT_EQ(only("TDAverage"), "float TDAverage(float a, float b) { return 0.5 * (a + b); }\n");
}

TEST(HelperLibrary, NoHelperBringsAnotherOneThatUsersKnow) {
  const std::vector<std::string> names = allNames();
  for (const std::string& name : names) {
    glsl::MappedSource text;
    text.addUser({"library", only(name)}, {});
    for (const std::string& other : names) EXPECT_EQ(text.mentions(other), other == name) << name;
  }
}

TEST(HelperLibrary, LeavesTheUsersOwnFunctionsToHim) {
  EXPECT_EQ(forUser("float TDRemap(float a) { return a; }\nvoid main() { TDRemap(1.0); }"), "");
  EXPECT_EQ(forUser("float\n  TDRemap ( float a[2] )\n{ return a[0]; }\n"), "");
  EXPECT_EQ(forUser("float TDRemap(float a) { return TDAverage(a, 1.0); }"), only("TDAverage"));
  // A declaration alone, or a call ahead of a block, defines nothing.
  EXPECT_NE(forUser("float TDAverage(float a, float b);\nvoid main() { TDAverage(1., 2.); }"), "");
  EXPECT_NE(forUser("void main() { if (TDAverage(1.0, 2.0) > 1.0) { } }"), "");
  EXPECT_NE(forUser("void main() { while (0.0 < TDAverage(1.0, 2.0)) { } }"), "");
}

TEST(HelperLibrary, LeavesOutWhatTheProgramHasAlready) {
  const auto noise = [](std::string_view name) { return name == "TDPerlinNoise"; };
  const std::vector<std::string> present = {"noise_functions"};
  EXPECT_TRUE(contains(glsl::helperLibrary(noise), "struct tdNoise"));
  EXPECT_FALSE(contains(glsl::helperLibrary(noise, present), "struct tdNoise"));
  EXPECT_TRUE(contains(glsl::helperLibrary(noise, present), "float TDPerlinNoise(vec4 p)"));
}

TEST(HelperLibrary, HasNoCommentsInAProgram) {
  const std::string all = glsl::helperLibrary([](std::string_view) { return true; });
  EXPECT_EQ(all.find("//"), std::string::npos);
  EXPECT_EQ(all.find("\n\n"), std::string::npos);
}

// In a driver's hands.

class HelperTexts : public ::testing::Test {
 protected:
  static std::string head(GLenum stage, int version) {
    const std::string start = "#version " + std::to_string(version) + " core\n";
    if (stage == GL_VERTEX_SHADER) return start + "#define TD_VERTEX_SHADER\n";
    if (stage == GL_FRAGMENT_SHADER) return start + "#define TD_PIXEL_SHADER\n";
    return start + "#define TD_COMPUTE_SHADER\nlayout(local_size_x = 1) in;\n";
  }
  /// The driver's log; empty if it took the text.
  static std::string refused(GLenum stage, const std::string& text) {
    const GLuint shader = glCreateShader(stage);
    const char* source = text.c_str();
    glShaderSource(shader, 1, &source, nullptr);
    glCompileShader(shader);
    GLint ok = 0;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    std::array<char, 2000> log{};
    glGetShaderInfoLog(shader, log.size(), nullptr, log.data());
    glDeleteShader(shader);
    return ok == GL_TRUE ? "" : std::string(log.data()) + text;
  }

  Context context_ = Context::headless();
  Use use_{current()};
};

TEST_F(HelperTexts, CompileInEveryStageAndVersion) {
  const std::string all = glsl::helperLibrary([](std::string_view) { return true; });
  for (const GLenum stage : {GL_VERTEX_SHADER, GL_FRAGMENT_SHADER, GL_COMPUTE_SHADER}) {
    for (const int version : {450, current()->info.glsl}) {
      for (const char* bits : {"", "#define TD_OUTPUT_BITS 8\n#define TD_SIMPLEX_QUALITY 1\n"}) {
        EXPECT_EQ(refused(stage, head(stage, version) + bits + all + "void main() {}\n"), "");
      }
    }
  }
}

TEST_F(HelperTexts, CompileEachOnItsOwn) {
  for (const std::string& name : allNames()) {
    const GLenum stage = GL_FRAGMENT_SHADER;
    EXPECT_EQ(refused(stage, head(stage, 450) + only(name) + "void main() {}\n"), "") << name;
  }
}

/// A compute program that writes what an expression gives of a 3D texture.
class Volume : public HelperTexts {
 protected:
  static constexpr int kSize[3] = {5, 4, 3};

  Volume() {
    glCreateTextures(GL_TEXTURE_3D, 1, &texture_);
    glTextureStorage3D(texture_, 1, GL_RGBA32F, kSize[0], kSize[1], kSize[2]);
    std::vector<float> texels;
    for (int i = 0; i < kSize[0] * kSize[1] * kSize[2]; ++i) {
      const std::array<double, 4> v = texel(i % 5, i / 5 % 4, i / 20);
      texels.insert(texels.end(), v.begin(), v.end());
    }
    glTextureSubImage3D(texture_, 0, 0, 0, 0, kSize[0], kSize[1], kSize[2], GL_RGBA, GL_FLOAT,
                        texels.data());
    for (const GLenum axis : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T, GL_TEXTURE_WRAP_R}) {
      glTextureParameteri(texture_, axis, GL_CLAMP_TO_EDGE);
    }
    glTextureParameteri(texture_, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glCreateBuffers(1, &buffer_);
    glNamedBufferStorage(buffer_, sizeof(float) * 4, nullptr, 0);
  }
  ~Volume() override {
    glDeleteTextures(1, &texture_);
    glDeleteBuffers(1, &buffer_);
  }

  static std::array<double, 4> texel(int x, int y, int z) {
    x = std::clamp(x, 0, kSize[0] - 1);
    y = std::clamp(y, 0, kSize[1] - 1);
    z = std::clamp(z, 0, kSize[2] - 1);
    return {x * 0.25, y - z * 0.5, (x * 7 + y * 5 + z * 3) % 4 * 1.0,
            x == 2 && y == 1 && z == 1 ? 8.0 : 0.0};
  }

  std::array<float, 4> value(const std::string& expression) {
    const std::string text = head(GL_COMPUTE_SHADER, 450) +
                             glsl::helperLibrary([&](std::string_view name) {
                               return name == "TDTricubicInterpolation";
                             }) +
                             "layout(binding = 0) uniform sampler3D s;\n"
                             "layout(std430, binding = 0) buffer Result { vec4 result; };\n"
                             "void main() { result = " +
                             expression + "; }\n";
    const char* source = text.c_str();
    const GLuint program = glCreateShaderProgramv(GL_COMPUTE_SHADER, 1, &source);
    glUseProgram(program);
    glBindTextureUnit(0, texture_);
    glBindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, buffer_);
    glDispatchCompute(1, 1, 1);
    glMemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    std::array<float, 4> result{};
    glGetNamedBufferSubData(buffer_, 0, sizeof(result), result.data());
    glUseProgram(0);
    glDeleteProgram(program);
    return result;
  }

  GLuint texture_ = 0, buffer_ = 0;
};

double spline(double d) {
  d = std::abs(d);
  if (d < 1) return 2 / 3.0 - d * d + d * d * d / 2;
  return d < 2 ? (2 - d) * (2 - d) * (2 - d) / 6 : 0;
}

TEST_F(Volume, TDTricubicInterpolationIsACubicBSpline) {
  const double places[][3] = {{0.5, 0.5, 0.5}, {0.41, 0.3, 0.6}, {0.98, 0.05, 0.5}, {0, 1, 0.9}};
  for (const auto& place : places) {
    std::array<double, 4> sum{};
    double at[3];
    for (int i = 0; i < 3; ++i) at[i] = place[i] * kSize[i] - 0.5;
    for (int i = 0; i < 12 * 12 * 12; ++i) {
      const int x = i % 12 - 3, y = i / 12 % 12 - 3, z = i / 144 - 3;
      const double weight = spline(x - at[0]) * spline(y - at[1]) * spline(z - at[2]);
      for (std::size_t k = 0; k < 4; ++k) sum[k] += weight * texel(x, y, z)[k];
    }
    const std::string uvw = "vec3(" + std::to_string(place[0]) + ", " + std::to_string(place[1]) +
                            ", " + std::to_string(place[2]) + ")";
    const std::array<float, 4> asked = value("TDTricubicInterpolation(s, " + uvw + ")");
    const std::array<float, 4> given = value("TDTricubicInterpolation(s, " + uvw +
                                             ", vec3(5.0, 4.0, 3.0), 1.0 / vec3(5.0, 4.0, 3.0))");
    for (std::size_t k = 0; k < 4; ++k) {
      // A GPU's weights of linear filters have 8 bits.
      const double tolerance = context_.info().software ? 1e-4 : 1.0 / 128 * (1 + sum[k]);
      EXPECT_NEAR(asked[k], sum[k], tolerance);
      EXPECT_NEAR(given[k], sum[k], tolerance);
    }
  }
}

}  // namespace
}  // namespace topknot::gl
