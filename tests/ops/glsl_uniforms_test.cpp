// The uniforms of a GLSL TOP: every type, every page, and the parameters that a text declares.
#include <gtest/gtest.h>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class Uniforms : public test::GlTest {
 protected:
  Uniforms() {
    top_ = &graph().add<GlslTop>("u");
    top_->par("format") = "rgba32float";
    top_->par("outputresolution") = "custom";
    top_->par("resolution") = glm::vec2(1, 1);
  }
  /// Declarations, and what is drawn with them.
  GlslTop& shader(const std::string& declared, const std::string& expression) {
    top_->pixelShader(declared + "\nout vec4 c;\nvoid main() { c = vec4(" + expression + "); }\n");
    return *top_;
  }
  ::testing::AssertionResult gives(glm::vec4 expected) {
    const glm::vec4 pixel = top_->sample({.x = 0, .y = 0});
    if (!top_->compiles()) return ::testing::AssertionFailure() << top_->compileResult();
    return nearly(pixel, expected);
  }
  std::string warning() {
    top_->cook();
    return top_->warnings().empty() ? "" : top_->warnings().front();
  }
  Par par(std::string_view name) { return top_->par(name); }

  GlslTop* top_;
};

// Every type.

TEST_F(Uniforms, WholeNumbersAreExactAndSaturate) {
  shader("uniform int i; uniform uint u; uniform ivec2 v;",
         "i == 16777217 ? 1.0 : 0.0, u == 4294967295u ? 1.0 : 0.0, v");
  top_->uniform("i", 16777217).uniform("u", 1e12).uniform("v", glm::vec2(-2.9f, 2.9f));
  EXPECT_TRUE(gives({1, 1, -2, 2}));
  top_->uniform("u", -5).uniform("i", 0);
  shader("uniform uint u; uniform int i;", "float(u), float(i), 0, 1");
  EXPECT_TRUE(gives({0, 0, 0, 1}));
}

TEST_F(Uniforms, BooleansAreNotZero) {
  shader("uniform bool b; uniform bvec3 v;", "b, v");
  top_->uniform("b", 0.25).uniform("v", glm::vec3(0, 1, -1));
  EXPECT_TRUE(gives({1, 0, 1, 1}));
}

TEST_F(Uniforms, DoublesKeepTheirDigits) {
  shader("uniform double d; uniform dvec2 v;", "float((d - 1.0lf) * 1e12lf), float(v.y), 0, 1");
  top_->uniform("d", 1.0 + 3e-12).uniform("v", glm::vec2(1, 2));
  const glm::vec4 pixel = top_->sample({.x = 0, .y = 0});
  EXPECT_NEAR(pixel.r, 3.0f, 1e-3f) << top_->compileResult();
  EXPECT_EQ(pixel.g, 2.0f);
}

TEST_F(Uniforms, MatricesAreColumnByColumn) {
  glm::mat4 m(0.0f);
  m[3] = glm::vec4(5, 6, 7, 8);  // the last column
  shader("uniform mat4 m;", "m[3]");
  top_->uniform("m", m);
  EXPECT_TRUE(gives({5, 6, 7, 8}));
  shader("uniform mat4 m;", "m * vec4(0, 0, 0, 1)");
  EXPECT_TRUE(gives({5, 6, 7, 8}));
}

