// Users' shader texts: what the driver is given, and where its messages lead back to.
#include "glsl/source/shader_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "glsl/check/shader_extent.h"
#include "glsl/source/live_code.h"

namespace topknot::glsl {
namespace {

IncludeResolver from(std::map<std::string, std::string> texts) {
  return [texts](std::string_view wanted, std::string_view) -> std::optional<ShaderSource> {
    const auto found = texts.find(std::string(wanted));
    if (found == texts.end()) return std::nullopt;
    return ShaderSource{found->first, found->second};
  };
}

MappedSource flat(const std::string& text, const IncludeResolver& resolver = {}) {
  MappedSource shader;
  shader.addLibrary("// one\n// two");
  shader.addUser({"a.frag", text}, resolver);
  return shader;
}

/// Where a message about the line that holds `word` is led.
std::string placeOf(const MappedSource& shader, const std::string& word) {
  const std::string text = shader.text(450);
  const std::size_t at = text.find(word);
  if (at == std::string::npos) return "not there";
  std::vector<Diagnostic> messages(1);
  messages[0].line = 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
  shader.place(messages);
  return messages[0].file + ":" + std::to_string(messages[0].line);
}

std::string problemOf(const MappedSource& shader) {
  if (shader.problems().empty()) return {};
  const Diagnostic& first = shader.problems().front();
  return first.file + ":" + std::to_string(first.line) + ": " + first.message;
}

TEST(ShaderSource, LinesAreTheUsersOwn) {
  const MappedSource shader = flat("first\nsecond\r\n\nfourth\n");
  EXPECT_EQ(placeOf(shader, "first"), "a.frag:1");
  EXPECT_EQ(placeOf(shader, "second"), "a.frag:2");
  EXPECT_EQ(placeOf(shader, "fourth"), "a.frag:4");
}

TEST(ShaderSource, ALoneCarriageReturnEndsALine) {
  const MappedSource shader = flat("// first\rsecond;\r\rfourth;");
  EXPECT_EQ(placeOf(shader, "second"), "a.frag:2");
  EXPECT_EQ(placeOf(shader, "fourth"), "a.frag:4");
}

TEST(ShaderSource, LineDirectivesOfTheUsersDoNotLeadAstray) {
  const MappedSource shader = flat("#line 70 5\n#line 9 \"x\"\nthird;\n");
  EXPECT_EQ(shader.text(450).find("#line"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "third"), "a.frag:3");
}

TEST(ShaderSource, TheVersionLineComesFirst) {
  EXPECT_TRUE(flat("x").text(460).starts_with("#version 460 core\n"));
}

TEST(ShaderSource, AContinuedExpressionKeepsItsLines) {
  const MappedSource shader = flat("a = 1.0 + \\\n  wrong;\nnext;\n");
  EXPECT_EQ(placeOf(shader, "wrong"), "a.frag:2");
  EXPECT_EQ(placeOf(shader, "next"), "a.frag:3");
}

TEST(ShaderSource, AContinuedMacroIsOneLineAndTheRestKeepsItsPlace) {
  const MappedSource shader = flat("#define A 1 + \\\n  2\nnext;\n");
  EXPECT_NE(shader.text(450).find("#define A 1 +   2\n"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "next"), "a.frag:3");
}

TEST(ShaderSource, AContinuedWordIsJoined) {
  const MappedSource shader = flat("hel\\\nlo;\nnext;\n");
  EXPECT_NE(shader.text(450).find("hello;"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "next"), "a.frag:3");
}

TEST(ShaderSource, AContinuedCommentGoesOn) {
  const MappedSource shader = flat("// says \\\nnot code\ncode;\n");
  EXPECT_FALSE(shader.mentions("not"));
  EXPECT_TRUE(shader.mentions("code"));
  EXPECT_EQ(placeOf(shader, "code;"), "a.frag:3");
}

TEST(ShaderSource, ADirectiveGoesOnBehindACommentOverLines) {
  const MappedSource shader =
      flat("#define A 1 /* one\ntwo */ + 2 // three\nnext;\n#if 1 /* // */\n");
  EXPECT_NE(shader.text(450).find("+ 2"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "#define A 1"), "a.frag:1");
  EXPECT_EQ(placeOf(shader, "+ 2"), "a.frag:1");
  EXPECT_EQ(placeOf(shader, "next;"), "a.frag:3");
  EXPECT_EQ(placeOf(shader, "#if 1"), "a.frag:4");
}

TEST(ShaderSource, IncludesAreExpandedAndKeepTheirNamesAndLines) {
  const MappedSource shader =
      flat("before;\n#include \"n.glsl\"\nafter;\n",
           from({{"n.glsl", "inner;\n#include <m>\n"}, {"m", "\ninnermost;\n"}}));
  EXPECT_EQ(problemOf(shader), "");
  EXPECT_EQ(placeOf(shader, "inner;"), "n.glsl:1");
  EXPECT_EQ(placeOf(shader, "innermost;"), "m:2");
  EXPECT_EQ(placeOf(shader, "after;"), "a.frag:3");
}

TEST(ShaderSource, AMissingIncludeIsLeftToTheDriverWhereItCounts) {
  const MappedSource shader = flat("x;\n#include \"no\"\n", from({}));
  EXPECT_EQ(placeOf(shader, "#error the include \"no\" was not found"), "a.frag:2");
}

TEST(ShaderSource, ACircleOfIncludesIsNamed) {
  const MappedSource shader =
      flat("#include \"b\"\n", from({{"b", "#include \"c\"\n"}, {"c", "x;\n#include \"b\"\n"}}));
  EXPECT_EQ(problemOf(shader), "c:2: includes go round in a circle: a.frag > b > c > b");
}

TEST(ShaderSource, IncludesWithoutQuotesAreRefused) {
  EXPECT_EQ(problemOf(flat("#include n\n")),
            "a.frag:1: #include expects \"name\" or <name>, found 'n'");
}

TEST(ShaderSource, AnIncludeInACommentIsNone) {
  EXPECT_EQ(problemOf(flat("/*\n#include \"b\"\n*/ x;\n// #include \"b\"\n", from({}))), "");
}

TEST(ShaderSource, CommentsThatShareALineWithADirectiveStayComments) {
  const IncludeResolver resolver = from({{"b", "inside;\n"}});
  for (const char* directive : {"#include \"b\"", "#version 330", "#extension GL_ARB_x : enable"}) {
    const MappedSource shader =
        flat("/* one\n*/ " + std::string(directive) + " /* two\n three */ code;\n", resolver);
    EXPECT_EQ(problemOf(shader), "");
    EXPECT_EQ(shader.text(450).find("three"), std::string::npos) << directive;
    EXPECT_EQ(shader.text(450).find("*/"), std::string::npos) << directive;
    EXPECT_EQ(placeOf(shader, "code;"), "a.frag:3");
  }
}

TEST(ShaderSource, ANulByteIsToldWithItsLine) {
  EXPECT_EQ(problemOf(flat(std::string("a;\nb\0c;\n", 8))),
            "a.frag:2: byte 0 at line 2: expected text, found a NUL");
}

TEST(ShaderSource, BytesBeyondAsciiAreRefusedInCodeAndReplacedInComments) {
  EXPECT_EQ(problemOf(flat("a; // caf\xC3\xA9\n/* \xFF */ b;\n")), "");
  EXPECT_EQ(flat("a; // caf\xC3\xA9\n").text(450).find('\xC3'), std::string::npos);
  EXPECT_EQ(problemOf(flat("a;\nfloat \xC3\xA9;\n")),
            "a.frag:2: byte 0xC3 outside a comment: GLSL is written in ASCII");
}

TEST(ShaderSource, AByteOrderMarkIsTakenOff) {
  const MappedSource shader = flat("\xEF\xBB\xBFvoid main() {}\n");
  EXPECT_EQ(problemOf(shader), "");
  EXPECT_EQ(placeOf(shader, "void"), "a.frag:1");
}

TEST(ShaderSource, AnUnendedCommentIsToldWhereItBegins) {
  EXPECT_EQ(problemOf(flat("a;\n\n/* b\nc\n")),
            "a.frag:3: the comment that begins here never ends");
}

TEST(ShaderSource, AnEmptyTextIsToldSo) {
  const std::string sentence = "a.frag:1: the shader is empty: expected at least one function";
  EXPECT_EQ(problemOf(flat("")), sentence);
  EXPECT_EQ(problemOf(flat("\n  \n// only words\n")), sentence);
}

TEST(ShaderSource, ALeadingVersionThatIsSatisfiedIsTakenOut) {
  const MappedSource shader = flat("// mine\n#version 330 core\nvoid main() {}\n");
  EXPECT_EQ(problemOf(shader), "");
  EXPECT_EQ(shader.text(450).find("#version 330"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "void"), "a.frag:3");
}

TEST(ShaderSource, OtherVersionsAreRefused) {
  EXPECT_EQ(problemOf(flat("#version 300 es\n")),
            "a.frag:1: #version 300 es is not available: leave it out, or write at most "
            "#version 460 core");
  EXPECT_NE(problemOf(flat("#version 470\nx;")), "");
  EXPECT_NE(problemOf(flat("#version -1\nx;")), "");
}

TEST(ShaderSource, ExtensionsGoToTheHead) {
  const MappedSource shader = flat("a;\n#extension GL_ARB_x : enable\nb;\n");
  EXPECT_TRUE(shader.text(450).starts_with("#version 450 core\n#extension GL_ARB_x : enable\n"));
  EXPECT_EQ(placeOf(shader, "#extension"), "a.frag:2");
  EXPECT_EQ(placeOf(shader, "b;"), "a.frag:3");
}

TEST(ShaderSource, TooMuchTextIsRefused) {
  EXPECT_EQ(problemOf(flat(std::string((1 << 20) + 1, ' '))),
            "a.frag:1: the shader and its includes are longer than 1048576 bytes");
}

TEST(ShaderSource, TooDeepNestingIsRefused) {
  EXPECT_EQ(problemOf(flat("a;\n" + std::string(257, '(') + "\n")),
            "a.frag:2: brackets are nested deeper than 256");
}

/// `#define A0 <seed>`, and each further one twice the one before: `A20` has 2^20 seeds.
std::string doublings(const std::string& seed, const std::string& between) {
  std::string text = "#define A0 " + seed + "\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "A" + std::to_string(i - 1);
    text += "#define A" + std::to_string(i) + " " + before + between + before + "\n";
  }
  return text;
}

std::string times(int count, const std::string& text) {
  std::string whole;
  for (int i = 0; i < count; ++i) whole += text;
  return whole;
}

/// The same of what conditions and macros leave of it.
std::string excessOf(const MappedSource& shader) {
  MappedSource live = liveCode(shader, {}, {}).expanded;
  const std::optional<Excess> excess =
      live.problems().empty() ? findExcess(live.userCode()) : std::nullopt;
  if (excess) live.problemAt(excess->line, excess->message);
  return problemOf(live);
}

TEST(ShaderSource, ExpressionsThatDriversCrashOnAreRefused) {
  const std::string sentence =
      "a.frag:2: an expression has more than 8192 operators, its macros expanded";
  EXPECT_EQ(excessOf(flat("a;\nx = u" + times(50000, "+u") + ";\n")), sentence);
  EXPECT_EQ(excessOf(flat("a;\nx = u" + times(50000, "\n+u") + ";\n")),
            "a.frag:8194: an expression has more than 8192 operators, its macros expanded");
  EXPECT_EQ(excessOf(flat("a;\nx = (u" + times(50000, ",u") + ");\n")), sentence);
  EXPECT_EQ(excessOf(flat(doublings("u", "+") + "\nx = A15;\n")),
            "a.frag:42: an expression has more than 8192 operators, its macros expanded");
}

TEST(ShaderSource, WhatDoublesWithoutEndIsRefused) {
  const std::string sentence = "the shader has more than 524288 words and signs, its ";
  EXPECT_EQ(excessOf(flat(doublings("u", "+") + "x = A39;\n")),
            "a.frag:41: " + sentence + "macros expanded");
  EXPECT_EQ(excessOf(flat("#define E\n" + doublings("E", " ") + "x = A39;\n")),
            "a.frag:42: macros take more than 4194304 words and signs to expand");
  EXPECT_EQ(excessOf(flat("#define F(x) x+x\ny = " + times(30, "F(") + "u" + times(30, ")") + ";")),
            "a.frag:2: macros take more than 4194304 words and signs to expand");
  std::string functions = "float f0(float x) { return x; }\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "f" + std::to_string(i - 1) + "(x)";
    functions +=
        "float f" + std::to_string(i) + "(float x) { return " + before + " + " + before + "; }\n";
  }
  EXPECT_TRUE(excessOf(flat(functions)).ends_with("its functions put where they are called"));
}

