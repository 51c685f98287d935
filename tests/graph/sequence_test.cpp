// Sequences: blocks of parameters that come and go with a count.
#include <gtest/gtest.h>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

struct Blocks {
  Blocks() {
    ParameterSet& set = op.declare();
    set.page("Vectors");
    set.sequence("vec", "Vector", [](ParameterSet& each, const std::string& prefix) {
      each.add(prefix + "name", "Name", ParStyle::Str, "");
      each.add(prefix + "value", "Value", ParStyle::Float, glm::vec4(0.0f)).suffixes("xyzw");
    });
    set.page("Rest");
    set.add("last", "Last", ParStyle::Int, 7);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> list;
    for (const Parameter* parameter : op.parameters().all()) list.push_back(parameter->name());
    return list;
  }
  Graph graph;
  TestOp& op = addTo(graph, "source", "t");
};

using Names = std::vector<std::string>;

TEST(Sequences, HaveOneBlockAtFirst) {
  Blocks b;
  EXPECT_EQ(b.names(), (Names{"amount", "vec", "vec0name", "vec0value", "last"}));
  EXPECT_EQ(b.op.par("vec").eval(), 1);
  EXPECT_EQ(b.op.par("vec0value").eval().vec4(), glm::vec4(0.0f));
  EXPECT_EQ(b.op.par("vec0valuew").component(), 3);
}

TEST(Sequences, ARaisedCountMakesBlocksBehindTheOthers) {
  Blocks b;
  b.op.par("vec") = 3;
  EXPECT_EQ(b.names(), (Names{"amount", "vec", "vec0name", "vec0value", "vec1name", "vec1value",
                              "vec2name", "vec2value", "last"}));
  b.op.par("vec2valuey") = 0.5;
  EXPECT_EQ(b.op.par("vec2value").eval().vec4(), glm::vec4(0, 0.5f, 0, 0));
  EXPECT_EQ(b.op.par("vec2name").definition().page(), "Vectors");
}

TEST(Sequences, ALoweredCountHidesBlocksAndKeepsTheirValues) {
  Blocks b;
  b.op.par("vec") = 2;
  const Par held = b.op.par("vec1valuez");
  held = 4;
  b.op.par("vec") = 1;
  EXPECT_EQ(b.names(), (Names{"amount", "vec", "vec0name", "vec0value", "last"}));
  EXPECT_FALSE(b.op.parameters().contains("vec1valuez"));
  EXPECT_EQ(held.eval(), 4) << "who holds it reads on";
  held = 5;
  b.op.par("vec") = 2;
  EXPECT_EQ(b.op.par("vec1valuez").eval(), 5);
  EXPECT_EQ(&b.op.par("vec1value").definition(), &held.definition()) << "the same as before";
}

TEST(Sequences, MayBeEmpty) {
  Blocks b;
  b.op.par("vec") = 0;
  EXPECT_EQ(b.names(), (Names{"amount", "vec", "last"}));
  b.op.par("vec").reset();
  EXPECT_TRUE(b.op.parameters().contains("vec0valuex"));
}

TEST(Sequences, AMissingBlockIsAnErrorThatNamesTheCount) {
  Blocks b;
  const auto error = [&](const char* name) { return errorOf([&] { b.op.par(name); }); };
  EXPECT_EQ(error("vec3valuex"),
            "source 't' has no parameter 'vec3valuex' while 'vec' is 1; raise it to 4 to get it");
  EXPECT_EQ(error("vec1000name"),
            "source 't' has no parameter 'vec1000name' while 'vec' is 1; it "
            "can be 1000 at most");
  b.op.par("vec") = 2;
  b.op.par("vec") = 1;
  EXPECT_EQ(error("vec1name"),
            "source 't' has no parameter 'vec1name' while 'vec' is 1; raise it to 2 to get it");
  for (const char* name : {"vec01name", "vec-1name", "vec1nam", "vecname", "vec99999999999name"}) {
    EXPECT_NE(error(name).find("here are "), std::string::npos) << error(name);
    EXPECT_EQ(error(name).find("while"), std::string::npos) << name << " is in no block";
  }
}

TEST(Sequences, TheCountHasLimits) {
  Blocks b;
  EXPECT_NE(errorOf([&] { b.op.par("vec") = -1; }), "");
  EXPECT_NE(errorOf([&] { b.op.par("vec") = 1001; }), "");
  EXPECT_EQ(b.op.par("vec").eval(), 1);
  b.op.par("vec") = 1000;
  b.op.par("vec999name") = "last";
  EXPECT_EQ(b.op.parameters().all().size(), 2003u);
}

