// The beginning of a shader as a text of its own, and long texts that are full of faults.
#include "glsl/source/shader_prefix.h"

#include <gtest/gtest.h>

#include <chrono>

#include "gl/program/program.h"
#include "topknot/context.h"

namespace topknot::gl {
namespace {

TEST(ShaderPrefix, EndsWithAStatementAndClosesWhatIsOpen) {
  const std::string text =
      "float f;\nvoid main() {\n  for (;;) {\n    a();\n    b();\n  }\n}\nfloat g;\n";
  EXPECT_EQ(glsl::prefixOf(text, 1), "float f;\n\n");
  EXPECT_EQ(glsl::prefixOf(text, 4), "float f;\nvoid main() {\n  for (;;) {\n    a();\n}}\n");
  EXPECT_EQ(glsl::prefixOf(text, 99), std::nullopt);
}

TEST(ShaderPrefix, CommentsDirectivesAndOpenParenthesesAreNoEnds) {
  EXPECT_EQ(glsl::prefixOf("#if 1\n// a; b;\n/* c;\n d; */ int x = f(1,\n 2);\n#endif\n", 1),
            "#if 1\n// a; b;\n/* c;\n d; */ int x = f(1,\n 2);\n\n#endif\n");
}

class ManyFaults : public ::testing::Test {
 protected:
  bool mesa() const { return context_.info().version.find("Mesa") != std::string::npos; }
  static std::string lines(int count, const std::string& line) {
    std::string text = "#version 450 core\nout vec4 c;\nvoid main() {\n  float x = 0.0;\n";
    for (int i = 0; i < count; ++i) text += line;
    return text + "  c = vec4(x);\n}\n";
  }

 private:
  const Context context_ = Context::headless();
};

TEST_F(ManyFaults, AreToldSoon) {
  const Use use(current());
  const auto began = std::chrono::steady_clock::now();
  Program::Log log;
  Program::build(passVertexShader(450), lines(60'000, "  x += unknown;\n"), log);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  EXPECT_TRUE(log.failed);
  ASSERT_GE(log.pixel.size(), 20u);
  EXPECT_LE(log.pixel.size(), 100u);
  if (mesa()) {
    EXPECT_EQ(log.pixel[0].line, 5);
    EXPECT_EQ(log.pixel[19].line, 24);
  }
  EXPECT_LT(took.count(), 5.0);
}

TEST_F(ManyFaults, OneThatStandsLateIsFoundToo) {
  const Use use(current());
  Program::Log log;
  std::string text = lines(5'000, "  x += 1.0;\n");
  text.insert(text.rfind("  c = "), "  x = unknown;\n");
  Program::build(passVertexShader(450), text, log);
  EXPECT_TRUE(log.failed);
  ASSERT_FALSE(log.pixel.empty());
  if (mesa()) {
    EXPECT_EQ(log.pixel[0].line, 5005);
  }
}

TEST_F(ManyFaults, ALongTextWithoutAnyIsBuilt) {
  const Use use(current());
  Program::Log log;
  const Program program = Program::build(passVertexShader(450), lines(5'000, "  x += 1.0;\n"), log);
  EXPECT_FALSE(log.failed);
  EXPECT_TRUE(program);
  EXPECT_TRUE(log.pixel.empty());
}

}  // namespace
}  // namespace topknot::gl
