// What messages tell of the user's own texts: includes, lines, columns, names; and what goes
// before.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "glsl/check/shader_extent.h"
#include "glsl/source/live_code.h"
#include "glsl/source/shader_source.h"
#include "glsl/tokens/macro_calls.h"

namespace topknot::glsl {
namespace {

using Texts = std::map<std::string, std::string>;

IncludeResolver from(Texts texts) {
  return [texts](std::string_view wanted, std::string_view) -> std::optional<ShaderSource> {
    const auto found = texts.find(std::string(wanted));
    if (found == texts.end()) return std::nullopt;
    return ShaderSource{found->first, found->second};
  };
}

MappedSource flat(const std::string& text, const Texts& texts = {}, const std::string& head = {}) {
  MappedSource shader;
  shader.addLibrary("// one\n// two");
  if (!head.empty()) shader.addHead({"a_predat", head}, from(texts));
  shader.addUser({"a.frag", text}, from(texts));
  return shader;
}

int lineOf(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(word);
  if (at == std::string::npos) return -1;
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
}

/// The message that `said` becomes, of the line that holds `word`.
Diagnostic placed(const MappedSource& shader, const std::string& word, Diagnostic said = {}) {
  said.line = lineOf(shader.text(450), word);
  if (said.message.empty()) said.message = "no";
  std::vector<Diagnostic> messages = {said};
  shader.place(messages);
  return messages[0];
}

std::string placeOf(const Diagnostic& m) {
  return m.file + ":" + std::to_string(m.line) + ":" + std::to_string(m.column);
}

std::string problemOf(const MappedSource& shader) {
  return shader.problems().empty() ? std::string() : shader.problems()[0].message;
}

TEST(ShaderPlaces, TheIncludesThatLeadThereAreToldFromTheOutermostDown) {
  const MappedSource shader =
      flat("x;\n#include \"b\"\n", {{"b", "#include \"c\"\n"}, {"c", "\r\n  deep; // here\r\n"}});
  const Diagnostic message = placed(shader, "deep");
  EXPECT_EQ(message.file, "c");
  EXPECT_EQ(message.line, 2);
  EXPECT_EQ(message.includedFrom, (std::vector<SourcePlace>{{"a.frag", 2}, {"b", 1}}));
  EXPECT_EQ(message.source, "  deep; // here");
  EXPECT_TRUE(placed(shader, "x;").includedFrom.empty());
}

TEST(ShaderPlaces, TheSameTextIncludedTwiceIsTwoPlaces) {
  const MappedSource shader = flat("#include \"b\"\n;\n#include \"b\"\n", {{"b", "word;\n"}});
  EXPECT_EQ(placed(shader, "word;").includedFrom, (std::vector<SourcePlace>{{"a.frag", 1}}));
  std::vector<Diagnostic> messages(1);
  messages[0].line = lineOf(shader.text(450), "word;") + 2;
  shader.place(messages);
  EXPECT_EQ(messages[0].includedFrom, (std::vector<SourcePlace>{{"a.frag", 3}}));
}

TEST(ShaderPlaces, ProblemsTellTheSame) {
  const MappedSource shader =
      flat("#include \"b\"\n", {{"b", "ok;\n#include \"c\"\n"}, {"c", "\n#include \"b\"\n"}});
  ASSERT_EQ(shader.problems().size(), 1u);
  const Diagnostic& problem = shader.problems()[0];
  EXPECT_EQ(problem.message, "includes go round in a circle: a.frag > b > c > b");
  EXPECT_EQ(problem.includedFrom, (std::vector<SourcePlace>{{"a.frag", 1}, {"b", 2}}));
  EXPECT_EQ(problem.source, "#include \"b\"");
  EXPECT_EQ(placeOf(problem), "c:2:0");
}

TEST(ShaderPlaces, AMissingIncludeHasOurWordsWhateverTheDriverSays) {
  const MappedSource shader = flat("x;\n#include \"b\"\n", {{"b", "#include <no>\n"}});
  Diagnostic said;
  said.message = "the include \" no \" was not found";
  const Diagnostic message = placed(shader, "#error", said);
  EXPECT_EQ(message.message,
            "the include \"no\" was not found; the includes that lead there: a.frag > b");
  EXPECT_EQ(placeOf(message), "b:1:0");
}

TEST(ShaderPlaces, AResolverMaySayWhereItLooked) {
  MappedSource shader;
  shader.addUser({"a.frag", "x;\n#include \"no\"\n"},
                 [](std::string_view, std::string_view) -> std::optional<ShaderSource> {
                   throw MissingInclude("no such text in my drawer");
                 });
  EXPECT_TRUE(shader.problems().empty());
  EXPECT_EQ(placed(shader, "#error").message, "no such text in my drawer");
}

TEST(ShaderPlaces, ADeepChainOfIncludesIsRefusedAndNamed) {
  Texts texts;
  for (int i = 0; i < 20; ++i) {
    texts["t" + std::to_string(i)] = "#include \"t" + std::to_string(i + 1) + "\"\n";
  }
  const std::string problem = problemOf(flat("#include \"t0\"\n", texts));
  EXPECT_TRUE(
      problem.starts_with("includes are nested deeper than 16; the includes that lead "
                          "there: a.frag > t0 > t1 > "))
      << problem;
  EXPECT_TRUE(problem.ends_with(" > t15")) << problem;
}

TEST(ShaderPlaces, IncludesThatDoubleEndAtOneMebibyte) {
  Texts texts = {{"t15", std::string(1000, ' ') + "\n"}};
  for (int i = 0; i < 15; ++i) {
    const std::string next = "#include \"t" + std::to_string(i + 1) + "\"\n";
    texts["t" + std::to_string(i)] = next + next;
  }
  const std::string problem = problemOf(flat("#include \"t0\"\n", texts));
  EXPECT_TRUE(problem.starts_with("the shader and its includes are longer than 1048576 bytes"))
      << problem;
}

// Columns and names.

TEST(ShaderPlaces, AColumnIsThatOfTheName) {
  Diagnostic said;
  said.name = "missing";
  said.column = 3;  // as Mesa counts, blanks taken together
  const Diagnostic message = placed(flat("  a   =   missing; // missing\n"), "missing", said);
  EXPECT_EQ(placeOf(message), "a.frag:1:11");
  EXPECT_EQ(message.name, "missing");
}

TEST(ShaderPlaces, WithoutANameTheDriversColumnIsLedBackToTheText) {
  Diagnostic said;
  said.column = 8;  // of " a = b c;"
  EXPECT_EQ(placeOf(placed(flat("\t\ta   =   b c;\n"), "b c", said)), "a.frag:1:13");
  said.column = 2;
  EXPECT_EQ(placeOf(placed(flat("\t\ta   =   b c;\n"), "b c", said)), "a.frag:1:3");
}

TEST(ShaderPlaces, BehindAMacroTheColumnIsNotKnown) {
  Diagnostic said;
  said.column = 7;
  const MappedSource shader = flat("#define M 12345\na = M + b;\n");
  EXPECT_EQ(placeOf(placed(shader, "+ b", said)), "a.frag:2:0");
  said.column = 3;
  EXPECT_EQ(placeOf(placed(shader, "+ b", said)), "a.frag:2:3");
}

TEST(ShaderPlaces, ASyntaxErrorIsNamedAfterWhatStandsThere) {
  Diagnostic said;
  said.message = "syntax error, unexpected NEW_IDENTIFIER";
  said.column = 6;
  EXPECT_EQ(placed(flat("  a = surplus;\n"), "surplus", said).name, "surplus");
}

TEST(ShaderPlaces, ANameThatTheUserDoesNotWriteIsNone) {
  Diagnostic said;
  said.name = "gl_Internal";
  EXPECT_EQ(placed(flat("a;\n"), "a;", said).name, "");
}

TEST(ShaderPlaces, PlacesOfOneStageLeaveTheOthersAlone) {
  const MappedSource shader = flat("a;\n");
  std::vector<Diagnostic> messages(2);
  messages[0].stage = Diagnostic::Stage::Vertex;
  messages[0].line = messages[1].line = 4;
  shader.place(messages, Diagnostic::Stage::Pixel);
  EXPECT_EQ(messages[0].file, "");
  EXPECT_EQ(messages[1].file, "a.frag");
  EXPECT_EQ(messages[1].line, 1);
}

// What goes before all else.

TEST(ShaderPlaces, TheHeadStandsBehindTheVersionAndKeepsItsPlaces) {
  const MappedSource shader =
      flat("user;\n", {{"h", "included;\n"}},
           "#define A 1\n#extension GL_ARB_x : enable\n#ifdef A\n#include \"h\"\n#endif\nhead;\n");
  const std::string text = shader.text(450);
  EXPECT_TRUE(text.starts_with("#version 450 core\n#extension GL_ARB_x : enable\n#define A 1\n"));
  EXPECT_LT(text.find("head;"), text.find("// one"));
  EXPECT_LT(text.find("// two"), text.find("user;"));
  EXPECT_EQ(placeOf(placed(shader, "head;")), "a_predat:6:0");
  EXPECT_EQ(placeOf(placed(shader, "included;")), "h:1:0");
  EXPECT_EQ(placed(shader, "included;").includedFrom, (std::vector<SourcePlace>{{"a_predat", 4}}));
  EXPECT_EQ(placeOf(placed(shader, "#extension")), "a_predat:2:0");
  EXPECT_EQ(placeOf(placed(shader, "user;")), "a.frag:1:0");
}

TEST(ShaderPlaces, TheHeadIsMentionedButNoUserCode) {
  const MappedSource shader = flat("user;\n", {}, "#define NOISE sTDNoiseMap\n");
  EXPECT_TRUE(shader.mentions("sTDNoiseMap"));
  EXPECT_EQ(shader.userCode(), "user;\n");
  EXPECT_EQ(shader.headCode(), "#define NOISE sTDNoiseMap\n");
}

TEST(ShaderPlaces, WhatHasNoPlaceIsAboutTheMainTextNotTheHead) {
  const MappedSource shader = flat("user;\n", {}, "#define A\n");
  std::vector<Diagnostic> messages(1);
  shader.place(messages);
  EXPECT_EQ(placeOf(messages[0]), "a.frag:0:0");
}

TEST(ShaderPlaces, WithoutALineWhatIsNamedIsWhereItIsDefined) {
  const MappedSource shader = flat(
      "#define again f\nfloat f(int n);\nfloat g() { return f(1); }\n"
      "float f(int n)\n{ return g(); }\nin vec3 vFar;\n");
  Diagnostic said;
  said.message = "function `f' has static recursion";
  said.name = "f";
  std::vector<Diagnostic> messages = {said, said};
  messages[1].name = "vFar";
  shader.place(messages);
  EXPECT_EQ(placeOf(messages[0]), "a.frag:4:0");
  EXPECT_EQ(messages[0].source, "float f(int n)");
  EXPECT_EQ(placeOf(messages[1]), "a.frag:6:0");
}

TEST(ShaderPlaces, AHeadAloneIsNoShader) {
  const MappedSource shader = flat("// nothing\n", {}, "#define A\n");
  EXPECT_EQ(problemOf(shader), "the shader is empty: expected at least one function");
  EXPECT_EQ(shader.problems()[0].file, "a.frag");
}

TEST(ShaderPlaces, AConditionOfTheHeadEndsThere) {
  const MappedSource shader = flat("user;\n", {}, "#define A\n#if 1\nx;\n");
  EXPECT_EQ(problemOf(shader), "the condition that begins here has no #endif");
  EXPECT_EQ(placeOf(shader.problems()[0]), "a_predat:2:0");
}

TEST(ShaderPlaces, MacrosOfTheHeadCountForWhatIsTooLarge) {
  std::string head = "#define A0 u+u\n";
  for (int i = 1; i < 16; ++i) {
    const std::string before = "A" + std::to_string(i - 1);
    head += "#define A" + std::to_string(i) + " " + before + "+" + before + "\n";
  }
  MappedSource shader = liveCode(flat("a;\nx = A15;\n", {}, head), {}, {}).expanded;
  const std::optional<Excess> excess = findExcess(shader.userCode());
  ASSERT_TRUE(excess);
  shader.problemAt(excess->line, excess->message);
  EXPECT_TRUE(problemOf(shader).starts_with("an expression has more than")) << problemOf(shader);
  EXPECT_EQ(placeOf(shader.problems()[0]), "a.frag:2:0");
}

TEST(ShaderPlaces, AnotherShadersLinesBringTheirHeadAndPlaces) {
  const MappedSource user =
      flat("one;\n#include \"b\"\n#include \"gone\"\n", {{"b", "two;\n"}}, "#define A\n");
  MappedSource whole;
  whole.addLibrary("// library");
  whole.addFlat(flat("other;\n"), [](std::string_view line) { return std::string(line); });
  whole.addFlat(user, [](std::string_view line) { return std::string(line); });
  EXPECT_TRUE(whole.text(450).starts_with("#version 450 core\n#define A\n// library\n"));
  EXPECT_EQ(placeOf(placed(whole, "#define A")), "a_predat:1:0");
  EXPECT_EQ(placed(whole, "two;").includedFrom, (std::vector<SourcePlace>{{"a.frag", 2}}));
  EXPECT_EQ(placed(whole, "#error").message, "the include \"gone\" was not found");
}

// Numbers of lines in the text itself, and calls over several of them.

TEST(ShaderPlaces, LineIsTheUsersOwnButInMacros) {
  const MappedSource shader =
      flat("a;\n\nint l = __LINE__, m;\n#define L __LINE__\nint x__LINE__;\n");
  const std::string text = shader.text(450);
  EXPECT_NE(text.find("int l = 3       , m;\n"), std::string::npos);
  EXPECT_NE(text.find("#define L __LINE__\n"), std::string::npos);
  EXPECT_NE(text.find("x__LINE__;"), std::string::npos);
}

TEST(ShaderPlaces, CallsOfMacrosArePutOnOneLine) {
  const MappedSource shader = flat(
      "#define TWO(a, b) ((a) + (b))\n"
      "x = TWO(1,\n"
      "  wrong\n"
      ") + TWO(2,\n"
      "  3);\n"
      "behind;\n");
  const std::string text = shader.text(450);
  EXPECT_NE(text.find("x = TWO(1,   wrong ) + TWO(2,   3);\n\n\n\nbehind;\n"), std::string::npos)
      << text;
  EXPECT_EQ(placeOf(placed(shader, "behind")), "a.frag:6:0");
  Diagnostic said;
  said.name = "wrong";
  EXPECT_EQ(placeOf(placed(shader, "x = TWO", said)), "a.frag:3:3");
  EXPECT_EQ(placeOf(placed(shader, "x = TWO")), "a.frag:2:0");
}

TEST(ShaderPlaces, ACallMayBeginOnTheNextLine) {
  EXPECT_NE(flat("#define F(x) x\na = F\n (1);\n").text(450).find("a = F  (1);\n\n"),
            std::string::npos);
  EXPECT_NE(flat("#define F(x) x\na = F\n + 1;\n").text(450).find("a = F\n + 1;\n"),
            std::string::npos);
}

TEST(ShaderPlaces, OtherCallsKeepTheirLines) {
  const std::string text = "#define N 3\na = f(1,\n  N,\n  2);\nvoid g(\n  int x) {}\n";
  EXPECT_NE(flat(text).text(450).find(text), std::string::npos);
}

TEST(ShaderPlaces, ACallThatADirectiveCutsKeepsItsLines) {
  const std::string text = "#define F(x) x\na = F(1\n#if 1\n  + 2\n#endif\n);\n";
  EXPECT_NE(flat(text).text(450).find(text), std::string::npos);
}

TEST(ShaderPlaces, ACallThatNeverEndsKeepsItsLines) {
  const std::string text = "#define F(x) x\na = F(1,\nb;\nc;\n";
  EXPECT_NE(flat(text).text(450).find(text), std::string::npos);
}

}  // namespace
}  // namespace topknot::glsl
