// What is read from the declarations of users' shaders, and how these are rewritten for OpenGL.
#include "glsl/check/shader_declarations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace topknot::glsl {
namespace {

using Values = std::vector<double>;

MappedSource flat(const std::string& text) {
  MappedSource shader;
  shader.addUser({"a.frag", text}, {});
  return shader;
}

Declarations read(const std::string& text) {
  return declarationsOf(flat(text));
}

/// The first uniform of the text.
UniformDeclaration uniform(const std::string& text) {
  const Declarations declared = read(text);
  return declared.uniforms.empty() ? UniformDeclaration() : declared.uniforms.front();
}

std::string names(const Declarations& declared) {
  std::string all;
  for (const UniformDeclaration& each : declared.uniforms) all += each.name + " ";
  return all;
}

std::string rewrittenText(const std::string& text, const std::vector<ConstantValue>& values = {}) {
  const MappedSource shader = flat(text);
  return rewritten(shader, declarationsOf(shader), values).userCode();
}

TEST(ShaderDeclarations, UniformsOfEveryTypeAreListedInOrder) {
  std::string text;
  std::vector<std::string> types;
  for (const std::string dimension : {"2", "3", "4"}) {
    for (const std::string vec : {"vec", "ivec", "uvec", "bvec", "dvec", "mat", "dmat"}) {
      types.push_back(vec + dimension);
    }
    types.push_back("mat" + dimension + "x3");
  }
  for (const char* other :
       {"float", "int", "uint", "bool", "double", "atomic_uint", "sampler1D", "sampler2D",
        "sampler3D", "samplerCube", "sampler2DArray", "samplerBuffer", "isampler2D", "usampler2D",
        "sampler2DShadow", "image2D", "uimage3D"}) {
    types.emplace_back(other);
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    text += "uniform " + types[i] + " u" + std::to_string(i) + ";\n";
  }
  const Declarations declared = read(text);
  ASSERT_EQ(declared.uniforms.size(), types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(declared.uniforms[i].type, types[i]);
    EXPECT_EQ(declared.uniforms[i].name, "u" + std::to_string(i));
    EXPECT_EQ(declared.uniforms[i].line, static_cast<int>(i));
  }
}

TEST(ShaderDeclarations, SizesOfArraysMayBeNumbersMacrosAndConstants) {
  const struct {
    const char* text;
    int size;
  } rows[] = {
      {"uniform float a;", 0},
      {"uniform float a[4];", 4},
      {"uniform float a [ 0x10 ] ;", 16},
      {"uniform float[3] a;", 3},
      {"#define N 5\nuniform float a[N];", 5},
      {"#define N 5\n#define M (N * 2 + 1)\nuniform float a[M];", 11},
      {"#define N 1 + 1\nuniform float a[N * 3];", 4},
      {"#define SIZE(x) ((x) * 2)\nuniform float a[SIZE(3)];", 6},
      {"const int n = 7;\nuniform float a[n / 2];", 3},
      {"const int n = 7, m = n - 1;\nuniform float a[m];", 6},
      {"#define N 5\n#undef N\nconst int N = 2;\nuniform float a[N];", 2},
      {"uniform float a[2][3];", 6},
      {"uniform float a[UNKNOWN];", -1},
      {"uniform float a[];", -1},
      {"uniform float a[1 / 0];", -1},
      {"uniform float a[-2];", -1},
      {"uniform vec2 a[] = vec2[](vec2(1), vec2(2));", 2},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(uniform(row.text).name, "a") << row.text;
    EXPECT_EQ(uniform(row.text).arraySize, row.size) << row.text;
  }
}

TEST(ShaderDeclarations, OneDeclarationMayHoldSeveralAndMayTakeSeveralLines) {
  const Declarations declared =
      read("layout(location = 3) uniform highp\n  float uA = 2.0,\n uB[2]\n, uC;\n");
  ASSERT_EQ(names(declared), "uA uB uC ");
  EXPECT_EQ(declared.uniforms[0].layout, "location = 3");
  EXPECT_EQ(declared.uniforms[0].defaults, Values{2});
  EXPECT_EQ(declared.uniforms[1].arraySize, 2);
  EXPECT_EQ(declared.uniforms[1].line, 2);
  EXPECT_EQ(declared.uniforms[2].line, 3);
}

TEST(ShaderDeclarations, OnlyWhatStandsOutsideBlocksAndFunctionsCounts) {
  EXPECT_EQ(names(read("uniform Block { float inBlock; vec4 more[3]; };\n"
                       "layout(std140, binding = 2) uniform Named { mat4 inNamed; } named[2];\n"
                       "buffer Data { float data[]; } store;\n"
                       "struct Light { vec3 position; };\nuniform Light uLight;\n"
                       "struct { float x; } plain;\nprecision highp float;\n"
                       "float f(const in float x, out float y);\n"
                       "float f(const in float x, out float y) { float local = x; return y; }\n"
                       "void main() { if (true) { float uniform_; } }\nuniform float uLast;\n")),
            "uLight uLast ");
}

TEST(ShaderDeclarations, MacrosMayDeclareUniforms) {
  const Declarations declared =
      read("#define PARAM(t, n) uniform t n\nPARAM(vec2, uSize);\nPARAM(float, uTime);");
  EXPECT_EQ(names(declared), "uSize uTime ");
  EXPECT_EQ(declared.uniforms[1].line, 2);
}

TEST(ShaderDeclarations, InitializersGiveDefaults) {
  const struct {
    const char* text;
    Values defaults;
  } rows[] = {
      {"uniform float a = 0.5;", {0.5}},
      {"uniform float a = -.5e-1f;", {-0.05}},
      {"uniform int a = 7 / 2;", {3}},
      {"uniform float a = 7.0 / 2;", {3.5}},
      {"uniform bool a = true;", {1}},
      {"uniform uint a = 3u;", {3}},
      {"uniform vec3 a = vec3(1, 0.5, 0);", {1, 0.5, 0}},
      {"uniform vec3 a = vec3(0.25);", {0.25, 0.25, 0.25}},
      {"uniform vec4 a = vec4(vec2(1, 2), 3, 4);", {1, 2, 3, 4}},
      {"uniform vec2 a = vec2(1, 2) * 2.0;", {2, 4}},
      {"uniform vec2 a[2] = vec2[2](vec2(1), vec2(2, 3));", {1, 1, 2, 3}},
      {"uniform float a[] = {1, 2, 3};", {1, 2, 3}},
      {"uniform mat2 a = mat2(3);", {3, 0, 0, 3}},
      {"#define PI 3.5\nuniform float a = PI * 2;", {7}},
      {"const float half_ = 0.5;\nuniform float a = half_;", {0.5}},
      {"uniform float a = sin(1.0);", {}},
      {"uniform float a = 2.0; // 0.5 [0, 4]", {2}},
  };
  for (const auto& row : rows) EXPECT_EQ(uniform(row.text).defaults, row.defaults) << row.text;
}

TEST(ShaderDeclarations, CommentsGiveDefaultRangeAndLabel) {
  const struct {
    const char* type;
    const char* comment;
    Values defaults;
    double min, max;  // alike: no range
    const char* label;
  } rows[] = {
      {"float", "// 0.5 [0, 1] how far", {0.5}, 0, 1, "how far"},
      {"float", "/* 0.5 [0, 1] how far */", {0.5}, 0, 1, "how far"},
      {"float", "// 0.5", {0.5}, 0, 0, ""},
      {"float", "//-1.5[-2,2]", {-1.5}, -2, 2, ""},
      {"float", "// [0,1]", {}, 0, 1, ""},
      {"float", "// [0..1]", {}, 0, 1, ""},
      {"float", "// how far", {}, 0, 0, "how far"},
      {"float", "// how far [0, 10] to go", {}, 0, 10, "how far to go"},
      {"float", "// [first] and [1, 2]", {}, 1, 2, "[first] and"},
      {"vec3", "// 1, 0.5, 0 [0, 2] tint", {1, 0.5, 0}, 0, 2, "tint"},
      {"vec3", "// 1 0.5 0", {1, 0.5, 0}, 0, 0, ""},
      {"vec3", "// 2 [0, 2] all alike", {2, 2, 2}, 0, 2, "all alike"},
      {"vec3", "// 1, 2", {}, 0, 0, ""},
      {"bool", "// true", {1}, 0, 0, ""},
      {"float", "// 3 octaves", {}, 0, 0, "3 octaves"},
      {"int", "// 0 = add, 1 = multiply", {}, 0, 0, "0 = add, 1 = multiply"},
      {"float", "// 2D", {}, 0, 0, "2D"},
      {"float", "// 1 [1, 0] turned", {}, 0, 0, "1 [1, 0] turned"},
      {"sampler2D", "// 1 [0, 1] map", {}, 0, 1, "map"},
      {"float", "// 1e999", {}, 0, 0, "1e999"},
      {"float", "//   ", {}, 0, 0, ""},
      {"float", "", {}, 0, 0, ""},
  };
  for (const auto& row : rows) {
    const UniformDeclaration found =
        uniform(std::string("uniform ") + row.type + " u; " + row.comment + "\n");
    EXPECT_EQ(found.defaults, row.defaults) << row.comment;
    EXPECT_EQ(found.label, row.label) << row.comment;
    EXPECT_EQ(found.min.has_value(), row.min != row.max) << row.comment;
    EXPECT_EQ(found.min.value_or(0), row.min == row.max ? 0 : row.min) << row.comment;
    EXPECT_EQ(found.max.value_or(0), row.min == row.max ? 0 : row.max) << row.comment;
  }
}

TEST(ShaderDeclarations, CommentsBelongToTheirLine) {
  const Declarations declared = read(
      "uniform float uA; uniform float uB; // 1 [0, 2] both\n"
      "uniform float uC, // 3\n  uD; // 4\nuniform float\n  uE\n  ; // 5\n"
      "// 6\nuniform float uF;\nuniform float /* 7 */ uG;\n");
  ASSERT_EQ(names(declared), "uA uB uC uD uE uF uG ");
  const Values expected[] = {{1}, {1}, {3}, {4}, {5}, {}, {}};
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(declared.uniforms[i].defaults, expected[i]) << declared.uniforms[i].name;
  }
  EXPECT_EQ(declared.uniforms[1].label, "both");
}

