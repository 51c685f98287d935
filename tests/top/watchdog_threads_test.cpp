// Shaders that take too long: who says so, and how it goes on. Run under ThreadSanitizer as well.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>

#include "gl/context/context_state.h"
#include "io/files/save_queue.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;
using Clock = std::chrono::steady_clock;

// Some seconds of work that no compiler can leave out; none if uSteps is 0.
constexpr const char* kSlow =
    "uniform int uSteps; out vec4 c; void main() { float v = vUV.s;\n"
    "  for (int i = 0; i < uSteps; ++i) for (int j = 0; j < 1000; ++j) v = fract(sin(v) * 43.7 + "
    "0.1);\n"
    "  c = vec4(0.25, v < -1.0 ? 1.0 : 0.5, 0.75, 1.0); }";

struct Scene {
  Graph graph;
  GlslTop& warp = graph.add<GlslTop>("warp");
  Top& out = graph.add("null", "out").as<Top>();
  explicit Scene(int size = 16) {
    warp.pixelShader(kSlow);
    warp.uniform("uSteps", 0.0);
    warp.par("outputresolution") = "custom";
    warp.par("resolution") = size;
    warp.par("format") = "rgba32float";
    warp >> out;
    out.pin();
  }
};

constexpr double kSteps = 60;  // software drivers end a loop at 65,535 rounds

/// The size of a picture that keeps this driver busy for about a second.
int slowSize() {
  const Context context = Context::headless();
  Scene scene;
  scene.out.sample({.x = 0, .y = 0});
  scene.warp.uniform("uSteps", kSteps);
  for (int size = 16;; size *= 2) {
    scene.warp.par("resolution") = size;
    const auto start = Clock::now();
    scene.out.sample({.x = 0, .y = 0});
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    if (took > 0.2 || size >= 8192)
      return static_cast<int>(size * std::sqrt(std::max(1.0, 1.0 / took)));
  }
}

TEST(Watchdogs, ALostContextIsReplacedAndTheGraphDrawsTheSame) {
  Scene scene;
  auto context = std::make_optional(Context::headless());
  const Image before = scene.out.numpyArray();
  gl::current()->watch.lose("lost for a test");
  EXPECT_EQ(context->lost(), "lost for a test");
  const std::string sentence =
      "null 'out': lost for a test; make a new one on this thread and it will be drawn anew";
  EXPECT_EQ(thrown([&] { scene.graph.cook(); }), sentence);
  EXPECT_EQ(thrown([&] { scene.out.sample({.x = 0, .y = 0}); }), sentence);
  EXPECT_EQ(scene.graph.frame().index, 0) << "that frame has not happened";
  context.reset();
  EXPECT_EQ(thrown([&] { scene.out.sample({.x = 0, .y = 0}); }), sentence);
  context.emplace(Context::headless());
  scene.graph.cook();
  EXPECT_TRUE(scene.out.errors().empty());
  const Image after = scene.out.numpyArray();
  ASSERT_EQ(before.floats().size(), after.floats().size());
  EXPECT_TRUE(std::equal(before.floats().begin(), before.floats().end(), after.floats().begin()));
  EXPECT_EQ(scene.warp.totalCooks(), 2);
}

TEST(Watchdogs, ANewContextTakesOverWhileTheLostOneIsStillThere) {
  Scene scene;
  const Context lost = Context::headless();
  scene.graph.cook();
  gl::current()->watch.lose("lost for a test");
  const Context context = Context::headless();
  EXPECT_TRUE(nearly(scene.out.sample({.x = 3, .y = 5}), {0.25f, 0.5f, 0.75f, 1.0f}));
}

TEST(Watchdogs, AGraphAndItsContextGoAfterALoss) {
  for (const bool graphFirst : {true, false}) {
    auto scene = std::make_unique<Scene>();
    auto context = std::make_optional(Context::headless());
    scene->out.numpyArray({.delayed = true});
    gl::current()->watch.lose("lost for a test");
    if (graphFirst) scene.reset();
    context.reset();
  }
}

