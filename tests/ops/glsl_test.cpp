// The GLSL TOP: what a user's pixel shader finds, gives and is told.
#include <gtest/gtest.h>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

constexpr const char* kVertexBlock =
    "Vertex Shader Compile Results:\n\nCompiled Successfully\n\n=============\n";

class Glsl : public test::GlTest {
 protected:
  Glsl() {
    top_ = &graph().add<GlslTop>("warp");
    top_->par("format") = "rgba32float";
    size(*top_, 4, 2);
  }

  static void size(Top& top, int width, int height) {
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(width, height);
  }

  /// The colour that an expression gives at a pixel.
  glm::vec4 value(const std::string& expression, int x = 0, int y = 0) {
    top_->pixelShader("out vec4 c;\nvoid main() { c = vec4(" + expression + "); }\n");
    EXPECT_TRUE(top_->compiles()) << top_->compileResult();
    return top_->sample({.x = x, .y = y});
  }

  /// A TOP of one pixel of that colour, with a size of its own.
  Top& colour(const std::string& name, glm::vec4 rgba, int width = 1, int height = 1) {
    auto& top = graph().add<GlslTop>(name);
    top.pixelShader("uniform vec4 uColour; out vec4 c; void main() { c = uColour; }");
    top.uniform("uColour", rgba);
    top.par("format") = "rgba32float";
    size(top, width, height);
    return top;
  }

  GlslTop* top_;
};

// What the preamble declares.

TEST_F(Glsl, VUVIsAtPixelCentresFromTheBottomLeft) {
  EXPECT_TRUE(nearly(value("vUV, 1.0", 0, 0), {0.125f, 0.25f, 0, 1}));
  EXPECT_TRUE(nearly(value("vUV, 1.0", 3, 1), {0.875f, 0.75f, 0, 1}));
  EXPECT_TRUE(nearly(value("vUV.stp, 1.0", 1, 0), {0.375f, 0.25f, 0, 1}));
}

TEST_F(Glsl, FragCoordGrowsUpward) {
  EXPECT_TRUE(nearly(value("gl_FragCoord.xy, 0.0, 1.0", 0, 0), {0.5f, 0.5f, 0, 1}));
  EXPECT_TRUE(nearly(value("gl_FragCoord.xy, 0.0, 1.0", 2, 1), {2.5f, 1.5f, 0, 1}));
}

TEST_F(Glsl, OutputInfoTellsTheSize) {
  EXPECT_TRUE(nearly(value("uTDOutputInfo.res"), {0.25f, 0.5f, 4, 2}));
  EXPECT_TRUE(nearly(value("uTDOutputInfo.depth.xyz, 0.0"), {1, 1, 0, 0}));
}

TEST_F(Glsl, InputInfosTellTheirSizes) {
  colour("a", {1, 0, 0, 1}, 5, 10) >> *top_;
  colour("b", {0, 1, 0, 1}, 8, 16) >> *top_;
  EXPECT_TRUE(nearly(value("uTD2DInfos[0].res"), {0.2f, 0.1f, 5, 10}));
  EXPECT_TRUE(nearly(value("uTD2DInfos[1].res"), {0.125f, 0.0625f, 8, 16}));
}

TEST_F(Glsl, MacrosCountTheInputs) {
  EXPECT_TRUE(nearly(value("TD_NUM_2D_INPUTS, TD_NUM_3D_INPUTS + TD_NUM_2D_ARRAY_INPUTS + "
                           "TD_NUM_CUBE_INPUTS, TD_NUM_COLOR_BUFFERS, 1"),
                     {0, 0, 1, 1}));
  colour("a", {1, 0, 0, 1}) >> *top_;
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 1.0f) << "another count of inputs recompiles";
}

TEST_F(Glsl, TheStageMacroIsThePixelShaders) {
  top_->pixelShader(
      "#ifdef TD_PIXEL_SHADER\nout vec4 c;\nvoid main() { c = vec4(0.5); }\n#endif\n");
  EXPECT_TRUE(top_->compiles());
  EXPECT_FALSE(top_->pixelShader("#ifdef TD_VERTEX_SHADER\nvoid main() {}\n#endif\n").compiles());
}

