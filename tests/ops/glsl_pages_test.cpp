// The GLSL TOP's numbers from texts and files: the pages Arrays, Atomic Counters and Buffers.
#include <gtest/gtest.h>

#include <fstream>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class GlslPages : public test::GlTest {
 protected:
  GlslPages() {
    top_ = &graph().add<GlslTop>("u");
    top_->par("format") = "rgba32float";
    top_->par("outputresolution") = "custom";
    top_->par("resolution") = glm::vec2(1, 1);
  }
  void shader(const std::string& declared, const std::string& expression) {
    top_->pixelShader(declared + "\nout vec4 c;\nvoid main() { c = vec4(" + expression + "); }\n");
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
  static std::string file(const std::string& name, const std::string& text) {
    const std::string path = ::testing::TempDir() + name;
    std::ofstream(path) << text;
    return path;
  }

  GlslTop* top_;
};

// Arrays.

TEST_F(GlslPages, RowsAreElementsAndColumnsComponents) {
  par("array0name") = "a";
  par("array0type") = "vec2";
  par("array0chop") = "1 2\n3,4\n-5\t6e-1";
  shader("uniform vec2 a[3];", "a[0].x, a[1].y, a[2]");
  EXPECT_TRUE(gives({1, 4, -5, 0.6f}));
  EXPECT_EQ(warning(), "");
}

TEST_F(GlslPages, OneRowIsAList) {
  par("array0name") = "a";
  par("array0chop") = "1 2 3 4";
  shader("uniform float a[4];", "a[0], a[1], a[2], a[3]");
  EXPECT_TRUE(gives({1, 2, 3, 4}));
  par("array0type") = "vec2";
  shader("uniform vec2 a[2];", "a[0], a[1]");
  EXPECT_TRUE(gives({1, 2, 3, 4}));
}

TEST_F(GlslPages, NumbersMayStandInAFile) {
  par("array0name") = "a";
  par("array0type") = "vec3";
  par("array0chop") = file("topknot_array.txt", "1 2 3\r\n4 5 6\r\n");
  shader("uniform vec3 a[2];", "a[1], a[0].z");
  EXPECT_TRUE(gives({4, 5, 6, 3}));
  EXPECT_EQ(warning(), "");
}

TEST_F(GlslPages, AnArrayMayBeATextureBuffer) {
  par("array0name") = "a";
  par("array0arraytype") = "texturebuffer";
  par("array0chop") = "1 2 3";
  shader("uniform samplerBuffer a;", "texelFetch(a, 2).r, textureSize(a), 0, 1");
  EXPECT_TRUE(gives({3, 3, 0, 1}));
  EXPECT_EQ(warning(), "");
}

TEST_F(GlslPages, TheArraysTypeIsThatOfTheDeclaration) {
  par("array0name") = "a";
  par("array0type") = "vec2";
  par("array0arraytype") = "texturebuffer";
  par("array0chop") = "1 2; 3 4";
  shader("uniform vec2 a[2];", "a[0], a[1]");
  EXPECT_TRUE(gives({0, 0, 0, 0}));
  EXPECT_EQ(warning(),
            "'array0arraytype' is texturebuffer: expected a samplerBuffer 'a', the "
            "shader declares vec2 a[2]");
  par("array0arraytype") = "uniformarray";
  EXPECT_TRUE(gives({1, 2, 3, 4}));
  EXPECT_EQ(warning(), "");
  shader("uniform samplerBuffer a;", "texelFetch(a, 0).r, 0, 0, 1");
  EXPECT_EQ(warning(),
            "'array0arraytype' is uniformarray: expected an array 'a', the shader "
            "declares samplerBuffer a");
}

TEST_F(GlslPages, WrongNumbersOfAnArrayAreWarnings) {
  par("array0name") = "a";
  par("array0type") = "vec2";
  shader("uniform vec2 a[2];", "a[0], a[1]");
  const auto told = [&](const std::string& numbers) {
    par("array0chop") = numbers;
    return warning();
  };
  EXPECT_EQ(told("1 2\n3"),
            "'array0chop': row 2: expected 2 numbers as in the rows before, found 1");
  EXPECT_EQ(told("1 2\n3 x"), "'array0chop': row 2: expected a number, found 'x'");
  EXPECT_EQ(told("1 2 3\n4 5 6"), "'array0chop': a vec2 has 2 numbers, found a row of 3");
  EXPECT_EQ(told("1 2 3"), "'array0chop': a vec2 has 2 numbers, found a row of 3");
  EXPECT_EQ(told("no/such.txt"),
            "'array0chop': expected numbers, or the path of a file of "
            "numbers, found 'no/such.txt'");
  EXPECT_EQ(told("x y\n1 2"), "'array0chop': expected numbers alone, found 'x'");
  EXPECT_EQ(told("1 2\n3 4\n5 6"), "'array0chop' gives 3 elements, 'a' has 2");
  EXPECT_TRUE(gives({1, 2, 3, 4}));
}

