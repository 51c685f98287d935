// The GLSL TOP's pixel functions: what they are given, how they join others, what they are told.
#include <stdlib.h>
#include <chrono>
#include <thread>

#include "ops/support/layers.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;

class GlslFunction : public test::GlTest {
 protected:
  GlslFunction() {
    top_ = &function("warp");
    image_ = test::colours(3, 2, PixelFormat::Rgba32Float, 1);
    other_ = test::colours(3, 2, PixelFormat::Rgba32Float, 2);
  }

  GlslTop& function(const std::string& name, const std::string& text = {}) {
    auto& top = graph().add<GlslTop>(name);
    top.par("mode") = "pixelfunction";
    if (!text.empty()) top.pixelShader(text, name + ".frag");
    return top;
  }
  void feed(GlslTop& top, const Image& image) { test::addPicture(graph(), image) >> top; }
  void feed() { feed(*top_, image_); }
  void feedTwo() {
    feed();
    feed(*top_, other_);
  }
  /// Fused and not.
  void expectShows(Top& top, double tolerance,
                   const std::function<glm::dvec4(int, int)>& expected) {
    for (const bool fusion : {true, false}) {
      graph().fusion(fusion);
      EXPECT_TRUE(test::shows(top, tolerance, expected)) << (fusion ? "fused" : "unfused");
      EXPECT_TRUE(top.warnings().empty());
    }
  }
  std::string told(const std::string& text) {
    return top_->pixelShader(text, "warp.frag").compileResult();
  }
  ::testing::AssertionResult refuses(const std::string& text, const std::string& message) {
    const std::string report = told(text);
    if (top_->compiles()) return ::testing::AssertionFailure() << "it compiles";
    const auto line = contains(report, "ERROR: warp.frag:" + message);
    if (!line) return line;
    return contains(report, " compilation errors.  No code generated.\n");
  }

  GlslTop* top_;
  Image image_, other_;
};

TEST_F(GlslFunction, IsGivenItsOwnPixelOfEachInput) {
  feedTwo();
  top_->pixelShader("vec4 pixel(vec4 a, vec4 b, vec2 uv) { return a * uv.x + b.abgr; }");
  expectShows(*top_, 1e-6, [&](int x, int y) {
    const glm::dvec4 a = image_.pixel(x, y), b = other_.pixel(x, y);
    return a * ((x + 0.5) / 3) + glm::dvec4(b.a, b.b, b.g, b.r);
  });
  EXPECT_EQ(top_->compileResult(),
            "Vertex Shader Compile Results:\n\nCompiled Successfully\n\n=============\n"
            "Pixel Shader Compile Results:\n\nCompiled Successfully\n");
}

TEST_F(GlslFunction, WithoutInputsItIsGivenThePlace) {
  top_->par("outputresolution") = "custom";
  top_->par("resolution") = glm::vec2(4, 2);
  top_->par("format") = "rgba32float";
  top_->pixelShader("vec4 pixel(vec2 uv) { return vec4(uv, vUV.t, 1.0); }");
  expectShows(*top_, 1e-6, [](int x, int y) {
    return glm::dvec4((x + 0.5) / 4, (y + 0.5) / 2, (y + 0.5) / 2, 1);
  });
}