TEST_F(Glsl, InputsComeInTheOrderOfTheirConnectors) {
  top_->inputConnectors()[2].connect(colour("third", {0, 0, 1, 1}));
  top_->inputConnectors()[0].connect(colour("first", {1, 0, 0, 1}));
  EXPECT_TRUE(nearly(value("texture(sTD2DInputs[0], vec2(0.5))"), {1, 0, 0, 1}));
  EXPECT_TRUE(nearly(value("texture(sTD2DInputs[1], vec2(0.5))"), {0, 0, 1, 1}));
}

TEST_F(Glsl, WithoutInputsTheArraysDoNotExist) {
  top_->pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
  EXPECT_FALSE(top_->compiles());
  top_->pixelShader("out vec4 c; void main() { c = uTD2DInfos[0].res; }");
  EXPECT_FALSE(top_->compiles());
}

TEST_F(Glsl, PassAndDepthAreZeroAtFirst) {
  EXPECT_TRUE(nearly(value("uTDPass, uTDCurrentDepth, 7, 1"), {0, 0, 7, 1}));
}

TEST_F(Glsl, TheNoiseMapIsRandomAndRedOnly) {
  size(*top_, 256, 256);
  top_->pixelShader(
      "out vec4 c; void main() { c = texelFetch(sTDNoiseMap, ivec2(gl_FragCoord.xy), 0); }");
  const Image image = top_->numpyArray();
  double sum = 0, squares = 0;
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      const glm::vec4 pixel = image.pixel(x, y);
      ASSERT_EQ(pixel.g, 0.0f);
      sum += pixel.r;
      squares += pixel.r * pixel.r;
    }
  }
  const double mean = sum / 65536, variance = squares / 65536 - mean * mean;
  EXPECT_NEAR(mean, 0.5, 0.01);
  EXPECT_NEAR(variance, 1.0 / 12, 0.005) << "of a uniform distribution";
}

TEST_F(Glsl, SineLookupsRampFromZeroToOne) {
  EXPECT_TRUE(nearly(value("texture(sTDSineLookup, 0.0).r, texture(sTDSineLookup, 0.5).r, "
                           "texture(sTDSineLookup, 1.0).r, 1"),
                     {0, 0.5f, 1, 1}, 1e-3f));
  EXPECT_TRUE(nearly(value("TDSineLookup(-2.0), TDSineLookup(0.25), TDSineLookup(0.5), "
                           "TDSineLookup(3.0)"),
                     {0, 0.1464466f, 0.5f, 1}, 1e-5f));
}

TEST_F(Glsl, OutputSwizzlePutsAlphaWhereTheFormatKeepsIt) {
  top_->par("format") = "a32float";
  EXPECT_TRUE(nearly(value("TDOutputSwizzle(vec4(0.1, 0.2, 0.3, 0.4))"), {0, 0, 0, 0.4f}));
  top_->par("format") = "monoalpha32float";
  EXPECT_TRUE(nearly(value("TDOutputSwizzle(vec4(0.1, 0.2, 0.3, 0.4))"), {0.1f, 0.1f, 0.1f, 0.4f}));
  top_->par("format") = "rgba32float";
  EXPECT_TRUE(nearly(value("TDOutputSwizzle(vec4(0.1, 0.2, 0.3, 0.4))"), {0.1f, 0.2f, 0.3f, 0.4f}));
}

// Outputs.

TEST_F(Glsl, AnOutputNeedsNoLocation) {
  top_->pixelShader("layout(location = 0) out vec4 any; void main() { any = vec4(0.25); }");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.25f);
}

TEST_F(Glsl, WithoutATextItIsWhite) {
  auto& fresh = graph().add<GlslTop>();
  EXPECT_EQ(fresh.name(), "glsl1");
  EXPECT_TRUE(nearly(fresh.sample({.u = 0.5, .v = 0.5}), {1, 1, 1, 1}));
}

