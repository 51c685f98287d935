// A program with a window and an OpenGL context of its own shows a graph in it:
// 04_host PICTURE [FRAMES] [OUT]; with OUT the window stays hidden and its content is saved.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <topknot/topknot.h>

#include <cstdlib>
#include <iostream>

constexpr unsigned kRgba = 0x1908, kUnsignedByte = 0x1401;

topknot::Image windowContent(int width, int height) {
  using ReadPixels = void (*)(int, int, int, int, unsigned, unsigned, void*);
  const auto readPixels = reinterpret_cast<ReadPixels>(glfwGetProcAddress("glReadPixels"));
  topknot::Image image(width, height, topknot::PixelFormat::Rgba8Fixed);
  readPixels(0, 0, width, height, kRgba, kUnsignedByte, image.bytes().data());
  return image;
}

void show(GLFWwindow* window, const char* picture, int frames, const char* out) {
  auto context = topknot::Context::adopt(glfwGetProcAddress);  // the window's stays the host's
  topknot::Graph graph;
  auto& photo = graph.add("moviefilein", "photo");
  photo.par("file") = picture;
  auto& tint = graph.add<topknot::GlslTop>("tint");
  tint.pixelShader(
      "uniform float uTime; out vec4 c; void main() { c = texture(sTD2DInputs[0],"
      "vUV.st) * vec4(1.0, 0.8 + 0.2 * cos(uTime), 0.6, 1.0); }");
  tint.uniform("uTime", [](const topknot::Frame& frame) { return frame.seconds; });
  photo >> tint;

  for (int frame = 0; frame < frames && glfwWindowShouldClose(window) == 0; ++frame) {
    graph.cook();
    int width = 0, height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    tint.draw(0, 0, width, height);
    for (const auto& sentence : photo.errors()) throw topknot::Error(sentence);
    if (out != nullptr && frame + 1 == frames) saveImage(windowContent(width, height), out);
    glfwSwapBuffers(window);
    glfwPollEvents();
  }
}

int main(int argc, char** argv) try {
  if (argc < 2) throw topknot::Error("usage: 04_host PICTURE [FRAMES] [OUT]");
  if (glfwInit() == 0) throw topknot::Error("GLFW could not start; it needs a display");
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_VISIBLE, argc < 4);
  GLFWwindow* window = glfwCreateWindow(640, 480, "A host of Topknot", nullptr, nullptr);
  if (window == nullptr) throw topknot::Error("no window with OpenGL 4.5 core");
  glfwMakeContextCurrent(window);
  show(window, argv[1], argc > 2 ? std::atoi(argv[2]) : 600, argc > 3 ? argv[3] : nullptr);
  glfwTerminate();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
