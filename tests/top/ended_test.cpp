// Contexts that somebody else ended, and graphs that go at a bad time: errors, never the process.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
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

template <class Function>
Function egl(const char* name) {
  static void* const library = dlopen("libEGL.so.1", RTLD_NOW);
  return reinterpret_cast<Function>(dlsym(library, name));
}

/// As another library in the process might do it.
void terminateDisplay() {
  const auto display = egl<void* (*)()>("eglGetCurrentDisplay")();
  ASSERT_NE(display, nullptr);
  egl<unsigned (*)(void*)>("eglTerminate")(display);
}

/// Operators with threads, rings and timers of their own, cooked.
struct Show {
  explicit Show(const test::Folder& folder) {
    for (int i = 0; i < 6; ++i) {
      saveImage(test::sixColours(), folder / ("seq" + std::to_string(i) + ".png"));
    }
    graph = std::make_unique<Graph>();
    auto& source = graph->add("moviefilein").as<Top>();
    source.par("file") = (folder / "seq#.png").string();
    auto& level = graph->add("level").as<Top>();
    auto& shader = graph->add<GlslTop>("shader");
    shader.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
    shader.uniform("list", std::vector<float>{1, 2});
    auto& out = graph->add("sharedmemout").as<Top>();
    out.par("name") = "topknot-ended-" + std::to_string(getpid());
    auto& files = graph->add("moviefileout").as<Top>();
    files.par("file") = (folder / "out.bmp").string();
    files.par("type") = "image";
    auto& cache = graph->add("cache").as<Top>();
    source >> level >> shader >> out;
    shader >> files;
    shader >> cache;
    cache.pin();
    readback = std::make_unique<Readback>(shader);
    graph->profiling(true);
    for (int i = 0; i < 3; ++i) {
      graph->cook();
      ticket = readback->start();
      shader.numpyArray({.delayed = true});
    }
    files.par("addframe").pulse();
    graph->cook();
  }
  ~Show() { readback.reset(); }
  Top& top() { return graph->op("shader").as<Top>(); }

  std::unique_ptr<Graph> graph;
  std::unique_ptr<Readback> readback;
  ReadbackTicket ticket;
};

TEST(Ended, AForeignEglTerminateIsALostContext) {
  const test::Folder folder;
  auto context = std::make_unique<Context>(Context::headless());
  Show show(folder);
  EXPECT_EQ(context->lost(), "");
  terminateDisplay();
  EXPECT_TRUE(contains(context->lost(), "eglTerminate"));
  EXPECT_TRUE(contains(thrown([&] { show.top().sample({.x = 0, .y = 0}); }), "eglTerminate"));
  EXPECT_TRUE(contains(thrown([&] { context->makeCurrent(); }), "eglTerminate"));
  // And on in another context, as after any loss.
  context.reset();
  context = std::make_unique<Context>(Context::headless());
  EXPECT_EQ(show.top().width(), 3);
  show.readback.reset();
  show.graph.reset();
  show.ticket = {};
  EXPECT_EQ(context->liveObjects(), 0);
}

TEST(Ended, GraphsAndContextsGoInAnyOrderAfterwards) {
  const test::Folder folder;
  for (const bool graphFirst : {true, false}) {
    auto context = std::make_unique<Context>(Context::headless());
    Show show(folder);
    terminateDisplay();
    if (graphFirst) {
      show.readback.reset();
      show.graph.reset();
    }
    context.reset();
  }
}