// Beyond the edges.

TEST_F(Glsl, ExtendModesReachBeyondTheEdges) {
  Image image(2, 1, PixelFormat::Rgba32Float);
  image.setPixel(0, 0, {0.25f, 0, 0, 1});
  image.setPixel(1, 0, {0.75f, 0, 0, 1});
  const test::Folder folder;
  saveImage(image, folder / "two.exr");
  auto& file = graph().add("moviefilein", "two");
  file.par("file") = (folder / "two.exr").string();
  file >> *top_;
  top_->par("inputfiltertype") = "nearest";
  const auto at = [&](const std::string& u) {
    return value("texture(sTD2DInputs[0], vec2(" + u + ", 0.5))");
  };
  EXPECT_TRUE(nearly(at("-0.25"), {0, 0, 0, 0})) << "zero is the default";
  EXPECT_TRUE(nearly(at("0.25"), {0.25f, 0, 0, 1}));
  top_->par("inputextenduv") = "hold";
  EXPECT_TRUE(nearly(at("-0.25"), {0.25f, 0, 0, 1}));
  EXPECT_TRUE(nearly(at("1.75"), {0.75f, 0, 0, 1}));
  top_->par("inputextenduv") = "repeat";
  EXPECT_TRUE(nearly(at("-0.25"), {0.75f, 0, 0, 1}));
  EXPECT_TRUE(nearly(at("1.25"), {0.25f, 0, 0, 1}));
  top_->par("inputextenduv") = "mirror";
  EXPECT_TRUE(nearly(at("-0.25"), {0.25f, 0, 0, 1}));
  EXPECT_TRUE(nearly(at("1.25"), {0.75f, 0, 0, 1}));
}

// Uniforms.

TEST_F(Glsl, UniformsOfEveryKindTakeNumbers) {
  top_->pixelShader(
      "uniform float f; uniform vec2 v2; uniform vec3 v3; uniform vec4 v4; uniform int i;\n"
      "uniform ivec2 iv; uniform uint u; uniform bool b; uniform bvec2 bv; out vec4 c;\n"
      "void main() {\n"
      "  bool good = f == 0.5 && v2 == vec2(1, 2) && v3 == vec3(1, 2, 3) && v4 == vec4(1, 2, 3, "
      "4)\n"
      "    && i == -3 && iv == ivec2(4, 5) && u == 7u && b && bv == bvec2(false, true);\n"
      "  c = vec4(good ? 1.0 : 0.0);\n"
      "}\n");
  top_->uniform("f", 0.5).uniform("v2", glm::vec2(1, 2)).uniform("v3", glm::vec3(1, 2, 3));
  top_->uniform("v4", glm::vec4(1, 2, 3, 4)).uniform("i", -3.9).uniform("iv", glm::vec2(4, 5));
  top_->uniform("u", 7).uniform("b", true).uniform("bv", glm::vec2(0, 1));
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 1.0f);
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(Glsl, UniformsWithoutAValueAreZeroAndKeepTheirInitialisers) {
  top_->pixelShader(
      "uniform float a; uniform float b = 0.5; out vec4 c;\n"
      "void main() { c = vec4(a, b, 0, 1); }");
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), {0, 0.5f, 0, 1}));
}

TEST_F(Glsl, UniformsSurviveANewText) {
  top_->uniform("a", 0.75);
  top_->pixelShader("uniform float a; out vec4 c; void main() { c = vec4(a); }");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.75f);
  top_->pixelShader("uniform float a; out vec4 c; void main() { c = vec4(a * 2.0); }");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 1.5f);
  top_->removeUniform("a");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.0f);
}

TEST_F(Glsl, AUniformMayFollowTheClock) {
  top_->pixelShader("uniform float t; out vec4 c; void main() { c = vec4(t); }");
  top_->uniform("t", [](const Frame& frame) { return Value(frame.seconds); });
  top_->pin();
  graph().cook();
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.0f);
  for (int i = 0; i < 30; ++i) graph().cook();
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.5f) << "30 frames of 60 a second";
  EXPECT_EQ(top_->totalCooks(), 31);
}