TEST(Watchdogs, ACookThatTakesTooLongIsAnErrorByNameAndOthersGoOn) {
  const int size = slowSize();
  std::atomic<bool> stop = false;
  std::atomic<int> frames = 0, wrong = 0;
  std::thread other([&] {
    const Context context = Context::headless();
    Scene scene;
    while (!stop) {
      scene.graph.cook();
      const bool right =
          bool(nearly(scene.out.sample({.x = 1, .y = 1}), {0.25f, 0.5f, 0.75f, 1.0f}));
      wrong += right && scene.out.errors().empty() ? 0 : 1;
      ++frames;
    }
  });
  Scene scene;
  auto context = std::make_optional(Context::headless());
  scene.graph.cook();
  context->cookDeadline(0.2);
  scene.warp.uniform("uSteps", kSteps);
  scene.warp.par("resolution") = size;
  while (frames < 3) std::this_thread::yield();
  // Asynchronous drivers are late when the pixels are waited for, others in the cook.
  std::string said = thrown([&] { scene.out.sample({.x = 0, .y = 0}); });
  EXPECT_TRUE(contains(said, ": took longer than 0.2 s: the context is given up"));
  EXPECT_TRUE(contains(said, "'warp'") || contains(said, "drawn before it")) << said;
  EXPECT_TRUE(contains(context->lost(), "took longer than 0.2 s"));
  EXPECT_TRUE(contains(thrown([&] { scene.graph.cook(); }), "the context is given up"));
  const int then = frames;
  while (frames < then + 3) std::this_thread::yield();
  stop = true;
  other.join();
  EXPECT_EQ(wrong, 0);
  // It goes on in a new one.
  context.reset();
  context.emplace(Context::headless());
  scene.warp.uniform("uSteps", 0.0);
  scene.warp.par("resolution") = 16;
  EXPECT_TRUE(nearly(scene.out.sample({.x = 0, .y = 0}), {0.25f, 0.5f, 0.75f, 1.0f}));
}

/// Draws something that takes too long in a new context; when that context was given up.
Clock::time_point loseContext(int size) {
  const Context context = Context::headless();
  Scene scene;
  scene.graph.cook();
  gl::current()->watch.deadline(0.2);
  scene.warp.uniform("uSteps", kSteps);
  scene.warp.par("resolution") = size;
  EXPECT_NE(thrown([&] { scene.out.sample({.x = 0, .y = 0}); }), "");
  EXPECT_NE(context.lost(), "");
  return Clock::now();
}

TEST(Watchdogs, TheNextContextDrawsAtOnceOrWaitsForWhatIsStuck) {
  const int size = static_cast<int>(slowSize() * 1.5);
  // As often as there are renderers to go on with, and once more.
  for (int i = 0; i < 3; ++i) {
    loseContext(size);
    const Context context = Context::headless();
    gl::current()->watch.deadline(1.0);
    Scene scene;
    EXPECT_TRUE(nearly(scene.out.sample({.x = 0, .y = 0}), {0.25f, 0.5f, 0.75f, 1.0f}));
    EXPECT_EQ(context.lost(), "") << "one context is given up, not two";
  }
}

TEST(Watchdogs, AnOperatorIsNamedOnceInTheSentence) {
  Scene scene;
  auto context = std::make_optional(Context::headless());
  scene.graph.cook();
  gl::current()->watch.lose("null 'out': took longer than 3 s: the context is given up");
  EXPECT_EQ(thrown([&] { scene.out.sample({.x = 0, .y = 0}); }),
            "null 'out': took longer than 3 s: the context is given up; make a new one on this "
            "thread and it will be drawn anew");
  // One that was never drawn there.
  Top& other = scene.graph.add("null", "out2").as<Top>();
  EXPECT_TRUE(contains(thrown([&] { other.sample({.x = 0, .y = 0}); }), "null 'out'"));
}

TEST(Watchdogs, AFunctionThatIsStuckInTheCookIsNamedThere) {
  const Context context = Context::headless();
  Scene scene;
  scene.graph.cook();
  gl::current()->watch.deadline(0.2);
  scene.warp.uniform("uSteps", [&](const Frame&) {
    const auto end = Clock::now() + std::chrono::seconds(20);
    while (context.lost().empty() && Clock::now() < end) std::this_thread::yield();  // at work
    return Value(0.0);
  });
  scene.graph.cook();
  const std::string sentence = "glsl 'warp': took longer than 0.2 s: the context is given up";
  EXPECT_EQ(scene.warp.errors(), std::vector<std::string>{sentence});
  EXPECT_EQ(context.lost(), sentence);
}

TEST(Watchdogs, AFullQueueOfFilesIsNotTheDriversTime) {
  const Context context = Context::headless();
  Scene scene;
  auto& movie = scene.graph.add("moviefileout").as<Top>();
  const test::Folder folder;
  movie.par("file") = (folder.path() / "a.####.png").string();
  scene.out >> movie;
  scene.graph.cook();
  const auto fillQueue = [] {
    for (int i = 0; i < 10; ++i) {  // two threads, and eight places
      io::queueSave(std::make_shared<FileSaveStatus::State>("nowhere"),
                    [] { std::this_thread::sleep_for(std::chrono::milliseconds(600)); });
    }
  };
  gl::current()->watch.deadline(0.3);
  fillQueue();
  const FileSaveStatus saved = scene.out.save(folder.path() / "b.png", {.asynchronous = true});
  fillQueue();
  movie.par("record") = true;
  scene.graph.cook();
  EXPECT_EQ(context.lost(), "");
  EXPECT_TRUE(movie.errors().empty());
  saved.wait();
  dynamic_cast<MovieFileOut&>(movie).finish();
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "a.0000.png"));
}

}  // namespace
}  // namespace topknot