TEST_F(GlslFunction, WithoutATextItIsWhite) {
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), glm::vec4(1)));
  feed();
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), glm::vec4(1)));
  EXPECT_TRUE(top_->warnings().empty());
  top_->par("mode") = "vertexpixel";
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), glm::vec4(1)));
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(GlslFunction, TextsOfTheSameNamesStandSideBySide) {
  const std::string common =
      "#define GAIN uGain\n"
      "struct Mix { float gain; float share; };\n"
      "const float bias = 0.125, unused = 1.0;\n"
      "uniform float uGain;\n";
  auto& first = function("first", common +
                                      "float helper(float v) { return v * GAIN + bias; }\n"
                                      "vec4 pixel(vec4 a, vec2 uv) {\n"
                                      "  Mix share = Mix(1.0, 0.5);\n"
                                      "  return vec4(helper(a.r), a.gb * share.gain, a.a);\n"
                                      "}\n");
  auto& second = function("second", common +
                                        "float helper(float v) { return v - GAIN; }\n"
                                        "vec4 pixel(vec4 a, vec2 uv) {\n"
                                        "  float gain = 2.0;\n"
                                        "  return vec4(helper(a.r), a.gb * gain, a.a + bias);\n"
                                        "}\n");
  Top& level = graph().add("level").as<Top>();
  level.par("brightness1") = 0.5;
  auto& again = function("again", first.pixelShader());
  feed(first, image_);
  first >> level >> second >> again;
  first.uniform("uGain", 3);
  second.uniform("uGain", 0.25);
  again.uniform("uGain", -1);
  again.sample({.x = 0, .y = 0});
  const int objects = context().liveObjects();
  expectShows(again, 2e-6, [&](int x, int y) {
    const glm::dvec4 p = image_.pixel(x, y);
    const double r = ((p.r * 3 + 0.125) * 0.5 - 0.25) * -1 + 0.125;
    return glm::dvec4(r, p.g, p.b, p.a + 0.125);
  });
  EXPECT_GE(context().liveObjects(), objects + 3) << "a program each where there was one";
}

TEST_F(GlslFunction, StructuresMayHaveMembersNamedLikeGlobals) {
  feed();
  top_->pixelShader(
      "uniform float gain; float x = 0.5;\n"
      "struct Mix { float gain; };\n"
      "vec4 pixel(vec4 a, vec2 uv) { Mix m; m . gain = gain; return vec4(a.x * m.gain + x); }");
  top_->uniform("gain", 2);
  expectShows(*top_, 1e-6,
              [&](int x, int y) { return glm::dvec4(image_.pixel(x, y).r * 2 + 0.5); });
}

TEST_F(GlslFunction, FormatsBetweenClampAsWhenTheyAreStored) {
  Image bytes(2, 1, PixelFormat::Rgba8Fixed);
  bytes.setPixel(0, 0, {1, 0.2f, 0.6f, 1});
  bytes.setPixel(1, 0, {0.4f, 0.4f, 0, 0.4f});
  feed(*top_, bytes);
  top_->pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a * 2.0; }");
  auto& half = function("half", "vec4 pixel(vec4 a, vec2 uv) { return a * 0.5; }");
  *top_ >> half;
  expectShows(half, 1.5 / 255, [&](int x, int y) {
    return glm::dvec4(x == 0 ? glm::vec4(1, 0.4f, 1, 1) : bytes.pixel(x, y) * 2.0f) * 0.5;
  });
}

TEST_F(GlslFunction, UniformsOfEveryKindTakeNumbers) {
  feed();
  top_->pixelShader(
      "uniform float f; uniform vec2 v2; uniform vec3 v3; uniform vec4 v4; uniform int i;\n"
      "uniform ivec2 i2; uniform uint u; uniform uvec3 u3; uniform bool b; uniform bvec2 b2;\n"
      "uniform float unset; uniform highp float preset = 4.0;\n"
      "vec4 pixel(vec4 a, vec2 uv) {\n"
      "  return vec4(f + v2.y + v3.z + v4.w, i + i2.y, u + u3.z, unset + preset) +\n"
      "         vec4(b ? 100 : 0, b2.x ? 100 : 0, b2.y ? 100 : 0, 0.0);\n"
      "}\n");
  top_->uniform("f", 0.5).uniform("v2", glm::vec2(1, 2)).uniform("v3", glm::vec3(1, 2, 3));
  top_->uniform("v4", glm::vec4(1, 2, 3, 4)).uniform("i", -7).uniform("i2", glm::vec2(1, 2));
  top_->uniform("u", 5).uniform("u3", glm::vec3(1, 2, 3)).uniform("b", 1);
  top_->uniform("b2", glm::vec2(0, 1));
  expectShows(*top_, 0, [](int, int) { return glm::dvec4(109.5, -5, 108, 4); });
  top_->removeUniform("f");
  expectShows(*top_, 0, [](int, int) { return glm::dvec4(109, -5, 108, 4); });
}

