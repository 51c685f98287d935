// Users' shader texts: what the driver is given, and where its messages lead back to.
#include "gl/shader_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace topknot::gl {
namespace {

IncludeResolver from(std::map<std::string, std::string> texts) {
  return [texts](std::string_view wanted, std::string_view) -> std::optional<ShaderSource> {
    const auto found = texts.find(std::string(wanted));
    if (found == texts.end()) return std::nullopt;
    return ShaderSource{found->first, found->second};
  };
}

FlatShader flat(const std::string& text, const IncludeResolver& resolver = {}) {
  FlatShader shader;
  shader.addLibrary("// one\n// two");
  shader.addUser({"a.frag", text}, resolver);
  return shader;
}

/// Where a message about the line that holds `word` is led.
std::string placeOf(const FlatShader& shader, const std::string& word) {
  const std::string text = shader.text(450);
  const std::size_t at = text.find(word);
  if (at == std::string::npos) return "not there";
  std::vector<Diagnostic> messages(1);
  messages[0].line = 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n'));
  shader.place(messages);
  return messages[0].file + ":" + std::to_string(messages[0].line);
}

std::string problemOf(const FlatShader& shader) {
  if (shader.problems().empty()) return {};
  const Diagnostic& first = shader.problems().front();
  return first.file + ":" + std::to_string(first.line) + ": " + first.message;
}

TEST(ShaderSource, LinesAreTheUsersOwn) {
  const FlatShader shader = flat("first\nsecond\r\n\nfourth\n");
  EXPECT_EQ(placeOf(shader, "first"), "a.frag:1");
  EXPECT_EQ(placeOf(shader, "second"), "a.frag:2");
  EXPECT_EQ(placeOf(shader, "fourth"), "a.frag:4");
}

TEST(ShaderSource, TheVersionLineComesFirst) {
  EXPECT_TRUE(flat("x").text(460).starts_with("#version 460 core\n"));
}

TEST(ShaderSource, AContinuedExpressionKeepsItsLines) {
  const FlatShader shader = flat("a = 1.0 + \\\n  wrong;\nnext;\n");
  EXPECT_EQ(placeOf(shader, "wrong"), "a.frag:2");
  EXPECT_EQ(placeOf(shader, "next"), "a.frag:3");
}

TEST(ShaderSource, AContinuedMacroIsOneLineAndTheRestKeepsItsPlace) {
  const FlatShader shader = flat("#define A 1 + \\\n  2\nnext;\n");
  EXPECT_NE(shader.text(450).find("#define A 1 +   2\n"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "next"), "a.frag:3");
}

TEST(ShaderSource, AContinuedWordIsJoined) {
  const FlatShader shader = flat("hel\\\nlo;\nnext;\n");
  EXPECT_NE(shader.text(450).find("hello;"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "next"), "a.frag:3");
}

TEST(ShaderSource, AContinuedCommentGoesOn) {
  const FlatShader shader = flat("// says \\\nnot code\ncode;\n");
  EXPECT_FALSE(shader.mentions("not"));
  EXPECT_TRUE(shader.mentions("code"));
  EXPECT_EQ(placeOf(shader, "code;"), "a.frag:3");
}

TEST(ShaderSource, IncludesAreExpandedAndKeepTheirNamesAndLines) {
  const FlatShader shader =
      flat("before;\n#include \"n.glsl\"\nafter;\n", from({{"n.glsl", "inner;\n#include <m>\n"},
                                                           {"m", "\ninnermost;\n"}}));
  EXPECT_EQ(problemOf(shader), "");
  EXPECT_EQ(placeOf(shader, "inner;"), "n.glsl:1");
  EXPECT_EQ(placeOf(shader, "innermost;"), "m:2");
  EXPECT_EQ(placeOf(shader, "after;"), "a.frag:3");
}

TEST(ShaderSource, AMissingIncludeIsLeftToTheDriverWhereItCounts) {
  const FlatShader shader = flat("x;\n#include \"no\"\n", from({}));
  EXPECT_EQ(placeOf(shader, "#error the include \"no\" was not found"), "a.frag:2");
}

TEST(ShaderSource, ACircleOfIncludesIsNamed) {
  const FlatShader shader =
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
  const FlatShader shader = flat("\xEF\xBB\xBFvoid main() {}\n");
  EXPECT_EQ(problemOf(shader), "");
  EXPECT_EQ(placeOf(shader, "void"), "a.frag:1");
}

TEST(ShaderSource, AnUnendedCommentIsToldWhereItBegins) {
  EXPECT_EQ(problemOf(flat("a;\n\n/* b\nc\n")),
            "a.frag:3: the comment that begins here never ends");
}

TEST(ShaderSource, AnEmptyTextIsToldSo) {
  const std::string sentence = "a.frag:1: the shader is empty: expected at least a main() function";
  EXPECT_EQ(problemOf(flat("")), sentence);
  EXPECT_EQ(problemOf(flat("\n  \n// only words\n")), sentence);
}

TEST(ShaderSource, ALeadingVersionThatIsSatisfiedIsTakenOut) {
  const FlatShader shader = flat("// mine\n#version 330 core\nvoid main() {}\n");
  EXPECT_EQ(problemOf(shader), "");
  EXPECT_EQ(shader.text(450).find("#version 330"), std::string::npos);
  EXPECT_EQ(placeOf(shader, "void"), "a.frag:3");
}

TEST(ShaderSource, OtherVersionsAreRefused) {
  EXPECT_EQ(problemOf(flat("#version 300 es\n")),
            "a.frag:1: #version 300 es is not available: leave it out, or write at most "
            "#version 460 core");
  EXPECT_NE(problemOf(flat("#version 470\nx;")), "");
}

TEST(ShaderSource, ExtensionsGoToTheHead) {
  const FlatShader shader = flat("a;\n#extension GL_ARB_x : enable\nb;\n");
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

TEST(ShaderSource, MentionsWholeWordsOutsideComments) {
  const FlatShader shader = flat("int abc; // xyz\n/* uvw */ float a_b;\n");
  EXPECT_TRUE(shader.mentions("abc"));
  EXPECT_TRUE(shader.mentions("a_b"));
  EXPECT_FALSE(shader.mentions("ab"));
  EXPECT_FALSE(shader.mentions("xyz"));
  EXPECT_FALSE(shader.mentions("uvw"));
}

}  // namespace
}  // namespace topknot::gl
