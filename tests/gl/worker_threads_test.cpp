// The worker: a second thread with a context that shares objects, and programs prepared on it.
#include "gl/context/worker.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>

#include "gl/context/driver_cache.h"
#include "gl/program/buffer.h"
#include "gl/program/lookup_textures.h"
#include "gl/program/pass.h"
#include "gl/program/prepared_program.h"
#include "gl/program/uniform_setter.h"
#include "support/gl_test.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace topknot::gl {
namespace {

using test::contains;
using test::thrown;

constexpr PixelFormat kFloat = PixelFormat::Rgba32Float;

PreparedTarget flat(PixelFormat format) {
  return {{640, 360, format}};
}

class Workers : public ::testing::Test {
 protected:
  ~Workers() override { EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR)); }

  /// The first one.
  Worker& worker() {
    if (currentState().workers.empty()) workerOf(currentState());
    return *currentState().workers.front();
  }

  std::string vertex() { return passVertexShader(context_.info().glsl); }
  std::string pixel(const std::string& body, const std::string& declarations = "") {
    return "#version " + std::to_string(context_.info().glsl) +
           " core\nin vec3 vUV;\nlayout(location = 0) out vec4 result;\n" + declarations +
           "\nvoid main() { " + body + " }\n";
  }
  ShaderTexts texts(const std::string& pixelText) { return {vertex(), pixelText, {}}; }
  std::shared_ptr<PreparedProgram> start(const std::string& pixelText) {
    return PreparedProgram::start(texts(pixelText), flat(kFloat), {}, {});
  }
  static void wait(const PreparedProgram& program) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!program.ready()) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("never ready");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  Context context_ = Context::headless({.debug = true});
  Use use_{current()};
};

TEST_F(Workers, RunJobsInOrderOnAnotherThreadWithAContextOfItsOwn) {
  const StatePtr home = current();
  std::vector<int> order;
  std::thread::id thread;
  StatePtr there;
  std::string renderer;
  for (int i = 0; i < 50; ++i) worker().post([&order, i] { order.push_back(i); });
  worker().post([&] {
    thread = std::this_thread::get_id();
    there = current();
    renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  });
  worker().drain();
  ASSERT_EQ(order.size(), 50u);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_NE(there, home);
  EXPECT_EQ(there->info.renderer, context_.info().renderer);
  EXPECT_EQ(renderer, context_.info().renderer);
  EXPECT_EQ(workerOf(*home), home->workers.front().get()) << "it is idle: there is one only";
}