TEST_F(Glsl, AFunctionThatFailsIsAnErrorThatNamesTheUniform) {
  top_->pixelShader("uniform float a; out vec4 c; void main() { c = vec4(a); }");
  top_->uniform("a", 0.25);
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.25f);
  top_->uniform("a", [](const Frame&) -> Value { throw Error("no signal"); });
  EXPECT_EQ(top_->sample({.x = 0, .y = 0, .allowStale = true}).r, 0.25f) << "the picture stays";
  ASSERT_EQ(top_->errors().size(), 1u);
  EXPECT_EQ(top_->errors()[0], "the uniform 'a' cannot be computed: no signal");
  top_->uniform("a", [](const Frame&) { return Value("red"); });
  top_->cook();
  ASSERT_EQ(top_->errors().size(), 1u);
  EXPECT_EQ(top_->errors()[0], "the uniform 'a' cannot be computed: 'red' is no number");
  top_->uniform("a", [](const Frame&) { return Value(0.5); });
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.5f);
  EXPECT_TRUE(top_->errors().empty());
}

TEST_F(Glsl, AFunctionMaySetAndRemoveUniforms) {
  top_->pixelShader("uniform float a, b; out vec4 c; void main() { c = vec4(a, b, 0, 0); }");
  top_->uniform("a", [this](const Frame&) {
    top_->removeUniform("a").uniform("b", 0.5);
    return Value(0.25);
  });
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0, 0.5, 0, 0));
}

TEST_F(Glsl, AFunctionMayDrawWithAnotherContext) {
  top_->pixelShader("uniform float a; out vec4 c; void main() { c = vec4(a); }");
  top_->uniform("a", [](const Frame&) {
    const Context other = Context::headless();
    Graph graph;
    return Value(graph.add<GlslTop>().sample({.x = 0, .y = 0}).r / 4.0f);
  });
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.25f);
  EXPECT_TRUE(top_->errors().empty());
}

TEST_F(Glsl, SettingAUniformToItsValueChangesNothing) {
  top_->pixelShader("uniform float a; out vec4 c; void main() { c = vec4(a); }");
  top_->uniform("a", 0.5);
  top_->cook();
  top_->uniform("a", 0.5);
  top_->cook();
  EXPECT_EQ(top_->totalCooks(), 1);
}

TEST_F(Glsl, AMisspeltUniformIsAWarning) {
  top_->pixelShader("uniform float uAmount; out vec4 c; void main() { c = vec4(uAmount); }");
  top_->uniform("uAmont", 1);
  top_->cook();
  ASSERT_EQ(top_->warnings().size(), 1u);
  EXPECT_EQ(top_->warnings()[0], "the shader has no uniform 'uAmont'");
  EXPECT_TRUE(top_->errors().empty());
}

