// Four vendors' words for the same faults in the same shader, read into the same diagnostics.
#include <gtest/gtest.h>

#include <random>

#include "glsl/source/shader_source.h"

namespace topknot::gl {
namespace {

struct Vendor {
  const char* name;
  const char* log;
};

/// The line numbers of the logs are those of its text behind `#version` and two of the library's.
glsl::MappedSource flat(const std::string& text) {
  glsl::MappedSource shader;
  shader.addLibrary("// one\n// two");
  shader.addUser({"warp.frag", text}, [](std::string_view wanted, std::string_view) {
    return glsl::ShaderSource{std::string(wanted),
                              "float twice(float x) {\n    return x * factor;\n}\n"};
  });
  return shader;
}

/// Stage, severity, file, line and name of each.
std::string essence(const glsl::MappedSource& shader, const char* log, Diagnostic::Stage stage) {
  std::vector<Diagnostic> messages = glsl::parseShaderLog(log, stage);
  shader.place(messages);
  std::string out;
  for (const Diagnostic& m : messages) {
    out += std::string(stageName(m.stage)) + " " + std::string(severityName(m.severity)) + " " +
           m.file + ":" + std::to_string(m.line);
    if (m.column > 0) out += ":" + std::to_string(m.column);
    out += " " + m.name + "\n";
  }
  return out;
}

void expectSame(const glsl::MappedSource& shader, std::initializer_list<Vendor> vendors,
                const std::string& expected, Diagnostic::Stage stage = Diagnostic::Stage::Pixel) {
  for (const Vendor& vendor : vendors) {
    EXPECT_EQ(essence(shader, vendor.log, stage), expected) << vendor.name;
  }
}

TEST(ShaderVendors, UnknownNamesCallsAndRedeclarationsAreTheSameForAll) {
  const glsl::MappedSource shader = flat(
      "out vec4 fragColor;\n"
      "#include \"lib.glsl\"\n"
      "void main() {\n"
      "    float  a = missing * 2.0;\n"
      "\tfloat b = twice(vec2(1.0), 3);\n"
      "  float b = 1.0;\n"
      "  fragColor = vec4(a, b, 0.0, 1.0);\n"
      "}\n");
  const Vendor mesa = {"Mesa",
                       "0:6(13): error: `factor' undeclared\n"
                       "0:6(9): error: operands to arithmetic operators must be numeric\n"
                       "0:6(2): error: could not implicitly convert return value to float, in "
                       "function `twice'\n"
                       "0:9(12): error: `missing' undeclared\n"
                       "0:9(12): error: operands to arithmetic operators must be numeric\n"
                       "0:10(12): error: no matching function for call to `twice(vec2, int)'; "
                       "candidates are:\n"
                       "0:10(12): error:    float twice(float)\n"
                       "0:11(8): error: `b' redeclared\n"};
  const Vendor nvidia = {"NVIDIA",
                         "0(6) : error C1503: undefined variable \"factor\"\n"
                         "0(9) : error C1503: undefined variable \"missing\"\n"
                         "0(10) : error C1115: unable to find compatible overloaded function "
                         "\"twice(vec2, int)\"\n"
                         "0(11) : error C1038: declaration of \"b\" conflicts with previous "
                         "declaration at 0(10)\n"};
  const Vendor amd = {"AMD",
                      "Fragment shader failed to compile with the following errors:\n"
                      "ERROR: 0:6: error(#143) Undeclared identifier: factor\n"
                      "ERROR: 0:9: error(#143) Undeclared identifier: missing\n"
                      "ERROR: 0:10: error(#202) No matching overloaded function found: twice\n"
                      "ERROR: 0:11: error(#184) Redefinition error: b\n"
                      "ERROR: error(#273) 4 compilation errors.  No code generated\n\n"};
  const Vendor intel = {"Intel",
                        "ERROR: 0:6: 'factor' : undeclared identifier \n"
                        "ERROR: 0:9: 'missing' : undeclared identifier \n"
                        "ERROR: 0:10: 'twice' : no matching overloaded function found (using "
                        "implicit conversion) \n"
                        "ERROR: 0:10: 'assign' :  cannot convert from 'const float' to 'float'\n"
                        "ERROR: 0:11: 'b' : redefinition \n"
                        "ERROR: 0:11: '' : compilation terminated \n"
                        "ERROR: 5 compilation errors.  No code generated.\n\n"};
  expectSame(shader, {mesa, nvidia, amd, intel},
             "pixel error lib.glsl:2:16 factor\n"
             "pixel error warp.frag:4:16 missing\n"
             "pixel error warp.frag:5:12 twice\n"
             "pixel error warp.frag:6:9 b\n");
}

TEST(ShaderVendors, SyntaxErrorsAreTheSameForAll) {
  const glsl::MappedSource shader = flat(
      "out vec4 fragColor;\nvoid main() {\n    float  a = 1.0 surplus;\n"
      "  fragColor = vec4(a);\n}\n");
  expectSame(
      shader,
      {{"Mesa", "0:6(16): error: syntax error, unexpected NEW_IDENTIFIER, expecting ',' or ';'\n"},
       {"NVIDIA",
        "0(6) : error C0000: syntax error, unexpected identifier, expecting ',' or ';' at "
        "token \"surplus\"\n"},
       {"AMD",
        "Fragment shader failed to compile with the following errors:\n"
        "ERROR: 0:6: error(#132) Syntax error: \"surplus\" parse error\n"
        "ERROR: error(#273) 1 compilation errors.  No code generated\n"},
       {"Intel",
        "ERROR: 0:6: 'surplus' : syntax error syntax error\n"
        "ERROR: 1 compilation errors.  No code generated.\n"}},
      "pixel error warp.frag:3:20 surplus\n");
}

TEST(ShaderVendors, ErrorsOfTheUsersOwnHaveHisWords) {
  const glsl::MappedSource shader =
      flat("out vec4 fragColor;\n#error this needs a newer version\n");
  for (const Vendor& vendor : std::initializer_list<Vendor>{
           {"Mesa", "0:5(1): preprocessor error: #error this needs a newer version\n"},
           {"Intel", "ERROR: 0:5: '#error' : this needs a newer version \n"},
           {"AMD", "ERROR: 0:5: error(#111) #error this needs a newer version\n"}}) {
    std::vector<Diagnostic> messages = glsl::parseShaderLog(vendor.log);
    shader.place(messages);
    ASSERT_EQ(messages.size(), 1u) << vendor.name;
    EXPECT_EQ(messages[0].message, "this needs a newer version") << vendor.name;
    EXPECT_EQ(messages[0].line, 2) << vendor.name;
  }
}

TEST(ShaderVendors, WarningsAreTheSameForAll) {
  const glsl::MappedSource shader =
      flat("out vec4 fragColor;\nvoid main() {\n  float seed;\n  fragColor = vec4(seed);\n}\n");
  expectSame(shader,
             {{"Mesa", "0:7(19): warning: `seed' used uninitialized\n"},
              {"NVIDIA", "0(7) : warning C7050: \"seed\" might be used before being initialized\n"},
              {"AMD",
               "Fragment shader was successfully compiled with the following warnings:\n"
               "WARNING: 0:7: warning(#402) variable may be used uninitialized: seed\n"},
              {"Intel", "WARNING: 0:7: 'seed' : variable used without being initialized \n"}},
             "pixel warning warp.frag:4:20 seed\n");
}

TEST(ShaderVendors, LinkersThatFindNoEntryAreTheSameForAll) {
  expectSame(flat("out vec4 c;\nvoid man() { c = vec4(1.0); }\n"),
             {{"Mesa", "error: fragment shader lacks `main'\n"},
              {"NVIDIA", "Link info\n---------\n(0) : error C3001: no program defined\n"},
              {"AMD",
               "Vertex shader(s) linked, fragment shader(s) failed to link.\n"
               "ERROR: error(#280) Not all shaders have valid object code.\n"},
              {"Intel", "ERROR: Missing entry point: Each stage requires one entry point\n"}},
             "link error warp.frag:0 \n", Diagnostic::Stage::Link);
}

TEST(ShaderVendors, NamesAreFoundInAllWaysOfQuoting) {
  EXPECT_EQ(glsl::nameIn("`foo' undeclared"), "foo");
  EXPECT_EQ(glsl::nameIn("no function with name 'f'"), "f");
  EXPECT_EQ(glsl::nameIn("can't modify 'q'"), "q");
  EXPECT_EQ(glsl::nameIn("'assign' : cannot convert from 'const float' to 'vec2'"), "");
  EXPECT_EQ(glsl::nameIn("call to undefined function \"float far(float);\""), "far");
  EXPECT_EQ(glsl::nameIn("\"vs_out[2]\" might be used before being initialized"), "vs_out");
  EXPECT_EQ(glsl::nameIn("Left of \"[\" is not of type array, matrix, or vector: out_uv"),
            "out_uv");
  EXPECT_EQ(glsl::nameIn("syntax error, unexpected ',', expecting ';'"), "");
  EXPECT_EQ(glsl::nameIn("Cannot convert from: \"float\" to: \"highp int\""), "");
  EXPECT_EQ(glsl::nameIn("an open ' quote"), "");
}

TEST(ShaderVendors, LinkLogsTellWhichStageTheyMean) {
  const auto stagesOf = [](const char* log) {
    std::string out;
    for (const Diagnostic& m : glsl::parseShaderLog(log, Diagnostic::Stage::Link)) {
      out += std::string(stageName(m.stage)) + std::to_string(m.line) + " " + m.message + "\n";
    }
    return out;
  };
  EXPECT_EQ(stagesOf("Vertex info\n-----------\n0(23) : error C5041: no\n\n"
                     "Fragment info\n-------------\n0(7) : error C1: yes\n"
                     "(0) : error C2003: incompatible options for link\n"),
            "vertex23 no\npixel7 yes\npixel0 incompatible options for link\n");
  EXPECT_EQ(stagesOf("Vertex shader(s) failed to link, fragment shader(s) failed to link.\n"
                     "Vertex link error: INVALID_OPERATION.\n"
                     "ERROR: error(#269) More than one varying out variable\n"
                     "fragment link error: INVALID_OPERATION.\n"
                     "WARNING: warning(#276) Symbol \"fog\" usage doesn't match\n"),
            "vertex0 More than one varying out variable\npixel0 Symbol \"fog\" usage doesn't "
            "match\n");
  EXPECT_EQ(stagesOf("ERROR: Linking compute stage: Missing entry point: main\n"),
            "compute0 Missing entry point: main\n");
  EXPECT_EQ(stagesOf("Vertex shader(s) failed to link, fragment shader(s) failed to link.\n"),
            "link0 Vertex shader(s) failed to link, fragment shader(s) failed to link.\n");
}

TEST(ShaderVendors, WordsOfSuccessAreNoMessages) {
  for (const char* log : {"Vertex shader was successfully compiled to run on hardware.\n",
                          "Vertex shader(s) linked, fragment shader(s) linked.\n", "No errors.\n",
                          "\nLinked vertex stage:\n\n\nLinked fragment stage:\n\n", "Success.\n"}) {
    EXPECT_TRUE(glsl::parseShaderLog(log, Diagnostic::Stage::Link, true).empty()) << log;
  }
  const auto odd =
      glsl::parseShaderLog("Shader moved to slow memory.\n", Diagnostic::Stage::Link, true);
  ASSERT_EQ(odd.size(), 1u);
  EXPECT_EQ(odd[0].severity, Diagnostic::Severity::Warning);
}

TEST(ShaderVendors, CodesAreKeptApartFromTheWords) {
  const auto codeAndWords = [](const char* log) {
    const Diagnostic m = glsl::parseShaderLog(log).at(0);
    return m.code + "|" + m.message;
  };
  EXPECT_EQ(codeAndWords("0(3) : error C1008: undefined variable \"a\"\n"),
            "C1008|undefined variable \"a\"");
  EXPECT_EQ(codeAndWords("ERROR: 0:3: error(#143) Undeclared identifier: a\n"),
            "#143|Undeclared identifier: a");
  EXPECT_EQ(codeAndWords("ERROR: error(#280) Not all shaders have valid object code.\n"),
            "#280|Not all shaders have valid object code.");
  EXPECT_EQ(codeAndWords("0:3: L0002: Undeclared variable 'a'\n"), "L0002|Undeclared variable 'a'");
  EXPECT_EQ(codeAndWords("0:3(1): error: `a' undeclared\n"), "|`a' undeclared");
}

TEST(ShaderVendors, InternalAssemblyIsLeftOut) {
  const auto messages = glsl::parseShaderLog(
      "Internal error: assembly compile error for fragment shader at offset 40:\n"
      "-- error message --\nline 98, column 12:  error: invalid\n"
      "-- internal assembly text --\n!!NVfp5.0\nMOV R0, R1;\nEND\n");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1].message, "line 98, column 12:  error: invalid");
}

