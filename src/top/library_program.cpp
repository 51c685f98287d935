// The library's shader functions made into programs.
#include "gl/shader_library.h"
#include "gl/shader_source.h"
#include "top/top_cook.h"

namespace topknot {

namespace {

std::string assemble(std::string_view name, PixelFormat target, bool generator) {
  gl::FlatShader shader;
  shader.addLibrary("#define TD_OUTPUT_SWIZZLE " + std::to_string(outputSwizzle(target)));
  shader.addLibrary(gl::libraryShader("prelude"));
  shader.addLibrary("in vec3 vUV;\nlayout(location = 0) out vec4 result;");
  if (!generator) shader.addLibrary("layout(binding = 0) uniform sampler2D inputA;");
  shader.addLibrary(gl::libraryShader(name));
  const std::string argument = generator ? "vUV.st" : "texture(inputA, vUV.st)";
  shader.addLibrary("void main() { result = TDOutputSwizzle(" + std::string(name) + "(" + argument +
                    ")); }");
  return shader.text(gl::current()->info.glsl);
}

gl::ProgramPtr cached(std::string_view name, PixelFormat target, bool generator) {
  const std::string key = std::string(name) + "/" + std::to_string(outputSwizzle(target));
  return gl::cachedProgram(key, [&] { return assemble(name, target, generator); });
}

}  // namespace

gl::ProgramPtr pixelProgram(std::string_view name, PixelFormat target) {
  return cached(name, target, false);
}

gl::ProgramPtr generatorProgram(std::string_view name, PixelFormat target) {
  return cached(name, target, true);
}

}  // namespace topknot