TEST(Ended, TheOldContextLeavesANewOneOfTheSameHandleAlone) {
  auto old = std::make_unique<Context>(Context::headless());
  auto graph = std::make_unique<Graph>();
  graph->add<GlslTop>().cook();
  terminateDisplay();
  Context next = Context::headless();
  EXPECT_TRUE(contains(old->lost(), "eglTerminate"));
  graph.reset();
  old.reset();
  next.makeCurrent();
  Graph another;
  EXPECT_TRUE(nearly(another.add<GlslTop>().sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
  EXPECT_EQ(next.lost(), "");
}

TEST(Ended, AnotherThreadLearnsOfIt) {
  const Context context = Context::headless();
  terminateDisplay();
  std::string told;
  std::thread([&] { told = context.lost(); }).join();
  EXPECT_TRUE(contains(told, "eglTerminate"));
}

TEST(Ended, AHostsGlfwTerminateIsALostContext) {
  for (const bool again : {false, true}) {
    Context context = Context::window({.width = 8, .height = 8, .visible = false});
    auto graph = std::make_unique<Graph>();
    Top& top = graph->add<GlslTop>();
    top.cook();
    EXPECT_EQ(context.lost(), "");
    glfwTerminate();
    if (again) glfwInit();
    EXPECT_TRUE(contains(context.lost(), "glfwTerminate"));
    EXPECT_TRUE(contains(thrown([&] { top.textureName(); }), "glfwTerminate"));
    EXPECT_TRUE(contains(thrown([&] { context.swapBuffers(); }), "glfwTerminate"));
    EXPECT_TRUE(contains(thrown([&] { context.shouldClose(); }), "glfwTerminate"));
  }
  const Context next = Context::window({.width = 8, .height = 8, .visible = false});
  glfwSetTime(100.0);
  EXPECT_EQ(next.lost(), "") << "setting the clock is no end";
}

TEST(Ended, AHostMayDestroyItsWindowFirst) {
  ASSERT_EQ(glfwInit(), GLFW_TRUE);
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  GLFWwindow* window = glfwCreateWindow(8, 8, "host", nullptr, nullptr);
  glfwMakeContextCurrent(window);
  const test::Folder folder;
  auto context = std::make_unique<Context>(Context::adopt(glfwGetProcAddress));
  Show show(folder);
  glfwDestroyWindow(window);
  EXPECT_TRUE(contains(thrown([&] { show.top().textureName(); }), "is not current"));
  show.readback.reset();
  show.graph.reset();
  context.reset();
}

TEST(Ended, NoContextNeedBeCurrentForTheEnd) {
  const test::Folder folder;
  auto context = std::make_unique<Context>(Context::headless());
  Show show(folder);
  const auto display = egl<void* (*)()>("eglGetCurrentDisplay")();
  egl<unsigned (*)(void*, void*, void*, void*)>("eglMakeCurrent")(display, nullptr, nullptr,
                                                                  nullptr);
  show.readback.reset();
  show.graph.reset();
  show.ticket = {};
  EXPECT_EQ(context->liveObjects(), 0);
}

TEST(Ended, AnotherThreadMayEndAll) {
  const test::Folder folder;
  auto context = std::make_unique<Context>(Context::headless());
  Show show(folder);
  std::thread([&] {
    show.readback.reset();
    show.graph.reset();
    show.ticket = {};
  }).join();
  EXPECT_EQ(context->liveObjects(), 0);
}

TEST(Ended, AnExceptionUnwindsThemAll) {
  const test::Folder folder;
  EXPECT_THROW(
      {
        const Context context = Context::headless();
        const Show show(folder);
        terminateDisplay();
        throw std::runtime_error("the host's own");
      },
      std::runtime_error);
}

TEST(Ended, AForkedChildMayLetGoOfEverything) {
  const test::Folder folder;
  auto context = std::make_unique<Context>(Context::headless());
  auto show = std::make_unique<Show>(folder);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // the end of a child that hangs
    show.reset();
    context.reset();
    _exit(0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(show->top().width(), 3) << "the parent goes on";
}

TEST(Ended, AMovedFromObjectSaysSo) {
  Context first = Context::headless();
  const Context second = std::move(first);
  EXPECT_TRUE(contains(thrown([&] { first.info(); }), "was moved from"));
  EXPECT_TRUE(contains(thrown([&] { first.makeCurrent(); }), "was moved from"));
  EXPECT_TRUE(contains(thrown([&] { first.lost(); }), "was moved from"));
  EXPECT_TRUE(contains(thrown([&] { first.textureBudget(1); }), "was moved from"));
  Graph graph;
  Readback one(graph.add<GlslTop>());
  const Readback two = std::move(one);
  EXPECT_TRUE(contains(thrown([&] { one.start(); }), "was moved from"));
  EXPECT_TRUE(contains(thrown([&] { one.take(); }), "was moved from"));
  EXPECT_TRUE(contains(thrown([&] { one.counters(); }), "was moved from"));
}

/// Ends the program by exit() with everything in static objects, whose ends come in an order that
/// nobody chose, after that of the driver's own.
[[noreturn]] void exitWith(bool contextFirst, bool terminated) {
  static std::unique_ptr<Graph> graphFirst;
  static std::unique_ptr<Context> context;
  static std::unique_ptr<Graph> graphLast;
  context = std::make_unique<Context>(Context::headless());
  auto& graph = contextFirst ? graphFirst : graphLast;
  graph = std::make_unique<Graph>();
  auto& top = graph->add<GlslTop>();
  top.cook();
  top.numpyArray({.delayed = true});
  if (terminated) terminateDisplay();
  std::exit(0);
}

TEST(Ended, StaticObjectsEndInAnyOrder) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const bool contextFirst : {true, false}) {
    EXPECT_EXIT(exitWith(contextFirst, false), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(exitWith(contextFirst, true), ::testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace topknot
