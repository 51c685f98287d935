// What a graph says about its latest frame.
#include <gtest/gtest.h>

#include "graph/json.h"
#include "graph/support/programs.h"
#include "graph/support/test_ops.h"
#include "graph/table.h"

namespace topknot {
namespace {

// photo feeds level, level feeds blur, blur feeds the active output; alone feeds nobody.
struct Row {
  Graph graph;
  TestOp& photo = addTo(graph, "source", "photo");
  TestOp& level = addTo(graph, "level", "level");
  TestOp& blur = addTo(graph, "mix", "blur");
  TestOp& out = addTo(graph, "out", "out");
  TestOp& alone = addTo(graph, "source", "alone");
  Row() { photo >> level >> blur >> out; }

  // `photo:cooked/first time …`
  std::string states() {
    std::string text;
    for (const OpExplanation& op : graph.explain().ops) {
      text += (text.empty() ? "" : " ") + op.name + ":" + op.state +
              (op.reason.empty() ? "" : "/" + op.reason);
    }
    return text;
  }
  OpExplanation about(std::size_t index) { return graph.explain().ops.at(index); }
};

TEST(Explain, SaysNothingBeforeTheFirstCook) {
  Row r;
  EXPECT_EQ(r.states(), "photo:idle level:idle blur:idle out:idle alone:idle");
  EXPECT_EQ(r.photo.totalCooks(), 0);
}

TEST(Explain, SaysWhyEachOperatorCooked) {
  Row r;
  r.graph.cook();
  EXPECT_EQ(r.states(),
            "photo:cooked/first time level:cooked/first time blur:cooked/first time "
            "out:cooked/first time alone:idle");
  r.level.par("amount") = 2;
  r.blur.inputConnectors()[1].connect(r.photo);
  r.graph.cook();
  EXPECT_EQ(r.states(),
            "photo:reused level:cooked/parameter blur:cooked/wire out:cooked/upstream alone:idle");
  r.photo.timely = true;
  r.level.markDirty();
  r.graph.cook();
  EXPECT_EQ(r.states(),
            "photo:cooked/time level:cooked/state blur:cooked/upstream out:cooked/upstream "
            "alone:idle");
  EXPECT_EQ(r.graph.explain().frame.index, 2);
}

TEST(Explain, CountsWhatWasAskedForSince) {
  Row r;
  r.graph.cook();
  r.graph.cook();
  r.level.cook(true);
  r.alone.cook();
  EXPECT_EQ(r.states(),
            "photo:reused level:cooked/forced blur:reused out:reused alone:cooked/first time");
}

TEST(Explain, IsAboutTheLatestFrameThatHappened) {
  Row r;
  r.graph.cook();
  r.out.asking = [] { throw Error("wrong thread"); };
  EXPECT_EQ(errorOf([&] { r.graph.cook(Frame{9, 0.2, 0.1}); }), "wrong thread");
  EXPECT_EQ(r.about(0).state, "cooked");
  EXPECT_EQ(r.graph.explain().frame.index, 0);
}

TEST(Explain, KnowsFusedLockedAndFailedOnes) {
  Row r;
  r.level.drawn = [] { return Drawing{.pass = "blur"}; };
  r.blur.drawn = [] {
    return Drawing{.pass = "blur", .fusionBreak = "2 operators read it", .with = {"level"}};
  };
  r.out.work = [](TestOp& op) {
    op.addWarning("dim");
    throw Error("no light");
  };
  r.photo.lock(true);
  r.graph.cook();
  EXPECT_EQ(r.states(),
            "photo:locked level:fused away/first time blur:cooked/first time "
            "out:failed/first time alone:idle");
  EXPECT_EQ(r.about(2).drawing.fusionBreak, "2 operators read it");
  EXPECT_TRUE(r.about(3).cooked);
  EXPECT_EQ(r.about(3).errors, std::vector<std::string>{"no light"});
  EXPECT_EQ(r.about(3).warnings, std::vector<std::string>{"dim"});
  r.graph.cook();
  EXPECT_EQ(r.states(), "photo:locked level:reused blur:reused out:failed alone:idle");
}

TEST(Explain, TimeIsThatOfThisFrame) {
  Row r;
  r.graph.cook();
  EXPECT_TRUE(r.about(2).cooked);
  EXPECT_EQ(r.about(2).milliseconds, r.blur.cookTime());
  r.graph.cook();
  EXPECT_FALSE(r.about(2).cooked);
  EXPECT_EQ(r.about(2).milliseconds, 0.0);
  r.level.inputConnectors()[0].disconnect();
  r.graph.cook();
  EXPECT_EQ(r.about(1).state, "failed");
  EXPECT_EQ(r.about(1).reason, "wire");
  EXPECT_FALSE(r.about(1).cooked);
  EXPECT_EQ(r.about(1).milliseconds, 0.0);
}

TEST(Explain, NamesInputsAndReferences) {
  Row r;
  r.blur.inputConnectors()[0].disconnect();
  r.blur.inputConnectors()[1].connect(r.photo);
  r.blur.dependsOn = [&] { return std::vector<Op*>{nullptr, &r.alone}; };
  r.blur.bypass(true);
  EXPECT_EQ(r.about(2).inputs, (std::vector<std::string>{"", "photo"}));
  EXPECT_EQ(r.about(2).references, std::vector<std::string>{"alone"});
  EXPECT_EQ(r.about(2).type, "mix");
  EXPECT_TRUE(r.about(2).bypassed);
  r.blur.dependsOn = []() -> std::vector<Op*> { throw Error("unsure"); };
  r.blur.drawn = []() -> Drawing { throw Error("unsure"); };
  EXPECT_EQ(r.about(2).references, std::vector<std::string>());
  EXPECT_EQ(r.about(2).drawing.pass, "");
}

Explanation example() {
  Explanation e;
  e.frame = {3, 0.05, 1.0 / 64.0};
  e.ops.resize(5);
  e.ops[0].name = "photo";
  e.ops[0].type = "moviefilein";
  e.ops[0].state = "reused";
  e.ops[1].name = "level";
  e.ops[1].type = "level";
  e.ops[1].state = "fused away";
  e.ops[1].reason = "parameter";
  e.ops[1].cooked = true;
  e.ops[1].milliseconds = 0.25;
  e.ops[1].drawing.pass = "blur";
  e.ops[1].inputs = {"photo"};
  e.ops[2].name = "blur";
  e.ops[2].type = "blur";
  e.ops[2].state = "cooked";
  e.ops[2].reason = "upstream";
  e.ops[2].cooked = true;
  e.ops[2].milliseconds = 0.5;
  e.ops[2].drawing = {.pass = "blur",
                      .fusionBreak = "it reads \"neighbours\"",
                      .with = {"level"},
                      .passes = 2,
                      .gpuMilliseconds = 1.0,
                      .gpuMemory = 4096,
                      .part = DrawnPart{2, 4, 6, 8}};
  e.ops[2].inputs = {"level"};
  e.ops[3].name = "out";
  e.ops[3].type = "null";
  e.ops[3].state = "failed";
  e.ops[3].bypassed = true;
  e.ops[3].drawing.passedOn = true;
  e.ops[3].inputs = {"", "blur"};
  e.ops[3].references = {"photo"};
  e.ops[3].errors = {"no 'light'"};
  e.ops[3].warnings = {"dim"};
  e.ops[4].name = "n";
  e.ops[4].type = "noise";
  e.ops[4].state = "idle";
  e.ops[4].drawing = {.pass = "n", .fusionBreak = "ä", .passes = 1};
  return e;
}

TEST(Explain, TextHasColumns) {
  EXPECT_EQ(
      example().text(),
      "frame 3: 2 of 5 operators cooked, 0.750 ms\n"
      "photo  reused\n"
      "level  fused away (parameter)  in the pass of 'blur'"
      "                                                    0.250 ms\n"
      "blur   cooked (upstream)       2 passes of its own with level, 6x8 pixels of it: it reads "
      "\"neighbours\"  0.500 ms  1.000 ms GPU\n"
      "out    failed, bypassed        passes its input on\n"
      "  error: no 'light'\n"
      "  warning: dim\n"
      "n      idle                    own pass: ä\n");
  EXPECT_EQ(Explanation().text(), "frame 0: 0 of 0 operators cooked, 0.000 ms\n");
}

TEST(Explain, JsonIsWhatPythonReads) {
  const std::string json = example().json();
  EXPECT_TRUE(isJson(json)) << json;
  EXPECT_EQ(json.substr(0, 140),
            "{\"frame\": {\"index\": 3, \"seconds\": 0.05, \"delta\": 0.015625},\n"
            " \"ops\": [\n"
            "    {\"name\": \"photo\", \"type\": \"moviefilein\", \"state\": \"reused\", \"reaso");
  EXPECT_NE(json.find("{\"pass\": \"blur\", \"fusionBreak\": \"it reads \\\"neighbours\\\"\", "
                      "\"with\": [\"level\"], \"passes\": 2, \"gpuMilliseconds\": 1, "
                      "\"gpuMemory\": 4096, \"passedOn\": false, \"part\": "
                      "{\"x\": 2, \"y\": 4, \"width\": 6, \"height\": 8}}"),
            std::string::npos);
  EXPECT_NE(json.find("\"inputs\": [\"\", \"blur\"], \"references\": [\"photo\"], "
                      "\"errors\": [\"no 'light'\"], \"warnings\": [\"dim\"]}"),
            std::string::npos);
  EXPECT_TRUE(isJson(Explanation().json()));
  EXPECT_FALSE(isJson("{\"frame\": }"));
}

TEST(Explain, DotShowsTimeAsHeatAndPassesAsClusters) {
  EXPECT_EQ(example().dot(),
            "digraph topknot {\n"
            "  rankdir=LR;\n"
            "  node [shape=box, style=filled, fillcolor=\"#ffffff\"];\n"
            "  \"photo\" [label=\"photo\\nmoviefilein\", fillcolor=\"#ffffff\"];\n"
            "  \"level\" [label=\"level\\nlevel\\n0.250 ms\", fillcolor=\"#ffbfbf\"];\n"
            "  \"blur\" [label=\"blur\\nblur\\n0.500 ms\", fillcolor=\"#ff0000\"];\n"
            "  \"out\" [label=\"out\\nnull\", fillcolor=\"#ffffff\"];\n"
            "  \"n\" [label=\"n\\nnoise\", fillcolor=\"#ffffff\"];\n"
            "  subgraph \"cluster_blur\" { label=\"pass of blur\"; \"level\"; \"blur\"; }\n"
            "  \"photo\" -> \"level\";\n"
            "  \"level\" -> \"blur\";\n"
            "  \"blur\" -> \"out\";\n"
            "  \"photo\" -> \"out\" [style=dashed];\n"
            "}\n");
}

TEST(Json, TextsAreEscaped) {
  EXPECT_EQ(jsonText("a\"b\\c\n\t\x01\x7f/"), "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f/\"");
  EXPECT_EQ(jsonText("ä€🎈"), "\"ä€🎈\"");
  // A lone byte, an overlong slash, a surrogate, a character that is cut off.
  EXPECT_EQ(jsonText("\xff|\xc0\xaf|\xed\xa0\x80|\xe2\x82"),
            "\"\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\"");
  EXPECT_TRUE(isJson(jsonText("\xf4\x90\x80\x80 \xf0\x9f\x8e\x88 \"\\\r\b")));
}

TEST(Json, NumbersAreFiniteOrNull) {
  EXPECT_EQ(jsonNumber(0.1), "0.1");
  EXPECT_EQ(jsonNumber(-3), "-3");
  EXPECT_EQ(jsonNumber(std::numeric_limits<double>::infinity()), "null");
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(tableText({{"a", "bb", "", "1"}, {"äöü", "b", "", "22"}}, "llrr"),
            "a    bb   1\n"
            "äöü  b   22\n");
  EXPECT_EQ(thousandths(1234.5678), "1234.568");
}

}  // namespace
}  // namespace topknot