TEST_F(GlslFunction, UniformsMayFollowTheClockWithoutCompiling) {
  feed();
  top_->pixelShader("uniform float uTime; vec4 pixel(vec4 a, vec2 uv) { return vec4(uTime); }");
  top_->uniform("uTime", [](const Frame& now) { return Value(double(now.index)); });
  top_->pin();
  graph().cook();
  const int objects = context().liveObjects();
  setenv("TOPKNOT_SHADERS", "/nonexistent", 1);  // whoever compiles fails
  for (int i = 1; i <= 50; ++i) {
    EXPECT_EQ(graph().cook().text(), "warp");
    EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(static_cast<float>(i)));
  }
  top_->uniform("uTime", 0.25);
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0.25f));
  top_->pixelShader("uniform float uTime; vec4 pixel(vec4 a, vec2 uv) { return a; }");
  graph().cook(*top_);
  EXPECT_EQ(top_->errors().size(), 1u) << "the test would see it";
  unsetenv("TOPKNOT_SHADERS");
  top_->pixelShader("uniform float uTime; vec4 pixel(vec4 a, vec2 uv) { return vec4(uTime); }");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0.25f));
  EXPECT_EQ(context().liveObjects(), objects);
  graph().cook();
  EXPECT_EQ(graph().cook().text(), "");
}

TEST_F(GlslFunction, AFunctionOfAUniformThatFailsIsAnError) {
  feed();
  top_->pixelShader("uniform float uTime; vec4 pixel(vec4 a, vec2 uv) { return vec4(uTime); }");
  bool fails = false;
  top_->uniform("uTime", [&](const Frame&) -> Value {
    if (fails) throw Error("no clock");
    return 0.5;
  });
  graph().cook(*top_);
  fails = true;
  graph().cook();
  EXPECT_EQ(top_->sample({.x = 0, .y = 0, .allowStale = true}), glm::vec4(0.5f))
      << "the last picture stays";
  ASSERT_EQ(top_->errors().size(), 1u);
  EXPECT_EQ(top_->errors()[0], "the uniform 'uTime' cannot be computed: no clock");
}

TEST_F(GlslFunction, MisspeltUniformsStayWarnings) {
  feed();
  top_->pixelShader("uniform float uGain; vec4 pixel(vec4 a, vec2 uv) { return a * uGain; }");
  top_->uniform("uGian", 1);
  top_->pin();
  for (int i = 0; i < 3; ++i) {
    graph().cook(*top_, true);
    ASSERT_EQ(top_->warnings().size(), 1u);
    EXPECT_EQ(top_->warnings()[0], "the shader has no uniform 'uGian'");
  }
}

TEST_F(GlslFunction, PassesFeedTheResultBack) {
  feedTwo();
  top_->pixelShader("vec4 pixel(vec4 a, vec4 b, vec2 uv) { return a * 0.5 + b; }");
  top_->par("npasses") = 3;
  expectShows(*top_, 2e-6, [&](int x, int y) {
    return glm::dvec4(image_.pixel(x, y)) / 8.0 + glm::dvec4(other_.pixel(x, y)) * 1.75;
  });
}

TEST_F(GlslFunction, ChannelsOutsideTheMaskComeFromTheFirstInput) {
  feed();
  top_->pixelShader("vec4 pixel(vec4 a, vec2 uv) { return vec4(9); }");
  top_->par("chanmask") = "ga";
  expectShows(*top_, 0, [&](int x, int y) {
    const glm::dvec4 a = image_.pixel(x, y);
    return glm::dvec4(a.r, 9, a.b, 9);
  });
}

