// Life and death of contexts, graphs and threads around TOPs.
#include <gtest/gtest.h>

#include <thread>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

constexpr const char* kGreen = "out vec4 c; void main() { c = vec4(0.0, 1.0, 0.0, 1.0); }";

TEST(Life, TheContextMayEndBeforeTheGraph) {
  Graph graph;
  auto& top = graph.add<GlslTop>("top");
  {
    const Context context = Context::headless();
    top.numpyArray({.delayed = true});
    EXPECT_GT(context.liveObjects(), 0);
  }
  EXPECT_TRUE(contains(thrown([&] { top.sample({.x = 0, .y = 0}); }), "context"));
  top.pin();
  EXPECT_TRUE(contains(thrown([&] { graph.cook(); }), "context"));
  EXPECT_EQ(graph.frame().index, 0);
}

TEST(Life, ANewContextTakesTheGraphOver) {
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  source.pixelShader(kGreen);
  auto& behind = graph.add("null").as<Top>();
  source >> behind;
  {
    const Context context = Context::headless();
    EXPECT_TRUE(nearly(behind.sample({.x = 0, .y = 0}), {0, 1, 0, 1}));
  }
  const Context context = Context::headless();
  EXPECT_TRUE(nearly(behind.sample({.x = 0, .y = 0}), {0, 1, 0, 1}));
  EXPECT_EQ(source.totalCooks(), 2);
}

