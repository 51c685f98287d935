// Logs of the drivers' compilers, recorded and made, read into one shape.
#include "glsl/log/shader_log.h"

#include <gtest/gtest.h>

namespace topknot::glsl {
namespace {

std::string told(const std::vector<Diagnostic>& messages) {
  std::string text;
  for (const Diagnostic& m : messages) {
    text += (m.isError() ? "E" : "W") + std::to_string(m.line) + ":" + std::to_string(m.column) +
            " " + m.message + "\n";
  }
  return text;
}

TEST(ShaderLog, MesaTellsLineAndColumn) {
  EXPECT_EQ(told(parseShaderLog("0:12(5): error: `foo' undeclared\n"
                                "0:13(1): warning: `x' used uninitialized\n")),
            "E12:5 `foo' undeclared\nW13:1 `x' used uninitialized\n");
}

TEST(ShaderLog, MesaPreprocessorErrorsAreErrors) {
  EXPECT_EQ(told(parseShaderLog("0:3(2): preprocessor error: #error no luck\n")), "E3:2 no luck\n");
}

TEST(ShaderLog, OverloadsThatDoNotFitAreNoErrorsOfTheirOwn) {
  EXPECT_EQ(told(parseShaderLog(
                "0:9(6): error: no matching function for call to `f(int)'; candidates are:\n"
                "0:9(6): error:    vec4 f(vec2)\n"
                "0:9(6): error:    vec4 f(vec3)\n"
                "0:11(1): error: another\n")),
            "E9:6 no matching function for call to `f(int)'; candidates are:\nE11:1 another\n");
}

TEST(ShaderLog, NvidiaTellsLineAndCode) {
  EXPECT_EQ(told(parseShaderLog("0(7) : error C1008: undefined variable \"foo\"\n"
                                "0(9) : warning C7050: \"c\" might be used before being "
                                "initialized\n")),
            "E7:0 undefined variable \"foo\"\n"
            "W9:0 \"c\" might be used before being initialized\n");
}

TEST(ShaderLog, KhronosStyleTellsLine) {
  EXPECT_EQ(told(parseShaderLog("ERROR: 0:7: 'foo' : undeclared identifier \n"
                                "WARNING: 0:2: unused\n"
                                "ERROR: 1 compilation errors.  No code generated.\n")),
            "E7:0 'foo' : undeclared identifier\nW2:0 unused\n");
}

TEST(ShaderLog, LinkerMessagesHaveNoPlace) {
  EXPECT_EQ(told(parseShaderLog("Link info\n---------\nerror: \"main\" not found\n")),
            "E0:0 \"main\" not found\n");
  EXPECT_EQ(told(parseShaderLog("error: fragment shader lacks `main'\n")),
            "E0:0 fragment shader lacks `main'\n");
}

TEST(ShaderLog, AnUnknownLineIsKeptAsItIs) {
  EXPECT_EQ(told(parseShaderLog("something else went wrong\n")),
            "E0:0 something else went wrong\n");
}

TEST(ShaderLog, ALongLogIsCut) {
  std::string log;
  for (int i = 1; i <= 5000; ++i) log += "0:" + std::to_string(i) + "(1): error: again\n";
  EXPECT_EQ(parseShaderLog(log).size(), 100u);
}

TEST(ShaderLog, NothingIsNothing) {
  EXPECT_TRUE(parseShaderLog("").empty());
  EXPECT_TRUE(parseShaderLog("\n\n").empty());
}

}  // namespace
}  // namespace topknot::glsl
