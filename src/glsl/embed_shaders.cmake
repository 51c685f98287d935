# Writes the shader files as one C++ table of name and text.
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(stem ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND rows "    {\"${stem}\", R\"glsl(${text})glsl\"},\n")
endforeach()
file(WRITE ${OUT} "// Generated from the files in shaders/.
#include \"glsl/source/shader_library.h\"

namespace topknot::glsl {
std::span<const ShaderText> embeddedShaders() {
  static constexpr ShaderText kShaders[] = {
${rows}  };
  return kShaders;
}
}  // namespace topknot::glsl
")