TEST_F(GlslPages, TheProgramsArrayCountsBeforeThePages) {
  par("array0name") = "a";
  par("array0chop") = "1 2";
  shader("uniform float a[2];", "a[0], a[1], 0, 1");
  top_->uniform("a", std::vector<float>{5, 6});
  EXPECT_TRUE(gives({5, 6, 0, 1}));
  top_->removeUniform("a");
  EXPECT_TRUE(gives({1, 2, 0, 1}));
}

// Atomic counters.

TEST_F(GlslPages, CountersBeginWithAList) {
  par("ac0name") = "n";
  par("ac0singlevalue") = 3;
  par("ac0chopvalue") = "10 20";
  shader("uniform atomic_uint n[2];",
         "float(atomicCounterIncrement(n[0])), float(atomicCounterIncrement(n[1])), 0, 1");
  EXPECT_TRUE(gives({3, 3, 0, 1}));
  par("ac0initvalue") = "chop";
  EXPECT_TRUE(gives({10, 20, 0, 1}));
  par("ac0chopvalue") = file("topknot_counters.txt", "7\n");
  EXPECT_TRUE(gives({7, 7, 0, 1})) << "one value is that of all";
  EXPECT_EQ(warning(), "");
  par("ac0chopvalue") = "1 2 3";
  EXPECT_EQ(warning(), "'ac0chopvalue': expected 1 or 2 values, found 3");
  par("ac0chopvalue") = "1 y";
  EXPECT_TRUE(contains(warning(), "'ac0chopvalue': expected numbers, or the path of a file"));
}

// Buffers.

TEST_F(GlslPages, BuffersAreReadByElement) {
  par("buffer0name") = "P";
  par("buffer0pop") = "1 2 3\n4 5 6";
  shader("", "TDBuffer_P(1), TDBufferLength_P()");
  EXPECT_TRUE(gives({4, 5, 6, 2}));
  shader("",
         "TDBuffer_P(0u).z, TDBuffer_P(1, 0).x, TDBuffer_P(5).x + TDBuffer_P(-1).x, "
         "cTDBufferArraySize_P");
  EXPECT_TRUE(gives({3, 4, 0, 1}));
  EXPECT_EQ(warning(), "");
}

TEST_F(GlslPages, ElementsAreOfAsManyNumbersAsThereAreColumns) {
  par("buffer0name") = "w";
  par("buffer0pop") = "0.5; 0.25; 0.125";
  shader("", "TDBuffer_w(0), TDBuffer_w(2), TDBufferLength_w(), 1");
  EXPECT_TRUE(gives({0.5f, 0.125f, 3, 1}));
  par("buffer0pop") = "1 2; 3 4";
  shader("", "TDBuffer_w(1), TDBuffer_w(0)");
  EXPECT_TRUE(gives({3, 4, 1, 2}));
  par("buffer0pop") = file("topknot_buffer.txt", "1 2 3 4\n5 6 7 8\n");
  shader("", "TDBuffer_w(1)");
  EXPECT_TRUE(gives({5, 6, 7, 8}));
}

TEST_F(GlslPages, TheAttributeChoosesNamedColumns) {
  par("buffer0name") = "b";
  par("buffer0pop") = "P(0) P(1) Weight\n1 2 3\n4 5 6";
  par("buffer0attr") = "P";
  shader("", "TDBuffer_b(1), 0, 1");
  EXPECT_TRUE(gives({4, 5, 0, 1}));
  par("buffer0attr") = "Weight";
  shader("", "TDBuffer_b(1), 0, 0, 1");
  EXPECT_TRUE(gives({6, 0, 0, 1}));
  par("buffer0attr") = "Wait";
  EXPECT_TRUE(contains(warning(), "'buffer0pop': there is no attribute 'Wait'"));
  EXPECT_TRUE(contains(warning(), "Weight")) << "what there is";
}

TEST_F(GlslPages, TheAttributeClassChoosesATable) {
  par("buffer0name") = "b";
  par("buffer0attr") = "Color";
  par("buffer0pop") = "point: Color P\n1 2\n3 4\nprimitive: Color\n9";
  shader("", "TDBuffer_b(0), TDBufferLength_b(), 0, 1");
  EXPECT_TRUE(gives({1, 2, 0, 1}));
  par("buffer0attrclass") = "primitive";
  EXPECT_TRUE(gives({9, 1, 0, 1}));
  par("buffer0attrclass") = "vertex";
  EXPECT_TRUE(contains(warning(), "there is no table of the class 'vertex'"));
}