TEST_F(Uniforms, MatricesOfEverySizeTakeTheCornerOfOthers) {
  glm::mat4 m(0.0f);
  for (int c = 0; c < 4; ++c) {
    for (int r = 0; r < 4; ++r) m[c][r] = static_cast<float>(10 * c + r);
  }
  top_->uniform("m", m);
  const auto corner = [&](const std::string& type, int column, int rows) {
    glm::vec4 expected(0.0f);
    for (int r = 0; r < rows; ++r) expected[r] = m[column][r];
    std::string text = "m[" + std::to_string(column) + "]";
    for (int r = rows; r < 4; ++r) text += ", 0";
    shader("uniform " + type + " m;", text);
    EXPECT_TRUE(gives(expected)) << type;
    EXPECT_TRUE(contains(warning(), "is a " + type + ", given a mat4")) << type;
  };
  corner("mat2", 1, 2);
  corner("mat3", 2, 3);
  corner("mat2x3", 1, 3);
  corner("mat2x4", 1, 4);
  corner("mat3x2", 2, 2);
  corner("mat3x4", 2, 4);
  corner("mat4x2", 3, 2);
  corner("mat4x3", 3, 3);
  corner("dmat3", 2, 3);
  corner("dmat4x2", 3, 2);
  top_->uniform("m", glm::mat2(1, 2, 3, 4));
  shader("uniform mat4 m;", "m[1]");
  EXPECT_TRUE(gives({3, 4, 0, 0})) << "what is missing is 0";
}

TEST_F(Uniforms, ArraysTakeLists) {
  shader("uniform vec2 a[3]; uniform int n[2]; uniform float f[4];",
         "a[2], n[1], f[3] + a[0].x + float(n[0] - 16777216)");
  top_->uniform("a", std::vector<glm::vec2>{{1, 2}, {3, 4}, {5, 6}});
  top_->uniform("n", std::vector<int>{16777217, 7});
  top_->uniform("f", std::vector<float>{9, 9});
  EXPECT_TRUE(gives({5, 6, 7, 2})) << "elements that are missing are 0";
  shader("uniform mat2 m[2];", "m[1][0], m[1][1]");
  top_->uniform("m", std::vector<glm::mat2>{glm::mat2(1.0f), glm::mat2(1, 2, 3, 4)});
  EXPECT_TRUE(gives({1, 2, 3, 4}));
}

TEST_F(Uniforms, BufferSamplersReadLists) {
  shader("uniform samplerBuffer b; uniform isamplerBuffer i; uniform usamplerBuffer u;",
         "texelFetch(b, 1).rg, texelFetch(i, 2).r, textureSize(u) + int(texelFetch(u, 0).a)");
  top_->uniform("b", std::vector<glm::vec4>{{1, 2, 3, 4}, {0.5, 0.25, 0, 0}});
  top_->uniform("i", std::vector<int>{1, 2, -16777217 + 1});
  top_->uniform("u", std::vector<glm::vec4>{{0, 0, 0, 9}, {}, {}});
  EXPECT_TRUE(gives({0.5f, 0.25f, -16777216.0f, 12}));
  top_->uniform("b", std::vector<glm::vec4>{{}, {7, 8, 0, 0}, {}});
  EXPECT_TRUE(gives({7, 8, -16777216.0f, 12})) << "another length";
}

TEST_F(Uniforms, ALongTextureBufferIsSeenWhole) {
  std::vector<float> numbers(60000, 0.0f);
  numbers.back() = 0.75f;
  shader("uniform samplerBuffer b;", "texelFetch(b, 59999).r, textureSize(b), 0, 1");
  top_->uniform("b", numbers);
  EXPECT_TRUE(gives({0.75f, 60000, 0, 1}));
}

TEST_F(Uniforms, CountersBeginWhereTheyAreTold) {
  par("resolution") = glm::vec2(4, 2);
  shader("uniform atomic_uint a; uniform atomic_uint b[2];",
         "float(atomicCounterIncrement(a)), float(atomicCounterIncrement(b[1])), 0, 1");
  top_->counter("a", {5}).counter("b", {1, 10});
  top_->sample({.x = 0, .y = 0});
  EXPECT_EQ(top_->counted("a"), (std::vector<std::uint32_t>{13})) << top_->compileResult();
  EXPECT_EQ(top_->counted("b"), (std::vector<std::uint32_t>{1, 18}));
}

