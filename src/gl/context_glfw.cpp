// Contexts in a window, visible or hidden, by GLFW.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include "gl/context_state.h"
#include "image/held_signal.h"

namespace topknot::gl {

namespace {

std::string glfwReason() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text != nullptr ? text : "no reason given";
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

  ~GlfwPlatform() override { glfwDestroyWindow(window_); }

  const char* name() const override { return "GLFW"; }

  std::unique_ptr<Platform> makeShared() override {
    return std::make_unique<GlfwPlatform>(window_, debug_);
  }

  void makeCurrent() override {
    if (glfwGetCurrentContext() == window_) return;
    glfwMakeContextCurrent(window_);
    if (glfwGetCurrentContext() != window_) {
      throw Error("the window's OpenGL context cannot be made current: " + glfwReason());
    }
  }
  void release() override { glfwMakeContextCurrent(nullptr); }

  bool shouldClose() override {
    glfwPollEvents();
    return glfwWindowShouldClose(window_) == GLFW_TRUE;
  }
  void swapBuffers() override { glfwSwapBuffers(window_); }
  void framebufferSize(int& width, int& height) const override {
    glfwGetFramebufferSize(window_, &width, &height);
  }

 private:
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
      window_ = glfwCreateWindow(options.width, options.height, options.title.c_str(), nullptr,
                                 share);
      if (window_ != nullptr) return;
      reason = glfwReason();
    }
    throw Error("no window with OpenGL 4.6 or 4.5 core: GLFW says: " + reason);
  }

  GLFWwindow* window_ = nullptr;
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
  return Context(std::move(state));
}

}  // namespace topknot
