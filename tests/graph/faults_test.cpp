// What failed with all that an operator is made from.
#include <gtest/gtest.h>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

using Sentences = std::vector<std::string>;

void fail(TestOp& op, const char* sentence) {
  op.work = [sentence](TestOp&) { throw Error(sentence); };
  op.markDirty();
}
void mend(TestOp& op) {
  op.work = nullptr;
  op.markDirty();
}

TEST(GraphFaults, AreToldWithNamesFromTheFirstInputOn) {
  Graph graph;
  TestOp &a = addTo(graph, "source", "a"), &b = addTo(graph, "source", "b");
  TestOp &blend = addTo(graph, "blend", "blend"), &out = addTo(graph, "out", "out");
  a >> blend;
  b >> blend >> out;
  fail(b, "no light");
  fail(a, "no film");
  out.cook();
  EXPECT_EQ(out.inputErrors(), (Sentences{"source 'a': no film", "source 'b': no light"}));
  EXPECT_EQ(graph.errors(), (Sentences{"source 'a': no film", "source 'b': no light"}));
  EXPECT_TRUE(out.errors().empty());
  EXPECT_TRUE(a.inputErrors().empty()) << "its own are in errors()";
  mend(a);
  out.cook();
  EXPECT_EQ(out.inputErrors(), Sentences{"source 'b': no light"});
  b.destroy();
  EXPECT_TRUE(out.inputErrors().empty()) << "what is gone is told of no more";
}

TEST(GraphFaults, CountForWhatRefersToThem) {
  Graph graph;
  TestOp &a = addTo(graph, "source", "a"), &user = addTo(graph, "source", "user");
  user.dependsOn = [&]() -> std::vector<Op*> { return {&a, nullptr}; };
  fail(a, "no film");
  user.cook();
  EXPECT_EQ(user.inputErrors(), Sentences{"source 'a': no film"});
  user.bypass(true);
  user.cook();
  EXPECT_TRUE(user.inputErrors().empty()) << "bypassed it needs nothing that it refers to";
}

TEST(GraphFaults, BesideTheResultAreErrorsOfTheOperatorAlone) {
  Graph graph;
  TestOp &a = addTo(graph, "source", "a"), &out = addTo(graph, "out", "out");
  a >> out;
  a.work = [](TestOp& op) { op.addOutputError("the disk is full"); };
  out.cook();
  EXPECT_TRUE(out.inputErrors().empty());
  EXPECT_EQ(a.errors(), Sentences{"the disk is full"});
  EXPECT_EQ(graph.errors(), Sentences{"source 'a': the disk is full"});
}

TEST(GraphFaults, OfOneThatIsLockedAreThoseOfThatTime) {
  Graph graph;
  TestOp &a = addTo(graph, "source", "a"), &mid = addTo(graph, "out", "mid");
  TestOp& out = addTo(graph, "out", "out");
  a >> mid >> out;
  out.cook();
  mid.lock(true);
  fail(a, "no film");
  a.cook();
  EXPECT_TRUE(out.inputErrors().empty());
  mid.lock(false);
  mid.lock(true);
  mend(a);
  a.cook();
  out.cook();
  EXPECT_EQ(out.inputErrors(), Sentences{"source 'a': no film"});
  for (int i = 0; i < 3; ++i) graph.cook();
  EXPECT_EQ(out.inputErrors(), Sentences{"source 'a': no film"}) << "until it is unlocked";
  mid.lock(false);
  out.cook();
  EXPECT_TRUE(out.inputErrors().empty());
}

TEST(GraphFaults, AreFoundFarAwayAndInLoopsOfReferences) {
  Graph graph;
  TestOp& first = addTo(graph, "source", "first");
  Op* last = &first;
  for (int i = 0; i < 3; ++i) last = &(*last >> graph.add("out"));
  first.dependsOn = [&]() -> std::vector<Op*> { return {graph.find("out3")}; };
  last->cook();
  EXPECT_EQ(last->errors(), Sentences{"It depends on itself: first > out1 > out2 > out3 > first"});
  EXPECT_EQ(last->inputErrors().size(), 3u) << "all of the loop but itself";
  first.dependsOn = nullptr;
  for (int i = 0; i < 5000; ++i) last = &(*last >> graph.add("level"));
  fail(first, "no film");
  last->cook();
  EXPECT_EQ(last->inputErrors(), Sentences{"source 'first': no film"});
}

}  // namespace
}  // namespace topknot