TEST(Sequences, ChangeWhileTheListIsRead) {
  Blocks b;
  b.op.par("vec") = 4;
  for (Parameter* parameter : b.op.parameters().all()) Par(*parameter, -1).reset();
  EXPECT_EQ(b.op.parameters().all().size(), 5u);
}

TEST(Sequences, KeepNamesForTheirBlocks) {
  Blocks b;
  EXPECT_TRUE(b.op.parameters().taken("vec7name"));
  EXPECT_TRUE(b.op.parameters().taken("vec0valuex"));
  EXPECT_TRUE(b.op.parameters().taken("last"));
  EXPECT_FALSE(b.op.parameters().taken("vec7"));
  EXPECT_FALSE(b.op.parameters().taken("uAmount"));
}

TEST(Sequences, AreBoundAsLongAsTheyAreThere) {
  Blocks b;
  b.op.par("vec") = 2;
  int calls = 0;
  b.op.par("vec1valuex").bind([&](const Frame& frame) { return ++calls, double(frame.index); });
  b.op.pin();
  b.graph.cook();
  b.graph.cook();
  EXPECT_EQ(b.op.par("vec1valuex").eval(), 1);
  b.op.par("vec") = 1;
  b.graph.cook();
  EXPECT_EQ(calls, 2) << "a hidden one rests";
  b.op.par("vec") = 2;
  b.graph.cook();
  EXPECT_EQ(b.op.par("vec1valuex").eval(), 3);
}

TEST(Sequences, ACountMayBeBound) {
  Blocks b;
  b.op.par("vec").bind([](const Frame& frame) { return 1.0 + double(frame.index); });
  b.op.pin();
  b.graph.cook();
  b.graph.cook();
  b.graph.cook();
  EXPECT_TRUE(b.op.parameters().contains("vec2name"));
}

TEST(ParametersThatComeAndGo, KeepTheirPlaceAndValue) {
  Blocks b;
  Parameter& last = b.op.par("last").definition();
  last.set(8);
  b.op.declare().show(last, false);
  EXPECT_FALSE(b.op.parameters().contains("last"));
  EXPECT_TRUE(b.op.parameters().taken("last"));
  EXPECT_NE(errorOf([&] { b.op.par("last"); }), "");
  EXPECT_NE(errorOf([&] { b.op.declare().add("last", "Last", ParStyle::Int, 0); }), "");
  b.op.declare().show(last);
  EXPECT_EQ(b.op.par("last").eval(), 8);
}

TEST(ParametersThatComeAndGo, ARetiredOneLeavesItsName) {
  Blocks b;
  const Par held = b.op.par("last");
  held.bind([](const Frame&) { return 3; });
  b.op.declare().retire(held.definition());
  EXPECT_FALSE(b.op.parameters().taken("last"));
  b.op.declare().add("last", "Last", ParStyle::Str, "new");
  held = 9;
  EXPECT_EQ(held.eval(), 9);
  EXPECT_EQ(b.op.par("last").eval(), "new");
  b.op.pin();
  b.graph.cook();
  EXPECT_TRUE(b.op.errors().empty());
}

TEST(ParametersThatComeAndGo, ANewDefaultIsFollowedByAnUntouchedValue) {
  Blocks b;
  Parameter& last = b.op.par("last").definition();
  last.defaultValue(12);
  EXPECT_EQ(b.op.par("last").eval(), 12);
  b.op.par("last") = 5;
  last.defaultValue(13);
  EXPECT_EQ(b.op.par("last").eval(), 5);
  b.op.par("last").reset();
  EXPECT_EQ(b.op.par("last").eval(), 13);
  EXPECT_NE(errorOf([&] { last.defaultValue("many"); }), "");
}

TEST(Pulses, TellWhoListens) {
  Blocks b;
  int fired = 0;
  b.op.declare().add("go", "Go", ParStyle::Pulse, 0).onChange([&](Parameter&) { ++fired; });
  b.op.par("go").pulse();
  b.op.par("go") = 1;
  b.op.par("go") = 0;
  EXPECT_EQ(fired, 2);
}

}  // namespace
}  // namespace topknot
