// Contexts in a window, visible or hidden, by GLFW.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <atomic>
#include <cmath>
#include <optional>

#include "gl/context/context_state.h"
#include "image/held_signal.h"
#include "image/text_or.h"

namespace topknot::gl {

namespace {

std::string glfwReason() {
  const char* text = nullptr;
  glfwGetError(&text);
  return textOr(text, "no reason given");
}

/// When GLFW was started, by its own timer, in seconds; nothing while it is not.
std::optional<double> glfwStart() {
  constexpr double kClose = 2e-4;
  const auto frequency = static_cast<double>(glfwGetTimerFrequency());
  if (frequency == 0.0) return std::nullopt;
  // On a busy machine the thread may have to wait between two looks at the clock.
  for (int tries = 0;; ++tries) {
    const double before = static_cast<double>(glfwGetTimerValue()) / frequency;
    const double time = glfwGetTime();
    const double after = static_cast<double>(glfwGetTimerValue()) / frequency;
    if (after - before < kClose || tries == 100) return before - time;
  }
}

class GlfwPlatform : public Platform {
 public:
  explicit GlfwPlatform(const WindowOptions& options) : debug_(options.debug) {
    // Counted by nobody: initialised once, kept to the end of the program, so that a host which
    // uses GLFW as well is never left without it.
    if (glfwInit() == GLFW_FALSE) {
      throw Error("no window: GLFW could not start (" + glfwReason() +
                  "); Context::headless() needs no display");
    }
    create(options, nullptr);
    makeCurrent();
    glfwSwapInterval(options.vsync ? 1 : 0);
  }

  /// A hidden one that shares objects with a window.
  GlfwPlatform(GLFWwindow* share, bool debug) : debug_(debug) {
    WindowOptions hidden;
    hidden.width = hidden.height = 1;
    hidden.visible = false;
    hidden.debug = debug;
    create(hidden, share);
  }

  ~GlfwPlatform() override {
    if (isThere()) glfwDestroyWindow(window_);
  }

  const char* name() const override { return "GLFW"; }

  std::unique_ptr<Platform> makeShared() override {
    return std::make_unique<GlfwPlatform>(window_, debug_);
  }

  void makeCurrent() override {
    checkThere();
    if (glfwGetCurrentContext() == window_) return;
    glfwMakeContextCurrent(window_);
    if (glfwGetCurrentContext() != window_) {
      throw Error("the window's OpenGL context cannot be made current: " + glfwReason());
    }
  }
  void release() override {
    if (isThere() && glfwGetCurrentContext() == window_) glfwMakeContextCurrent(nullptr);
  }
  std::string gone() override { return isThere() ? std::string() : kEnded; }

  bool shouldClose() override {
    checkThere();
    glfwPollEvents();
    return glfwWindowShouldClose(window_) == GLFW_TRUE;
  }
  void swapBuffers() override {
    checkThere();
    glfwSwapBuffers(window_);
  }
  void framebufferSize(int& width, int& height) const override {
    checkThere();
    glfwGetFramebufferSize(window_, &width, &height);
  }

 private:
  static constexpr const char* kEnded =
      "the OpenGL context was ended by somebody else, who terminated GLFW (glfwTerminate)";

  /// Where GLFW was ended, and perhaps started again, the window is a pointer to nothing. A program
  /// may also have set GLFW's clock: then the window is there if it is current.
  bool isThere() const {
    constexpr double kSame = 1e-3;  // making a window takes longer
    const std::optional<double> now = glfwStart();
    if (!now) return false;
    if (std::abs(*now - start_) < kSame) return true;
    if (glfwGetCurrentContext() != window_) return false;
    start_ = *now;
    return true;
  }
  void checkThere() const {
    if (!isThere()) throw Error(kEnded);
  }

  void create(const WindowOptions& options, GLFWwindow* share) {
    std::string reason;
    const HeldSignal held(SIGXFSZ);  // drivers make files to keep shaders in
    for (const int minor : {6, 5}) {
      glfwDefaultWindowHints();
      glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
      glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, minor);
      glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
      glfwWindowHint(GLFW_OPENGL_DEBUG_CONTEXT, options.debug ? GLFW_TRUE : GLFW_FALSE);
      glfwWindowHint(GLFW_VISIBLE, options.visible ? GLFW_TRUE : GLFW_FALSE);
      window_ =
          glfwCreateWindow(options.width, options.height, options.title.c_str(), nullptr, share);
      if (window_ != nullptr) {
        start_ = glfwStart().value_or(0.0);
        return;
      }
      reason = glfwReason();
    }
    throw Error("no window with OpenGL 4.6 or 4.5 core: GLFW says: " + reason);
  }

  GLFWwindow* window_ = nullptr;
  mutable std::atomic<double> start_ = 0.0;  // of GLFW, when the window was made
  bool debug_;
};

}  // namespace

}  // namespace topknot::gl

namespace topknot {

Context Context::window(const WindowOptions& options) {
  if (options.width < 1 || options.height < 1) {
    throw Error("a window of " + std::to_string(options.width) + " × " +
                std::to_string(options.height) + " is not possible: both must be at least 1");
  }
  gl::refuseIfForked();
  auto state = std::make_shared<State>(std::make_unique<gl::GlfwPlatform>(options));
  gl::load(*state, glfwGetProcAddress);
  gl::waitForFree({state->platform->driverThreads()}, gl::kMostWait);
  return Context(std::move(state));
}

}  // namespace topknot
