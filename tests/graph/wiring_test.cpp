// Operators by name, their wires, and their end.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

std::string namesOf(const std::vector<Op*>& ops) {
  std::string names;
  for (const Op* op : ops) names += (names.empty() ? "" : " ") + op->name();
  return names;
}

std::string inputsOf(const Op& op) {
  std::string names;
  for (const Op* input : op.inputs()) {
    names += (names.empty() ? "" : " ") + (input ? input->name() : "-");
  }
  return names;
}

TEST(Names, AreTheTypeAndTheSmallestFreeNumber) {
  Graph graph;
  EXPECT_EQ(graph.add("level").name(), "level1");
  EXPECT_EQ(graph.add("level", "level3").name(), "level3");
  EXPECT_EQ(graph.add("level").name(), "level2");
  EXPECT_EQ(graph.add("level").name(), "level4");
  graph.op("level2").destroy();
  EXPECT_EQ(graph.add("level").name(), "level2");
  graph.op("level1").rename("first");
  EXPECT_EQ(graph.add("level").name(), "level1");
  EXPECT_EQ(graph.add("level").name(), "level5");
  EXPECT_EQ(graph.add("source").name(), "source1");
}

TEST(Names, OfATypeThatEndsInADigitAreFreedToo) {
  static const OpType kType{
      "x1", "X", "", 0, 0, [] { return std::unique_ptr<Op>(std::make_unique<TestOp>()); }};
  Graph graph;
  EXPECT_EQ(graph.add(kType).name(), "x11");
  EXPECT_EQ(graph.add(kType).name(), "x12");
  graph.op("x11").destroy();
  EXPECT_EQ(graph.add(kType).name(), "x11");
}

TEST(Names, LeadToOperatorsWithOrWithoutASlash) {
  Graph graph;
  Op& warp = graph.add("level", "warp");
  EXPECT_EQ(&graph.op("warp"), &warp);
  EXPECT_EQ(&graph.op("/warp"), &warp);
  EXPECT_EQ(graph.find("/warp"), &warp);
  EXPECT_EQ(graph.find("//warp"), nullptr);
  EXPECT_EQ(graph.find(""), nullptr);
  EXPECT_EQ(warp.path(), "/warp");
  EXPECT_EQ(warp.describe(), "level 'warp'");
  EXPECT_EQ(warp.type().label, "Level");
  EXPECT_EQ(errorOf([&] { graph.op("wrap"); }),
            "there is no operator 'wrap'; did you mean 'warp'? There are warp");
  EXPECT_EQ(errorOf([] { Graph().op("x"); }), "there is no operator 'x'; there are none");
}

TEST(Names, ThatAreBadOrTakenAreRefused) {
  Graph graph;
  Op& a = graph.add("level", "a");
  graph.add("level", "b");
  for (const std::string bad : {"a b", "/x", "ä", "a.b", "a\n"}) {
    EXPECT_NE(errorOf([&] { graph.add("level", bad); }), "") << bad;
    EXPECT_NE(errorOf([&] { a.rename(bad); }), "") << bad;
  }
  EXPECT_EQ(errorOf([&] { a.rename(""); }),
            "an operator's name consists of 1 to 200 letters, digits and _, not ''");
  EXPECT_EQ(errorOf([&] { graph.add("source", "a"); }), "the name 'a' is taken by level 'a'");
  EXPECT_EQ(errorOf([&] { a.rename("b"); }), "the name 'b' is taken by level 'b'");
  EXPECT_NE(errorOf([&] { a.rename(std::string(201, 'x')); }), "");
  EXPECT_EQ(graph.size(), 2);
  EXPECT_EQ(a.name(), "a");
  a.rename(std::string(200, 'x'));
  a.rename("a");
  a.rename("a");
  EXPECT_EQ(&graph.op("a"), &a);
  EXPECT_EQ(graph.find(std::string(200, 'x')), nullptr);
}

TEST(Types, ThatDoNotExistAreRefusedWithThoseThatDo) {
  Graph graph;
  EXPECT_EQ(errorOf([&] { graph.add("lvel"); }),
            "there is no operator type 'lvel'; did you mean 'level'? There are blend, clock, "
            "level, mix, out, source, stack, styles");
  EXPECT_EQ(graph.size(), 0);
  EXPECT_EQ(Graph::types().size(), 8u);
  Op& op = graph.add("level", "a");
  EXPECT_EQ(errorOf([&] { op.as<AllStyles>(); }), "level 'a' is not a styles operator");
}