TEST_F(Workers, AsManyWorkSideBySideAsThereAreProcessors) {
  const StatePtr home = current();
  const unsigned most = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::atomic<unsigned> running = 0;
  std::set<Worker*> workers;
  for (unsigned i = 0; i < most; ++i) {
    Worker* one = workerOf(*home);
    one->post([&] {
      ++running;
      ended.wait();
    });
    workers.insert(one);
  }
  EXPECT_EQ(workers.size(), most);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (running < most && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(running, most);
  EXPECT_TRUE(workers.contains(workerOf(*home))) << "no more than that";
  end.set_value();
  for (Worker* one : workers) one->drain();
}

TEST_F(Workers, SharesTexturesWithTheCookingThread) {
  Texture texture({2, 1, kFloat, false});
  glFinish();
  worker().post([name = texture.name()] {
    const float colour[] = {0.25f, 0.5f, 0.75f, 1.0f};
    glClearTexImage(name, 0, GL_RGBA, GL_FLOAT, colour);
    glFinish();
  });
  worker().drain();
  EXPECT_EQ(download(texture).pixel(1, 0), (glm::vec4{0.25f, 0.5f, 0.75f, 1.0f}));
}

TEST_F(Workers, AJobThatThrowsEndsAlone) {
  bool ran = false;
  worker().post([] { throw std::runtime_error("no"); });
  worker().post([] { throw 5; });
  worker().post([&] { ran = true; });
  worker().drain();
  EXPECT_TRUE(ran);
}

TEST_F(Workers, AJobBehindTheFrameHoldsUpThoseAfterIt) {
  std::vector<int> order;
  worker().drain();
  const auto posted = std::chrono::steady_clock::now();
  auto began = posted;
  worker().postBehindFrame([&] {
    began = std::chrono::steady_clock::now();
    order.push_back(1);
  });
  worker().post([&] { order.push_back(2); });
  EXPECT_GE(worker().jobCount(), 1u) << "it waits";
  worker().drain();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_GE(began - posted, std::chrono::milliseconds(5));
}

TEST_F(Workers, DrainingWithNothingToDoDoesNotWait) {
  worker().drain();
  worker().drain();
}

TEST_F(Workers, WhatAJobHoldsDiesOnTheWorker) {
  struct Held {
    std::thread::id& where;
    explicit Held(std::thread::id& w) : where(w) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { where = std::this_thread::get_id(); }
  };
  std::thread::id died, ran;
  worker().post([held = std::make_shared<Held>(died), &ran] { ran = std::this_thread::get_id(); });
  worker().drain();
  EXPECT_EQ(died, ran);
  EXPECT_NE(died, std::this_thread::get_id());
}

TEST_F(Workers, ItsOwnTexturesCountForItsOwnContext) {
  std::int64_t there = 0;
  worker().post([&] {
    const Texture texture({4, 4, kFloat, false});
    there = currentState().textureBytes;
  });
  worker().drain();
  EXPECT_EQ(there, 256);
  EXPECT_EQ(context_.textureMemory(), 0);
  EXPECT_EQ(context_.liveObjects(), 0);
}

TEST_F(Workers, AProgramPreparedThereDrawsHere) {
  auto prepared = start(pixel("result = vec4(0.125, vUV.s > 0.5 ? 1.0 : 0.0, 3.0, 0.5);"));
  ASSERT_NE(prepared, nullptr);
  wait(*prepared);
  EXPECT_FALSE(prepared->log().failed);
  const ProgramPtr program = prepared->take();
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(prepared->take(), nullptr) << "it is given once";
  EXPECT_EQ(context_.liveObjects(), 1) << "it belongs to the cooking context";
  const Texture target({2, 1, kFloat, false});
  draw(*program, target, {});
  EXPECT_EQ(download(target).pixel(0, 0), (glm::vec4{0.125f, 0.0f, 3.0f, 0.5f}));
  EXPECT_EQ(download(target).pixel(1, 0), (glm::vec4{0.125f, 1.0f, 3.0f, 0.5f}));
}

TEST_F(Workers, EverythingAPassBindsIsBoundThereToo) {
  const std::string text =
      pixel("result = texture(a, vUV.st) + texture(n, vUV.st) + texture(s, vUV.s) + k[3] + extra;",
            "layout(binding = 0) uniform sampler2D a;\n"
            "layout(binding = 1) uniform sampler2D n;\n"
            "layout(binding = 2) uniform sampler1D s;\n"
            "uniform vec4 extra;\n"
            "layout(std140, binding = 1) uniform Block { vec4 k[4]; };");
  std::vector<PreparedInput> inputs(3);
  inputs[0].shape = {640, 360, PixelFormat::Rgba8Fixed, true};
  inputs[0].filter = Filter::Mipmap;
  inputs[0].extend = Extend::Mirror;
  inputs[1].kind = PreparedInput::Kind::NoiseMap;
  inputs[2].kind = PreparedInput::Kind::SineLookup;
  std::vector<GLint> bound;
  GLenum error = GL_INVALID_ENUM;
  worker().drain();  // so that it is the one
  const auto prepared = PreparedProgram::start(
      texts(text), flat(PixelFormat::Rgba8Fixed), inputs, {{1, 64}}, [](const Program& program) {
        const double ones[4] = {1, 1, 1, 1};
        set(program, program.uniforms().at("extra"), {ones, 1, 4});
      });
  worker().post([&] {
    for (const GLuint unit : {0u, 1u, 2u}) {
      GLint name = 0, width = 0, sampling = 0;
      glActiveTexture(GL_TEXTURE0 + unit);
      glGetIntegerv(unit == 2 ? GL_TEXTURE_BINDING_1D : GL_TEXTURE_BINDING_2D, &name);
      glGetIntegerv(GL_SAMPLER_BINDING, &sampling);
      // The first one's stand-in is gone already.
      if (name != 0) {
        glGetTextureLevelParameteriv(static_cast<GLuint>(name), 0, GL_TEXTURE_WIDTH, &width);
      }
      bound.push_back(width);
      EXPECT_NE(sampling, 0);
    }
    GLint64 size = 0;
    glGetInteger64i_v(GL_UNIFORM_BUFFER_SIZE, 1, &size);
    bound.push_back(static_cast<GLint>(size));
    error = glGetError();
  });
  wait(*prepared);
  worker().drain();
  ASSERT_FALSE(prepared->log().failed);
  EXPECT_EQ(bound, (std::vector<GLint>{0, 256, 1024, 64}));
  EXPECT_EQ(error, static_cast<GLenum>(GL_NO_ERROR)) << "on the worker";
  const ProgramPtr program = prepared->take();
  float extra[4] = {};
  glGetUniformfv(program->name(), program->uniforms().at("extra").location, extra);
  EXPECT_EQ(extra[0], 1.0f);
}

TEST_F(Workers, EveryFormatCanBeATargetAndAnInput) {
  const std::string text =
      pixel("result = texture(a, vUV.st);", "layout(binding = 0) uniform sampler2D a;");
  for (const PixelFormatInfo& info : pixelFormats()) {
    PreparedInput input;
    input.shape.format = info.format;
    const auto prepared = PreparedProgram::start(texts(text), flat(info.format), {input}, {});
    wait(*prepared);
    EXPECT_NE(prepared->take(), nullptr) << info.name;
  }
}

TEST_F(Workers, AShaderThatDoesNotCompileTellsItsLog) {
  const auto prepared = start(pixel("result = nothing;"));
  wait(*prepared);
  EXPECT_EQ(prepared->take(), nullptr);
  ASSERT_TRUE(prepared->log().failed);
  ASSERT_FALSE(prepared->log().pixel.empty());
  EXPECT_TRUE(contains(prepared->log().pixel[0].message, "nothing"));
  EXPECT_EQ(context_.liveObjects(), 0);
}

TEST_F(Workers, ASetUpThatThrowsIsAFailureWithItsSentence) {
  const auto prepared =
      PreparedProgram::start(texts(pixel("result = vec4(1.0);")), flat(kFloat), {}, {},
                             [](const Program&) { throw Error("not so"); });
  wait(*prepared);
  EXPECT_EQ(prepared->take(), nullptr);
  ASSERT_TRUE(prepared->log().failed);
  EXPECT_EQ(prepared->log().link.at(0).message, "not so");
}

TEST_F(Workers, AProgramThatNobodyTakesIsDeleted) {
  auto prepared = start(pixel("result = vec4(1.0);"));
  wait(*prepared);
  EXPECT_EQ(context_.liveObjects(), 1);
  prepared.reset();
  EXPECT_EQ(context_.liveObjects(), 0);
  start(pixel("result = vec4(2.0);"));  // let go of while it is under way
  worker().drain();
  EXPECT_EQ(context_.liveObjects(), 0);
}

TEST_F(Workers, ManyProgramsArePreparedWhileTheCookingThreadDraws) {
  const Program own = Program::buildOwn(vertex(), pixel("result = vec4(vUV, 1.0);"));
  const Texture target({64, 64, kFloat, false});
  std::vector<std::shared_ptr<PreparedProgram>> prepared;
  for (int i = 0; i < 8; ++i) {
    prepared.push_back(start(pixel("result = vec4(" + std::to_string(i) + ".5);")));
  }
  std::size_t taken = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (taken < 8 && std::chrono::steady_clock::now() < end) {
    draw(own, target, {});
    if (!prepared[taken]->ready()) continue;
    const ProgramPtr program = prepared[taken]->take();
    ASSERT_NE(program, nullptr);
    draw(*program, target, {});
    EXPECT_EQ(downloadPixel(target, 5, 6).pixel(0, 0)[0], static_cast<float>(taken) + 0.5f);
    ++taken;
  }
  EXPECT_EQ(taken, 8u);
}

/// A thread that is busy under a name until it is told to sleep.
class NamedThread {
 public:
  explicit NamedThread(const char* name)
      : thread_([this, name] {
          pthread_setname_np(pthread_self(), name);
          started_.set_value();
          while (!sleep_) {
          }
          end_.get_future().wait();
        }) {
    started_.get_future().wait();
  }
  ~NamedThread() {
    sleep();
    end_.set_value();
    thread_.join();
  }
  void sleep() { sleep_ = true; }

 private:
  std::atomic<bool> sleep_ = false;
  std::promise<void> started_, end_;
  std::thread thread_;
};

TEST(DriverCache, IsWaitedForWhileItsThreadsWrite) {
  using std::chrono::milliseconds;
  EXPECT_TRUE(waitForDriverCache(milliseconds(5000)));
  NamedThread other("x) S:disk"), writer("a (b) x:disk$0");
  EXPECT_FALSE(waitForDriverCache(milliseconds(20)));
  writer.sleep();
  EXPECT_TRUE(waitForDriverCache(milliseconds(20000))) << "the other one does not matter";
}

TEST(WorkerLife, TheContextsEndWaitsForTheJobsAtHandAndDropsTheRest) {
  const unsigned most = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
  std::atomic<unsigned> begun = 0, ended = 0;
  std::atomic<bool> second = false;
  std::shared_ptr<PreparedProgram> late;
  {
    const Context context = Context::headless();
    const Use use(current());
    for (unsigned i = 0; i < most; ++i) {
      workerOf(currentState())->post([&] {
        ++begun;
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        ++ended;
      });
    }
    currentState().workers.back()->post([&] { second = true; });
    late = PreparedProgram::start({passVertexShader(context.info().glsl), "", ""}, flat(kFloat), {},
                                  {});
    while (begun < most) std::this_thread::yield();
    EXPECT_FALSE(late->ready());
    EXPECT_FALSE(late->log().failed) << "nothing is known yet";
  }
  EXPECT_EQ(ended, most);
  EXPECT_FALSE(second);
  EXPECT_TRUE(late->ready()) << "nobody waits for it in vain";
  EXPECT_EQ(late->take(), nullptr);
  EXPECT_EQ(late->log().link.at(0).message,
            "the OpenGL context ended before the shader was compiled");
}

TEST(WorkerLife, PreparedProgramsMayOutliveTheContext) {
  std::shared_ptr<PreparedProgram> prepared;
  {
    const Context context = Context::headless();
    const Use use(current());
    const std::string version = "#version " + std::to_string(context.info().glsl) + " core\n";
    prepared = PreparedProgram::start(
        {passVertexShader(context.info().glsl),
         version + "layout(location = 0) out vec4 c;\nvoid main() { c = vec4(1.0); }", ""},
        flat(kFloat), {}, {});
    currentState().workers.front()->drain();
    EXPECT_TRUE(prepared->ready());
  }
  EXPECT_FALSE(prepared->log().failed);
  prepared.reset();
}

TEST(WorkerLife, EveryContextHasItsOwn) {
  const Context first = Context::headless();
  Worker* const one = workerOf(first.state());
  const Context second = Context::headless();
  Worker* const two = workerOf(second.state());
  ASSERT_NE(one, nullptr);
  ASSERT_NE(two, nullptr);
  EXPECT_NE(one, two);
}

TEST(WorkerLife, AnotherThreadGetsNone) {
  const Context context = Context::headless();
  Worker* found = nullptr;
  std::thread([&] { found = workerOf(context.state()); }).join();
  EXPECT_EQ(found, nullptr);
  EXPECT_NE(workerOf(context.state()), nullptr) << "that was no failure to remember";
}

/// What a forked child finds; 0 is well.
int endsWell(pid_t child) {
  int status = 1;
  waitpid(child, &status, 0);
  return status;
}

TEST(WorkerLife, AForkedChildDoesNotTouchIt) {
  auto context = std::make_unique<Context>(Context::headless());
  Worker* const worker = workerOf(context->state());
  ASSERT_NE(worker, nullptr);
  auto texture = std::make_unique<Texture>(TextureShape{4, 4, kFloat, false});
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // the end of a child that hangs
    const bool none = workerOf(context->state()) == nullptr;
    texture.reset();
    context.reset();  // joins nothing
    _exit(none ? 0 : 1);
  }
  EXPECT_EQ(endsWell(child), 0);
  bool ran = false;
  worker->post([&] { ran = true; });
  worker->drain();
  EXPECT_TRUE(ran) << "the parent's goes on";
}

