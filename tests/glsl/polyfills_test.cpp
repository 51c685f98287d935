// How users' shaders are rewritten where drivers fall short of the dialect.
#include "glsl/rewriting/polyfills.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "glsl/check/shader_declarations.h"
#include "glsl/tokens/line_conditions.h"

namespace topknot::glsl {
namespace {

MappedSource flat(const std::string& text) {
  MappedSource shader;
  shader.addUser({"a.frag", text}, {});
  return shader;
}

WithPolyfills polyfills(const std::string& text, const std::array<int, kDimensions>& inputs) {
  const MappedSource shader = flat(text);
  return withPolyfills(shader, declarationsOf(shader), inputs);
}

/// With three inputs of each kind.
WithPolyfills polyfills(const std::string& text) {
  return polyfills(text, {3, 3, 3, 3});
}

std::string code(const std::string& text) {
  return polyfills(text).user.userCode();
}

std::string rewrittenText(const std::string& text) {
  const MappedSource shader = flat(text);
  return rewritten(shader, declarationsOf(shader), {}).userCode();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Polyfills, ReadsOfInputsWithAnIndexThatVariesCallFunctions) {
  EXPECT_EQ(code("c = texture(sTD2DInputs[i], p);\n"), "c = tk_texture_2D(i, p);\n");
  EXPECT_EQ(code("c = textureLod ( sTD3DInputs [ i + 1 ] , p, 0.0);\n"),
            "c = tk_textureLod_3D (  i + 1  , p, 0.0);\n");
  EXPECT_EQ(code("c = texelFetch(sTD2DArrayInputs[int(f(x)[1])], p, 0);\n"),
            "c = tk_texelFetch_2DArray(int(f(x)[1]), p, 0);\n");
  EXPECT_EQ(code("s = textureSize(sTDCubeInputs[i], 0);\n"), "s = tk_textureSize_Cube(i, 0);\n");
  EXPECT_EQ(code("c = texture(sTD2DInputs[int(texture(sTD2DInputs[i], p).r)], p);\n"),
            "c = tk_texture_2D(int(tk_texture_2D(i, p).r), p);\n");
  EXPECT_EQ(code("#define READ(i, p) texture(sTD2DInputs[i], p)\n"),
            "#define READ(i, p) tk_texture_2D(i, p)\n");
}

TEST(Polyfills, ReadsWithConstantIndicesStay) {
  for (const char* text :
       {"c = texture(sTD2DInputs[0], p);\n", "c = texture(sTD2DInputs[int(1) + 0x1], p);\n",
        "#define A B\n#define B (1)\nc = texture(sTD2DInputs[A], p);\n",
        "const int kMask = 1, x = 2;\nc = texture(sTD2DInputs[kMask], p);\n",
        "c = texture(sTD2DInputs[TD_NUM_2D_INPUTS - 1], p);\n", "c = read(sTD2DInputs[i], p);\n",
        "c = texture(other[i], p);\n"}) {
    EXPECT_EQ(code(text), text);
    EXPECT_EQ(polyfills(text).functions, "") << text;
  }
}

TEST(Polyfills, ANameThatIsConstantInOnePlaceOnlyVaries) {
  for (const char* text : {"#define A int(x)\nc = texture(sTD2DInputs[A], p);\n",
                           "#define A 1\n#define A x\nc = texture(sTD2DInputs[A], p);\n",
                           "const int A = B;\nc = texture(sTD2DInputs[A], p);\n",
                           "const int A = 1; void f(int A) { c = texture(sTD2DInputs[A], p); }\n",
                           "const int A = 1;\n#define T(A) texture(sTD2DInputs[A], p)\n",
                           "void f(const int A) { c = texture(sTD2DInputs[A], p); }\n"}) {
    EXPECT_TRUE(has(code(text), "tk_texture_2D(A, p)")) << code(text);
  }
}

TEST(Polyfills, AKindWithoutInputsIsLeftToTheCompiler) {
  const std::string text = "c = texture(sTD2DInputs[i], p);\n";
  EXPECT_EQ(polyfills(text, {0, 1, 0, 0}).user.userCode(), text);
}

TEST(Polyfills, MacrosThatHideAnInputAreWrittenOut) {
  EXPECT_TRUE(
      has(code("#define ALL sTD2DInputs\nc = texture(ALL[i], p);\n"), "c = tk_texture_2D(i, p);"));
  EXPECT_TRUE(has(code("#define IN(n) sTD2DInputs[(n)]\nc = texture(IN(i), p);\n"),
                  "c = tk_texture_2D(( i ), p);"));
  EXPECT_TRUE(has(code("#define LOOK(s, p) texture(s, p)\nc = LOOK(sTD2DInputs[i], p.xy);\n"),
                  "tk_texture_2D( i ,  p.xy );"));
  EXPECT_TRUE(has(code("#define texture2D texture\nc = texture2D(sTD2DInputs[i], p);\n"),
                  "c = tk_texture_2D(i, p);"));
  EXPECT_TRUE(has(code("#define IN(n) sTD2DInputs[n]\n#define READ(n) texture(IN(n), p)\n"),
                  "#define READ(n) tk_texture_2D( n , p)"));
}

TEST(Polyfills, MacrosThatHideNothingOrMayDifferStay) {
  for (const char* text :
       {"#define IN sTD2DInputs[0]\nc = texture(IN, p);\n",
        "#define LOOK(s, p) texture(s, p)\nc = LOOK(sTD2DInputs[1], p);\n",
        "#define ALL sTD2DInputs\n#undef ALL\nc = texture(ALL[i], p);\n",
        "#ifdef A\n#define LOOK(s) read(s, p)\n#else\nvec4 LOOK(sampler3D s);\n#endif\n"
        "c = LOOK(sTD2DInputs[i]);\n"}) {
    EXPECT_EQ(code(text), text);
  }
}

TEST(Polyfills, MacrosThatMakeFunctionsOfSamplersAreWrittenOut) {
  EXPECT_TRUE(has(code("#define BLUR(name) vec4 name(sampler2D s) { return texture(s, p); }\n"
                       "#if 1\n#endif\nBLUR(soft)\nvoid main() { c = soft(sTD2DInputs[i]); }\n"),
                  "void main() { c = tk_at0_soft(int(i)); }"));
  EXPECT_TRUE(has(code("#define TEX sampler2D\nvec4 f(in TEX s) { return texture(s, p); }\n"
                       "void main() { c = f(sTD2DInputs[i]); }\n"),
                  "c = tk_at0_f(int(i));"));
  const std::string pasted =
      code("#define GET(S) vec4 get##S(int i) { return texture(S[i], p); }\nGET(sTD2DInputs)\n");
  EXPECT_TRUE(has(pasted, "\nvec4 getsTD2DInputs (int i) {"));
  EXPECT_TRUE(has(pasted, "return tk_texture_2D("));
}

TEST(Polyfills, MacrosThatHandInputsOnAreWrittenOut) {
  const std::string function = "vec4 f(sampler2D s, vec2 p) { return texture(s, p); }\n";
  EXPECT_TRUE(has(
      code("#define IN(t) sTD2DInputs[t], p.xy\n" + function + "void main() { c = f(IN(k)); }\n"),
      "c = tk_at0_f(int( k ), p.xy);"));
  EXPECT_TRUE(has(code("#define CALL(g, i) g(sTD2DInputs[i], p)\n" + function +
                       "void main() { c = CALL(f, k); }\n"),
                  "c =  tk_at0_f (int( k ), p);"));
}

TEST(Polyfills, FunctionsThatTakeAllInputsReadThemByName) {
  EXPECT_TRUE(has(code("vec4 pick(sampler2D s[3], int i) { return texture(s[i], p.s); }\n"
                       "void main() { c = pick(sTD2DInputs, k); }\n"),
                  "vec4 pick(sampler2D s[3], int i) { return tk_texture_2D(i, p.s); }"));
  const std::string handed = code(
      "vec4 pick(in sampler2D[3] s, int i) { return texture(s[i], p); }\n"
      "vec4 more(int i, sampler2D t[3]) { return pick(t, i); }\n"
      "void main() { c = more(k, sTD2DInputs) + pick(sTD2DInputs, 0); }\n");
  EXPECT_TRUE(has(handed, "{ return tk_texture_2D(i, p); }"));
  EXPECT_TRUE(has(handed, "{ return pick(sTD2DInputs, i); }"));
}

TEST(Polyfills, FunctionsThatTakeOtherArraysToo) {
  for (const char* text :
       {"vec4 f(sampler2D s[3], int i) { return texture(s[i], p); }\nuniform sampler2D own[3];\n"
        "void main() { c = f(sTD2DInputs, k) + f(own, k); }\n",
        "vec4 f(sampler2D s[3], int i) { float s = 1.0; return vec4(s); }\n"
        "void main() { c = f(sTD2DInputs, k); }\n"}) {
    EXPECT_EQ(code(text), text);
  }
}

TEST(Polyfills, MacrosWrittenOutKeepTheLines) {
  const std::string text =
      code("#define LOOK(s, p) texture(s, p)\nc = LOOK(sTD2DInputs[i],\np);d;\n");
  EXPECT_EQ(text, "#define LOOK(s, p) texture(s, p)\nc = tk_texture_2D( i ,  p )\n;d;\n");
}

TEST(Polyfills, FunctionsOfTheUsersThatTakeSamplersTakeNumbersOfInputs) {
  const std::string text = code(
      "vec4 f(in sampler2D s, vec2 p);\n"
      "vec4 f(in sampler2D s, vec2 p) { return texture(s, p); }\n"
      "void main() { c = f(sTD2DInputs[i], p); d = f(sTD2DInputs[0], p); }\n");
  EXPECT_EQ(text,
            "vec4 f(in sampler2D s, vec2 p); vec4 tk_at0_f(int p0, vec2 p1);\n"
            "vec4 f(in sampler2D s, vec2 p) { return texture(s, p); } "
            "vec4 tk_at0_f(int p0, vec2 p1) { vec4 r; if (p0 == 0) r = f(sTD2DInputs[0], p1); "
            "if (p0 == 1) r = f(sTD2DInputs[1], p1); if (p0 == 2) r = f(sTD2DInputs[2], p1); "
            "return r; }\n"
            "void main() { c = tk_at0_f(int(i), p); d = f(sTD2DInputs[0], p); }\n");
}

TEST(Polyfills, FunctionsWithSeveralSamplersAndResultsInParametersKeepThem) {
  const std::string text = code(
      "void f(float[2] w, sampler3D a, sampler2D b, inout vec4 c[2]) { g(a, b); }\n"
      "void main() { f(w, sTD3DInputs[i], sTD2DInputs[j], c); }\n");
  EXPECT_TRUE(has(text, "void tk_at2_f(float[2] p0, sampler3D p1, int p2, inout vec4 p3[2]) {"));
  EXPECT_TRUE(has(text,
                  "void tk_at1_2_f(float[2] p0, int p1, int p2, inout vec4 p3[2]) { "
                  "if (p1 == 0) tk_at2_f(p0, sTD3DInputs[0], p2, p3);"));
  EXPECT_TRUE(has(text, "void main() { tk_at1_2_f(w, int(i), int(j), c); }"));
}

TEST(Polyfills, BodiesInBranchesOfConditionsEndWhereTheyDo) {
  const std::string text = code(
      "#if A\nvec4 f(sampler2D s) { if (a) {\n#else\nvec4 f(sampler2D s) { if (b) {\n#endif\n"
      "  } return c; }\nvoid main() { f(sTD2DInputs[i]); }\n");
  EXPECT_TRUE(has(text, "  } return c; } vec4 tk_at0_f(int p0) {"));
  EXPECT_TRUE(has(text, "}\nvoid main() { tk_at0_f(int(i)); }\n"));
}

TEST(Polyfills, FunctionsReadEachInputByNumber) {
  const std::string functions =
      polyfills("texelFetch(sTD2DInputs[i], p, 0)", {2, 0, 0, 0}).functions;
  EXPECT_EQ(functions,
            "vec4 tk_texelFetch_2D(int index, ivec2 a, int b) { vec4 r = vec4(0);"
            " if (index == 0) r = texelFetch(sTD2DInputs[0], a, b);"
            " if (index == 1) r = texelFetch(sTD2DInputs[1], a, b); return r; }\n"
            "vec4 tk_texelFetch_2D(uint index, ivec2 a, int b)"
            " { return tk_texelFetch_2D(int(index), a, b); }\n");
}

TEST(Polyfills, OutputsWithAnIndexThatVariesAreWrittenByFunctions) {
  const WithPolyfills made = polyfills(
      "imageStore(mTDComputeOutputs[i % 2], p, c);\nc = imageLoad(sTDComputeOutputs[i], p);\n");
  EXPECT_EQ(made.user.userCode(),
            "tk_imageStore(int(i % 2), p, c);\nc = tk_imageLoad(int(i), p);\n");
  EXPECT_TRUE(has(made.functions, "void tk_imageStore(int index"));
  EXPECT_TRUE(has(made.functions, "vec4 tk_imageLoad(int index"));
  const std::string constant = "imageStore(mTDComputeOutputs[1], p, c);\n";
  EXPECT_EQ(code(constant), constant);
  EXPECT_EQ(polyfills(constant).functions, "");
}

TEST(Polyfills, OffsetsStayConstant) {
  const WithPolyfills made =
      polyfills("textureOffset(sTD2DInputs[i], f(a, b), ivec2(1, 0))", {1, 0, 0, 0});
  EXPECT_EQ(made.user.userCode(), "tk_textureOffset_2D_2(i, f(a, b), ivec2(1, 0))\n");
  EXPECT_EQ(made.functions,
            "#define tk_textureOffset_2D_2(index, a, b) "
            "((index) == 0 ? textureOffset(sTD2DInputs[0], a, b) : vec4(0))\n");
}

TEST(Polyfills, AnOverloadOfABuiltInFunctionGetsANameOfItsOwn) {
  const WithPolyfills made =
      polyfills("int mod(int a, int b) { return a; }\nfloat x = mod(a, b);\n");
  EXPECT_EQ(made.user.userCode(),
            "int tk_mod(int a, int b) { return a; }\nfloat x = tk_mod(a, b);\n");
  EXPECT_TRUE(has(made.functions, "float tk_mod(float a, float b) { return mod(a, b); }\n"));
  EXPECT_TRUE(has(made.functions, "vec3 tk_mod(vec3 a, float b) { return mod(a, b); }\n"));
}

TEST(Polyfills, WhatTheUserReplacesIsNotHandedOn) {
  const std::string functions = polyfills("vec2 tanh(const in vec2 x) { return x; }").functions;
  EXPECT_FALSE(has(functions, "tk_tanh(vec2 a)")) << functions;
  EXPECT_TRUE(has(functions, "tk_tanh(vec3 a)")) << functions;
}

TEST(Polyfills, MembersAndVariablesKeepTheirNames) {
  EXPECT_EQ(code("float length(int a) { return 1.0; }\nint n = xs.length(); float length = 1.0;\n"),
            "float tk_length(int a) { return 1.0; }\nint n = xs.length(); float length = 1.0;\n");
}

TEST(Polyfills, AMacroInThePlaceOfAFunctionIsNoOverload) {
  const std::string text =
      "#ifdef A\n#define LOOK(s, p) texture(s, p)\n#else\nvec4 LOOK(sampler2D s, vec2 p) "
      "{}\n#endif\n";
  EXPECT_EQ(code(text), text);
}

TEST(Polyfills, ComparisonsOfVectorsStayWhereNumbersAreComparedToo) {
  const WithPolyfills made = polyfills("bool equal(float a, float b) { return equal(v, w).x; }\n");
  EXPECT_TRUE(has(made.functions, "bvec2 tk_equal(vec2 a, vec2 b) { return equal(a, b); }"));
  EXPECT_FALSE(has(made.functions, "tk_equal(float a"));
}

TEST(Polyfills, FunctionsOfOtherNamesStay) {
  const std::string text = "float rand(vec2 p) { return mod(p.x, 2.0); }\n";
  EXPECT_EQ(code(text), text);
  EXPECT_EQ(polyfills(text).functions, "");
}

TEST(Rewriting, EqualDeclarationsOfAUniformAreOne) {
  EXPECT_EQ(rewrittenText("uniform float a;\nuniform float a;\n"), "uniform float a;\n\n");
  EXPECT_EQ(rewrittenText("uniform float a, b;\nuniform float c, a, d, b;\n"),
            "uniform float a, b;\nuniform float c, d;\n");
  EXPECT_EQ(rewrittenText("uniform float a, b;\nuniform highp float a, c;\n"),
            "uniform float a, b;\nuniform highp float  c;\n");
  EXPECT_EQ(rewrittenText("uniform float a, b; uniform float b\n, a = 1.0; int x;\n"),
            "uniform float a, b; \n int x;\n");
  EXPECT_EQ(rewrittenText("uniform int uTDPass;\nuniform TDTexInfo uTDOutputInfo;\n"), "\n\n");
}

TEST(Rewriting, UnequalDeclarationsAreLeftToTheCompiler) {
  for (const char* text :
       {"uniform float a;\nuniform int a;\n", "uniform float a;\nuniform float a[2];\n",
        "uniform sampler2D a;\nuniform sampler2D a;\n", "uniform float uTDPass;\n",
        "#ifdef X\nuniform float a;\n#else\nuniform float a;\n#endif\n",
        "#ifdef X\nuniform float a;\n#endif\nuniform float a;\n"}) {
    EXPECT_EQ(rewrittenText(text), text);
  }
}

TEST(Rewriting, AUniformOfAGuardedIncludeMayComeAgain) {
  EXPECT_EQ(rewrittenText("#ifndef A_H\n#define A_H\nuniform float a;\n#endif\nuniform float a;\n"),
            "#ifndef A_H\n#define A_H\nuniform float a;\n#endif\n\n");
  EXPECT_EQ(rewrittenText("uniform float a;\n#ifdef X\nuniform float a;\n#endif\n"),
            "uniform float a;\n#ifdef X\n\n#endif\n");
}

TEST(Rewriting, GlobalConstantsOfUniformsAreVariables) {
  EXPECT_EQ(rewrittenText("uniform float u;\nconst float a = 2.0 * u;\nconst float b = a;\n"),
            "uniform float u;\n float a = 2.0 * u;\n float b = a;\n");
  EXPECT_EQ(rewrittenText("const vec2 size = vec2(uTDOutputInfo.res.zw);\n"),
            " vec2 size = vec2(uTDOutputInfo.res.zw);\n");
  const std::string plain = "const float a = 2.0;\nconst float b = sin(a);\n";
  EXPECT_EQ(rewrittenText(plain), plain);
}

TEST(Rewriting, TheVersionIsTouchDesigners) {
  EXPECT_EQ(rewrittenText("#if __VERSION__ >= 460\nint a;\n#endif\n"),
            "#if 460 >= 460\nint a;\n#endif\n");
}

TEST(Rewriting, PragmasOfTheStandardLanguageGo) {
  EXPECT_EQ(rewrittenText("int a;\n#pragma STDGL invariant(all)\n#pragma optimize(on)\n"),
            "int a;\n\n#pragma optimize(on)\n");
}

TEST(Conditions, ALineImpliesThoseAroundIt) {
  const LineConditions lines("a\n#if 1\nb\n#elif 2\nc\n#if 3\nd\n#endif\n#endif\ne\n");
  EXPECT_TRUE(lines.implies(2, 0));
  EXPECT_FALSE(lines.implies(0, 2));
  EXPECT_FALSE(lines.implies(4, 2));
  EXPECT_TRUE(lines.implies(6, 4));
  EXPECT_FALSE(lines.implies(9, 6));
  EXPECT_TRUE(lines.implies(9, 0));
}

TEST(Polyfills, MessagesHaveTheUsersWords) {
  EXPECT_EQ(inUsersWords("no function `tk_texture_2D(int, vec3)'"),
            "no function `texture(sampler2D, vec3)'");
  EXPECT_EQ(inUsersWords("tk_textureLod_2DArray(uint, vec3, float)"),
            "textureLod(sampler2DArray, vec3, float)");
  EXPECT_EQ(inUsersWords("macro tk_textureOffset_3D_2 and tk_mod(vec2, mat2)"),
            "macro textureOffset and mod(vec2, mat2)");
  EXPECT_EQ(inUsersWords("'TDFragColor' : vec4"), "'gl_FragColor' : vec4");
  EXPECT_EQ(inUsersWords("my_tk_mod, texture_2D(int)"), "my_tk_mod, texture_2D(int)");
}

TEST(Polyfills, AMessageInTheUsersWordsIsAboutTheirName) {
  std::vector<Diagnostic> messages(1);
  messages[0].message = "no matching function for call to `tk_mod(vec2, mat2)'";
  messages[0].name = "tk_mod";
  messages[0].column = 9;
  useUsersWords(messages);
  EXPECT_EQ(messages[0].name, "mod");
  EXPECT_EQ(messages[0].column, 0) << "that of another line";
}

}  // namespace
}  // namespace topknot::glsl