TEST_F(GlslFunction, AnInputOfAnotherSizeIsInterpolated) {
  feed();
  Image two(2, 1, PixelFormat::Rgba32Float);
  two.setPixel(0, 0, {0, 0, 0, 0});
  two.setPixel(1, 0, {1, 1, 1, 1});
  feed(*top_, two);
  top_->par("inputextenduv") = "hold";
  top_->pixelShader("vec4 pixel(vec4 a, vec4 b, vec2 uv) { return b; }");
  expectShows(*top_, 0.005, [](int x, int) { return glm::dvec4(x * 0.5); });
}

TEST_F(GlslFunction, AnotherInputAsksForAnotherSignature) {
  feed();
  EXPECT_TRUE(contains(told("vec4 pixel(vec4 a, vec2 uv) { return a; }\n"), "Successfully"));
  Top& second = test::addPicture(graph(), other_);
  second >> *top_;
  EXPECT_TRUE(contains(top_->compileResult(),
                       "ERROR: warp.frag:1: expected vec4 pixel(vec4 a, vec4 b, vec2 uv): 2 "
                       "inputs are connected"));
  second.destroy();
  EXPECT_TRUE(top_->compiles());
}

// Errors.

TEST_F(GlslFunction, TheFunctionHasToBeThereAsExpected) {
  EXPECT_TRUE(refuses("\nvec4 pixel(vec4 a, vec2 uv) { return a; }\n",
                      "2: expected vec4 pixel(vec2 uv): no input is connected"));
  feed();
  const std::string one = "expected vec4 pixel(vec4 a, vec2 uv): 1 input is connected";
  EXPECT_TRUE(refuses("float f() { return 1.0; }\n", "1: " + one + "; the text has no function"));
  EXPECT_TRUE(refuses("\n\nvec3 pixel(vec4 a, vec2 uv) { return a.rgb; }\n", "3: " + one));
  EXPECT_TRUE(refuses("vec4 pixel(vec4 a) { return a; }\n", "1: " + one));
  EXPECT_TRUE(refuses("vec4 pixel(vec4 a, vec3 uv) { return a; }\n", "1: " + one));
  EXPECT_TRUE(refuses("vec4 pixel(out vec4 a, vec2 uv) { return a; }\n", "1: " + one));
  EXPECT_TRUE(refuses("vec4 pixel(vec4 a, vec2 uv);\n", "1: " + one));
  EXPECT_TRUE(refuses("vec4 pixel(vec4 a[2], vec2 uv) { return a[0]; }\n", "1: " + one));
  EXPECT_TRUE(contains(told("vec4 pixel(vec4);\nvec4 pixel(vec4 c) { return c; }\n"
                            "vec4 pixel(const in vec4 a, highp vec2 uv)\n{ return pixel(a); }\n"),
                       "Successfully"));
}

TEST_F(GlslFunction, WhatCannotBeFusedIsRefused) {
  feed();
  const std::string body = "vec4 pixel(vec4 a, vec2 uv) { return a; }\n";
  EXPECT_TRUE(refuses(body + "out vec4 c;\nvoid main() { c = vec4(1); }\n", "2: 'out' is not"));
  EXPECT_TRUE(refuses(body + "void main() { }\n", "2: main() is the library's"));
  EXPECT_TRUE(refuses("layout(location = 3) uniform float f;\n" + body, "1: 'layout' is not"));
  EXPECT_TRUE(refuses("in vec3 colour;\n" + body, "1: 'in' is not"));
  EXPECT_TRUE(refuses("vec4 pixel(vec4 a, vec2 uv) {\n  if (a.a == 0.0) discard;\n  return a;\n}\n",
                      "2: discard is not possible"));
  EXPECT_TRUE(refuses("#define DECLARE(n) float n;\nDECLARE(hidden)\n" + body,
                      "2: 'DECLARE' declares nothing that can be seen"));
  EXPECT_TRUE(refuses("#define HIDDEN float hidden\nHIDDEN;\n" + body,
                      "2: 'HIDDEN' declares nothing that can be seen"));
  EXPECT_TRUE(contains(told("precision highp float;\n;\nstruct S { float f; } s;\n" + body),
                       "Successfully"));
  const auto type = [&](const char* declared, const char* named) {
    return refuses("\nuniform " + std::string(declared) + ";\n" + body,
                   "2: a uniform of type " + std::string(named) +
                       " is not possible in a pixel "
                       "function: expected a float, vec, int");
  };
  EXPECT_TRUE(type("sampler2D map", "sampler2D"));
  EXPECT_TRUE(type("mat3 m", "mat3"));
  EXPECT_TRUE(type("float f[3]", "float[]"));
  EXPECT_TRUE(type("float[3] f", "float[]"));
  EXPECT_TRUE(type("Block { float f; }", "Block"));
}

