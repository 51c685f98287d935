// What this driver says about users' shaders, led back to their own texts.
#include "support/op_test.h"

namespace topknot {
namespace {

using test::contains;
using test::Folder;

class GlslDiagnostics : public test::OpTest {
 protected:
  GlslDiagnostics() : OpTest("glsl"), top_(&graph().add<GlslTop>("warp")) {}

  /// `file:line:column name` of each.
  std::string places() {
    std::string out;
    for (const Diagnostic& m : top_->diagnostics()) {
      out += m.file + ":" + std::to_string(m.line) + ":" + std::to_string(m.column) + " " + m.name +
             "\n";
    }
    return out;
  }
  std::string placesOf(const std::string& text) {
    top_->pixelShader(text);
    return places();
  }

  GlslTop* top_;
};

TEST_F(GlslDiagnostics, OfAShaderThatIsWellThereAreNone) {
  EXPECT_EQ(placesOf("out vec4 c;\nvoid main() { c = vec4(1.0); }\n"), "");
  EXPECT_TRUE(top_->compiles());
}

TEST_F(GlslDiagnostics, TellAllThatIsKnown) {
  top_->includeText("lib", "float f(float x) {\n  return x *   factor; // ?\n}\n");
  top_->pixelShader("out vec4 c;\n#include \"lib\"\nvoid main() { c = vec4(f(1.0)); }\n", "w.frag");
  const std::vector<Diagnostic> messages = top_->diagnostics();
  ASSERT_EQ(messages.size(), 1u) << top_->compileResult();
  const Diagnostic& m = messages[0];
  EXPECT_EQ(m.stage, Diagnostic::Stage::Pixel);
  EXPECT_EQ(m.severity, Diagnostic::Severity::Error);
  EXPECT_EQ(m.file, "lib");
  EXPECT_EQ(m.line, 2);
  EXPECT_EQ(m.column, 16);
  EXPECT_EQ(m.name, "factor");
  EXPECT_TRUE(contains(m.message, "factor"));
  EXPECT_EQ(m.includedFrom, (std::vector<SourcePlace>{{"w.frag", 2}}));
  EXPECT_EQ(m.source, "  return x *   factor; // ?");
  EXPECT_TRUE(contains(top_->compileResult(), "ERROR: lib:2: " + m.message + " \n"));
}

TEST_F(GlslDiagnostics, LinesBehindCallsOfMacrosAreRight) {
  EXPECT_EQ(placesOf("out vec4 c;\n"
                     "#define TWO(a, b) \\\n  ((a) + \\\n   (b))\n"
                     "void main() {\n"
                     "  float x = TWO(1.0,\n"
                     "                2.0\n"
                     "               );\n"
                     "  float y = first;\n"
                     "  float z = TWO(TWO(1.0,\n"
                     "      2.0), second);\n"
                     "  c = vec4(third);\n"
                     "}\n"),
            "warp_pixel:9:13 first\nwarp_pixel:11:13 second\nwarp_pixel:12:12 third\n");
}

TEST_F(GlslDiagnostics, LinesInConditionsAreRight) {
  EXPECT_EQ(placesOf("out vec4 c;\n#define ON\n#ifdef OFF\nno no no;\n#include \"nowhere\"\n"
                     "#elif 1\nvoid main() {\n  c = vec4(wrong);\n}\n#endif\n"),
            "warp_pixel:8:12 wrong\n");
}

TEST_F(GlslDiagnostics, TheUsersLineNumberIsWhatLineSays) {
  top_->pixelShader("out vec4 c;\n\nvoid main() {\n  c = vec4(__LINE__) / 20.0;\n}\n");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 51.0f / 255.0f) << top_->compileResult();
}

TEST_F(GlslDiagnostics, DirectivesComeFirstAndHaveTheirOwnPlaces) {
  top_->preprocessDirectives("#define LEVEL 0.25\n#extension GL_ARB_gpu_shader5 : enable\n");
  top_->pixelShader("out vec4 c;\nvoid main() { c = vec4(LEVEL); }\n");
  EXPECT_EQ(top_->sample({.x = 0, .y = 0}).r, 64.0f / 255.0f) << top_->compileResult();
  top_->preprocessDirectives("#define LEVEL 0.25\n\n#error not here\n");
  const std::vector<Diagnostic> messages = top_->diagnostics();
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages[0].file, "warp_predat");
  EXPECT_EQ(messages[0].line, 3);
  EXPECT_EQ(messages[0].message, "not here");
  const std::string column = mesa() ? "1" : "0";
  EXPECT_EQ(placesOf("out vec4 c;\nvoid main() { c = vec4(LEVEL); }\n"),
            "warp_predat:3:" + column + " \n");
  top_->preprocessDirectives("");
  EXPECT_EQ(places(), "warp_pixel:2:24 LEVEL\n");
}

