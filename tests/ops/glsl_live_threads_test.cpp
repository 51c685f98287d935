// Shaders that change while they run: compiled in the background, watched, tried apart.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;

std::string filled(const std::string& value) {
  return "out vec4 c; void main() { c = vec4(" + value + "); }";
}

class GlslLive : public test::GlTest {
 protected:
  GlslLive() {
    top_ = &graph().add<GlslTop>("live");
    top_->par("outputresolution") = "custom";
    top_->par("resolution") = glm::vec2(2, 2);
    top_->par("format") = "rgba32float";
    top_->pin();
  }

  glm::vec4 frame() {
    graph().cook();
    return top_->sample({.x = 0, .y = 0});
  }
  /// Cooks until the picture is that colour, for a while.
  bool becomes(glm::vec4 colour) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
      if (frame() == colour) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

  GlslTop* top_;
};

TEST_F(GlslLive, ANewTextIsDrawnWhenTheWorkerHasIt) {
  top_->pixelShader(filled("0.25"));
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  top_->par("compilebehavior") = "threadedprevious";
  top_->pixelShader(filled("0.75"));
  EXPECT_EQ(frame(), glm::vec4(0.25f)) << "the text before shows meanwhile";
  EXPECT_TRUE(becomes(glm::vec4(0.75f)));
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(GlslLive, WhileItCompilesThePictureIsWhatTheMenuSays) {
  top_->par("compilebehavior") = "threadedblack";
  top_->pixelShader(filled("0.5"));
  EXPECT_EQ(frame(), glm::vec4(0.0f));
  EXPECT_TRUE(becomes(glm::vec4(0.5f)));
  top_->par("compilebehavior") = "threadedcheckerboard";
  top_->pixelShader(filled("0.125"));
  const glm::vec4 first = frame();
  EXPECT_TRUE(first != glm::vec4(0.5f) && first != glm::vec4(0.0f));
  EXPECT_TRUE(becomes(glm::vec4(0.125f)));
}

TEST_F(GlslLive, ReadingTheResultWaitsForNoWorker) {
  top_->par("compilebehavior") = "threadedblack";
  top_->pixelShader(filled("nothing"), "live.frag");
  EXPECT_FALSE(top_->compiles());
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: live.frag:1:"));
}

TEST_F(GlslLive, AFailureInTheBackgroundIsToldWithItsPlace) {
  top_->pixelShader(filled("0.25"));
  frame();
  top_->par("compilebehavior") = "threadedprevious";
  top_->par("errorbehavior") = "showprevious";
  top_->pixelShader("\n\n" + filled("nothing"), "live.frag");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (top_->warnings().empty() && std::chrono::steady_clock::now() < end) frame();
  EXPECT_EQ(top_->warnings().size(), 1u);
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: live.frag:3:"));
}

TEST_F(GlslLive, ComputeShadersAndColourBuffersCompileInTheBackgroundToo) {
  top_->par("compilebehavior") = "threadedblack";
  top_->par("mode") = "compute";
  top_->computeShader(
      "layout(local_size_x = 2, local_size_y = 2) in;\n"
      "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(0.5)); }");
  EXPECT_TRUE(becomes(glm::vec4(0.5f)));
  top_->par("mode") = "vertexpixel";
  top_->par("numcolorbufs") = 2;
  top_->vertexShader("void main() { gl_Position = TDSOPToProj(vec4(P, 1.0)); }");
  top_->pixelShader(
      "layout(location = 0) out vec4 a; layout(location = 1) out vec4 b;\n"
      "void main() { a = vec4(0.25); b = vec4(0.75); }");
  EXPECT_TRUE(becomes(glm::vec4(0.25f)));
}

TEST_F(GlslLive, FiftyShadersStartSideBySide) {
  std::vector<GlslTop*> tops;
  for (int i = 0; i < 50; ++i) {
    GlslTop& top = graph().add<GlslTop>("t" + std::to_string(i));
    top.par("format") = "rgba32float";
    top.par("resolution") = glm::vec2(2, 2);
    top.par("compilebehavior") = "threadedblack";
    top.pixelShader(filled(std::to_string(i + 1) + ".0"));
    top.pin();
    tops.push_back(&top);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  int ready = 0;
  while (ready < 50 && std::chrono::steady_clock::now() < end) {
    graph().cook();
    ready = 0;
    for (GlslTop* top : tops) ready += top->sample({.x = 0, .y = 0}).r > 0.5f ? 1 : 0;
  }
  for (std::size_t i = 0; i < tops.size(); ++i) {
    EXPECT_EQ(tops[i]->sample({.x = 0, .y = 0}).r, static_cast<float>(i + 1));
  }
}

TEST_F(GlslLive, AGraphMayEndWhileItsShadersCompile) {
  for (int i = 0; i < 5; ++i) {
    GlslTop& top = graph().add<GlslTop>();
    top.par("compilebehavior") = "threadedblack";
    top.pixelShader(filled("0." + std::to_string(i + 11)));
    top.pin();
  }
  graph().cook();
}

class GlslWatch : public GlslLive {
 protected:
  GlslWatch() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "topknot_watch_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~GlslWatch() override { std::filesystem::remove_all(folder_); }
  void save(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::filesystem::path folder_;
};

TEST_F(GlslWatch, ASavedFileIsDrawnInTheNextFrame) {
  save("a.frag", filled("0.25"));
  top_->watch(folder_ / "a.frag");
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  save("a.frag", filled("0.5"));
  EXPECT_EQ(frame(), glm::vec4(0.5f));
}

TEST_F(GlslWatch, OnlyWhatWasSavedCooks) {
  save("a.frag", filled("0.25"));
  top_->watch(folder_ / "a.frag");
  graph().cook();
  for (int i = 0; i < 3; ++i) graph().cook();
  EXPECT_EQ(top_->totalCooks(), 1);
  save("a.frag", filled("0.5"));
  for (int i = 0; i < 3; ++i) graph().cook();
  EXPECT_EQ(top_->totalCooks(), 2);
}

TEST_F(GlslWatch, AnOperatorBehindOthersIsWatchedInAGraphAtRest) {
  save("a.frag", filled("0.25"));
  top_->watch(folder_ / "a.frag");
  top_->pin(false);
  Op& last = graph().add("null");
  *top_ >> last;
  last.pin();
  for (int i = 0; i < 3; ++i) graph().cook();
  EXPECT_EQ(last.totalCooks(), 1);
  save("a.frag", filled("0.5"));
  graph().cook();
  EXPECT_EQ(last.as<Top>().sample({.x = 0, .y = 0}), glm::vec4(0.5f));
  EXPECT_EQ(last.totalCooks(), 2);
}

TEST_F(GlslWatch, IncludesAreWatchedAsWell) {
  save("value.glsl", "#define VALUE 0.25\n");
  save("a.frag", "#include \"value.glsl\"\n" + filled("VALUE"));
  top_->watch(folder_ / "a.frag");
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  save("value.glsl", "#define VALUE 0.75\n");
  EXPECT_EQ(frame(), glm::vec4(0.75f));
  save("a.frag", "#include \"other.glsl\"\n" + filled("VALUE"));
  frame();
  save("other.glsl", "#define VALUE 0.5\n");
  save("a.frag", "#include \"other.glsl\"\n\n" + filled("VALUE"));
  EXPECT_EQ(frame(), glm::vec4(0.5f));
  save("other.glsl", "#define VALUE 0.125\n");
  EXPECT_EQ(frame(), glm::vec4(0.125f));
}

TEST_F(GlslWatch, ASavedTextThatDoesNotCompileKeepsWhatRan) {
  save("a.frag", filled("0.25"));
  top_->watch(folder_ / "a.frag");
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  save("a.frag", filled("nothing"));
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  EXPECT_EQ(top_->warnings().size(), 1u);
  save("a.frag", filled("0.5"));
  EXPECT_EQ(frame(), glm::vec4(0.5f));
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(GlslWatch, AfterItsEndNothingIsReadAgain) {
  save("a.frag", filled("0.25"));
  top_->watch(folder_ / "a.frag");
  top_->stopWatching();
  save("a.frag", filled("0.5"));
  EXPECT_EQ(frame(), glm::vec4(0.25f));
}

class GlslFunctionLive : public GlslLive {
 protected:
  GlslFunctionLive() { top_->par("mode") = "pixelfunction"; }
  static std::string returning(const std::string& value) {
    return "vec4 pixel(vec2 uv) { return vec4(" + value + "); }";
  }
};

TEST_F(GlslFunctionLive, WhileItCompilesThePictureIsWhatTheMenuSays) {
  top_->par("compilebehavior") = "threadedblack";
  top_->pixelShader(returning("0.5"));
  EXPECT_EQ(frame(), glm::vec4(0.0f));
  EXPECT_TRUE(becomes(glm::vec4(0.5f)));
  top_->par("compilebehavior") = "threadedcheckerboard";
  top_->pixelShader(returning("0.125"));
  const glm::vec4 first = frame();
  EXPECT_TRUE(first != glm::vec4(0.5f) && first != glm::vec4(0.0f) && first != glm::vec4(0.125f));
  EXPECT_TRUE(becomes(glm::vec4(0.125f)));
  top_->par("compilebehavior") = "threadedprevious";
  top_->pixelShader(returning("0.75"));
  EXPECT_EQ(frame(), glm::vec4(0.125f));
  EXPECT_TRUE(becomes(glm::vec4(0.75f)));
  top_->par("compilebehavior") = "stalluntildone";
  top_->pixelShader(returning("0.25"));
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  EXPECT_TRUE(top_->warnings().empty());
}

TEST_F(GlslFunctionLive, ATextThatTheBackgroundRefusesIsToldWithItsPlace) {
  top_->pixelShader(returning("0.25"));
  frame();
  top_->par("compilebehavior") = "threadedblack";
  top_->par("errorbehavior") = "showprevious";
  top_->pixelShader("\n\n" + returning("nothing"), "live.frag");
  EXPECT_EQ(frame(), glm::vec4(0.0f)) << "it is not known yet";
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (top_->warnings().empty() && std::chrono::steady_clock::now() < end) frame();
  EXPECT_EQ(frame(), glm::vec4(0.25f));
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: live.frag:3:"));
}

class GlslIsolate : public GlslLive {};

TEST_F(GlslIsolate, PixelFunctionsAreTriedToo) {
  top_->par("mode") = "pixelfunction";
  top_->par("isolate") = 1;
  top_->pixelShader("vec4 pixel(vec2 uv) { return vec4(0.5); }");
  setenv("TOPKNOT_GUARD", TOPKNOT_BINARY_DIR "/no-such-guard", 1);
  EXPECT_FALSE(top_->compiles()) << "nothing can try it";
  EXPECT_TRUE(contains(top_->compileResult(), "no-such-guard")) << top_->compileResult();
  setenv("TOPKNOT_GUARD", TOPKNOT_BINARY_DIR "/topknot-guard", 1);
  top_->pixelShader("vec4 pixel(vec2 uv) { return vec4(0.25); }");
  EXPECT_EQ(frame(), glm::vec4(0.25f)) << top_->compileResult();
  top_->par("compilebehavior") = "threadedblack";
  top_->pixelShader("vec4 pixel(vec2 uv) { return vec4(0.75); }");
  EXPECT_EQ(frame(), glm::vec4(0.0f));
  EXPECT_TRUE(becomes(glm::vec4(0.75f)));
}

TEST_F(GlslIsolate, ASoundShaderIsDrawn) {
  setenv("TOPKNOT_GUARD", TOPKNOT_BINARY_DIR "/topknot-guard", 1);
  top_->par("isolate") = 1;
  top_->pixelShader(filled("0.5"));
  EXPECT_EQ(frame(), glm::vec4(0.5f)) << top_->compileResult();
}

TEST_F(GlslIsolate, AShaderThatKillsTheDriverKillsOnlyTheProcessThatTriedIt) {
  setenv("TOPKNOT_GUARD", TOPKNOT_BINARY_DIR "/topknot-guard", 1);
  top_->par("isolate") = 1;
  top_->par("mode") = "compute";
  top_->computeShader(
      "layout(local_size_x = 1) in;\nshared float a[4];\nuniform int uAt;\n"
      "#define OPEN a[uAt - 100000000\n"  // in pieces, so that nothing finds the index
      "void main() { OPEN] = 1.0; barrier();\n"
      "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(OPEN])); }");
  if (!context().info().software) GTEST_SKIP() << "only software renderers write outside by this";
  EXPECT_FALSE(top_->compiles());
  EXPECT_TRUE(contains(top_->compileResult(), "process of its own")) << top_->compileResult();
  top_->computeShader(
      "layout(local_size_x = 1) in;\n"
      "void main() { TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(0.25)); }");
  EXPECT_EQ(frame(), glm::vec4(0.25f)) << top_->compileResult();
}

TEST_F(GlslIsolate, AnIndexThatNothingCanBoundIsRefusedThoughItIsFineWithoutUniforms) {
  setenv("TOPKNOT_GUARD", TOPKNOT_BINARY_DIR "/topknot-guard", 1);
  if (!context().info().software) GTEST_SKIP() << "only software renderers write outside by this";
  top_->par("isolate") = 1;
  top_->par("mode") = "compute";
  top_->computeShader(
      "layout(local_size_x = 1) in;\nshared float a[4];\nuniform int uAt;\n#define OPEN a[uAt\n"
      "void main() { OPEN] = 1.0; barrier();\n"
      "  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(OPEN])); }");
  EXPECT_FALSE(top_->compiles());
  EXPECT_TRUE(contains(top_->compileResult(), "write it as name[index]")) << top_->compileResult();
}

/// Shared memory, filled and read by one invocation, at places that uniforms say.
class GlslShared : public GlslLive {
 protected:
  void use(const std::string& declarations, const std::string& body) {
    top_->par("mode") = "compute";
    top_->computeShader("layout(local_size_x = 1) in;\nuniform int uAt; uniform uint uHigh;\n" +
                        declarations + "\nvoid main() {\n  float r = 0.0;\n" + body +
                        "\n  TDImageStoreOutput(0, gl_GlobalInvocationID, vec4(r));\n}\n");
    ASSERT_TRUE(top_->compiles()) << top_->compileResult();
  }
  float at(int index) {
    top_->uniform("uAt", index);
    return frame().r;
  }
};

constexpr int kFar[] = {4, 1000000, 50000000, -1, -1000, -50000000, 2147483647, -2147483647};

TEST_F(GlslShared, AnIndexOutOfRangeIsTheLastElement) {
  if (!context().info().software) GTEST_SKIP() << "a GPU sees to it by itself";
  use("shared float a[4];",
      "  for (int i = 0; i < 4; ++i) a[i] = float(i + 1);\n  barrier(); r = a[uAt];");
  EXPECT_EQ(at(0), 1.0f);
  EXPECT_EQ(at(2), 3.0f);
  for (const int far : kFar) EXPECT_EQ(at(far), 4.0f) << far;
}

TEST_F(GlslShared, WritingOutOfRangeEndsNothing) {
  if (!context().info().software) GTEST_SKIP() << "a GPU sees to it by itself";
  const char* const kUses[][2] = {
      {"shared float a[4];", "a[uAt] = 1.0; r = 0.5;"},
      {"shared int a[4];", "atomicAdd(a[uAt], 1); r = 0.5;"},
      {"struct S { int n; float a[4]; };\nshared S s[4];", "s[uAt].a[uAt] = 1.0; r = 0.5;"},
      {"shared vec4 v;", "v[uAt] = 1.0; r = 0.5;"},
      {"shared mat4 m;", "m[uAt][uAt] = 1.0; r = 0.5;"},
      {"shared float b[4][4];", "b[uAt][1] = 1.0; b[1][uAt] = 2.0; r = 0.5;"},
      {"shared float a[4];\n#define AT(i) a[i]", "AT(uAt) = 1.0; r = 0.5;"},
      {"shared float a[4];", "a[uint(uAt)] = 1.0; r = 0.5;"},
  };
  for (const auto& [declarations, body] : kUses) {
    use(declarations, std::string("  ") + body);
    for (const int far : kFar) EXPECT_EQ(at(far), 0.5f) << body << far;
  }
}

TEST_F(GlslShared, MessagesAreAboutTheAuthorsOwnText) {
  top_->par("mode") = "compute";
  top_->computeShader(
      "layout(local_size_x = 1) in;\nshared float a[4];\nuniform int uAt;\n"
      "void main() {\n  a[uAt] = a[0.5] + nothing;\n}\n",
      "own.comp");
  EXPECT_FALSE(top_->compiles());
  const std::string result = top_->compileResult();
  EXPECT_TRUE(contains(result, "own.comp:5:")) << result;
  EXPECT_FALSE(contains(result, "tdWithin")) << result;
  EXPECT_FALSE(contains(result, "length")) << result;
}

TEST_F(GlslShared, OtherArraysAreKeptWithinByTheDriver) {
  if (!context().info().software) GTEST_SKIP() << "a GPU sees to it by itself";
  const char* const kUses[][2] = {
      {"", "float b[8]; for (int i = 0; i < 8; ++i) b[i] = float(uAt); b[uAt] = 1.0; r = 0.5;"},
      {"float b[8];", "b[uAt] = 1.0; b[uAt + 1] = b[uAt]; r = 0.5;"},
      {"uniform vec4 uList[8];", "r = uList[uAt].x * 0.0 == 0.0 ? 0.5 : 0.5;"},
      {"",
       "vec4 v = vec4(float(uAt)); v[uAt] = 1.0; mat3 m = mat3(1.0); m[uAt][uAt] = 2.0; r = 0.5;"},
  };
  for (const auto& [declarations, body] : kUses) {
    use(declarations, std::string("  ") + body);
    for (const int far : kFar) EXPECT_EQ(at(far), 0.5f) << body << far;
  }
}

}  // namespace
}  // namespace topknot