TEST_F(Uniforms, ACounterOverflowsSilently) {
  shader("uniform atomic_uint a;", "float(atomicCounterIncrement(a) > 0u), 0, 0, 1");
  top_->counter("a", {4294967295u});
  EXPECT_TRUE(gives({1, 0, 0, 1}));
  EXPECT_EQ(top_->counted("a"), (std::vector<std::uint32_t>{0}));
}

TEST_F(Uniforms, ConstantsAreCompiledIn) {
  shader(
      "layout(constant_id = 0) const int N = 2;\nlayout(constant_id = 1) const float F = 0.5;\n"
      "layout(constant_id = 2) const bool B = false;\nlayout(constant_id = 3) const uint U = 3u;",
      "N, F, B, U");
  EXPECT_TRUE(gives({2, 0.5f, 0, 3}));
  top_->constant("N", 7.9).constant("F", 4).constant("B", 1).constant("U", 9);
  EXPECT_TRUE(gives({7, 4, 1, 9}));
  top_->constant("M", 1);
  EXPECT_EQ(warning(),
            "the shader has no constant 'M': expected layout(constant_id = N) const "
            "before it");
}

TEST_F(Uniforms, AValueOfAnotherSizeIsAWarningThatNamesBothTypes) {
  shader(
      "uniform float f; uniform vec3 v; uniform int i; uniform float a[3]; uniform mat3 m;\n"
      "uniform vec2 w[2];",
      "f + v.x, float(i) + a[1], m[0].x, w[1].x");
  const auto told = [&](const char* name, const UniformValue& value) {
    for (const char* each : {"f", "v", "i", "a", "m", "w"}) top_->removeUniform(each);
    top_->uniform(name, value);
    return warning();
  };
  const std::string cut = "what is too much is left out", zero = "what is missing is 0";
  EXPECT_EQ(told("v", glm::vec4(1)), "the uniform 'v' is a vec3, given a vec4: " + cut);
  EXPECT_EQ(told("v", 0.5), "the uniform 'v' is a vec3, given a float: " + zero);
  EXPECT_EQ(told("i", glm::vec2(1)), "the uniform 'i' is an int, given a vec2: " + cut);
  EXPECT_EQ(told("a", std::vector<float>(5)),
            "the uniform 'a' is a float[3], given a float[5]: " + cut);
  EXPECT_EQ(told("a", 1.0), "the uniform 'a' is a float[3], given a float: " + zero);
  EXPECT_EQ(told("w", std::vector<float>(2)),
            "the uniform 'w' is a vec2[2], given a float[2]: " + zero);
  EXPECT_EQ(told("m", glm::mat4(1.0f)), "the uniform 'm' is a mat3, given a mat4: " + cut);
  EXPECT_EQ(told("m", glm::mat2(1.0f)), "the uniform 'm' is a mat3, given a mat2: " + zero);
  EXPECT_EQ(told("v", glm::vec3(1)), "");
  EXPECT_EQ(told("i", 2.5), "") << "numbers become whole";
  EXPECT_EQ(told("f", 3), "");
  EXPECT_EQ(told("a", std::vector<float>(2)), "") << "a list may be shorter";
  EXPECT_EQ(told("w", std::vector<glm::vec2>(2)), "");
}

TEST_F(Uniforms, AComputedValueOfAnotherSizeIsToldAsWell) {
  shader("uniform vec3 v;", "v, 1");
  top_->uniform("v", [](const Frame&) { return UniformValue(glm::vec4(1)); });
  EXPECT_TRUE(contains(warning(), "is a vec3, given a vec4"));
}

TEST_F(Uniforms, OfAPixelFunctionTooTheyAreTold) {
  par("mode") = "pixelfunction";
  top_->pixelShader("uniform vec3 v; vec4 pixel(vec2 uv) { return vec4(v, 1); }");
  top_->uniform("v", glm::vec4(1, 2, 3, 4));
  EXPECT_TRUE(contains(warning(), "the uniform 'v' is a vec3, given a vec4"));
  EXPECT_TRUE(gives({1, 2, 3, 1}));
  top_->uniform("v", glm::vec3(1, 2, 3));
  EXPECT_EQ(warning(), "");
}