TEST(ShaderDeclarations, OutputsHaveTheirPlaces) {
  const Declarations declared = read(
      "out vec4 a;\nlayout(location = 2) out uvec4 b;\n#define AT 3\n"
      "layout(location = AT, index = 1) out vec4 c[2];\nvoid f(out float x) {}\n");
  ASSERT_EQ(declared.outputs.size(), 3u);
  EXPECT_EQ(declared.outputs[0].location, -1);
  EXPECT_EQ(declared.outputs[1].location, 2);
  EXPECT_EQ(declared.outputs[1].type, "uvec4");
  EXPECT_EQ(declared.outputs[2].location, 3);
  EXPECT_EQ(declared.outputs[2].index, 1);
  EXPECT_EQ(declared.outputs[2].arraySize, 2);
  EXPECT_EQ(declared.outputs[2].line, 3);
}

TEST(ShaderDeclarations, TheLocalSizeIsReadFromNumbersMacrosAndConstants) {
  const struct {
    const char* text;
    int x, y, z;
  } rows[] = {
      {"layout(local_size_x = 8, local_size_y = 4) in;", 8, 4, 1},
      {"#define W 16\nlayout(local_size_x = W) in;", 16, 1, 1},
      {"const int w = 4;\nlayout(local_size_x = w, local_size_z = w * 2) in;", 4, 1, 8},
      {"layout(local_size_x = 2) in;\nlayout(local_size_y = 3) in;", 2, 3, 1},
      {"layout(local_size_x = WHAT) in;", 0, 1, 1},
      {"void main() {}", 0, 0, 0},
      {"layout(early_fragment_tests) in;", 0, 0, 0},
  };
  for (const auto& row : rows) {
    const Declarations declared = read(row.text);
    EXPECT_EQ(declared.localSize[0], row.x) << row.text;
    EXPECT_EQ(declared.localSize[1], row.y) << row.text;
    EXPECT_EQ(declared.localSize[2], row.z) << row.text;
  }
}

