// What explain() and the profile say of TOPs; and the mipmap input filter.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::contains;
using test::Folder;
using test::nearly;
using test::TopTest;

using Explains = TopTest;
using Profiles = TopTest;
using Mipmaps = TopTest;

/// What Python makes of a JSON text: an expression of `d`; "broken" if it cannot read it.
std::string python(const std::string& json, const std::string& expression) {
  const Folder folder;
  const auto input = folder.write("text.json", json);
  const auto output = folder / "out.txt";
  const std::string command = "python3 -c \"import json,sys; d=json.load(open('" + input.string() +
                              "')); print(" + expression + ")\" > " + output.string();
  if (std::system(command.c_str()) != 0) return "broken";
  std::ifstream file(output);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Times and columns' widths differ from run to run.
std::string withoutTimes(const std::string& text) {
  std::istringstream lines(text);
  std::string line, result;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string word, row;
    while (words >> word) {
      const bool number = word.find('.') != std::string::npos &&
                          word.find_first_not_of("0123456789.") == std::string::npos;
      if (!number && word != "ms") row += (row.empty() ? "" : " ") + word;
    }
    result += row + "\n";
  }
  return result;
}

TEST_F(Explains, ASmallGraphInWords) {
  auto& s = source("photo", 5, 3);
  auto& grade = times("grade", 2);
  auto& soft = blur("soft", 4);
  auto& out = add("composite", "out");
  auto& show = add("null", "show");
  s >> grade >> soft >> out;
  s >> times("tint", 3) >> out;
  out >> show;
  graph().cook();
  show.numpyArray();
  EXPECT_EQ(
      withoutTimes(graph().explain().text()),
      "frame 0: 6 of 6 operators cooked,\n"
      "photo cooked (first time)\n"
      "grade cooked (first time) own pass: 'soft' reads other pixels of it than its own\n"
      "soft cooked (first time) own pass: its next pass reads other pixels of it than its own\n"
      "out cooked (first time) own pass with tint: its pixels were asked for\n"
      "show cooked (first time) passes its input on\n"
      "tint fused away (first time) in the pass of 'out'\n");
}

TEST_F(Explains, ItsJsonIsJson) {
  source("photo", 5, 3) >> times("grade", 2) >> times("out", 2);
  graph().op("out").as<Top>().numpyArray();
  const std::string json = graph().explain().json();
  EXPECT_EQ(python(json, "d['ops'][1]['drawing']['pass'], d['ops'][2]['drawing']['with']"),
            "out ['grade']");
  EXPECT_EQ(python(json, "d['ops'][2]['drawing']['fusionBreak']"), "its pixels were asked for");
  EXPECT_EQ(python(json, "d['ops'][0]['drawing']['gpuMemory']"), "240");
}

TEST_F(Profiles, EveryPassHasATimeAndTheMethod) {
  auto& s = source("photo", 5, 3);
  auto& soft = blur("soft", 4);
  s >> times("grade", 2) >> soft;
  soft.pin();
  graph().profiling(true);
  for (int i = 0; i < 3; ++i) {
    s.uniform("uSeed", i);
    graph().cook();
  }
  graph().profiling(false);
  for (const OpProfile& op : graph().profile().ops()) {
    const std::int64_t expected = op.name == "photo" ? 3 : op.name == "grade" ? 3 : 6;
    EXPECT_EQ(op.passes, expected) << op.name;
    EXPECT_GT(op.gpuMax, 0) << op.name;
    EXPECT_EQ(op.cooks, 3) << op.name;
  }
  EXPECT_EQ(graph().profile().ops().size(), 3u);
  if (context().info().software) {
    EXPECT_TRUE(contains(graph().profile().text(), "wall clock with a sync per pass (llvmpipe"));
  }
  const std::string trace = graph().profile().chromeTrace();
  EXPECT_EQ(python(trace, "sum(e.get('cat') == 'pass' for e in d['traceEvents'])"), "12");
  EXPECT_EQ(python(trace, "sum(e.get('cat') == 'cook' for e in d['traceEvents'])"), "9");
}

TEST_F(Mipmaps, ShrinkingACheckerGivesEvenGrey) {
  auto& checker = graph().add<GlslTop>("checker");
  checker.pixelShader(
      "out vec4 c; void main() { ivec2 p = ivec2(gl_FragCoord.xy);\n"
      "  c = vec4(vec3((p.x + p.y) % 2), 1.0); }");
  checker.par("format") = "rgba32float";
  sized(checker, 64, 64);
  auto& small = times("small", 1);
  checker >> small;
  sized(small, 4, 4);
  small.par("inputfiltertype") = "nearest";
  float red = small.sample({.x = 1, .y = 2}).r;
  EXPECT_TRUE(red == 0.0f || red == 1.0f) << red;
  EXPECT_EQ(checker.gpuMemory(), 64 * 64 * 16);
  small.par("inputfiltertype") = "mipmap";
  for (int i = 0; i < 16; ++i) {
    EXPECT_TRUE(nearly(small.sample({.x = i % 4, .y = i / 4}), {0.5f, 0.5f, 0.5f, 1.0f}, 1e-5f));
  }
  std::int64_t levels = 0;
  for (int side = 64; side > 0; side /= 2) levels += std::int64_t{side} * side * 16;
  EXPECT_EQ(checker.gpuMemory(), 64 * 64 * 16 + levels) << "with the copy that has mipmaps";
}

TEST_F(Mipmaps, TheyFollowThePicture) {
  auto& s = source("s", 64, 64);
  auto& small = times("small", 1);
  s >> small;
  sized(small, 1, 1);
  small.par("inputfiltertype") = "mipmap";
  const float before = small.sample({.x = 0, .y = 0}).r;
  s.uniform("uSeed", 1.0);
  EXPECT_NEAR(small.sample({.x = 0, .y = 0}).r, before + 1, 1e-5f);
}

}  // namespace
}  // namespace topknot