TEST_F(Uniforms, PagesMayHoldMoreNumbersThanTheTypeHas) {
  par("vec") = 4;
  par("vec0name") = "f";
  par("vec1name") = "v";
  par("vec2name") = "i";
  par("vec3name") = "b";
  par("color0name") = "tint";
  par("matrix0name") = "m";
  shader(
      "uniform float f; uniform vec3 v; uniform int i; uniform bool b; uniform vec3 tint;\n"
      "uniform mat3 m;",
      "f + v.x + float(i), b ? 1.0 : tint.x, m[0].x, 1");
  EXPECT_EQ(warning(), "");
  par("matrix0value") = "1 2 3 4";
  EXPECT_TRUE(contains(warning(), "the uniform 'm' is a mat3, given a mat2"));
}

TEST_F(Uniforms, AnArraysRowOfAnotherTypeIsTold) {
  par("array0name") = "a";
  par("array0type") = "vec2";
  par("array0chop") = "1 2 3 4";
  shader("uniform vec3 a[2];", "a[0] + a[1], 1");
  EXPECT_TRUE(contains(warning(), "the uniform 'a' is a vec3[2], given a vec2[2]"));
  par("array0type") = "float";
  shader("uniform float a[4];", "a[0], a[1], a[2], a[3]");
  EXPECT_EQ(warning(), "");
}

TEST_F(Uniforms, CountsOfCountersAndConstantsAreTold) {
  shader("layout(constant_id = 0) const int N = 2; uniform atomic_uint k[2];",
         "float(atomicCounterIncrement(k[1])), N, 0, 1");
  top_->counter("k", {1, 2, 3});
  EXPECT_TRUE(contains(warning(), "the atomic counter 'k' is an atomic_uint[2], given 3 values"));
  top_->counter("k", {1, 2}).constant("N", glm::vec2(3, 4));
  EXPECT_TRUE(contains(warning(), "the constant 'N' is an int, given a vec2"));
  top_->constant("N", 3);
  EXPECT_EQ(warning(), "");
}

TEST_F(Uniforms, ASamplerThatNothingFeedsIsTold) {
  shader("uniform sampler2D mine; uniform samplerBuffer list; uniform sampler3D unused;",
         "texture(mine, vUV.st).rg, texelFetch(list, 0).r, 1");
  top_->cook();
  ASSERT_EQ(top_->warnings().size(), 2u);
  EXPECT_TRUE(contains(top_->warnings()[0], "nothing feeds the sampler2D 'mine'"));
  EXPECT_TRUE(contains(top_->warnings()[1], "nothing feeds the samplerBuffer 'list'"));
  top_->uniform("list", std::vector<float>{0.5f});
  top_->cook();
  ASSERT_EQ(top_->warnings().size(), 1u);
  EXPECT_TRUE(contains(top_->warnings()[0], "'mine'"));
  shader("uniform samplerBuffer list;",
         "texelFetch(list, 0).r, texture(sTDNoiseMap, vUV.st).r, 0, 1");
  EXPECT_EQ(warning(), "") << "the library's own are fed";
}

TEST_F(Uniforms, WarningsAreThoseOfTheShaderThatDraws) {
  shader("uniform vec3 v;", "v, 1");
  top_->uniform("v", glm::vec4(1));
  EXPECT_TRUE(contains(warning(), "'v' is a vec3"));
  shader("uniform vec4 v;", "v");
  EXPECT_EQ(warning(), "");
  shader("uniform vec3 v;", "v, 1");
  EXPECT_TRUE(contains(warning(), "'v' is a vec3"));
}

