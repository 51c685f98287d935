// The guard process: shaders that kill or hold up a driver do not do so to us.
#include "gl/guard/guard.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>

#include "support/gl_test.h"
#include "support/pictures.h"

namespace topknot::gl {
namespace {

using test::contains;
using test::thrown;
using Outcome = GuardVerdict::Outcome;

constexpr const char* kVertex =
    "#version 450 core\nvoid main() { vec2 p = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);\n"
    "  gl_Position = vec4(p * 2.0 - 1.0, 0.0, 1.0); }\n";

GuardShader pixel(const std::string& text) {
  return {.vertex = kVertex,
          .pixel = "#version 450 core\nlayout(location = 0) out vec4 c;\n" + text,
          .compute = {},
          .targets = {PixelFormat::Rgba8Fixed},
          .software = false};
}

GuardShader compute(const std::string& text) {
  GuardShader shader;
  shader.compute = "#version 450 core\nlayout(local_size_x = 1) in;\n" + text;
  shader.targets = {PixelFormat::Rgba32Float};
  return shader;
}

class Guards : public ::testing::Test {
 protected:
  Guards() {
    guardProgram(TOPKNOT_BINARY_DIR "/topknot-guard");
    forgetVerdicts();
  }
  ~Guards() override { guardProgram({}); }

