// A library shader function made into a program of its own.
#include "gl/shader_library.h"
#include "gl/shader_source.h"
#include "top/top_cook.h"

namespace topknot {

namespace {

std::string assemble(std::string_view name, PixelFormat target) {
  gl::FlatShader shader;
  shader.addLibrary("#define TD_OUTPUT_SWIZZLE " + std::to_string(outputSwizzle(target)));
  shader.addLibrary(gl::libraryShader("prelude"));
  shader.addLibrary("in vec3 vUV;\nlayout(location = 0) out vec4 result;");
  shader.addLibrary("layout(binding = 0) uniform sampler2D inputA;");
  shader.addLibrary(gl::libraryShader(name));
  shader.addLibrary("void main() { result = TDOutputSwizzle(" + std::string(name) +
                    "(texture(inputA, vUV.st))); }");
  return shader.text(gl::currentState().info.glsl);
}

}  // namespace

gl::ProgramPtr pixelProgram(std::string_view name, PixelFormat target) {
  const std::string key = std::string(name) + "/" + std::to_string(outputSwizzle(target));
  return gl::cachedProgram(key, [&] { return assemble(name, target); });
}

}  // namespace topknot
