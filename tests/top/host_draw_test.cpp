// Top::draw in a program that draws itself: where the picture lands, and what stays as it was.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "gl/context/context_state.h"
#include "support/gl_test.h"
#include "topknot/topknot.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace topknot {
namespace {

using test::contains;
using test::thrown;

/// A framebuffer of the program's own, 8 × 4 pixels, bound for drawing and reading.
class Canvas {
 public:
  Canvas() {
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexStorage2D(GL_TEXTURE_2D, 1, GL_RGBA8, 8, 4);
    glGenFramebuffers(1, &framebuffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
    glViewport(1, 0, 6, 3);
    glScissor(2, 1, 3, 2);
    glClearColor(0, 0, 0, 0);
    glClear(GL_COLOR_BUFFER_BIT);
  }
  ~Canvas() {
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glDeleteFramebuffers(1, &framebuffer_);
    glDeleteTextures(1, &texture_);
  }

  /// `r`, `g`, `b` or `-` for the pixels of a row.
  std::string row(int y) const {
    std::array<unsigned char, 8 * 4> bytes{};
    glReadPixels(0, y, 8, 1, GL_RGBA, GL_UNSIGNED_BYTE, bytes.data());
    std::string text;
    for (std::size_t x = 0; x < 8; ++x) {
      const unsigned char* pixel = &bytes[x * 4];
      text += pixel[0] > 128 ? 'r' : pixel[1] > 128 ? 'g' : pixel[2] > 128 ? 'b' : '-';
    }
    return text;
  }
  void expectUntouched() const {
    std::array<GLint, 4> box{};
    GLint bound = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &bound);
    EXPECT_EQ(static_cast<GLuint>(bound), framebuffer_);
    glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &bound);
    EXPECT_EQ(static_cast<GLuint>(bound), framebuffer_);
    glGetIntegerv(GL_VIEWPORT, box.data());
    EXPECT_EQ(box, (std::array<GLint, 4>{1, 0, 6, 3}));
    glGetIntegerv(GL_SCISSOR_BOX, box.data());
    EXPECT_EQ(box, (std::array<GLint, 4>{2, 1, 3, 2}));
  }

 private:
  GLuint texture_ = 0, framebuffer_ = 0;
};

/// Red, of 4 × 4 pixels, and an operator behind it that is only described until somebody looks.
Top& red(Graph& graph) {
  auto& source = graph.add("constant").as<Top>();
  source.par("colorr") = 1;
  source.par("colorg") = 0;
  source.par("colorb") = 0;
  source.par("outputresolution") = "custom";
  source.par("resolution") = 4;
  auto& level = graph.add("level").as<Top>();
  source >> level;
  return level;
}

/// Not GlTest's, which stays current: one thread has either EGL's or GLX's.
class OwnContext : public ::testing::Test {
 protected:
  Graph& graph() { return graph_; }

 private:
  const Context context_ = Context::headless();
  Graph graph_;
};

TEST_F(OwnContext, APictureBehindAFailureIsDrawnAsItIs) {
  Top& top = red(graph());
  const Canvas canvas;
  top.draw(0, 0, 8, 4);
  top.inputs()[0]->par("colorr").bind([](const Frame&) -> Value { throw Error("it is broken"); });
  graph().cook();
  top.draw(0, 0, 8, 4);
  EXPECT_EQ(canvas.row(0) + canvas.row(3), "rrrrrrrrrrrrrrrr") << "a host that draws goes on";
  ASSERT_EQ(top.inputErrors().size(), 1u);
  EXPECT_NE(top.inputErrors()[0].find("it is broken"), std::string::npos) << top.inputErrors()[0];
}

TEST_F(OwnContext, ADirtyPictureLandsInTheFramebufferThatIsBound) {
  Top& top = red(graph());
  const Canvas canvas;
  top.draw(2, 1, 4, 2);
  EXPECT_EQ(canvas.row(1), "--rrrr--");
  EXPECT_EQ(canvas.row(2), "--rrrr--");
  EXPECT_EQ(canvas.row(0) + canvas.row(3), "----------------");
  canvas.expectUntouched();
  top.par("brightness1") = 0;  // dirty again
  top.draw(3, 1, 2, 2);
  EXPECT_EQ(canvas.row(1), "--r--r--");
  canvas.expectUntouched();
}

TEST_F(OwnContext, EveryCallLeavesTheFramebufferAndTheViewport) {
  Top& top = red(graph());
  auto& shader = graph().add<GlslTop>();
  top >> shader;
  shader.par("npasses") = 2;
  const Canvas canvas;
  graph().cook();
  shader.pin();
  graph().cook();
  shader.sample({.x = 0, .y = 0});
  shader.numpyArray({.channels = "r", .type = ReadbackType::Float32});
  shader.par("inputfiltertype") = "mipmap";
  shader.textureName();
  shader.saveByteArray(".png");
  canvas.expectUntouched();
  EXPECT_EQ(canvas.row(1), "--------");
}