TEST(ShaderDeclarations, OnlyADefinitionOfMainIsMain) {
  EXPECT_TRUE(read("void main() {}").hasMain);
  EXPECT_TRUE(read("#define ENTRY void main\nENTRY(void)\n{\n}").hasMain);
  EXPECT_FALSE(read("void main();").hasMain);
  EXPECT_FALSE(read("void domain() { main(); }").hasMain);
  EXPECT_FALSE(read("float main;").hasMain);
}

TEST(ShaderDeclarations, SpecializationConstantsBecomePlainOnes) {
  const std::string text =
      "layout(constant_id = 3) const int N = 4;\nlayout(constant_id\n= 4) const float F = 1.0 + "
      "2;\n"
      "layout(constant_id = 5) const bool B = false;\n";
  const Declarations declared = read(text);
  ASSERT_EQ(declared.constants.size(), 3u);
  EXPECT_EQ(declared.constants[0].id, 3);
  EXPECT_EQ(declared.constants[0].type, "int");
  EXPECT_EQ(declared.constants[1].name, "F");
  EXPECT_EQ(declared.constants[1].value, "1.0 + 2");
  EXPECT_EQ(declared.constants[1].line, 2);
  EXPECT_EQ(rewrittenText(text),
            " const int N = 4;\n\n const float F = 1.0 + 2;\n const bool B = false;\n");
  EXPECT_EQ(rewrittenText(text, {{"F", "0.5"}, {"N", "9"}, {"B", "1"}, {"other", "2"}}),
            " const int N = int(9);\n\n const float F = float(0.5);\n"
            " const bool B = bool(1);\n");
}

