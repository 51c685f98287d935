// What the check of users' shaders refuses and warns of, before a driver sees them.
#include "glsl/check/shader_check.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "glsl/source/live_code.h"

namespace topknot::glsl {
namespace {

using Stage = ShaderLimits::Stage;

MappedSource flat(const std::string& text) {
  MappedSource shader;
  shader.addUser({"a.frag", text}, {});
  return shader;
}

/// All findings, a line each: `E2 message`.
std::string told(const std::string& text, const ShaderLimits& limits) {
  const MappedSource shader = liveCode(flat(text), {}, {}).expanded;
  std::string all;
  const std::vector<Diagnostic>& problems = shader.problems();
  for (const Diagnostic& each : !problems.empty() && flat(text).problems().empty()
                                    ? problems
                                    : checkShader(shader, declarationsOf(shader), limits)) {
    EXPECT_EQ(each.file, "a.frag");
    all += (each.isError() ? "E" : "W") + std::to_string(each.line) + " " + each.message + "\n";
  }
  return all;
}

std::string pixel(const std::string& text) {
  return told(text, {});
}
std::string compute(const std::string& text) {
  return told(text, {.stage = Stage::Compute});
}
/// Of the body of a pixel shader's `main`, which is in line 2, on llvmpipe.
std::string software(const std::string& body, const std::string& before = "") {
  return told("out vec4 c;" + before + "\nvoid main() {" + body + "}", {.software = true});
}

TEST(ShaderCheck, AnOrdinaryShaderIsTakenInSilence) {
  const std::string text =
      "layout(location = 0) out vec4 a;\nlayout(location = 1) out vec4 b;\n"
      "void main() { float k[9]; for (int i = 0; i < 9; ++i) k[i] = 1.0; a = b = vec4(k[3]); }";
  EXPECT_EQ(pixel(text), "");
  EXPECT_EQ(told(text, {.software = true}), "");
}

TEST(ShaderCheck, AShaderWithoutMainIsToldSo) {
  const std::string sentence = "E0 the shader has no main: expected void main() { ... }\n";
  EXPECT_EQ(pixel("float domain() { return 1.0; }"), sentence);
  EXPECT_EQ(pixel("// void main() {}\nfloat f;"), sentence);
  EXPECT_EQ(pixel("#define ENTRY void main()\nENTRY {}"), "");
  EXPECT_EQ(pixel("#include \"gone\"\nfloat f;"), "") << "the driver tells that it is missing";
}

TEST(ShaderCheck, ATextThatHasProblemsIsLeftAtThat) {
  EXPECT_EQ(pixel("/* never ends"), "");
}

TEST(ShaderCheck, AVersionOfTheUsersIsTakenWithAWarning) {
  EXPECT_EQ(pixel("\n#version 330 core\nvoid main() {}"),
            "W2 #version 330 core is not needed: the library writes a #version of its own\n");
}

TEST(ShaderCheck, TwoOutputsAtOneLocationAreRefused) {
  const std::string sentence = "E2 the outputs 'a' and 'b' are both at location 1\n";
  const std::string main = "\nvoid main() {}";
  EXPECT_EQ(pixel("layout(location = 1) out vec4 a;\nlayout(location = 1) out vec4 b;" + main),
            sentence);
  EXPECT_EQ(pixel("layout(location = 0) out vec4 a[2];\nlayout(location = 1) out vec4 b;" + main),
            sentence);
  EXPECT_EQ(pixel("layout(location = 0, index = 0) out vec4 a;\n"
                  "layout(location = 0, index = 1) out vec4 b;" +
                  main),
            "");
  EXPECT_EQ(pixel("layout(location = 0) out vec2 a;\n"
                  "layout(location = 0, component = 2) out vec2 b;" +
                  main),
            "");
  EXPECT_EQ(pixel("# ifdef X\nlayout(location = 0) out vec4 a;\n#else\n"
                  "layout(location = 0) out vec4 b;\n#endif" +
                  main),
            "");
  EXPECT_EQ(told("layout(location = 0) out vec4 a;\nlayout(location = 0) out vec4 b;" + main,
                 {.stage = Stage::Vertex}),
            "")
      << "what leaves a vertex shader is no colour";
}

TEST(ShaderCheck, MoreColourOutputsThanThereAreBuffersAreRefused) {
  const ShaderLimits four{.colorBuffers = 4};
  EXPECT_EQ(told("layout(location = 3) out vec4 a;\nvoid main() {}", four), "");
  EXPECT_EQ(told("\nlayout(location = 4) out vec4 a;\nvoid main() {}", four),
            "E2 the output 'a' is at location 4: there are 4, counted from 0\n");
  EXPECT_EQ(told("layout(location = 2) out vec4 a[3];\nvoid main() {}", four),
            "E1 the output 'a' is at location 4: there are 4, counted from 0\n");
}

TEST(ShaderCheck, LocalSizesOverTheLimitsAreRefused) {
  const std::string main = "void main() {}";
  EXPECT_EQ(compute("layout(local_size_x = 1024) in;" + main), "");
  EXPECT_EQ(compute("\n#define N 2048\nlayout(local_size_x = N) in;" + main),
            "E3 local_size_x is 2048: at most 1024 is possible here\n");
  EXPECT_EQ(compute("layout(local_size_z = 65) in;" + main),
            "E1 local_size_z is 65: at most 64 is possible here\n");
  EXPECT_EQ(compute("layout(local_size_x = 64, local_size_y = 32) in;" + main),
            "E1 the local sizes make 2048 invocations of a group: at most 1024 are possible "
            "here\n");
}

TEST(ShaderCheck, ConstantIndicesOutsideASharedArrayAreRefused) {
  const auto body = [](const std::string& text) {
    return compute("#define N 3\nshared float a[4], b[2][N];\nconst int K = 4;\nvoid main() {\n" +
                   text + " }");
  };
  const std::string fine[] = {"a[0] = a[3];", "b[1][2] = 1;",  "a[gl_LocalInvocationIndex] = 1;",
                              "x.a[9] = 1;",  "a[K - 1] = 1;", "a = float[4](1, 1, 1, 1);"};
  for (const std::string& text : fine) EXPECT_EQ(body(text), "") << text;
  EXPECT_EQ(body("a[4] = 1;"), "E5 index 4 is not in the shared array 'a': it has 4 elements\n");
  EXPECT_EQ(body("\nfloat x = a[-1];"),
            "E6 index -1 is not in the shared array 'a': it has 4 elements\n");
  EXPECT_EQ(body("f(a[9999]);"),
            "E5 index 9999 is not in the shared array 'a': it has 4 elements\n");
  EXPECT_EQ(body("a[K] = 1;"), "E5 index 4 is not in the shared array 'a': it has 4 elements\n");
  EXPECT_EQ(body("b[1][N] = 1;"), "E5 index 3 is not in the shared array 'b': it has 3 elements\n");
}

TEST(ShaderCheck, LargeLocalArraysAreWarnedOfOrRefused) {
  EXPECT_EQ(software("float a[4096];"), "");
  EXPECT_EQ(software("float a[10000];"),
            "W2 the array 'a' holds 10000 numbers: the first picture takes software renderers "
            "seconds\n");
  EXPECT_EQ(pixel("void main() { float a[10000]; }"), "") << "graphics cards manage";
  const std::string sentence =
      " numbers: at most 65536 are possible in a function; read them from a texture\n";
  EXPECT_EQ(pixel("void main() { mat4 b; vec4 a[20000]; }"),
            "E1 the array 'a' holds 80000" + sentence);
  EXPECT_EQ(pixel("void main() {\nfloat b, a[1000][1000]; }"),
            "E2 the array 'a' holds 1000000" + sentence);
  EXPECT_EQ(pixel("void main() { for (int i = 0; i < 1; ++i) { float[60000][60000] a; } }"),
            "E1 the array 'a' holds over 1000000000" + sentence);
  EXPECT_EQ(pixel("buffer B { vec4 a[60000]; };\nuniform U { vec4 b[60000]; };\nvoid main() {}"),
            "");
}

TEST(ShaderCheck, WhatConditionsSkipIsNotJudged) {
  const std::string texts[] = {
      "layout(location = 9) out vec4 b;",
      "void f() { float a[70000]; }",
      "void f() { shared_[4] = 1; }",
      "D40",
      "float f() { return 1.0" +
          [] {
            std::string sum;
            for (int i = 0; i < 9000; ++i) sum += "+u";
            return sum;
          }() +
          "; }",
  };
  std::string doubling = "#define D0 x\nshared float shared_[4];\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "D" + std::to_string(i - 1);
    doubling += "#define D" + std::to_string(i) + " " + before + " " + before + "\n";
  }
  const std::pair<const char*, const char*> groups[] = {
      {"#if 0\n", "\n#endif\n"},
      {"#ifdef NEVER\n", "\n#endif\n"},
      {"#define MODE 2\n#if MODE == 1\n", "\n#endif\n"},
      {"#if 1\n#else\n#if 1\n", "\n#endif\n#endif\n"},
  };
  for (const std::string& text : texts) {
    const std::string main = "\nvoid main() {}";
    EXPECT_NE(pixel(doubling + text + main) + compute(doubling + text + main), "")
        << text.substr(0, 40);
    for (const auto& [begin, end] : groups) {
      EXPECT_EQ(pixel(doubling + begin + text + end + main), "") << begin << text.substr(0, 40);
      EXPECT_EQ(compute(doubling + begin + text + end + main), "") << begin << text.substr(0, 40);
    }
  }
}

TEST(ShaderCheck, LoopsThatLlvmpipeWouldEndSilentlyAreWarnedOf) {
  const auto sentence = [](int line, const std::string& count) {
    return "W" + std::to_string(line) + " the loops of this shader may go round " + count +
           ": llvmpipe silently ends them after 65535 rounds in all\n";
  };
  const struct {
    const char* body;
    const char* count;
  } rows[] = {
      {"while (true) { if (c.x > 1.0) break; }", "without end"},
      {"for (;;) {}", "without end"},
      {"do { } while (true);", "without end"},
      {"for (int i = 0; i < 65536; i++) c.x += 1.0;", "65536 times"},
      {"for (int i = 100000; i > 0; --i) { }", "100000 times"},
      {"for (int i = 0; i <= 199999; i += 2) { }", "100001 times"},
      {"for (float t = 0.0; t < 1.0; t += 0.00001) ;", "100000 times"},
      {"for (int y = 0; y < 300; y++) for (int x = 0; x < 300; x++) c.x++;", "90300 times"},
      {"for (int i = 0; i < 40000; i++) {} for (int i = 0; i < 40000; i++) {}", "80000 times"},
      {"for (uint i = 0u; i < N; i++) { }", "70000 times"},
      {"f(); f();", "80000 times"},
  };
  const std::string before = "const int N = 70000; void f() { for (int i = 0; i < 40000; i++) {} }";
  for (const auto& row : rows) {
    EXPECT_EQ(software(row.body, before), sentence(2, row.count)) << row.body;
  }
  EXPECT_EQ(software("\nfor (int i = 0; i < 9; i++) {}\nfor (;;) {}"), sentence(4, "without end"));
  EXPECT_EQ(pixel("void main() { while (true) {} }"), "") << "graphics cards count no rounds";
}

TEST(ShaderCheck, LoopsWithinTheLimitAreNotWarnedOf) {
  const char* const bodies[] = {
      "for (int i = 0; i < 65535; i++) {}",
      "for (int y = 0; y < 200; y++) { for (int x = 0; x < 200; x++) c.x++; }",
      "while (c.x < 1.0) c.x += 0.1;",
      "while (false) {}",
      "for (int i = 0; i < int(c.x); i++) {}",
      "for (int i = 1; i < 1000000; i *= 2) {}",
      "for (int i = 50000; i < 100000; i++) {}",
      "for (int i = 0; i < 60000; i++) {} if (c.x < 1.0) c.x = 2.0;",
  };
  for (const char* body : bodies) EXPECT_EQ(software(body), "") << body;
}

TEST(ShaderCheck, ExtensionsThatTheDialectHasSwitchedOnAreDropped) {
  const MappedSource shader = flat(
      "#extension GL_EXT_nonuniform_qualifier : require\n#if 1\n"
      "#extension GL_GOOGLE_include_directive : enable\n#endif\n"
      "#extension GL_ARB_gpu_shader_int64 : require\nvoid main() {}\n");
  EXPECT_TRUE(shader.problems().empty());
  EXPECT_EQ(shader.text(460),
            "#version 460 core\n#extension GL_ARB_gpu_shader_int64 : require\n"
            "\n#if 1\n\n#endif\n\nvoid main() {}\n");
}

TEST(ShaderCheck, OneLongCommentLineOrNameIsTaken) {
  const std::string most((1 << 20) - 100, 'a');
  EXPECT_EQ(pixel("/*" + most + "*/ void main() {}"), "");
  EXPECT_EQ(pixel("// " + most + "\nvoid main() {}"), "");
  EXPECT_EQ(pixel("float " + most + ";\nvoid main() {}"), "");
  EXPECT_EQ(pixel(std::string(most.size(), ' ') + "void main() {}"), "");
}

TEST(ShaderCheck, IncludesAreCountedInDepthAndSize) {
  const auto problem = [](const std::string& text, const IncludeResolver& resolver) {
    MappedSource shader;
    shader.addUser({"a.frag", text}, resolver);
    return shader.problems().empty() ? std::string() : shader.problems().front().message;
  };
  int number = 0;
  const IncludeResolver endless = [&](std::string_view, std::string_view) {
    return ShaderSource{"n" + std::to_string(number++), "#include \"next\"\n"};
  };
  EXPECT_TRUE(problem("#include \"next\"\n", endless)
                  .starts_with("includes are nested deeper than 16; the includes that lead there: "
                               "a.frag > n0 > n1 > "));
  EXPECT_EQ(number, 17);
  const IncludeResolver large = [](std::string_view wanted, std::string_view) {
    return ShaderSource{std::string(wanted), std::string(600000, ' ')};
  };
  EXPECT_EQ(problem("#include \"one\"\nvoid main() {}", large), "");
  EXPECT_EQ(problem("#include \"one\"\n#include \"two\"\n", large),
            "the shader and its includes are longer than 1048576 bytes; the includes that lead "
            "there: a.frag > two");
  const IncludeResolver deep = [](std::string_view wanted, std::string_view) {
    return ShaderSource{std::string(wanted), std::string(200, '(') + "\n"};
  };
  EXPECT_EQ(problem("))))\n#include \"one\"\n#include \"two\"\n", deep),
            "brackets are nested deeper than 256");
}

TEST(ShaderCheck, OfALongLogOnlyTheBeginningIsRead) {
  const std::string line = "0:1(1): error: " + std::string(40000, 'x') + "\n";
  EXPECT_LE(parseShaderLog(line + line + line).size(), 2u);
}

TEST(ShaderCheck, TheLargestTextsAreReadInAShortTime) {
  const std::size_t size = (1 << 20) - 100;
  const std::string seeds[] = {
      "a b ",      "uniform a b ",
      "float a=",  "uniform float a,",
      "for(;;)",   "if(x)",
      "x[[1]]",    "layout(a=b",
      "struct S ", "}",
      "a[1]=2;\n", "shared float a[2];",
      "for(;;){}", "const int a=1,b=a+a;",
      "\n",
  };
  for (const std::string& seed : seeds) {
    std::string text = "void main() { ";
    while (text.size() < size) text += seed;
    const auto begin = std::chrono::steady_clock::now();
    told(text + "}", {.software = true});
    told("}" + text, {.stage = Stage::Compute});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), 20.0) << seed;
  }
}

TEST(ShaderCheck, NoTextMakesItFallOver) {
  const std::string seed =
      "#define N 4\nshared float a[N], b[2][3];\nlayout(location = 1) out vec4 c[2], d;\n"
      "float f(float x) { for (int i = 0; i < 9; i += 2) { x += a[i]; } return x; }\n"
      "void main() { vec3 l[N * 2]; while (true) for (;;) do { f(b[1][2]); } while (1); }\n";
  const std::string signs = "()[]{};,=#\n\\/*<>.0123456789Nabf +-";
  std::mt19937 random(2);
  const auto below = [&](std::size_t n) { return random() % static_cast<unsigned>(n); };
  for (int i = 0; i < 20000; ++i) {
    std::string text = seed;
    for (unsigned edits = 1 + below(6); edits > 0; --edits) {
      const std::size_t at = below(text.size());
      switch (below(3)) {
        case 0:
          text[at] = signs[below(signs.size())];
          break;
        case 1:
          text.erase(at, 1 + below(8));
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(30)));
          break;
      }
      if (text.empty()) text = ";";
    }
    told(text, {.stage = i % 2 == 0 ? Stage::Pixel : Stage::Compute, .software = true});
  }
}

}  // namespace
}  // namespace topknot::glsl