TEST_F(Glsl, AUniformThatTheCompilerDropsIsNoWarning) {
  top_->pixelShader("uniform float unused; out vec4 c; void main() { c = vec4(1); }");
  top_->uniform("unused", 1);
  top_->cook();
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(Glsl, ATextIsNoUniform) {
  EXPECT_EQ(thrown([&] { top_->uniform("a", "red"); }),
            "glsl 'warp': uniform 'a': expected numbers, found 'red'");
}

// Compiling.

TEST_F(Glsl, SuccessIsToldInTouchDesignersWords) {
  EXPECT_EQ(top_->compileResult(),
            std::string(kVertexBlock) + "Pixel Shader Compile Results:\n\nCompiled Successfully\n");
}

TEST_F(Glsl, ErrorsAreToldWithFileAndLine) {
  top_->pixelShader("out vec4 c;\nvoid main() { c = vec4(notAThing); }\n", "warp.frag");
  const std::string text = top_->compileResult();
  EXPECT_TRUE(text.starts_with(std::string(kVertexBlock) +
                               "Pixel Shader Compile Results:\nERROR: warp.frag:2: "))
      << text;
  EXPECT_TRUE(contains(text, "notAThing"));
  EXPECT_TRUE(contains(text, " compilation errors.  No code generated.\n"));
}

TEST_F(Glsl, TextsWithoutANameAreCalledAfterTheOperator) {
  top_->pixelShader("void main() {\n\n  wrong;\n}\n");
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: warp_pixel:3: "));
}

TEST_F(Glsl, AnErrorInALaterFunctionKeepsItsLine) {
  top_->pixelShader(
      "out vec4 fragColor;\n"  // 1
      "\n"
      "float one()\n"  // 3
      "{\n"
      "  return 1.0 + \\\n"  // 5
      "    2.0;\n"
      "}\n"  // 7
      "\n"
      "\n"
      "float two()\n"  // 10
      "{\n"
      "  return one() + \\\n"  // 12
      "    missing;\n"
      "}\n"  // 14
      "void main() { fragColor = vec4(two()); }\n",
      "warp.frag");
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: warp.frag:13: "));
}

TEST_F(Glsl, LinkErrorsNameTheText) {
  top_->pixelShader("float f() { return 1.0; }\n", "warp.frag");
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: warp.frag: "));
  EXPECT_FALSE(top_->compiles());
}

TEST_F(Glsl, AFailedShaderIsAWarningAndACheckerboardUntilMended) {
  size(*top_, 64, 48);
  top_->pixelShader("void main() { broken }\n");
  const glm::vec4 red(1, 0, 0, 1), blue(0, 0, 1, 1);
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), red));
  EXPECT_TRUE(nearly(top_->sample({.x = 16, .y = 0}), blue));
  EXPECT_TRUE(nearly(top_->sample({.x = 15, .y = 16}), blue));
  EXPECT_TRUE(nearly(top_->sample({.x = 63, .y = 47}), blue));
  EXPECT_TRUE(top_->errors().empty());
  ASSERT_EQ(top_->warnings().size(), 1u);
  EXPECT_TRUE(contains(top_->warnings()[0], "The GLSL Shader has compile errors"));
  EXPECT_EQ(top_->width(), 64);

  EXPECT_TRUE(nearly(value("0.5"), glm::vec4(0.5f)));
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(Glsl, AFailedShaderIsNotCompiledAgainUntilSomethingChanges) {
  top_->pixelShader("void main() { broken }\n");
  top_->pin();
  for (int i = 0; i < 5; ++i) graph().cook();
  EXPECT_EQ(top_->totalCooks(), 1);
}

TEST_F(Glsl, ReadingTheResultCompiles) {
  EXPECT_EQ(top_->totalCooks(), 0);
  top_->compileResult();
  EXPECT_EQ(top_->totalCooks(), 1);
}

TEST_F(Glsl, EmptyAndBinaryTextsAreTold) {
  EXPECT_TRUE(contains(top_->pixelShader("", "e.frag").compileResult(),
                       "ERROR: e.frag:1: the shader is empty"));
  EXPECT_TRUE(
      contains(top_->pixelShader(std::string("out vec4 c;\n\0void main() {}\n", 28), "n.frag")
                   .compileResult(),
               "ERROR: n.frag:2: byte 0 at line 2"));
}

// Includes and files.

TEST_F(Glsl, NamedTextsAreIncluded) {
  top_->includeText("noise", "float middle() { return 0.5; }\n");
  top_->pixelShader("#include \"noise\"\nout vec4 c; void main() { c = vec4(middle()); }\n");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.5f);
  top_->includeText("noise", "float middle() { return 0.25; }\n");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.25f);
}