TEST_F(GlslFunction, ErrorsAreToldWithTheUsersLinesAndNames) {
  feed();
  EXPECT_TRUE(
      refuses("uniform float uGain;\n"
              "/* two\nlines */\n"
              "float helper(vec2 p) { return p.x; }\n"
              "vec4 pixel(vec4 a, vec2 uv) {\n"
              "  return a * helper(uGain) + missing;\n"
              "}\n",
              "6: "));
  const std::string report = top_->compileResult();
  EXPECT_TRUE(contains(report, "missing"));
  // Not every driver names the function.
  if (context().info().software) {
    EXPECT_TRUE(contains(report, "helper"));
  }
  EXPECT_FALSE(contains(report, "helper_0"));
  EXPECT_TRUE(report.starts_with("Vertex Shader Compile Results:\n\nCompiled Successfully\n"));
}

TEST_F(GlslFunction, ErrorsInIncludesNameTheInclude) {
  feed();
  top_->includeText("tools.glsl",
                    "float twice(float v) { return v * 2.0; }\n\nfloat bad() { oops }\n");
  EXPECT_TRUE(contains(told("#include \"tools.glsl\"\n"
                            "vec4 pixel(vec4 a, vec2 uv) { return vec4(twice(a.r)); }\n"),
                       "ERROR: tools.glsl:3: "));
  top_->includeText("tools.glsl", "float twice(float v) { return v * 2.0; }\nuniform mat4 m;\n");
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: tools.glsl:2: a uniform of type mat4"));
  top_->includeText("tools.glsl", "float twice(float v) { return v * 2.0; }\n");
  EXPECT_TRUE(top_->compiles());
  EXPECT_FLOAT_EQ(top_->sample({.x = 1, .y = 1}).r, image_.pixel(1, 1).r * 2);
}

TEST_F(GlslFunction, AFailedTextIsAWarningAndACheckerboardUntilMended) {
  feed();
  top_->pixelShader("vec4 pixel(vec4 a, vec2 uv) { broken }\n");
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), glm::vec4(1, 0, 0, 1)));
    graph().cook(*top_, true);
    ASSERT_EQ(top_->warnings().size(), 1u);
    EXPECT_TRUE(contains(top_->warnings()[0], "The GLSL Shader has compile errors"));
  }
  EXPECT_TRUE(top_->errors().empty());
  top_->pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a; }\n");
  EXPECT_TRUE(nearly(top_->sample({.x = 2, .y = 1}), image_.pixel(2, 1)));
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(GlslFunction, EmptyTextsAreTold) {
  EXPECT_TRUE(refuses("", "1: the shader is empty"));
  EXPECT_TRUE(refuses("// nothing\n", "1: the shader is empty"));
  EXPECT_TRUE(refuses("}{)(", "1: "));
  EXPECT_TRUE(refuses("uniform", "1: "));
  EXPECT_TRUE(refuses("vec4 pixel(", "1: "));
}

