// What the preprocessor makes of texts: by the rules of GLSL 4.60, with a place for each word.
#include "glsl/preprocessor/preprocessor.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>

#include "glsl/preprocessor/written.h"

namespace topknot::glsl {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

IncludeFinder finderOf(const Files& files) {
  return [&files](std::string_view wanted, std::string_view) -> std::optional<Source> {
    const auto found = files.find(wanted);
    if (found == files.end()) return std::nullopt;
    return Source{found->first, found->second};
  };
}

/// What is left of a text, in one line; then a line for each thing that is wrong: `2:1 message`.
std::string read(const std::string& text, PreprocessorSettings settings = {}) {
  Preprocessor preprocessor(std::move(settings));
  preprocessor.add({"a.frag", text});
  std::string all = writtenPlain(preprocessor.tokens());
  for (const Diagnostic& each : preprocessor.diagnostics()) {
    all += "\n" + (each.file == "a.frag" ? "" : each.file + ":") + std::to_string(each.line) + ":" +
           std::to_string(each.column) + " " + each.message;
  }
  return all;
}

TEST(Preprocessor, CommentsAreBlanksAndLineEndsOfAllKindsAreOne) {
  EXPECT_EQ(read("a/*x*/b // c\r\nd\re\n"), "a b d e");
  EXPECT_EQ(read("#define X 1 /* goes\nover lines */ + 2\nX"), "1 + 2");
  EXPECT_EQ(read("#if 1 /*\n*/ && 0\nno\n#endif\nyes"), "yes");
  EXPECT_EQ(read("\xEF\xBB\xBF#define X y\nX"), "y");
  EXPECT_EQ(read("a\n/* b\nc"), "a\n2:1 the comment that begins here never ends");
}

TEST(Preprocessor, ABackslashContinuesALineEvenWithinAWordOrAComment) {
  EXPECT_EQ(read("#define X 1 + \\\n 2\nX"), "1 + 2");
  EXPECT_EQ(read("ab\\\r\ncd e"), "abcd e");
  EXPECT_EQ(read("a // b \\\n c\nd"), "a d");
  EXPECT_EQ(read("a /\\\n* b */ c"), "a c");
}

TEST(Preprocessor, ConditionsAreWholeNumberExpressions) {
  const std::pair<const char*, bool> rows[] = {
      {"1", true},
      {"0", false},
      {"2 + 3 * 4 == 14", true},
      {"(2 + 3) * 4 == 20", true},
      {"10 - 4 - 3 == 3", true},
      {"1 << 4 > 15", true},
      {"7 / 2 == 3 && 7 % 4 == 3", true},
      {"-1 < 0", true},
      {"!0 && ~0 == -1", true},
      {"(6 & 3) == 2 && (6 | 3) == 7 && (6 ^ 3) == 5", true},
      {"0x1F == 31 && 017 == 15 && 4u == 4", true},
      {"0 || 0 && 1 / 0", false},
      {"1 || 1 / 0", true},
      {"UNKNOWN", false},
      {"defined A && defined(A) && !defined B", true},
      {"defined A == 1", true},
      {"A == 3 && TWICE(A) == 6", true},
      {"HAS_A", true},
      {"__VERSION__ >= 450", true},
      {"defined GL_core_profile && GL_ARB_extra", true},
  };
  for (const auto& [condition, holds] : rows) {
    const std::string text = std::string("#define A 3\n#define TWICE(x) ((x) * 2)\n") +
                             "#define HAS_A defined(A)\n#if " + condition +
                             "\nyes\n#else\nno\n#endif";
    EXPECT_EQ(read(text, {.extensions = {"GL_ARB_extra"}}), holds ? "yes" : "no") << condition;
  }
}

TEST(Preprocessor, OneGroupOfAChainIsTakenAndNestsAreSkippedWhole) {
  const auto chosen = [](const std::string& mode) {
    return read(
        "#define MODE " + mode +
        "\n#if MODE == 0\nzero\n#elif MODE == 1\none\n#if 1\ninner\n#else\nno\n#endif\n"
        "#elif MODE == 1\nlate\n#else\nother\n#ifdef NEVER\nno\n#elif 1\nlast\n#endif\n#endif");
  };
  EXPECT_EQ(chosen("0"), "zero");
  EXPECT_EQ(chosen("1"), "one inner");
  EXPECT_EQ(chosen("5"), "other last");
}

TEST(Preprocessor, WhatIsSkippedMayBeAnything) {
  EXPECT_EQ(read("#if 0\n#if 1 /\n#error no\n#foo\n#define\n'it is\n#elif\n#else\n#endif\n"
                 "#include <gone>\n#else\nyes\n#endif",
                 {.include = finderOf({})}),
            "yes");
  EXPECT_EQ(read("#if 1\nyes\n#elif 1 / 0\nno\n#endif"), "yes");
}

TEST(Preprocessor, ConditionsThatAreNoneAreTold) {
  EXPECT_EQ(read("a\n#if 1\nb"), "a b\n2:1 the condition that begins here has no #endif");
  EXPECT_EQ(read("#endif\n#else\n#elif 1"),
            "\n1:1 #endif without an #if before it\n2:1 #else without an #if before it\n"
            "3:1 #elif without an #if before it");
  EXPECT_EQ(read("#if 1\n#else\n#else\n#endif"), "\n3:1 #else behind an #else");
  EXPECT_EQ(read("#if 4 / (2 - 2)\n#endif"), "\n1:7 the condition divides by 0");
  EXPECT_EQ(read("#if\n#endif"), "\n1:1 #if expects a condition");
  EXPECT_EQ(read("#ifdef 3\n#endif"), "\n1:1 #ifdef expects the name of a macro");
  EXPECT_EQ(read("#if (1\n#endif"), "\n1:6 the condition lacks a ')'");
  EXPECT_EQ(read("#if 1 2\n#endif"), "\n1:7 the condition goes on with '2', where it should end");
  EXPECT_EQ(read("#if 1.5\n#endif"), "\n1:5 a condition consists of whole numbers, found '1.5'");
  EXPECT_EQ(read("#if defined(\n#endif"), "\n1:5 expected defined NAME or defined(NAME)");
}

TEST(Preprocessor, MacrosStandForTheirBodiesInWhichOthersMayStand) {
  EXPECT_EQ(read("#define A B + 1\n#define B 2\nA"), "2 + 1");
  EXPECT_EQ(read("#define MAX(a, b) (a > b ? a : b)\nMAX(x, MAX(y, f(1, 2)))"),
            "(x > (y > f(1, 2) ? y : f(1, 2)) ? x : (y > f(1, 2) ? y : f(1, 2)))");
  EXPECT_EQ(read("#define F() 1\nF() F F\n()"), "1 F 1");
  EXPECT_EQ(read("#define NAME (x)\nNAME"), "(x)") << "a gap before the bracket: no parameters";
  EXPECT_EQ(read("#define A 1\n#undef A\nA"), "A");
  EXPECT_EQ(read("#define EMPTY\nEMPTY a EMPTY"), "a");
  EXPECT_EQ(read("#define NEG(x) -x\nNEG(-1)"), "- -1") << "no -- comes to be";
}

TEST(Preprocessor, AMacroIsNotExpandedWithinItself) {
  EXPECT_EQ(read("#define a a + b\n#define b a * 2\na"), "a + a * 2");
  EXPECT_EQ(read("#define f(x) x + f(x)\nf(f(1))"), "1 + f(1) + f(1 + f(1))");
}

TEST(Preprocessor, TwoHashesJoinWhatStandsBesideThem) {
  EXPECT_EQ(read("#define CAT(a, b) a ## b\nCAT(x, 1) CAT(1, 2) CAT(<, =)"), "x1 12 <=");
  EXPECT_EQ(read("#define N 3\n#define CAT(a, b) a##b\n#define TWO(a, b) CAT(a, b)\n"
                 "CAT(v, N) TWO(v, N)"),
            "vN v3");
  EXPECT_EQ(read("#define CAT(a, b) a ## b\nCAT(+, x)"),
            "+ x\n2:1 ## makes no word, number or sign of '+' and 'x'");
  EXPECT_EQ(
      read("#define BAD ## x"),
      "\n1:1 ## joins what stands on both of its sides: a macro neither begins nor ends with it");
}

TEST(Preprocessor, DefinitionsThatAreNoneAreTold) {
  EXPECT_EQ(read("#define A 1\n#define A 1\n#define A 2"),
            "\n3:1 the macro 'A' is defined as something else already: #undef it first");
  EXPECT_EQ(read("#define"), "\n1:1 #define expects the name of a macro");
  EXPECT_EQ(read("#define F(a, a) a"), "\n1:1 the macro has two parameters called 'a'");
  EXPECT_EQ(read("#define F(a"),
            "\n1:1 a macro's parameters are names with commas between, then ')'");
  EXPECT_EQ(read("#define GL_core_profile 2\n#undef __LINE__\n#define defined"),
            "\n1:1 #define: 'GL_core_profile' is the compiler's own\n"
            "2:1 #undef: '__LINE__' is the compiler's own\n"
            "3:1 #define: 'defined' is the compiler's own");
}

TEST(Preprocessor, CallsWithTheWrongNumberOfArgumentsAreTold) {
  const std::string define = "#define F(a, b) a + b\n";
  EXPECT_EQ(read(define + "x = F(1);"), "x = F;\n2:5 the macro 'F' takes 2 arguments, found 1");
  EXPECT_EQ(read(define + "F(1,\n2"), "F\n2:1 the call of the macro 'F' has no ')'");
  EXPECT_EQ(read(define + "F((1, 2), ) F(,)"), "(1, 2) + +") << "brackets keep commas together";
}

TEST(Preprocessor, LinesVersionsAndFilesAreNumbers) {
  EXPECT_EQ(
      read("__LINE__\n#define HERE __LINE__\n__LINE__ HERE\\\n __LINE__\n__FILE__ __VERSION__",
           {.version = 450}),
      "1 3 3 4 0 450");
  EXPECT_EQ(read("#line 20 5\n__LINE__ __FILE__\n\n__LINE__\n#define N 7\n#line N\n__LINE__"),
            "20 5 22 7");
  EXPECT_EQ(read("#line x"), "\n1:1 #line expects the number of a line, and maybe that of a text");
}

TEST(Preprocessor, DirectivesOfTheCompilerArePassedOn) {
  EXPECT_EQ(read("#version 460\n # extension  GL_X : enable // c\n#pragma STDGL\n#\n#foo\n"
                 "#if 0\n#pragma no\n#endif"),
            "#version 460 # extension  GL_X : enable #pragma STDGL #foo");
  EXPECT_EQ(read("#if 0\n#error no\n#endif\n#error  it is so // c\na"),
            "#error  it is so a\n4:1 it is so");
}

TEST(Preprocessor, IncludesAreReadWhereTheyStandAndPlacesLeadBack) {
  const Files files = {{"b", "int b;\n#define FROM_B 2\n#include <c>\n"},
                       {"c", "FROM_B __LINE__ oops"}};
  Preprocessor preprocessor({.include = finderOf(files)});
  preprocessor.add({"a.frag", "first\n#include \"b\"\nFROM_B last"});
  EXPECT_EQ(writtenPlain(preprocessor.tokens()), "first int b; 2 1 oops 2 last");
  const Token& oops = preprocessor.tokens()[6];
  EXPECT_EQ(preprocessor.fileName(oops.place.file), "c");
  EXPECT_EQ(oops.place.line, 1);
  EXPECT_EQ(oops.place.column, 17);
  const std::vector<SourcePlace> chain = {{"a.frag", 2}, {"b", 3}};
  EXPECT_EQ(preprocessor.includedFrom(oops.place.file), chain);
}

TEST(Preprocessor, IncludesThatHaveNoEndAreTold) {
  const Files files = {{"b", "#include \"c\"\n"}, {"c", "\n#include \"b\"\n"}, {"open", "#if 1\n"}};
  const PreprocessorSettings settings{.include = finderOf(files)};
  EXPECT_EQ(read("#include \"b\"\nx", settings),
            "x\nc:2:1 includes go round in a circle: a.frag > b > c > b");
  EXPECT_EQ(read("#include \"gone\"", settings), "\n1:1 the include \"gone\" was not found");
  EXPECT_EQ(read("#include gone", settings),
            "\n1:1 #include expects \"name\" or <name>, found 'gone'");
  EXPECT_EQ(read("#include \"open\"\nx\n", settings),
            "x\nopen:1:1 the condition that begins here has no #endif");
  int number = 0;
  const PreprocessorSettings endless{.include = [&number](std::string_view, std::string_view) {
    return Source{"n" + std::to_string(number++), "#include \"next\"\n"};
  }};
  EXPECT_NE(
      read("#include \"next\"", endless).find("includes are nested deeper than 16: a.frag > n0 > "),
      std::string::npos);
  EXPECT_LE(number, 17);
}

TEST(Preprocessor, PlacesAreThoseOfTheOriginalBehindCommentsAndContinuedLines) {
  Preprocessor preprocessor({});
  preprocessor.add({"a.frag", "#define M(a) a m\n/* x\n */ b \\\n  c M(\n d)"});
  std::string places;
  for (const Token& each : preprocessor.tokens()) {
    places += std::string(each.text) + " " + std::to_string(each.place.line) + ":" +
              std::to_string(each.place.column) + (each.made ? " made, " : ", ");
  }
  EXPECT_EQ(places, "b 3:5, c 4:3, d 5:2 made, m 4:5 made, ");
}

TEST(Preprocessor, WrittenLinesKeepTheirColumnsUpToTheFirstMacro) {
  Preprocessor preprocessor({});
  preprocessor.add({"a.frag", "#define N 1\n  float a /* b */ = N;  c\n#if 0\nno\n#endif\nM"});
  const WrittenLines out = written(preprocessor.tokens(), 0, 6);
  EXPECT_EQ(out.lines[1], "  float a         = 1;  c");
  EXPECT_EQ(out.plain[1], 20u);
  EXPECT_EQ(out.lines[3], "");
  EXPECT_EQ(out.lines[5], "M");
}

TEST(Preprocessor, SkippedLinesAreKnownButNotTheConditions) {
  Preprocessor preprocessor({});
  preprocessor.add(
      {"a.frag", "a\n#if 0\nb /*\n*/ c\n#define N\n#if 1\nd\n#endif\n#else\ne\n#endif\nf"});
  EXPECT_EQ(preprocessor.skippedLines(0), (std::vector<int>{3, 4, 5, 7}));
}

TEST(Preprocessor, ReadersOfAllGroupsGetAllButWhatIsSwitchedOffByNought) {
  EXPECT_EQ(
      read("#ifdef A\none\n#define N 1\n#elif B /\ntwo\n#else\nthree\n#define N 2\n#endif\nN\n"
           "#if 0\nno\n#else\nfour\n#endif\n#error x\n#if 1",
           {.everyGroup = true}),
      "one two three 2 four #error x");
}

/// Macros of which each is the one before it twice.
std::string doubling(int times) {
  std::string text = "#define D0 x\n";
  for (int i = 1; i <= times; ++i) {
    const std::string before = "D" + std::to_string(i - 1);
    text += "#define D" + std::to_string(i) + " " + before + " " + before + "\n";
  }
  return text;
}

TEST(Preprocessor, MacrosThatDoubleFortyTimesCostNothingUntilTheyAreUsed) {
  EXPECT_EQ(read(doubling(40) + "#if 0\nD40\n#endif\nD2"), "x x x x");
  const auto begin = std::chrono::steady_clock::now();
  const std::string used = read(doubling(40) + "ok\nD40\nD40");
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_NE(
      used.find("\n43:1 the shader has more than 524288 words and signs, its macros expanded"),
      std::string::npos);
  EXPECT_LT(taken.count(), 60.0);
}

TEST(Preprocessor, OtherMacrosWithoutEndAreToldAsWell) {
  std::string calls = "#define F0(a) a\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "F" + std::to_string(i - 1);
    calls += "#define F" + std::to_string(i) + "(a) " + before + "(a " + before + "(a))\n";
  }
  const std::string grown = "\n42:1 macros take more than 4194304 words and signs to expand";
  EXPECT_NE(read(calls + "F40(1)").find(grown), std::string::npos);
  EXPECT_NE(read(doubling(40) + "#if D40\n#endif").find("macros take more than"),
            std::string::npos);
  std::string nest = "#define I(a) a\n";
  for (int i = 0; i < 300; ++i) nest += "I(";
  EXPECT_NE(read(nest + "1" + std::string(300, ')')).find("macros are nested deeper than 256"),
            std::string::npos);
}

}  // namespace
}  // namespace topknot::glsl