TEST(ShaderSource, MacrosThatCallThemselvesOrLackArgumentsEnd) {
  EXPECT_EQ(excessOf(flat("#define A A+B\n#define B A\n#define F(x) F(x)+x\nA; F(F(1)); F; F(\n")),
            "");
  EXPECT_EQ(excessOf(flat("#define\n#define F(\n#define G(a,b) a b c\nG(); G(1,2,3); F();\n")), "");
  std::string chain = "#define M0 1\n";
  for (int i = 1; i < 1000; ++i) {
    chain += "#define M" + std::to_string(i) + " M" + std::to_string(i - 1) + "\n";
  }
  EXPECT_EQ(excessOf(flat(chain + "x = M999;\n")), "") << "a chain is no nest";
  EXPECT_EQ(excessOf(flat("#define F(x) x\ny = " + times(200, "F(") + "u" + times(200, ")") + ";")),
            "");
}

TEST(ShaderSource, TooLargeArraysAreRefused) {
  EXPECT_EQ(excessOf(flat("a;\nfloat b[1000000000];\n")),
            "a.frag:2: an array of 1000000000 elements is not possible: the limit is 65536");
  EXPECT_NE(excessOf(flat("#define N 99999999999999999999\nfloat b[N];\n")), "");
}

TEST(ShaderSource, LongTextsOfOrdinaryMakingAreTaken) {
  EXPECT_EQ(excessOf(flat(times(20000, "x = sin(x) + u;\n"))), "");
  EXPECT_EQ(
      excessOf(flat("vec3 a[] = vec3[](vec3(0)" + times(20000, ", vec3(1.0, -2.5, 3)") + ");\n")),
      "");
  EXPECT_EQ(excessOf(flat("float f() { return 1.0" + times(8000, "+u") + "; }\n")), "");
}

TEST(ShaderSource, MentionsWholeWordsOutsideComments) {
  const MappedSource shader = flat("int abc; // xyz\n/* uvw */ float a_b;\n");
  EXPECT_TRUE(shader.mentions("abc"));
  EXPECT_TRUE(shader.mentions("a_b"));
  EXPECT_FALSE(shader.mentions("ab"));
  EXPECT_FALSE(shader.mentions("xyz"));
  EXPECT_FALSE(shader.mentions("uvw"));
}

}  // namespace
}  // namespace topknot::glsl