TEST_F(GlslFunction, TheModeMayChange) {
  feed();
  top_->pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a; }\n");
  EXPECT_TRUE(top_->compiles());
  top_->par("mode") = "vertexpixel";
  EXPECT_FALSE(top_->compiles());
  top_->pixelShader("out vec4 c; void main() { c = vec4(0.25); }\n");
  EXPECT_TRUE(nearly(top_->sample({.x = 0, .y = 0}), glm::vec4(0.25f)));
  top_->par("mode") = "pixelfunction";
  EXPECT_FALSE(top_->compiles());
}

TEST_F(GlslFunction, AThreadedTextShowsThePreviousOneUntilItIsReady) {
  auto& source = graph().add("constant");
  source.par("color") = glm::vec3(0.25f, 0.5f, 0.75f);
  auto& op = graph().add<GlslTop>("threaded");
  op.par("mode") = "pixelfunction";
  op.pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a.bgra; }");
  auto& level = graph().add("level").as<Top>();
  level.par("opacity") = 0.5;
  source >> op >> level;
  level.pin();
  graph().cook();
  EXPECT_TRUE(test::nearly(level.sample({.x = 0, .y = 0}), {0.375f, 0.25f, 0.125f, 0.5f}, 0.005f));
  op.par("compilebehavior") = "threadedprevious";
  op.pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a.gbra; }");
  const glm::vec4 previous(0.375f, 0.25f, 0.125f, 0.5f), next(0.25f, 0.375f, 0.125f, 0.5f);
  bool changed = false;
  for (int frame = 0; frame < 2000 && !changed; ++frame) {
    graph().cook();
    const glm::vec4 seen = level.sample({.x = 0, .y = 0});
    changed = static_cast<bool>(test::nearly(seen, next, 0.005f));
    ASSERT_TRUE(changed || test::nearly(seen, previous, 0.005f)) << "nothing in between";
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(changed);
  graph().cook();
  EXPECT_EQ(graph().cook().text(), "") << "done, it does not cook each frame any more";
  EXPECT_TRUE(op.compiles());
}

TEST_F(GlslFunction, AThreadedTextThatFailsIsToldAsEver) {
  auto& op = graph().add<GlslTop>("threaded");
  op.par("mode") = "pixelfunction";
  op.par("compilebehavior") = "threadedprevious";
  op.pixelShader("vec4 pixel(vec2 uv) { return vec4(1.0); }");
  op.sample({.x = 0, .y = 0});
  op.pixelShader("vec4 pixel(vec2 uv) {\n  return vec4(missing);\n}", "warp.frag");
  EXPECT_TRUE(test::contains(op.compileResult(), "ERROR: warp.frag:2: "))
      << "at once, as it is asked for";
  op.pixelShader("vec4 pixel(vec2 uv) { return vec4(0.5); }");
  EXPECT_TRUE(op.compiles());
  op.pixelShader("vec4 pixel(vec2 uv) {\n  return vec4(gone);\n}", "warp.frag");
  op.pin();
  for (int frame = 0; frame < 2000 && op.warnings().empty(); ++frame) {
    graph().cook();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_FALSE(op.warnings().empty());
  EXPECT_TRUE(test::contains(op.compileResult(), "warp.frag:2: "));
}

TEST_F(GlslFunction, AFailedTextShowsWhatErrorBehaviorSays) {
  top_->par("outputresolution") = "custom";
  top_->par("resolution") = glm::vec2(2, 2);
  top_->par("format") = "rgba32float";
  top_->pixelShader("vec4 pixel(vec2 uv) { return vec4(0.25); }");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0.25f));
  top_->pixelShader("vec4 pixel(vec2 uv) { return nothing; }");
  const glm::vec4 square = top_->sample({.x = 0, .y = 0});
  EXPECT_TRUE(square != glm::vec4(0.25f) && square != glm::vec4(0.0f)) << "red or blue";
  top_->par("errorbehavior") = "showblack";
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0.0f));
  top_->par("errorbehavior") = "showprevious";
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0.25f));
  EXPECT_FALSE(top_->warnings().empty());
  feed();
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}), glm::vec4(0.0f)) << "that one had no input";
}

}  // namespace
}  // namespace topknot