TEST_F(Glsl, FilesIncludeWhatLiesBesideThemAndInFolders) {
  const test::Folder folder;
  std::filesystem::create_directory(folder / "lib");
  folder.write("lib/far.glsl", "float far() { return 0.25; }\n");
  folder.write("near.glsl", "float near() { return 0.5; }\n");
  const auto file = folder.write("warp.frag",
                                 "#include \"near.glsl\"\n#include <far.glsl>\n"
                                 "out vec4 c; void main() { c = vec4(near(), far(), 0, 1); }\n");
  top_->includeFolder(folder / "lib").pixelShaderFile(file);
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), {0.5f, 0.25f, 0, 1})) << top_->compileResult();
}

TEST_F(Glsl, ErrorsInIncludesNameTheInclude) {
  const test::Folder folder;
  folder.write("noise.glsl", "float n()\n{\n  return wrong;\n}\n");
  top_->pixelShaderFile(folder.write("warp.frag", "#include \"noise.glsl\"\nvoid main() {}\n"));
  EXPECT_TRUE(contains(top_->compileResult(), "noise.glsl:3: "));
}

TEST_F(Glsl, IncludesThatAreMissingOrLeadOutAreErrors) {
  const test::Folder folder;
  std::filesystem::create_directory(folder / "dir");
  const auto resultOf = [&](const std::string& include) {
    top_->pixelShaderFile(folder.write("w.frag", "\n#include " + include + "\nvoid main() {}\n"));
    return top_->compileResult();
  };
  EXPECT_TRUE(contains(resultOf("\"gone.glsl\""), "w.frag:2: the include \"gone.glsl\" was not"));
  EXPECT_TRUE(contains(resultOf("\"../x\""), "w.frag:2: the include \"../x\" was not found"));
  EXPECT_TRUE(contains(resultOf("\"/etc/passwd\""), "files outside the folders are not read"));
  EXPECT_TRUE(contains(resultOf("\"dir\""), "dir"));
  EXPECT_TRUE(contains(resultOf("\"w.frag\""), "includes go round in a circle"));
}

TEST_F(Glsl, FilesThatCannotBeReadAreRefusedAndTheShaderStays) {
  value("0.5");
  EXPECT_TRUE(contains(thrown([&] { top_->pixelShaderFile("nowhere.frag"); }), "nowhere.frag"));
  EXPECT_NE(thrown([&] { top_->pixelShaderFile("/"); }), "");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 0.5f);
}

TEST_F(Glsl, DiscardedPixelsAreTransparentBlack) {
  value("1.0");
  top_->pixelShader("out vec4 c; void main() { if (vUV.s < 0.5) discard; c = vec4(0.5); }");
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), glm::vec4(0.0f)));
  EXPECT_TRUE(nearly(top_->sample({.x = 3, .y = 0}), glm::vec4(0.5f)));
}

TEST_F(Glsl, SamplersOfTheUsersOwnDoNotMeetTheInputs) {
  colour("a", {0.25f, 0, 0, 1}) >> *top_;
  top_->pixelShader(
      "uniform sampler3D sVolume; uniform sampler2DShadow sShadow; uniform sampler2D sFlat[2];\n"
      "out vec4 c; void main() { c = texture(sTD2DInputs[0], vec2(0.5)) + 0.0 * (\n"
      "  texture(sVolume, vec3(0.5)) + texture(sShadow, vec3(0.5)) + texture(sFlat[1], vUV.st)); "
      "}");
  EXPECT_TRUE(top_->compiles()) << top_->compileResult();
  EXPECT_NEAR(top_->sample({.x = 0, .y = 0}).r, 0.25f, 1e-6);
}

// Wires.

TEST_F(Glsl, ThereAreAnyNumberOfInputs) {
  for (int i = 0; i < 5; ++i) colour("c" + std::to_string(i), {0.25f * i, 0, 0, 1}) >> *top_;
  top_->pixelShader(
      "out vec4 c; void main() { c = texelFetch(sTD2DInputs[TD_NUM_2D_INPUTS - 1], ivec2(0), 0); "
      "}");
  EXPECT_FLOAT_EQ(top_->sample({.x = 0, .y = 0}).r, 1.0f);
}

}  // namespace
}  // namespace topknot