TEST_F(GlslPages, AProgramGivesBuffersOfItsOwn) {
  top_->buffer("P", std::vector<glm::vec3>{{1, 2, 3}, {4, 5, 6}});
  shader("", "TDBuffer_P(1), TDBufferLength_P()");
  EXPECT_TRUE(gives({4, 5, 6, 2}));
  top_->buffer("P", std::vector<glm::vec3>{{}, {7, 8, 9}, {}});
  EXPECT_TRUE(gives({7, 8, 9, 3}));
  top_->buffer("P", std::vector<glm::vec3>());
  EXPECT_TRUE(gives({0, 0, 0, 0})) << "beyond the end";
  const std::vector<float> numbers = {1, 2, 3, 4, 5, 6};
  top_->buffer("w", std::span<const float>(numbers), 3);
  shader("", "TDBuffer_w(1, 2), TDBuffer_w(1u, 0u), TDBufferLength_w(), cTDBufferArraySize_w");
  EXPECT_TRUE(gives({6, 4, 2, 3}));
  EXPECT_EQ(warning(), "");
}

TEST_F(GlslPages, TheProgramsBufferCountsBeforeThePages) {
  par("buffer0name") = "b";
  par("buffer0pop") = "1; 2";
  shader("", "TDBuffer_b(0), 0, 0, 1");
  EXPECT_TRUE(gives({1, 0, 0, 1}));
  top_->buffer("b", std::vector<float>{5});
  EXPECT_TRUE(gives({5, 0, 0, 1}));
}

TEST_F(GlslPages, ComputeAndVertexShadersReadBuffersToo) {
  top_->buffer("b", std::vector<glm::vec2>{{0.25, 0.5}});
  top_->vertexShader(
      "out vec2 v;\nvoid main() { v = TDBuffer_b(0); gl_Position = "
      "TDSOPToProj(vec4(P, 1.0)); }");
  top_->pixelShader("in vec2 v; out vec4 c; void main() { c = vec4(v, TDBuffer_b(0)); }");
  EXPECT_TRUE(gives({0.25f, 0.5f, 0.25f, 0.5f}));
  par("mode") = "compute";
  top_->computeShader(
      "layout(local_size_x = 1) in;\nvoid main() { TDImageStoreOutput(0, "
      "ivec3(0), vec4(TDBuffer_b(0), 0, 1)); }");
  EXPECT_TRUE(gives({0.25f, 0.5f, 0, 1}));
}

TEST_F(GlslPages, BuffersDoNotMeetOtherTextures) {
  GlslTop& source = graph().add<GlslTop>("source");
  source.pixelShader("out vec4 c; void main() { c = vec4(0.5); }");
  source >> *top_;
  top_->uniform("mine", std::vector<float>{3});
  top_->buffer("a", std::vector<float>{1}).buffer("b", std::vector<float>{2});
  shader("uniform samplerBuffer mine;",
         "TDBuffer_a(0), TDBuffer_b(0), texelFetch(mine, 0).r, texture(sTD2DInputs[0], vUV.st).r + "
         "TDSineLookup(0.0) + texture(sTDSineLookup, 0.0).r");
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), {1, 2, 3, 0.5f}, 0.01f))
      << top_->compileResult();
}

TEST_F(GlslPages, WhatIsNoBufferIsTold) {
  EXPECT_EQ(thrown([&] { top_->buffer("a b", std::vector<float>{1}); }),
            "glsl 'u': buffer 'a b': expected letters, digits and _ for a name");
  EXPECT_EQ(thrown([&] { top_->buffer("a", 1); }),
            "glsl 'u': buffer 'a': expected an array of numbers or vectors, found a number");
  EXPECT_EQ(thrown([&] {
              top_->buffer("a", std::vector<float>{1, 2, 3}, 2);
            }),
            "glsl 'u': buffer 'a': expected a number of values that 2 divides, found 3");
  par("buffer0name") = "b";
  par("buffer0pop") = "1 2 3 4 5";
  shader("", "1");
  EXPECT_EQ(warning(), "'buffer0pop': an attribute has 1 to 4 numbers, found 5");
  par("buffer0pop") = "";
  EXPECT_EQ(warning(),
            "'buffer0pop': expected numbers, or the path of a file of them, found "
            "nothing");
}

TEST_F(GlslPages, BuffersWithoutANameAreNotDeclared) {
  shader("", "TDBuffer_P(0)");
  EXPECT_FALSE(top_->compiles());
  EXPECT_TRUE(contains(top_->compileResult(), "TDBuffer_P"));
}

// Many uniforms.

TEST_F(GlslPages, ThousandsOfUniformsAreSet) {
  std::string declared, sum;
  constexpr int kCount = 4000;
  for (int i = 0; i < kCount; ++i) {
    const std::string name = "u" + std::to_string(i);
    declared += "uniform float " + name + ";\n";
    if (i % 100 == 0) sum += " + " + name;
    top_->uniform(name, i % 3);
  }
  shader(declared, "0.0" + sum + ", 0, 0, 1");
  EXPECT_TRUE(gives({39, 0, 0, 1}));
  EXPECT_EQ(top_->uniforms().size(), static_cast<std::size_t>(kCount));
}

}  // namespace
}  // namespace topknot