TEST_F(Uniforms, AValueOfAnotherKindIsAWarningThatNamesBoth) {
  shader("uniform float f; uniform mat4 m; uniform vec3 v[2];", "f, m[0].x, v[1].x, 1");
  const auto told = [&](const char* name, const UniformValue& value) {
    top_->removeUniform("f").removeUniform("m").removeUniform("v").uniform(name, value);
    return warning();
  };
  EXPECT_EQ(told("f", glm::mat3(1.0f)), "the uniform 'f' is a float: it cannot be given a mat3");
  EXPECT_EQ(told("m", glm::vec2(1)), "the uniform 'm' is a mat4: it cannot be given 2 numbers");
  EXPECT_EQ(told("v", glm::mat2x3(1.0f)),
            "the uniform 'v' is a vec3[2]: it cannot be given a mat2x3");
  EXPECT_EQ(told("f", std::vector<glm::vec2>(3)),
            "the uniform 'f' is a float: it cannot be given an array of 3 vec2");
  EXPECT_TRUE(gives({0, 0, 0, 1}));
}

// The pages.

TEST_F(Uniforms, VectorsGiveAsManyNumbersAsTheTypeHas) {
  par("vec") = 3;
  par("vec0name") = "f";
  par("vec0value") = glm::vec4(0.5, 9, 9, 9);
  par("vec1name") = "v";
  par("vec1valuex") = 2;
  par("vec1valuey") = 3;
  par("vec2name") = "i";
  par("vec2valuex") = 4.9;
  shader("uniform float f; uniform vec2 v; uniform int i;", "f, v, i");
  EXPECT_TRUE(gives({0.5f, 2, 3, 4}));
  par("vec") = 2;
  EXPECT_TRUE(gives({0.5f, 2, 3, 0})) << "a block that is gone gives nothing";
}

TEST_F(Uniforms, ColoursMayBePremultiplied) {
  par("color0name") = "k";
  par("color0rgb") = glm::vec3(0.5, 0.25, 1);
  par("color0alpha") = 0.5;
  shader("uniform vec4 k;", "k");
  EXPECT_TRUE(gives({0.5f, 0.25f, 1, 0.5f}));
  par("premultrgbbyalpha") = 1;
  EXPECT_TRUE(gives({0.25f, 0.125f, 0.5f, 0.5f}));
  shader("uniform vec3 k;", "k, 1");
  EXPECT_TRUE(gives({0.25f, 0.125f, 0.5f, 1}));
}

TEST_F(Uniforms, ArrayTypesGroupNumbers) {
  par("array0name") = "a";
  par("array0type") = "vec2";
  top_->uniform("a", std::vector<float>{1, 2, 3, 4});
  shader("uniform vec2 a[2];", "a[0], a[1]");
  EXPECT_TRUE(gives({1, 2, 3, 4}));
  par("array0arraytype") = "texturebuffer";
  par("array0type") = "vec4";
  shader("uniform samplerBuffer a;", "texelFetch(a, 0)");
  EXPECT_TRUE(gives({1, 2, 3, 4}));
  EXPECT_EQ(warning(), "");
}

TEST_F(Uniforms, MatricesAreWrittenRowByRow) {
  par("matrix0name") = "m";
  shader("uniform mat4 m;", "m * vec4(1, 2, 3, 1)");
  EXPECT_TRUE(gives({1, 2, 3, 1})) << "the identity at first";
  par("matrix0value") = "1,0,0,10; 0,1,0,20; 0,0,1,30; 0,0,0,1";
  EXPECT_TRUE(gives({11, 22, 33, 1}));
  par("matrix0value") = "1 2 3 4";
  shader("uniform mat2 m;", "m * vec2(1, 0), m * vec2(0, 1)");
  EXPECT_TRUE(gives({1, 3, 2, 4}));
  par("matrix0value") = "1 2 x";
  EXPECT_EQ(warning(), "'matrix0value': expected 16, 9 or 4 numbers, found '1 2 x'");
}