/// Logs with bytes changed, dropped, doubled and put elsewhere.
TEST(ShaderVendors, BrokenLogsAreReadWithoutHarm) {
  const std::string seeds[] = {
      "0:12(5): error: `foo' undeclared\n0:9(6): error: no matching; candidates are:\n"
      "0:9(6): error:    vec4 f(vec2)\n",
      "0(7) : error C1008: undefined variable \"foo\"\nFragment info\n----\n(0) : warning C2: a\n",
      "ERROR: 0:7: error(#143) Undeclared identifier: foo\nERROR: error(#273) 1\n",
      "ERROR: 0:7: 'foo' : undeclared identifier \nERROR: 0:7: '' : compilation terminated\n",
      "ERROR: Linking vertex stage: Missing\n  and more of it\nLink info\n",
      "0:3: L0002: 'a\n"};
  const glsl::MappedSource shader = flat("out vec4 foo;\n#include \"lib.glsl\"\nvoid main() {}\n");
  std::mt19937 dice(20240607);
  const auto below = [&](std::size_t count) { return dice() % count; };
  for (int round = 0; round < 20000; ++round) {
    std::string log = seeds[below(6)] + seeds[below(6)];
    for (std::size_t edits = 1 + below(8); edits > 0 && !log.empty(); --edits) {
      const std::size_t at = below(log.size());
      switch (below(5)) {
        case 0:
          log[at] = static_cast<char>(dice());
          break;
        case 1:
          log.erase(at, 1 + below(6));
          break;
        case 2:
          log.insert(at, log.substr(below(log.size()), below(12)));
          break;
        case 3:
          log[at] = "0123456789:()'\"`#-\n"[below(19)];
          break;
        case 4:
          log.insert(at, "99999999999999999999");
          break;
      }
    }
    std::vector<Diagnostic> messages = glsl::parseShaderLog(log);
    ASSERT_LE(messages.size(), 100u);
    shader.place(messages);
    for (const Diagnostic& m : messages) {
      ASSERT_EQ(m.file == "warp.frag" || m.file == "lib.glsl", true) << log;
      ASSERT_GE(m.line, 0);
      ASSERT_LE(m.line, 3);
      ASSERT_LE(static_cast<std::size_t>(m.column), m.source.size()) << log;
    }
  }
}

TEST(ShaderVendors, OnlySoMuchOfALogIsRead) {
  std::string log(64 * 1024, 'x');
  log += "\n0:1(1): error: too late\n";
  ASSERT_EQ(glsl::parseShaderLog(log).size(), 1u);
  EXPECT_EQ(glsl::parseShaderLog(log)[0].message.size(), 64u * 1024u);
  std::string warnings;
  for (int i = 0; i < 300; ++i) warnings += "WARNING: 0:" + std::to_string(i) + ": w\n";
  EXPECT_EQ(glsl::parseShaderLog(warnings + "Fragment shader(s) failed to link\n").size(), 100u);
}

}  // namespace
}  // namespace topknot::gl