TEST(Life, CallsFromAnotherThreadAreRefusedAndNothingHappens) {
  const Context context = Context::headless();
  Graph graph;
  auto& top = graph.add<GlslTop>("top");
  top.pin();
  graph.cook();
  std::string fromCook, fromSample, fromSave, withContext;
  std::thread([&] {
    fromCook = thrown([&] { graph.cook(); });
    fromSample = thrown([&] { top.sample({.x = 0, .y = 0}); });
    fromSave = thrown([&] { top.save("never.png"); });
    const Context other = Context::headless();
    withContext = thrown([&] { top.sample({.x = 0, .y = 0}); });
  }).join();
  for (const std::string& sentence : {fromCook, fromSample, fromSave, withContext}) {
    EXPECT_EQ(sentence,
              "glsl 'top': OpenGL belongs to the thread that made the context; this call came from "
              "another thread");
  }
  EXPECT_EQ(graph.frame().index, 0);
  graph.cook();
  EXPECT_EQ(graph.frame().index, 1);
  EXPECT_TRUE(nearly(top.sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
}

TEST(Life, TwoContextsOfOneThreadTakeTurns) {
  const Context first = Context::headless();
  Graph one;
  auto& white = one.add<GlslTop>("white");
  white.cook();
  const Context second = Context::headless();
  Graph two;
  auto& green = two.add<GlslTop>("green");
  green.pixelShader(kGreen);
  for (int i = 0; i < 3; ++i) {
    white.cook(true);
    green.cook(true);
    EXPECT_TRUE(nearly(white.sample({.x = 9, .y = 9}), {1, 1, 1, 1}));
    EXPECT_TRUE(nearly(green.sample({.x = 9, .y = 9}), {0, 1, 0, 1}));
  }
  EXPECT_GT(first.liveObjects(), 0);
  EXPECT_GT(second.liveObjects(), 0);
}

TEST(Life, AHundredGraphsLeaveNothing) {
  const Context context = Context::headless();
  for (int i = 0; i < 100; ++i) {
    Graph graph;
    auto& a = graph.add<GlslTop>("a");
    auto& b = graph.add<GlslTop>("b");
    b.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
    a >> b;
    b.par("npasses") = 3;
    b.numpyArray({.delayed = true});
  }
  EXPECT_EQ(context.liveObjects(), 0);
}

TEST(Life, AGraphMayBeDestroyedOnAnotherThread) {
  const Context context = Context::headless();
  auto graph = std::make_unique<Graph>();
  graph->add<GlslTop>("a").cook();
  std::thread([&] { graph.reset(); }).join();
  EXPECT_EQ(context.liveObjects(), 0);
  Graph next;
  EXPECT_TRUE(nearly(next.add<GlslTop>().sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
}

TEST(Life, AnOperatorThatIsRemovedLeavesNothing) {
  const Context context = Context::headless();
  Graph graph;
  auto& a = graph.add<GlslTop>("a");
  auto& b = graph.add("null", "b").as<Top>();
  a >> b;
  b.cook();
  const int before = context.liveObjects();
  EXPECT_GT(before, 0);
  b.destroy();
  a.destroy();
  EXPECT_EQ(context.liveObjects(), 0);
}

TEST(Life, AGraphDrawsInOneContextWhicheverIsCurrent) {
  const Context first = Context::headless();
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  source.cook();
  Context second = Context::headless();
  auto& later = graph.add("level", "later").as<Top>();
  source >> later;
  EXPECT_TRUE(nearly(later.sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
  EXPECT_EQ(second.liveObjects(), 0);
}

TEST(Life, ANewOperatorReadsNothingOfAContextThatEnded) {
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  auto context = std::make_unique<Context>(Context::headless());
  source.cook();
  context.reset();
  const Context next = Context::headless();
  auto& later = graph.add("level", "later").as<Top>();
  source >> later;
  EXPECT_TRUE(nearly(later.sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
}

TEST(Life, AReaderThatHasNotCookedSinceOutlivesWhatItReads) {
  const Context context = Context::headless();
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  auto& twice = graph.add("level", "twice").as<Top>();
  auto& reader = graph.add("level", "reader").as<Top>();
  source >> twice >> reader;
  twice.par("npasses") = 2;
  reader.cook();
  twice.par("npasses") = 1;  // the picture of its second pass is the reader's alone from now on
  twice.cook();
  twice.destroy();
  reader.cook();
  EXPECT_EQ(reader.errors(), std::vector<std::string>{"Not enough sources specified"});
}

TEST(Life, LockingWithoutMemoryForACopyChangesNothing) {
  Context context = Context::headless();
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  auto& passed = graph.add("null", "passed").as<Top>();
  source >> passed;
  passed.cook();
  context.textureBudget(1);
  EXPECT_TRUE(contains(thrown([&] { passed.lock(true); }), "out of texture memory"));
  EXPECT_FALSE(passed.lock());
  context.textureBudget(1 << 24);
  EXPECT_TRUE(nearly(passed.sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
}

TEST(Life, AHostsWindowShowsTheGraph) {
  ASSERT_EQ(glfwInit(), GLFW_TRUE) << "this test needs a display";
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  GLFWwindow* window = glfwCreateWindow(32, 16, "host", nullptr, nullptr);
  ASSERT_NE(window, nullptr);
  glfwMakeContextCurrent(window);
  {
    const Context context = Context::adopt(glfwGetProcAddress);
    Graph graph;
    auto& top = graph.add<GlslTop>("top");
    top.pixelShader(
        "out vec4 c; void main() { c = vUV.s < 0.5 ? vec4(1, 0, 0, 1) : vec4(0, 0, 1, 1); }");
    top.par("outputresolution") = "custom";
    top.par("resolution") = 16;
    const auto pixel = [&](int x, int y) {
      using ReadPixels = void (*)(int, int, int, int, unsigned, unsigned, void*);
      const auto read = reinterpret_cast<ReadPixels>(glfwGetProcAddress("glReadPixels"));
      unsigned char rgba[4] = {};
      read(x, y, 1, 1, 0x1908, 0x1401, rgba);
      return std::string(1, rgba[0] > 128 ? 'r' : '-') + (rgba[2] > 128 ? 'b' : '-');
    };
    top.draw(0, 0, 32, 16);
    EXPECT_EQ(pixel(1, 8), "r-");
    EXPECT_EQ(pixel(30, 8), "-b");
    using Clear = void (*)(unsigned);
    reinterpret_cast<Clear>(glfwGetProcAddress("glClear"))(0x4000);
    top.par("fillmode") = "best";
    top.draw(0, 0, 32, 16);
    EXPECT_EQ(pixel(1, 8), "--") << "a square in the middle";
    EXPECT_EQ(pixel(10, 8), "r-");
    EXPECT_EQ(pixel(20, 8), "-b");
    top.par("outputaspect") = "custom";
    top.par("aspect1") = 1e6;
    top.par("aspect2") = 1e-6;
    for (const char* mode : {"width", "height", "best", "outside", "nativeres"}) {
      top.par("fillmode") = mode;
      top.draw(-2147483647, 2147483647, 2147483647, 1);  // far outside is no trouble
    }
  }
  glfwDestroyWindow(window);
}

}  // namespace
}  // namespace topknot