  static bool software() {
    static const bool answer = Context::headless().info().software;
    return answer;
  }
};

/// For limits that a loaded machine does not reach.
constexpr GuardLimits kPatient{.seconds = 60.0};

TEST_F(Guards, AShaderThatIsWellIsFine) {
  const GuardVerdict verdict = tryShader(pixel("void main() { c = vec4(1.0); }"), kPatient);
  EXPECT_TRUE(verdict.fine()) << verdict.sentence() << verdict.log;
  EXPECT_EQ(verdict.during, "draw");
  EXPECT_EQ(verdict.log, "");
  EXPECT_EQ(verdict.sentence(), "");
}

TEST_F(Guards, AllThatAShaderDeclaresIsThere) {
  GuardShader shader = pixel(
      "layout(location = 1) out vec4 d; uniform sampler2D a; uniform sampler3D b[3];\n"
      "layout(std140, binding = 2) uniform U { vec4 u[64]; };\n"
      "layout(std430, binding = 1) buffer S { vec4 s[]; };\n"
      "layout(binding = 0) uniform atomic_uint n;\n"
      "layout(rgba8) uniform image2D i; uniform samplerBuffer t;\n"
      "void main() { c = texture(a, vec2(0.5)) + texture(b[2], vec3(0.5)) + u[63] + s[7]\n"
      "    + texelFetch(t, 0); d = vec4(float(atomicCounterIncrement(n)));\n"
      "  imageStore(i, ivec2(0), c); s[3] = d; }");
  shader.targets = {PixelFormat::Rgba8Fixed, PixelFormat::Rgba32Float};
  const GuardVerdict verdict = tryShader(shader, kPatient);
  EXPECT_TRUE(verdict.fine()) << verdict.sentence() << verdict.log;
  EXPECT_EQ(verdict.during, "draw") << verdict.log;
}

TEST_F(Guards, AComputeShaderIsDispatched) {
  const GuardVerdict verdict =
      tryShader(compute("layout(rgba32f, binding = 0) uniform image2D o; layout(rgba32f) uniform "
                        "image2DArray p;\n"
                        "void main() { imageStore(o, ivec2(0), vec4(1.0)); imageStore(p, ivec3(0), "
                        "vec4(1.0)); }"),
                kPatient);
  EXPECT_TRUE(verdict.fine()) << verdict.sentence() << verdict.log;
  EXPECT_EQ(verdict.during, "draw") << verdict.log;
}

TEST_F(Guards, ErrorsOfTheCompilerAreInTheLog) {
  GuardVerdict verdict = tryShader(pixel("void main() { c = nonsense; }"), kPatient);
  EXPECT_TRUE(verdict.fine());
  EXPECT_EQ(verdict.during, "compile");
  EXPECT_TRUE(contains(verdict.log, "nonsense"));
  verdict = tryShader(pixel("void f(); void main() { f(); }"), kPatient);
  EXPECT_EQ(verdict.during, "link");
  EXPECT_FALSE(verdict.log.empty());
}

TEST_F(Guards, AHugeLocalArrayHurtsNobodyElse) {
  if (!software()) GTEST_SKIP() << "a hazard of software drivers";
  const auto start = std::chrono::steady_clock::now();
  const GuardVerdict verdict = tryShader(
      pixel("void main() { float a[1000000000]; int n = int(gl_FragCoord.x) * 12345; a[n] = 2.0;\n"
            "  c = vec4(a[n + int(gl_FragCoord.y)]); }"));
  EXPECT_FALSE(verdict.fine()) << verdict.log;
  EXPECT_TRUE(verdict.during == "link" || verdict.during == "draw") << verdict.sentence();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(Guards, ALocalArrayThatTakesForEverIsOutOfTime) {
  if (!software()) GTEST_SKIP() << "a hazard of software drivers";
  GuardShader shader = pixel(
      "void main() { float a[100000]; for (int i = 0; i < 100000; ++i) a[i] = float(i);\n"
      "  c = vec4(a[int(gl_FragCoord.x * 7919.0)]); }");
  shader.software = true;  // so that its work counts, not what others do meanwhile
  const GuardVerdict verdict = tryShader(shader, {.seconds = 1.0});
  EXPECT_EQ(verdict.outcome, Outcome::OutOfTime) << verdict.sentence();
  EXPECT_EQ(verdict.sentence(), "the driver does not come back in time in the first draw");
  EXPECT_GE(verdict.seconds, 1.0);
  EXPECT_LT(verdict.seconds, 12.0);
}

TEST_F(Guards, WhereTheProcessorDrawsWaitingIsNotWork) {
  // In the place of a guard that gets no processor; and of one that never does.
  const test::Folder folder;
  guardProgram(folder.write("guard", "#!/bin/sh\nsleep 1\nprintf 'f\\0\\0\\0\\0\\0\\0\\0\\0'\n"));
  ::chmod((folder / "guard").c_str(), 0700);
  GuardShader shader = pixel("void main() { c = vec4(0.3); }");
  EXPECT_EQ(tryShader(shader, {.seconds = 0.2}).outcome, Outcome::OutOfTime);
  shader.software = true;
  EXPECT_TRUE(tryShader(shader, {.seconds = 0.2}).fine());
  EXPECT_EQ(tryShader(shader, {.seconds = 0.05}).outcome, Outcome::OutOfTime);
}

TEST_F(Guards, SharedMemoryOutOfRangeCrashesThereOnly) {
  if (!software()) GTEST_SKIP() << "a hazard of software drivers";
  // Somewhere in these hundreds of megabytes nothing is mapped.
  const GuardVerdict verdict =
      tryShader(compute("shared float a[4]; layout(rgba32f, binding = 0) uniform image2D o;\n"
                        "uniform int zero; void main() { for (int i = 1; i < 100; ++i) {\n"
                        "  a[zero + i * 5000000] = 1.0; a[zero - i * 5000000] = 1.0; }\n"
                        "  barrier(); imageStore(o, ivec2(0), vec4(a[zero + 1])); }"),
                kPatient);
  EXPECT_EQ(verdict.outcome, Outcome::Crashed) << verdict.during << verdict.log;
  EXPECT_NE(verdict.signal, 0);
  EXPECT_EQ(verdict.during, "draw");
}

TEST(GuardVerdicts, TellInASentenceWhatHappened) {
  GuardVerdict verdict;
  verdict.during = "draw";
  verdict.outcome = Outcome::Crashed;
  verdict.signal = SIGSEGV;
  EXPECT_EQ(verdict.sentence(),
            "the driver crashes (signal 11, Segmentation fault) in the first draw");
  verdict.during = "compile";
  verdict.outcome = Outcome::OutOfMemory;
  EXPECT_EQ(verdict.sentence(), "the driver runs out of memory while it should compile the shader");
}

TEST_F(Guards, AVeryLongSumCrashesThereOnly) {
  if (!software()) GTEST_SKIP() << "a hazard of one driver's compiler";
  std::string sum = "gl_FragCoord.x";
  for (int i = 0; i < 50000; ++i) sum += " + gl_FragCoord.y";
  const GuardVerdict verdict = tryShader(pixel("void main() { c = vec4(" + sum + "); }"), kPatient);
  EXPECT_EQ(verdict.outcome, Outcome::Crashed) << verdict.log.substr(0, 200);
  EXPECT_EQ(verdict.signal, SIGSEGV);
  EXPECT_EQ(verdict.during, "compile");
}

TEST_F(Guards, MemoryIsLimited) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take all addresses";
#endif
  GuardLimits limits = kPatient;
  limits.memory = 4 << 20;
  std::string text = "void main() { float v = gl_FragCoord.x;\n";
  for (int i = 0; i < 3000; ++i) text += "v = sin(v) * " + std::to_string(i) + ".5 + cos(v);\n";
  const GuardVerdict verdict = tryShader(pixel(text + "c = vec4(v); }"), limits);
  EXPECT_EQ(verdict.outcome, Outcome::OutOfMemory) << verdict.sentence() << verdict.log;
  EXPECT_TRUE(contains(verdict.sentence(), "the driver runs out of memory"));
}

TEST_F(Guards, AVerdictIsRemembered) {
  const GuardShader shader = pixel("void main() { c = vec4(0.5); }");
  const GuardVerdict first = tryShader(shader, kPatient);
  guardProgram("/nowhere/topknot-guard");  // it is not needed again
  EXPECT_EQ(tryShader(shader, kPatient).seconds, first.seconds);
  GuardShader other = shader;
  other.targets = {PixelFormat::Rgba32Float};
  EXPECT_TRUE(contains(thrown([&] { tryShader(other, kPatient); }), "/nowhere/topknot-guard"));
  forgetVerdicts();
  EXPECT_TRUE(contains(thrown([&] { tryShader(shader, kPatient); }), "TOPKNOT_GUARD"));
}

TEST_F(Guards, TheProgramIsFoundByTheEnvironment) {
  guardProgram({});
  setenv("TOPKNOT_GUARD", "/nowhere/else", 1);
  EXPECT_TRUE(contains(thrown([] { guardProgram(); }), "(looked for \"/nowhere/else\")"));
  setenv("TOPKNOT_GUARD", TOPKNOT_BINARY_DIR "/topknot-guard", 1);
  EXPECT_EQ(guardProgram(), TOPKNOT_BINARY_DIR "/topknot-guard");
  unsetenv("TOPKNOT_GUARD");
}

TEST_F(Guards, AProgramThatIsNoGuardIsNoCrashOfOurs) {
  guardProgram("/bin/true");
  const GuardVerdict verdict = tryShader(pixel("void main() { c = vec4(0.1); }"), kPatient);
  EXPECT_EQ(verdict.outcome, Outcome::Crashed);
  EXPECT_EQ(verdict.signal, 0);
  const test::Folder folder;
  guardProgram(folder.write("text", "no program"));
  ::chmod((folder / "text").c_str(), 0700);
  EXPECT_TRUE(contains(thrown([] { tryShader(pixel("void main() { c = vec4(0.2); }")); }),
                       "does not start"));
}

TEST_F(Guards, LimitsBelowOneAreRefused) {
  EXPECT_TRUE(contains(thrown([] { tryShader({}, {.seconds = 0.0}); }), "above 0"));
}

}  // namespace
}  // namespace topknot::gl