TEST_F(OwnContext, ADrawThatFailsLeavesThemToo) {
  auto& shader = graph().add<GlslTop>();
  shader.par("type") = "texture3d";
  const Canvas canvas;
  EXPECT_TRUE(contains(thrown([&] { shader.draw(0, 0, 4, 4); }), "only 2D textures"));
  canvas.expectUntouched();
}

/// A host with a hidden window.
class Host : public ::testing::Test {
 protected:
  Host() {
    if (glfwInit() == GLFW_FALSE) throw std::runtime_error("GLFW needs a display");
    glfwDefaultWindowHints();
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    window_ = glfwCreateWindow(8, 4, "host", nullptr, nullptr);
    glfwMakeContextCurrent(window_);
  }
  ~Host() override { glfwDestroyWindow(window_); }
  GLFWwindow* window_ = nullptr;
};

/// What a host may have set, by name and value.
std::vector<std::pair<std::string, GLint>> state() {
  std::vector<std::pair<std::string, GLint>> list;
  const auto add = [&](const std::string& name, GLint value) { list.emplace_back(name, value); };
  const auto integer = [](GLenum name) {
    GLint value = -1;
    glGetIntegerv(name, &value);
    return value;
  };
  const auto indexed = [](GLenum name, GLuint index) {
    GLint value = -1;
    glGetIntegeri_v(name, index, &value);
    return value;
  };
  for (const GLenum name :
       {GL_BLEND, GL_DEPTH_TEST, GL_STENCIL_TEST, GL_SCISSOR_TEST, GL_CULL_FACE, GL_COLOR_LOGIC_OP,
        GL_RASTERIZER_DISCARD, GL_FRAMEBUFFER_SRGB, GL_SAMPLE_MASK, GL_DITHER,
        GL_SAMPLE_ALPHA_TO_ONE, GL_POLYGON_SMOOTH, GL_CLIP_DISTANCE0, GL_CLIP_DISTANCE5}) {
    add("switch " + std::to_string(name), glIsEnabled(name));
  }
  for (GLuint unit = 0; unit < 4; ++unit) {
    glActiveTexture(GL_TEXTURE0 + unit);
    for (const GLenum name : {GL_TEXTURE_BINDING_1D, GL_TEXTURE_BINDING_2D, GL_TEXTURE_BINDING_3D,
                              GL_TEXTURE_BINDING_2D_ARRAY, GL_TEXTURE_BINDING_CUBE_MAP,
                              GL_TEXTURE_BINDING_BUFFER, GL_SAMPLER_BINDING}) {
      add("unit " + std::to_string(unit) + " " + std::to_string(name), integer(name));
    }
  }
  glActiveTexture(GL_TEXTURE2);
  for (GLuint i = 0; i < 8; ++i) {
    add("blend " + std::to_string(i), glIsEnabledi(GL_BLEND, i));
    std::array<GLboolean, 4> mask{};
    glGetBooleani_v(GL_COLOR_WRITEMASK, i, mask.data());
    add("mask " + std::to_string(i), mask[0] + 2 * mask[1] + 4 * mask[2] + 8 * mask[3]);
    add("uniforms " + std::to_string(i), indexed(GL_UNIFORM_BUFFER_BINDING, i));
  }
  add("image", indexed(GL_IMAGE_BINDING_NAME, 0));
  add("image's level", indexed(GL_IMAGE_BINDING_ACCESS, 0));
  add("counter", indexed(GL_ATOMIC_COUNTER_BUFFER_BINDING, 0));
  for (const GLenum name :
       {GL_CURRENT_PROGRAM, GL_VERTEX_ARRAY_BINDING, GL_CLIP_ORIGIN, GL_CLIP_DEPTH_MODE,
        GL_PIXEL_PACK_BUFFER_BINDING, GL_PIXEL_UNPACK_BUFFER_BINDING, GL_UNIFORM_BUFFER_BINDING,
        GL_UNPACK_ALIGNMENT, GL_PACK_ROW_LENGTH}) {
    add(std::to_string(name), integer(name));
  }
  return list;
}