TEST(ShaderDeclarations, AtomicCountersGetPlacesThatDoNotOverlap) {
  const std::string text =
      "uniform atomic_uint a;\nlayout(binding = 3, offset = 8) uniform atomic_uint b[3], c;\n"
      "const int n = 2;\nuniform atomic_uint d[n];\nuniform float x;\nuniform atomic_uint e;\n";
  const Declarations declared = read(text);
  std::vector<int> offsets;
  for (const auto& each : declared.uniforms) offsets.push_back(each.counterOffset);
  EXPECT_EQ(offsets, (std::vector<int>{0, 4, 16, 20, -1, 28}));
  EXPECT_EQ(rewrittenText(text),
            "layout(binding = 0, offset = 0) uniform atomic_uint a;\n"
            "layout(binding = 0, offset = 4)  uniform atomic_uint b[3]; "
            "layout(binding = 0, offset = 16) uniform atomic_uint  c;\n"
            "const int n = 2;\n"
            "layout(binding = 0, offset = 20) uniform atomic_uint d[n];\nuniform float x;\n"
            "layout(binding = 0, offset = 28) uniform atomic_uint e;\n");
}

TEST(ShaderDeclarations, BehindACounterOfUnknownSizeTheCompilerCountsOn) {
  EXPECT_EQ(rewrittenText("uniform atomic_uint a[N];\nuniform atomic_uint b;\n"),
            "layout(binding = 0, offset = 0) uniform atomic_uint a[N];\n"
            "layout(binding = 0) uniform atomic_uint b;\n");
}

TEST(ShaderDeclarations, WordsThatOpenGlDoesNotKnowGo) {
  EXPECT_EQ(rewrittenText("layout(set = 0, binding = 1) uniform sampler2D a;\n"
                          "layout(binding = 1, set = 0) uniform sampler2D b;\n"
                          "layout(set = 2) uniform sampler2D c;\n"
                          "void main() { [[unroll]] for (;;) a[b[0]]; }\n"),
            "layout( binding = 1) uniform sampler2D a;\nlayout(binding = 1) uniform sampler2D b;\n"
            " uniform sampler2D c;\nvoid main() {  for (;;) a[b[0]]; }\n");
  EXPECT_EQ(rewrittenText("int i = gl_VertexIndex + my_gl_VertexIndex;\n"),
            "int i = gl_VertexID + my_gl_VertexIndex;\n");
}

TEST(ShaderDeclarations, NonuniformIndicesArePlainOnes) {
  EXPECT_EQ(rewrittenText("#define AT(i) s[nonuniformEXT(i)]\nvoid main() { AT(1); }\n"),
            "#define AT(i) s[(i)]\nvoid main() { AT(1); }\n");
  EXPECT_EQ(rewrittenText("#define nonuniformEXT(x) x\nint a = nonuniformEXT (1);\n"),
            "#define nonuniformEXT(x) x\nint a =  (1);\n");
}