TEST_F(Uniforms, CountersHaveAPage) {
  par("ac0name") = "a";
  par("ac0singlevalue") = 41;
  shader("uniform atomic_uint a;", "float(atomicCounterIncrement(a)), 0, 0, 1");
  EXPECT_TRUE(gives({41, 0, 0, 1}));
  par("ac0initvalue") = "chop";
  top_->uniform("a", std::vector<int>{7});
  EXPECT_TRUE(gives({7, 0, 0, 1}));
}

TEST_F(Uniforms, ConstantsHaveAPage) {
  par("const0name") = "N";
  par("const0value") = 3;
  shader("layout(constant_id = 0) const int N = 2;", "N, N * 2, 0, 1");
  EXPECT_TRUE(gives({3, 6, 0, 1}));
  par("const0value") = 4;
  EXPECT_TRUE(gives({4, 8, 0, 1}));
}

TEST_F(Uniforms, APlainUniformIsNoConstant) {
  par("const0name") = "N";
  par("const0value") = 3;
  shader("uniform int N;", "N, 0, 0, 1");
  EXPECT_TRUE(gives({0, 0, 0, 1}));
  EXPECT_TRUE(contains(warning(), "the shader has no constant 'N'"));
}

TEST_F(Uniforms, EntriesThatNobodyReadsAreWarnings) {
  par("vec0name") = "nothing";
  shader("", "1");
  EXPECT_EQ(warning(), "the shader has no uniform 'nothing', which 'vec0name' names");
  par("color0name") = "nothing";
  EXPECT_EQ(warning(),
            "'nothing' is the name in 'vec0name' and in 'color0name'; the first one "
            "counts");
}

// Declared uniforms.

TEST_F(Uniforms, ADeclaredUniformIsAParameter) {
  shader(
      "uniform float uAmount; // 0.5 [0, 2] how far\nuniform vec3 uTint; // 1, 0.5, 0\n"
      "uniform int uCount; // 3\nuniform bool uOn;",
      "uAmount, uTint.y, uCount, uOn");
  const Parameter& amount = par("uAmount").definition();
  EXPECT_EQ(amount.page(), "Uniforms");
  EXPECT_EQ(amount.label(), "how far");
  EXPECT_EQ(amount.defaultValue(), 0.5);
  EXPECT_EQ(amount.sliderMax(), 2.0);
  EXPECT_FALSE(amount.max()) << "the range is the slider's";
  EXPECT_EQ(par("uCount").definition().style(), ParStyle::Int);
  EXPECT_EQ(par("uOn").definition().style(), ParStyle::Toggle);
  EXPECT_TRUE(gives({0.5f, 0.5f, 3, 0}));
  par("uAmount") = 4;
  par("uTinty") = 0.75;
  par("uOn") = "on";
  EXPECT_TRUE(gives({4, 0.75f, 3, 1}));
}

TEST_F(Uniforms, ParametersSurviveRecompiling) {
  shader("uniform float a; uniform float b;", "a, b, 0, 1");
  const Par held = par("a");
  held = 0.25;
  shader("uniform float b;", "b, 0, 0, 1");
  EXPECT_FALSE(top_->parameters().contains("a"));
  shader("uniform float a;", "a, 0, 0, 1");
  EXPECT_EQ(par("a").eval(), 0.25);
  EXPECT_TRUE(gives({0.25f, 0, 0, 1}));
  shader("uniform vec2 a;", "a, 0, 1");
  EXPECT_EQ(par("a").eval().size(), 2) << "another type begins anew";
  EXPECT_EQ(held.eval(), 0.25) << "who holds the old one reads on";
  EXPECT_TRUE(gives({0, 0, 0, 1}));
}

