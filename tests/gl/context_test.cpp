// Contexts: how to get one, whom it belongs to, how it ends.
#include "topknot/context.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "gl/context/host_state.h"
#include "gl/context/texture.h"
#include "support/gl_test.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace topknot {
namespace {

using test::contains;
using test::thrown;

TEST(Headless, TellsWhatItIs) {
  const Context context = Context::headless();
  const ContextInfo& info = context.info();
  EXPECT_EQ(info.major, 4);
  EXPECT_GE(info.minor, 5);
  EXPECT_EQ(info.glsl, info.minor >= 6 ? 460 : 450);
  EXPECT_TRUE(info.version.starts_with("4."));
  EXPECT_FALSE(info.renderer.empty());
  EXPECT_FALSE(info.vendor.empty());
  EXPECT_FALSE(info.glslVersion.empty());
  EXPECT_TRUE(info.platform.starts_with("EGL"));
  EXPECT_EQ(info.software, info.renderer.find("llvmpipe") != std::string::npos);
  EXPECT_GE(info.maxTextureSize, 16384);
  EXPECT_GE(info.maxColorBuffers, 8);
}

TEST(Headless, WorksManyTimes) {
  for (int i = 0; i < 20; ++i) Context::headless();
}

TEST(Headless, MessagesOfTheDriverReachTheCallback) {
  Context context = Context::headless({.debug = true});
  std::vector<DebugMessage> messages;
  context.onDebugMessage([&](const DebugMessage& message) { messages.push_back(message); });
  const gl::Use use(gl::current());
  glEnable(GL_TEXTURE_2D);  // not in the core profile
  ASSERT_FALSE(messages.empty());
  EXPECT_TRUE(messages[0].error);
  EXPECT_FALSE(messages[0].text.empty());
  messages.clear();
  context.onDebugMessage(nullptr);
  glEnable(GL_TEXTURE_2D);
  EXPECT_TRUE(messages.empty());
  while (glGetError() != GL_NO_ERROR) {
  }
}

TEST(Ownership, AnotherThreadIsRefused) {
  Context context = Context::headless();
  std::string use, make;
  std::thread([&] {
    use = thrown([&] { context.makeCurrent(); });
    make = thrown([] { gl::current(); });
  }).join();
  EXPECT_EQ(use,
            "OpenGL belongs to the thread that made the context; this call came from another "
            "thread");
  EXPECT_TRUE(contains(make, "no OpenGL context on this thread: make one here"));
}

TEST(Ownership, ObjectsThatDieElsewhereAreDeletedAtHome) {
  const Context context = Context::headless();
  GLuint name = 0;
  {
    auto texture = std::make_unique<gl::Texture>(gl::TextureShape{4, 4, {}, false});
    name = texture->name();
    EXPECT_EQ(context.liveObjects(), 1);
    std::thread([&] { texture.reset(); }).join();
  }
  EXPECT_EQ(context.liveObjects(), 0);
  const gl::Use use(gl::current());
  EXPECT_FALSE(glIsTexture(name));
}

TEST(Ownership, ObjectsOfOneContextAreNotDeletedInAnother) {
  Context first = Context::headless();
  auto texture = std::make_unique<gl::Texture>(gl::TextureShape{4, 4, {}, false});
  Context second = Context::headless();
  const gl::Texture other(gl::TextureShape{4, 4, {}, false});
  ASSERT_EQ(other.name(), texture->name()) << "contexts that share nothing use the same names";
  texture.reset();
  {
    const gl::Use use(gl::current());
    EXPECT_TRUE(glIsTexture(other.name()));
  }
  first.makeCurrent();
  EXPECT_EQ(first.liveObjects(), 0);
  second.makeCurrent();
}

TEST(Ownership, ObjectsMayOutliveTheirContext) {
  std::unique_ptr<gl::Texture> texture;
  {
    const Context context = Context::headless();
    texture = std::make_unique<gl::Texture>(gl::TextureShape{4, 4, {}, false});
  }
  texture.reset();
  EXPECT_TRUE(contains(thrown([] { gl::current(); }), "no OpenGL context"));
}

TEST(Ownership, AMovedContextIsTheSame) {
  Context first = Context::headless();
  Context second = std::move(first);
  second.makeCurrent();
  first = std::move(second);
  first.makeCurrent();
  EXPECT_EQ(first.liveObjects(), 0);
}

TEST(Ownership, AForkedChildIsRefused) {
  const Context context = Context::headless();
  const pid_t child = fork();
  if (child == 0) {
    const std::string sentence = thrown([&] { gl::Use use(gl::currentOrNull()); });
    _exit(contains(sentence, "forked") ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Ownership, AForkedChildMakesNoContextOfItsOwn) {
  { const Context over = Context::headless(); }
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // the end of a child that hangs
    const std::string wanted = "forked from one that had made an OpenGL context";
    int refused = 0;
    if (contains(thrown([] { Context::headless(); }), wanted)) ++refused;
    if (contains(thrown([] { Context::window(); }), wanted)) ++refused;
    if (contains(thrown([] { Context::adopt(glfwGetProcAddress); }), wanted)) ++refused;
    _exit(refused == 3 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const Context again = Context::headless();
  EXPECT_TRUE(again.info().platform.starts_with("EGL")) << "the parent goes on";
}

TEST(Ownership, AForkedChildMayLetGoOfTheParentsContext) {
  auto context = std::make_unique<Context>(Context::headless());
  auto texture = std::make_unique<gl::Texture>(gl::TextureShape{4, 4, {}, false});
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    texture.reset();
    context.reset();
    _exit(gl::currentOrNull() == nullptr ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const gl::Use use(gl::current());
  EXPECT_TRUE(glIsTexture(texture->name()));
}

TEST(Window, HiddenOrNotItIsAContext) {
  Context context = Context::window({.width = 64, .height = 32, .visible = false, .vsync = false});
  EXPECT_EQ(context.info().platform, "GLFW");
  EXPECT_FALSE(context.shouldClose());
  int width = 0, height = 0;
  context.framebufferSize(width, height);
  EXPECT_EQ(width, 64);
  EXPECT_EQ(height, 32);
  context.swapBuffers();
}

TEST(Window, OfNoSizeIsRefused) {
  EXPECT_EQ(thrown([] { Context::window({.width = 0, .height = 5}); }),
            "a window of 0 × 5 is not possible: both must be at least 1");
}

TEST(Window, AContextWithoutOneSaysSo) {
  Context context = Context::headless();
  EXPECT_TRUE(contains(thrown([&] { context.shouldClose(); }), "context without a window"));
  EXPECT_TRUE(contains(thrown([&] { context.swapBuffers(); }), "context without a window"));
}

/// A host with a GLFW context of its own.
class Host : public ::testing::Test {
 protected:
  Host() {
    if (glfwInit() == GLFW_FALSE) throw std::runtime_error("GLFW needs a display");
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    window_ = glfwCreateWindow(32, 32, "host", nullptr, nullptr);
    glfwMakeContextCurrent(window_);
  }
  ~Host() override { glfwDestroyWindow(window_); }

  GLFWwindow* window_ = nullptr;
};

TEST_F(Host, IsAdopted) {
  const Context context = Context::adopt(glfwGetProcAddress);
  EXPECT_EQ(context.info().platform, "adopted");
  EXPECT_GE(context.info().maxTextureSize, 1024);
}

TEST_F(Host, KeepsItsState) {
  const Context context = Context::adopt(glfwGetProcAddress);
  GLuint vertexArray = 0, buffer = 0, texture = 0;
  glGenVertexArrays(1, &vertexArray);
  glBindVertexArray(vertexArray);
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, buffer);
  glActiveTexture(GL_TEXTURE3);
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  glEnable(GL_BLEND);
  glEnable(GL_DEPTH_TEST);
  glColorMask(GL_TRUE, GL_FALSE, GL_TRUE, GL_FALSE);
  glViewport(1, 2, 3, 4);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 8);
  glPixelStorei(GL_PACK_ROW_LENGTH, 7);
  {
    const gl::Use use(gl::current());
    gl::currentState().host->keepUnits(4);
    EXPECT_FALSE(glIsEnabled(GL_BLEND));
    glBindVertexArray(0);
    glViewport(0, 0, 9, 9);
    glActiveTexture(GL_TEXTURE3);
    glBindTexture(GL_TEXTURE_2D, 0);
  }
  EXPECT_TRUE(glIsEnabled(GL_BLEND));
  EXPECT_TRUE(glIsEnabled(GL_DEPTH_TEST));
  EXPECT_FALSE(glIsEnabled(GL_FRAMEBUFFER_SRGB));
  const auto integer = [](GLenum name) {
    GLint value = -1;
    glGetIntegerv(name, &value);
    return static_cast<GLuint>(value);
  };
  EXPECT_EQ(integer(GL_VERTEX_ARRAY_BINDING), vertexArray);
  EXPECT_EQ(integer(GL_PIXEL_PACK_BUFFER_BINDING), buffer);
  EXPECT_EQ(integer(GL_ACTIVE_TEXTURE), static_cast<GLuint>(GL_TEXTURE3));
  EXPECT_EQ(integer(GL_TEXTURE_BINDING_2D), texture);
  EXPECT_EQ(integer(GL_UNPACK_ALIGNMENT), 8u);
  EXPECT_EQ(integer(GL_PACK_ROW_LENGTH), 7u);
  GLint viewport[4] = {};
  glGetIntegerv(GL_VIEWPORT, viewport);
  EXPECT_EQ(viewport[2], 3);
  GLboolean mask[4] = {};
  glGetBooleanv(GL_COLOR_WRITEMASK, mask);
  EXPECT_TRUE(mask[0] && !mask[1] && mask[2] && !mask[3]);
}

TEST_F(Host, GetsItsMemoryBackWhenTheContextEnds) {
  std::unique_ptr<gl::Texture> texture;
  GLuint name = 0;
  {
    const Context context = Context::adopt(glfwGetProcAddress);
    texture = std::make_unique<gl::Texture>(gl::TextureShape{4, 4, {}, false});
    name = texture->name();
    EXPECT_TRUE(glIsTexture(name));
  }
  EXPECT_FALSE(glIsTexture(name)) << "the host's context lives on without our objects";
}

TEST(Adopting, WithoutAContextItSaysSo) {
  EXPECT_EQ(thrown([] { Context::adopt(nullptr); }),
            "Context::adopt needs a function that finds OpenGL functions by name");
  glfwMakeContextCurrent(nullptr);
  EXPECT_TRUE(contains(
      thrown([] { Context::adopt([](const char*) -> Context::Function { return nullptr; }); }),
      "no OpenGL context is current on this thread (by adopted)"));
}

}  // namespace
}  // namespace topknot
