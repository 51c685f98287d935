// The library's shaders: embedded, or from a folder for somebody who works on them.
#include "glsl/source/shader_library.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "support/gl_test.h"
#include "support/pictures.h"

namespace topknot::gl {
namespace {

TEST(ShaderLibrary, HoldsEveryFileOfTheShaderFolder) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TOPKNOT_SOURCE_DIR "/shaders")) {
    ++files;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(glsl::libraryShader(entry.path().stem().string()), text);
  }
  EXPECT_EQ(glsl::embeddedShaders().size(), static_cast<std::size_t>(files));
}

TEST(ShaderLibrary, AFolderTakesItsPlaceIfTheEnvironmentSaysSo) {
  const test::Folder folder;
  folder.write("copy.glsl", "vec4 copy(vec4 a) { return a.bgra; }\n");
  setenv("TOPKNOT_SHADERS", folder.path().c_str(), 1);
  EXPECT_EQ(glsl::libraryShader("copy"), "vec4 copy(vec4 a) { return a.bgra; }\n");
  EXPECT_TRUE(test::contains(test::thrown([] { glsl::libraryShader("prelude"); }), "prelude.glsl"));
  unsetenv("TOPKNOT_SHADERS");
  EXPECT_NE(glsl::libraryShader("copy"), "vec4 copy(vec4 a) { return a.bgra; }\n");
}

TEST(ShaderLibrary, AnUnknownNameIsTold) {
  EXPECT_EQ(test::thrown([] { glsl::libraryShader("nothing"); }),
            "the library has no shader 'nothing'");
}

}  // namespace
}  // namespace topknot::gl