TEST(Types, ThatAreNotBuiltInCanBeAdded) {
  static const OpType kNothing{"nothing", "", "", 0, 0, [] { return std::unique_ptr<Op>(); }};
  static const OpType kBroken{"broken", "", "", 0, 0, []() -> std::unique_ptr<Op> {
                                auto op = std::make_unique<TestOp>();
                                op->graph();
                                return op;
                              }};
  Graph graph;
  EXPECT_EQ(errorOf([&] { graph.add(kNothing); }), "the operator type 'nothing' made no operator");
  EXPECT_EQ(errorOf([&] { graph.add(kBroken); }), "an operator that is being made is in no graph");
  EXPECT_EQ(graph.size(), 0);
}

TEST(Wires, FlowToTheFirstFreeInput) {
  Graph graph;
  Op& a = graph.add("source", "a");
  Op& b = graph.add("source", "b");
  Op& mix = graph.add("mix", "mix");
  EXPECT_EQ(inputsOf(mix), "- -");
  EXPECT_EQ(&(a >> mix), &mix);
  b.outputConnectors()[0].connect(mix);
  EXPECT_EQ(inputsOf(mix), "a b");
  EXPECT_EQ(errorOf([&] { a >> mix; }),
            "source 'a' cannot be wired to mix 'mix', which has 2 inputs, 0 and 1; none is free");
  EXPECT_EQ(errorOf([&] { mix >> a; }),
            "mix 'mix' cannot be wired to source 'a', which has no inputs");
  mix.inputConnectors()[0].disconnect();
  EXPECT_EQ(inputsOf(mix), "- b");
  b >> mix;
  EXPECT_EQ(inputsOf(mix), "b b");
  EXPECT_EQ(namesOf(b.outputConnectors()[0].ops()), "mix");
  EXPECT_EQ(mix.inputConnectors()[1].op(), &b);
  b.outputConnectors()[0].disconnect();
  EXPECT_EQ(inputsOf(mix), "- -");
  EXPECT_EQ(namesOf(b.outputConnectors()[0].ops()), "");
}

TEST(Wires, ReplaceWhatWasThere) {
  Graph graph;
  Op& a = graph.add("source", "a");
  Op& b = graph.add("source", "b");
  Op& level = graph.add("level", "level");
  level.inputConnectors()[0].connect(a);
  level.inputConnectors()[0].connect(b);
  EXPECT_EQ(inputsOf(level), "b");
  EXPECT_EQ(namesOf(a.outputConnectors()[0].ops()), "");
  EXPECT_EQ(level.input(0), &b);
  EXPECT_EQ(level.input(1), nullptr);
  EXPECT_EQ(level.input(-1), nullptr);
}

TEST(Wires, AnyNumberOfInputsGrowsAndShrinks) {
  Graph graph;
  Op& stack = graph.add("stack", "stack");
  Op& a = graph.add("source", "a");
  EXPECT_EQ(stack.inputConnectors().size(), 1);
  for (int i = 0; i < 3; ++i) a >> stack;
  EXPECT_EQ(inputsOf(stack), "a a a");
  EXPECT_EQ(stack.inputConnectors().size(), 4);
  stack.inputConnectors()[1].disconnect();
  EXPECT_EQ(inputsOf(stack), "a - a");
  stack.inputConnectors()[2].disconnect();
  EXPECT_EQ(inputsOf(stack), "a");
  a >> stack;
  stack.inputConnectors()[0].disconnect();
  EXPECT_EQ(inputsOf(stack), "- a");
  a.destroy();
  EXPECT_EQ(inputsOf(stack), "");
  EXPECT_EQ(errorOf([&] { stack.inputConnectors()[1]; }),
            "stack 'stack' has 1 input, 0; there is no input 1");
}

TEST(Wires, AnInputThatDoesNotExistIsRefused) {
  Graph graph;
  Op& mix = graph.add("mix", "mix");
  Op& source = graph.add("source", "s");
  Op& styles = graph.add("styles", "t");
  EXPECT_EQ(errorOf([&] { mix.inputConnectors()[2]; }),
            "mix 'mix' has 2 inputs, 0 and 1; there is no input 2");
  EXPECT_EQ(errorOf([&] { mix.inputConnectors()[-1]; }),
            "mix 'mix' has 2 inputs, 0 and 1; there is no input -1");
  EXPECT_EQ(errorOf([&] { source.inputConnectors()[0]; }),
            "source 's' has no inputs; there is no input 0");
  EXPECT_EQ(errorOf([&] { styles.inputConnectors()[3]; }),
            "styles 't' has 3 inputs, 0 to 2; there is no input 3");
  EXPECT_EQ(errorOf([&] { mix.outputConnectors()[1]; }),
            "mix 'mix' has 1 output, 0; there is no output 1");
  EXPECT_NE(errorOf([&] { Connector(mix, 7).connect(source); }), "");
  Connector(mix, 7).disconnect();
}