TEST_F(GlslDiagnostics, DirectivesMayInclude) {
  top_->includeText("settings", "#define LEVEL 0.5\n#include \"more\"\n");
  top_->includeText("more", "\n#error more\n");
  top_->preprocessDirectives("#include <settings>\n", "settings.h");
  top_->pixelShader("out vec4 c;\nvoid main() { c = vec4(LEVEL); }\n");
  const std::vector<Diagnostic> messages = top_->diagnostics();
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages[0].file, "more");
  EXPECT_EQ(messages[0].includedFrom,
            (std::vector<SourcePlace>{{"settings.h", 1}, {"settings", 2}}));
}

TEST_F(GlslDiagnostics, MissingAndCircularIncludesNameTheChain) {
  top_->includeText("a", "#include \"b\"\n");
  top_->includeText("b", "#include \"gone\"\n");
  top_->pixelShader("#include \"a\"\nout vec4 c; void main() { c = vec4(1); }\n");
  std::vector<Diagnostic> messages = top_->diagnostics();
  ASSERT_EQ(messages.size(), 1u) << top_->compileResult();
  EXPECT_TRUE(contains(messages[0].message, "the include \"gone\" was not found"));
  EXPECT_TRUE(contains(messages[0].message, "warp_pixel > a > b"));
  EXPECT_EQ(messages[0].includedFrom, (std::vector<SourcePlace>{{"warp_pixel", 1}, {"a", 1}}));
  top_->includeText("gone", "#include <a>\n");
  messages = top_->diagnostics();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_TRUE(contains(messages[0].message, "warp_pixel > a > b > gone > a"));
  EXPECT_EQ(messages[0].includedFrom.size(), 3u);
  EXPECT_EQ(messages[0].source, "#include <a>");
}

TEST_F(GlslDiagnostics, PathsOfTextsAreSeenFromTheShadersOwnName) {
  top_->includeText("/project1/geo1/text2", "#include \"text3\"\n");
  top_->includeText("/project1/geo1/text3", "const float kLevel = 0.5;\n");
  top_->pixelShader("#include <../geo1/text2>\nout vec4 c; void main() { c = vec4(kLevel); }\n",
                    "/project1/glsl1/frag");
  EXPECT_TRUE(top_->compiles()) << top_->compileResult();
}

TEST_F(GlslDiagnostics, ALinkErrorIsOneOfTheLinker) {
  top_->pixelShader("out vec4 c;\nfloat far(float x);\nvoid main() { c = vec4(far(1.0)); }\n");
  const std::vector<Diagnostic> messages = top_->diagnostics();
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages[0].name, "far");
  EXPECT_EQ(messages[0].file, "warp_pixel");
}

TEST_F(GlslDiagnostics, PixelFunctionsHaveTheirOwnNamesAndPlaces) {
  top_->par("mode") = "pixelfunction";
  const std::string found = placesOf(
      "float halved(float x) { return x; }\n"
      "vec4 pixel(vec2 uv) {\n  return vec4(halved(uv, 1));\n}\n");
  EXPECT_EQ(found.rfind("warp_pixel:3:", 0), 0u) << found;
  if (mesa()) {
    EXPECT_EQ(found, "warp_pixel:3:15 halved\n");
  }
}

}  // namespace
}  // namespace topknot