TEST_F(Uniforms, ATakenNameGetsAPrefix) {
  shader("uniform float mode; uniform vec2 p; uniform float px; uniform float vec5name;",
         "mode, p.x, px, vec5name");
  par("uniform_mode") = 1;
  par("px") = 3;
  par("uniform_vec5name") = 4;
  for (const UniformInfo& info : top_->uniforms()) {
    if (info.name == "p") par(info.parameter) = glm::vec2(2, 2);
    if (info.name == "px") par(info.parameter) = 3;
  }
  EXPECT_TRUE(gives({1, 2, 3, 4}));
  par("vec") = 8;
  EXPECT_EQ(par("vec5name").eval(), "");
}

TEST_F(Uniforms, TheProgramsValueCountsBeforeThePagesAndThoseBeforeTheParameter) {
  shader("uniform float a; // 0.5", "a, 0, 0, 1");
  EXPECT_TRUE(gives({0.5f, 0, 0, 1}));
  par("a") = 1;
  EXPECT_TRUE(gives({1, 0, 0, 1}));
  par("vec0name") = "a";
  par("vec0valuex") = 2;
  EXPECT_TRUE(gives({2, 0, 0, 1}));
  top_->uniform("a", 3);
  EXPECT_TRUE(gives({3, 0, 0, 1}));
  top_->removeUniform("a");
  EXPECT_TRUE(gives({2, 0, 0, 1}));
  par("vec0name") = "";
  EXPECT_TRUE(gives({1, 0, 0, 1}));
}

TEST_F(Uniforms, OneThatChangesLeavesTheOthers) {
  shader("uniform float a; uniform float b; uniform float p;", "a, b, p, 1");
  top_->uniform("a", 1).uniform("b", 2);
  par("p") = 3;
  EXPECT_TRUE(gives({1, 2, 3, 1}));
  top_->uniform("b", 5);
  EXPECT_TRUE(gives({1, 5, 3, 1}));
  par("p") = 4;
  par("b") = 9;
  EXPECT_TRUE(gives({1, 5, 4, 1})) << "the program's own counts";
  top_->removeUniform("b");
  EXPECT_TRUE(gives({1, 9, 4, 1}));
  top_->uniform("b", 6).uniform("a", 7).uniform("b", 8);
  EXPECT_TRUE(gives({7, 8, 4, 1}));
  par("vec0name") = "p";
  par("vec0value") = glm::vec4(0.5f);
  EXPECT_TRUE(gives({7, 8, 0.5f, 1}));
  top_->uniform("a", 2);
  EXPECT_TRUE(gives({2, 8, 0.5f, 1}));
  par("vec0name") = "";
  EXPECT_TRUE(gives({2, 8, 4, 1}));
}

TEST_F(Uniforms, AWarningStandsWhileOthersChange) {
  shader("uniform float a; uniform float b;", "a, b, 0, 1");
  top_->uniform("a", 1).uniform("b", glm::mat4(1.0f)).uniform("none", 1);
  for (int i = 2; i < 4; ++i) {
    top_->uniform("a", i);
    EXPECT_TRUE(gives({i, 0, 0, 1}));
    ASSERT_EQ(top_->warnings().size(), 2u);
    EXPECT_TRUE(contains(top_->warnings()[0], "'b' is a float"));
    EXPECT_TRUE(contains(top_->warnings()[1], "no uniform 'none'"));
  }
  top_->uniform("b", 4).removeUniform("none");
  EXPECT_TRUE(gives({3, 4, 0, 1}));
  EXPECT_EQ(warning(), "");
}

TEST_F(Uniforms, InitializersStandUntilSomethingElseIsGiven) {
  shader("uniform vec2 v = vec2(sqrt(4.0), 3); uniform mat2 m = mat2(5);", "v, m[0]");
  EXPECT_TRUE(gives({2, 3, 5, 0}));
  top_->uniform("v", glm::vec2(7)).uniform("m", glm::mat2(1.0f));
  EXPECT_TRUE(gives({7, 7, 1, 0}));
  top_->removeUniform("v").removeUniform("m");
  EXPECT_TRUE(gives({2, 3, 5, 0}));
}