TEST(WorkerLife, AHostsContextHasNone) {
  ASSERT_EQ(glfwInit(), GLFW_TRUE) << "GLFW needs a display";
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  GLFWwindow* window = glfwCreateWindow(32, 32, "host", nullptr, nullptr);
  glfwMakeContextCurrent(window);
  {
    const Context context = Context::adopt(glfwGetProcAddress);
    const Use use(current());
    EXPECT_EQ(workerOf(currentState()), nullptr);
    EXPECT_TRUE(currentState().workerFailed) << "it is not tried again";
    EXPECT_EQ(PreparedProgram::start(ShaderTexts{}, flat(kFloat), {}, {}), nullptr);
  }
  glfwDestroyWindow(window);
}

TEST(WorkerLife, AWindowsContextHasOne) {
  const Context context = Context::window({.width = 8, .height = 8, .visible = false});
  const Use use(current());
  Worker* worker = workerOf(currentState());
  ASSERT_NE(worker, nullptr);
  Texture texture({2, 1, kFloat, false});
  glFinish();
  worker->post([name = texture.name()] {
    const float colour[] = {0.25f, 0.5f, 0.75f, 1.0f};
    glClearTexImage(name, 0, GL_RGBA, GL_FLOAT, colour);
    glFinish();
  });
  worker->drain();
  EXPECT_EQ(download(texture).pixel(1, 0)[2], 0.75f);
  EXPECT_EQ(glfwGetCurrentContext() != nullptr, true) << "the window's own stays current";
}

}  // namespace
}  // namespace topknot::gl