TEST(ShaderDeclarations, WhatIsSwitchedOffByZeroIsNotRead) {
  EXPECT_EQ(names(read("#if 0\nuniform float uA; don't ( mind\n#ifdef X\n#else\nuniform int uB;\n"
                       "#endif\n#define float int\n#else\nuniform float uC;\n#endif\n"
                       "#if 0 || 1\nuniform float uD;\n#else\nuniform float uE;\n#endif\n")),
            "uC uD uE ");
}

TEST(ShaderDeclarations, FragColorIsRenamedWhereNothingElseIsWritten) {
  EXPECT_EQ(rewrittenText("#define C gl_FragColor\nvoid main() { gl_FragColor = C; }\n"),
            "#define C TDFragColor\nvoid main() { TDFragColor = C; }\n");
  EXPECT_TRUE(read("void main() { gl_FragColor = vec4(1); }").usesFragColor);
  EXPECT_FALSE(read("out vec4 c; void main() { gl_FragColor = c; }").usesFragColor);
  EXPECT_FALSE(read("void main() { /* gl_FragColor */ }").usesFragColor);
}

TEST(ShaderDeclarations, RewritingKeepsThePlacesOfLines) {
  MappedSource shader;
  shader.addUser({"a.frag",
                  "#version 460\n#include \"b\"\nlayout(constant_id = 1)\nconst int N = 1;\n"
                  "#extension GL_ARB_x : enable\nwrong;\n"},
                 [](std::string_view, std::string_view) {
                   return ShaderSource{"b", "uniform atomic_uint a;\ninner;"};
                 });
  const MappedSource out = rewritten(shader, declarationsOf(shader), {{"N", "2"}});
  const std::string text = out.text(460);
  for (const auto& [word, file, line] :
       {std::tuple{"wrong;", "a.frag", 6}, std::tuple{"inner;", "b", 2},
        std::tuple{"int(2)", "a.frag", 4}, std::tuple{"offset = 0", "b", 1}}) {
    const std::size_t at = text.find(word);
    ASSERT_NE(at, std::string::npos) << word;
    std::vector<Diagnostic> messages(1);
    messages[0].line =
        1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
    out.place(messages);
    EXPECT_EQ(messages[0].file, file) << word;
    EXPECT_EQ(messages[0].line, line) << word;
  }
}

TEST(ShaderDeclarations, NoTextMakesItFallOver) {
  const std::string seed =
      "#define N 4\nlayout(constant_id = 1) const int K = N * 2;\n"
      "layout(set = 0, binding = 1) uniform vec3 uA[N] = vec3[](vec3(1), vec3(2)), uB; // 1 [0, "
      "1]\n"
      "uniform atomic_uint c, d[2];\nlayout(local_size_x = 8) in;\nout vec4 o;\n"
      "[[unroll]] struct S { int a; } s;\nvoid main() { o = vec4(K); }\n";
  const std::string signs = "()[]{};,=#\n\\/*\"<>.0123456789eENKuvx_ \t-+%@";
  std::mt19937 random(1);
  const auto below = [&](std::size_t n) { return random() % static_cast<unsigned>(n); };
  for (int i = 0; i < 20000; ++i) {
    std::string text = seed;
    for (unsigned edits = 1 + below(6); edits > 0; --edits) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = signs[below(signs.size())];
          break;
        case 1:
          text.erase(at, 1 + below(8));
          break;
        case 2:
          text.insert(at, 1 + below(4), signs[below(signs.size())]);
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(30)));
          break;
      }
      if (text.empty()) text = ";";
    }
    const MappedSource shader = flat(text);
    const MappedSource out = rewritten(shader, declarationsOf(shader), {{"K", "3"}});
    const auto lines = [](const std::string& code) {
      return std::count(code.begin(), code.end(), '\n');
    };
    ASSERT_EQ(lines(out.userCode()), lines(shader.userCode())) << text;
  }
}

}  // namespace
}  // namespace topknot::glsl