TEST_F(Uniforms, TwoOperatorsWithOneTextKeepTheirOwnValues) {
  shader("uniform float a;", "a, 0, 0, 1").uniform("a", 1);
  auto& other = graph().add<GlslTop>("other");
  other.par("format") = "rgba32float";
  other.pixelShader(top_->pixelShader()).uniform("a", 2);
  top_->uniform("a", 3);
  EXPECT_TRUE(gives({3, 0, 0, 1}));
  EXPECT_EQ(other.sample({.x = 0, .y = 0}).r, 2.0f);
  top_->cook(true);
  EXPECT_TRUE(gives({3, 0, 0, 1}));
}

TEST_F(Uniforms, AreListedWithWhatIsKnownOfThem) {
  shader(
      "uniform float uAmount; // 0.5 [0, 2] how far\nuniform vec4 unused;\n"
      "uniform mat3 m[2];\nuniform sampler2D s;\nuniform atomic_uint n;",
      "uAmount, m[1][0].x, texture(s, vUV.st).r, float(atomicCounterIncrement(n))");
  const std::vector<UniformInfo> list = top_->uniforms();
  ASSERT_EQ(list.size(), 5u) << top_->compileResult();
  EXPECT_EQ(list[0].name, "uAmount");
  EXPECT_EQ(list[0].type, "float");
  EXPECT_EQ(list[0].defaults, std::vector<double>{0.5});
  EXPECT_EQ(list[0].max, 2.0);
  EXPECT_EQ(list[0].label, "how far");
  EXPECT_EQ(list[0].parameter, "uAmount");
  EXPECT_TRUE(list[0].active);
  EXPECT_FALSE(list[1].active) << "the compiler found no use for it";
  EXPECT_EQ(list[2].type, "mat3");
  EXPECT_EQ(list[2].arraySize, 2);
  EXPECT_EQ(list[2].parameter, "");
  EXPECT_TRUE(list[3].active && list[4].active);
}

TEST_F(Uniforms, NamesAreLoadedOnThePages) {
  shader(
      "uniform float a; // 0.5\nuniform vec2 b; uniform mat4 m; uniform vec3 list[4];\n"
      "uniform samplerBuffer s; uniform atomic_uint n;\n"
      "layout(constant_id = 0) const int N = 6;",
      "a, b, 1");
  par("vec0name") = "b";
  par("loaduniformnames").pulse();
  EXPECT_EQ(par("vec").eval(), 2);
  EXPECT_EQ(par("vec0name").eval(), "b");
  EXPECT_EQ(par("vec1name").eval(), "a");
  EXPECT_EQ(par("vec1valuex").eval(), 0.5);
  EXPECT_EQ(par("matrix0name").eval(), "m");
  EXPECT_EQ(par("array0name").eval(), "list");
  EXPECT_EQ(par("array0type").eval(), "vec3");
  EXPECT_EQ(par("array1arraytype").eval(), "texturebuffer");
  EXPECT_EQ(par("ac0name").eval(), "n");
  EXPECT_EQ(par("const0name").eval(), "N");
  EXPECT_EQ(par("const0value").eval(), 6);
  par("loaduniformnames").pulse();
  EXPECT_EQ(par("vec").eval(), 2) << "names are entered once";
}

TEST_F(Uniforms, PixelFunctionsReadThemToo) {
  par("mode") = "pixelfunction";
  top_->pixelShader(
      "uniform float a; // 0.25\nuniform vec2 b;\n"
      "vec4 pixel(vec2 uv) { return vec4(a, b, 1); }");
  par("vec0name") = "b";
  par("vec0value") = glm::vec4(2, 3, 4, 5);
  EXPECT_TRUE(gives({0.25f, 2, 3, 1}));
  par("a") = 0.75;
  EXPECT_TRUE(gives({0.75f, 2, 3, 1}));
}

}  // namespace
}  // namespace topknot