TEST(Wires, ThatCloseACycleAreRefusedNamingIt) {
  Graph graph;
  Op& a = graph.add("mix", "a");
  Op& b = graph.add("level", "b");
  Op& c = graph.add("level", "c");
  a >> b >> c;
  EXPECT_EQ(errorOf([&] { c >> a; }),
            "wiring level 'c' to input 0 of mix 'a' would close a cycle: a > b > c > a");
  EXPECT_EQ(errorOf([&] { a >> a; }), "mix 'a' cannot be wired to itself");
  EXPECT_EQ(inputsOf(a), "- -");
  EXPECT_EQ(namesOf(c.outputConnectors()[0].ops()), "");
  b.inputConnectors()[0].disconnect();
  c >> a;
  EXPECT_EQ(errorOf([&] { b.inputConnectors()[0].connect(a); }),
            "wiring mix 'a' to input 0 of level 'b' would close a cycle: b > c > a > b");
}

TEST(Wires, ThatCloseACycleThroughAReferenceAreRefused) {
  Graph graph;
  TestOp& feed = addTo(graph, "source", "feed");
  Op& a = graph.add("level", "a");
  feed.dependsOn = [&]() -> std::vector<Op*> { return {&a}; };
  EXPECT_EQ(errorOf([&] { feed >> a; }),
            "wiring source 'feed' to input 0 of level 'a' would close a cycle: a > feed > a");
  EXPECT_EQ(inputsOf(a), "-");
}

TEST(Wires, BetweenGraphsAreRefused) {
  Graph one, two;
  Op& a = one.add("source", "a");
  Op& b = two.add("level", "b");
  EXPECT_EQ(errorOf([&] { a >> b; }),
            "source 'a' belongs to another graph; it cannot be wired in this one");
  EXPECT_EQ(errorOf([&] { one.cook(b); }),
            "level 'b' belongs to another graph; it cannot be cooked in this one");
  EXPECT_EQ(errorOf([&] { one.remove(b); }),
            "level 'b' belongs to another graph; it cannot be removed from this one");
  EXPECT_EQ(inputsOf(b), "-");
}

TEST(Wires, FanOutIsListedInOrderOfCreation) {
  Graph graph;
  Op& source = graph.add("source", "s");
  Op& a = graph.add("mix", "a");
  Op& b = graph.add("level", "b");
  source >> b;
  source >> a;
  source >> a;
  EXPECT_EQ(namesOf(source.outputConnectors()[0].ops()), "a b");
}

TEST(Removal, TakesTheWiresAlong) {
  Graph graph;
  Op& photo = graph.add("source", "photo");
  Op& level = graph.add("level", "level");
  Op& mix = graph.add("mix", "mix");
  photo >> level;
  photo >> mix;
  level >> mix;
  mix.pin();
  graph.cook();
  level.destroy();
  EXPECT_EQ(inputsOf(mix), "photo -");
  EXPECT_EQ(namesOf(photo.outputConnectors()[0].ops()), "mix");
  EXPECT_EQ(namesOf(graph.ops()), "photo mix");
  EXPECT_EQ(graph.find("level"), nullptr);
  EXPECT_EQ(graph.cook().text(), "mix");
  photo.destroy();
  EXPECT_EQ(graph.cook().text(), "");
  EXPECT_EQ(mix.errors().at(0), "Not enough sources specified");
}

TEST(Removal, OfTheGraphGoesFromTheYoungestToTheOldest) {
  std::vector<std::string> gone;
  {
    Graph graph;
    for (const char* name : {"a", "b", "c"}) addTo(graph, "mix", name).obituaries = &gone;
    graph.op("c") >> graph.op("a");
  }
  EXPECT_EQ(gone, (std::vector<std::string>{"c", "b", "a"}));
}

TEST(Size, TenThousandOperatorsAreNamedWiredAndRemoved) {
  Graph graph;
  std::vector<Op*> chain{&graph.add("level")};
  for (int i = 1; i < 10000; ++i) chain.push_back(&(*chain.back() >> graph.add("level")));
  EXPECT_EQ(chain.back()->name(), "level10000");
  const std::string error = errorOf([&] { *chain.back() >> *chain.front(); });
  EXPECT_NE(error.find("level16 > (9968 more) > level9985 > "), std::string::npos);
  EXPECT_TRUE(error.ends_with(" > level10000 > level1"));
  Op& hub = graph.add("source", "hub");
  for (int i = 0; i < 10000; ++i) hub >> graph.add("level");
  EXPECT_EQ(hub.outputConnectors()[0].ops().size(), 10000u);
  hub.destroy();
  for (Op* op : chain) op->destroy();
  EXPECT_EQ(graph.size(), 10000);
  EXPECT_EQ(graph.add("level").name(), "level1");
}

}  // namespace
}  // namespace topknot
