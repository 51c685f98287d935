// The library's own shaders: embedded when it was built.
#include "glsl/source/shader_library.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "topknot/error.h"

namespace topknot::glsl {

std::string libraryShader(std::string_view name) {
  if (const char* folder = std::getenv("TOPKNOT_SHADERS"); folder != nullptr && *folder != '\0') {
    const std::string path = std::string(folder) + "/" + std::string(name) + ".glsl";
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) {
      throw Error("TOPKNOT_SHADERS is set, but the shader " + path + " cannot be read");
    }
    return text.str();
  }
  for (const ShaderText& shader : embeddedShaders()) {
    if (shader.name == name) return std::string(shader.text);
  }
  throw Error("the library has no shader '" + std::string(name) + "'");
}

}  // namespace topknot::glsl
