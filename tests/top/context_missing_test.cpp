// What is said where there is no context to be had. Each test asks in a child process whose
// environment lacks something; this process never makes a context itself.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "support/gl_test.h"

namespace topknot {
namespace {

using test::contains;
using test::thrown;

/// Runs the check in a child; a false one fails the test and shows what was said.
void inChild(const std::function<::testing::AssertionResult()>& check) {
  const pid_t child = fork();
  if (child == 0) {
    const ::testing::AssertionResult result = check();
    if (!result) std::fprintf(stderr, "%s\n", result.message());
    _exit(result ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(NoContext, WithoutADriverAllThatWasTriedIsTold) {
  inChild([] {
    setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent.json", 1);  // glvnd finds no driver
    return contains(thrown([] { Context::headless(); }),
                    "no OpenGL 4.5 core context without a display; tried EGL device: "
                    "EGL_EXT_platform_device is missing; EGL surfaceless: "
                    "EGL_MESA_platform_surfaceless is missing; EGL pbuffer: ");
  });
}

TEST(NoContext, ADriverThatIsTooOldIsTold) {
  inChild([] {
    setenv("MESA_GL_VERSION_OVERRIDE", "4.3", 1);
    setenv("MESA_GLSL_VERSION_OVERRIDE", "430", 1);
    std::string version;
    const std::string said = thrown([&] { version = Context::headless().info().version; });
    // Another driver than Mesa's does not know these variables.
    if (!version.empty() && version.find("Mesa") == std::string::npos) {
      return ::testing::AssertionSuccess();
    }
    return contains(said, "EGL surfaceless: OpenGL 4.6 and 4.5 core refused with ");
  });
}

TEST(NoContext, WithoutADisplayThereIsNoWindow) {
  inChild([] {
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    return contains(thrown([] { Context::window(); }), "no window: GLFW could not start");
  });
}

TEST(NoContext, AGraphOfTopsSaysHowToGetOne) {
  inChild([] {
    Graph graph;
    graph.add("glsl", "warp").pin();
    return contains(thrown([&] { graph.cook(); }),
                    "no OpenGL context on this thread: make one here with Context::headless()");
  });
}

}  // namespace
}  // namespace topknot
