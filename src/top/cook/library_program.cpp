// A library shader function made into a program of its own.
#include "glsl/source/shader_library.h"
#include "glsl/source/shader_source.h"
#include "top/cook/top_cook.h"

namespace topknot {

namespace {

/// `result` is made of `pixel`, the input's.
std::string assemble(std::string_view function, const std::string& result, PixelFormat target) {
  glsl::MappedSource shader;
  shader.addLibrary("#define TD_OUTPUT_SWIZZLE " + std::to_string(outputSwizzle(target)));
  shader.addLibrary(glsl::libraryShader("prelude"));
  shader.addLibrary("in vec3 vUV;\nlayout(location = 0) out vec4 result;");
  shader.addLibrary("layout(binding = 0) uniform sampler2D inputA;");
  if (!function.empty()) shader.addLibrary(glsl::libraryShader(function));
  shader.addLibrary(
      "void main() { vec4 pixel = texture(inputA, vUV.st); result = TDOutputSwizzle(" + result +
      "); }");
  return shader.text(gl::currentState().info.glsl);
}

/// Of the colour `pixel`: `vec4(pixel.b, pixel.r, 1.0, 1.0)`.
std::string chosen(std::string_view channels) {
  if (channels.empty()) return "pixel";
  const auto component = [&](std::size_t i) -> std::string {
    if (channels.size() == 1 && i < 3) i = 0;
    if (i >= channels.size() || channels[i] == '1') return "1.0";
    return std::string("pixel.") + channels[i];
  };
  return "vec4(" + component(0) + ", " + component(1) + ", " + component(2) + ", " + component(3) +
         ")";
}

}  // namespace

gl::ProgramPtr pixelProgram(std::string_view name, PixelFormat target) {
  const std::string key = std::string(name) + "/" + std::to_string(outputSwizzle(target));
  return gl::cachedProgram(key,
                           [&] { return assemble(name, std::string(name) + "(pixel)", target); });
}

gl::ProgramPtr channelsProgram(std::string_view channels, PixelFormat target) {
  const std::string key =
      "channels " + std::string(channels) + "/" + std::to_string(outputSwizzle(target));
  return gl::cachedProgram(key, [&] { return assemble({}, chosen(channels), target); });
}

}  // namespace topknot
