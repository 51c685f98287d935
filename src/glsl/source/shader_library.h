// The library's own shaders: embedded when it was built.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace topknot::glsl {

struct ShaderText {
  std::string_view name;  // the file's stem
  std::string_view text;
};

/// All of them. Made by the build from shaders/.
std::span<const ShaderText> embeddedShaders();

/// The text of one. For somebody who works on an operator: if the environment variable
/// TOPKNOT_SHADERS names a folder, the file `name.glsl` there is read instead.
std::string libraryShader(std::string_view name);

}  // namespace topknot::glsl