/// Sets it all to something else than what the library wants.
void disturb() {
  for (const GLenum name : {GL_BLEND, GL_DEPTH_TEST, GL_SCISSOR_TEST, GL_CULL_FACE,
                            GL_CLIP_DISTANCE0, GL_CLIP_DISTANCE5, GL_SAMPLE_ALPHA_TO_ONE}) {
    glEnable(name);
  }
  glDisablei(GL_BLEND, 1);
  glColorMask(GL_TRUE, GL_FALSE, GL_TRUE, GL_FALSE);
  glColorMaski(2, GL_FALSE, GL_TRUE, GL_TRUE, GL_TRUE);
  glClipControl(GL_UPPER_LEFT, GL_ZERO_TO_ONE);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 8);
  for (GLuint unit = 0; unit < 3; ++unit) {
    glActiveTexture(GL_TEXTURE0 + unit);
    for (const GLenum target : {GL_TEXTURE_2D, GL_TEXTURE_3D, GL_TEXTURE_2D_ARRAY,
                                GL_TEXTURE_CUBE_MAP, GL_TEXTURE_BUFFER}) {
      GLuint name = 0;
      glGenTextures(1, &name);
      glBindTexture(target, name);
    }
  }
  glActiveTexture(GL_TEXTURE2);
  std::array<GLuint, 3> buffers{};
  glCreateBuffers(3, buffers.data());
  for (const GLuint buffer : buffers) glNamedBufferStorage(buffer, 256, nullptr, 0);
  glBindBufferBase(GL_UNIFORM_BUFFER, 1, buffers[0]);
  glBindBufferBase(GL_UNIFORM_BUFFER, 7, buffers[1]);
  glBindBufferBase(GL_ATOMIC_COUNTER_BUFFER, 0, buffers[2]);
  GLuint image = 0;
  glCreateTextures(GL_TEXTURE_2D, 1, &image);
  glTextureStorage2D(image, 1, GL_RGBA8, 2, 2);
  glBindImageTexture(0, image, 0, GL_FALSE, 0, GL_READ_ONLY, GL_RGBA8);
}

TEST_F(Host, FindsItsStateAsItWasWhateverIsDrawn) {
  const Context context = Context::adopt(glfwGetProcAddress);
  Graph graph;
  Top& top = red(graph);
  auto& shader = graph.add<GlslTop>();
  shader.pixelShader(
      "uniform samplerBuffer list; uniform atomic_uint count; out vec4 c;\n"
      "void main() { atomicCounterIncrement(count); c = texelFetch(list, 0) +\n"
      "  texture(sTD2DInputs[0], vUV.st) + texture(sTDNoiseMap, vUV.st); }");
  shader.uniform("list", std::vector<float>{0.0f});
  top >> shader;
  auto& compute = graph.add<GlslTop>();
  compute.par("mode") = "compute";
  const Canvas canvas;
  disturb();
  const auto before = state();
  top.draw(0, 0, 8, 4);
  shader.draw(0, 0, 8, 4);
  compute.sample({.x = 0, .y = 0});
  EXPECT_EQ(state(), before);
  canvas.expectUntouched();
  EXPECT_TRUE(shader.errors().empty());
  EXPECT_TRUE(compute.errors().empty());
}

TEST_F(Host, GetsADirtyPictureTheRightWayUpInItsOwnFramebuffer) {
  const Context context = Context::adopt(glfwGetProcAddress);
  Graph graph;
  auto& source = graph.add<GlslTop>();
  source.pixelShader(
      "out vec4 c; void main() { c = vUV.t > 0.5 ? vec4(1, 0, 0, 1) : vec4(0, 1, 0, 1); }");
  auto& top = graph.add("level").as<Top>();
  source >> top;
  const Canvas canvas;
  disturb();
  top.draw(2, 0, 4, 4);
  EXPECT_EQ(canvas.row(0), "--gggg--");
  EXPECT_EQ(canvas.row(3), "--rrrr--");
  EXPECT_EQ(glGetError(), GLenum(GL_NO_ERROR));
}

TEST_F(Host, IsRefusedWhereAnotherContextIsCurrent) {
  auto context = std::make_unique<Context>(Context::adopt(glfwGetProcAddress));
  auto graph = std::make_unique<Graph>();
  Top& top = red(*graph);
  top.sample({.x = 0, .y = 0});
  GLFWwindow* const other = glfwCreateWindow(8, 4, "other", nullptr, nullptr);
  glfwMakeContextCurrent(other);
  GLuint mine = 0;
  glCreateTextures(GL_TEXTURE_2D, 1, &mine);
  EXPECT_TRUE(contains(thrown([&] { top.textureName(); }), "is not current on this thread"));
  EXPECT_EQ(context->lost(), "") << "the host may make it current again";
  graph.reset();  // and nothing is deleted in the other one
  EXPECT_TRUE(glIsTexture(mine));
  glfwMakeContextCurrent(window_);
  glfwDestroyWindow(other);
  context->textureBudget(1 << 20);
  EXPECT_EQ(context->liveObjects(), 0) << "what waited is deleted now";
}

}  // namespace
}  // namespace topknot
