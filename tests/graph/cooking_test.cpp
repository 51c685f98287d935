// Who cooks in a frame, in which order, and how often.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

// photo feeds grade; photo and grade feed mix; mix feeds the active output.
struct Diamond {
  Graph graph;
  TestOp& photo = addTo(graph, "source", "photo");
  TestOp& grade = addTo(graph, "level", "grade");
  TestOp& mix = addTo(graph, "mix", "mix");
  TestOp& out = addTo(graph, "out", "out");
  Diamond() {
    photo >> grade;
    photo >> mix;
    grade >> mix >> out;
  }
  std::string cook() { return graph.cook().text(); }
};

TEST(Cooking, ADiamondCooksItsTopOnce) {
  Diamond d;
  EXPECT_EQ(d.cook(), "photo grade mix out");
  EXPECT_EQ(d.cook(), "");
  EXPECT_EQ(d.photo.totalCooks(), 1);
  EXPECT_EQ(d.photo.cookFrame(), 0);
  EXPECT_EQ(d.graph.frame().index, 1);
}

TEST(Cooking, AParameterMakesWhatIsDownstreamDirty) {
  Diamond d;
  d.cook();
  d.grade.par("amount") = 2;
  EXPECT_EQ(d.cook(), "grade mix out");
  d.out.par("amount") = 2;
  EXPECT_EQ(d.cook(), "out");
  d.photo.par("amount") = 2;
  EXPECT_EQ(d.cook(), "photo grade mix out");
  d.photo.par("amount") = 2;
  EXPECT_EQ(d.cook(), "");
}

TEST(Cooking, NothingCooksThatNobodyWants) {
  Diamond d;
  addTo(d.graph, "source", "alone");
  d.out.par("active") = false;
  EXPECT_EQ(d.cook(), "");
  d.out.par("active") = true;
  EXPECT_EQ(d.cook(), "photo grade mix out");
}

TEST(Cooking, FanOutCooksTheSourceOnceAndEachBranch) {
  Graph graph;
  Op& source = graph.add("source", "s");
  for (const char* name : {"a", "b", "c"}) source >> graph.add("out", name);
  EXPECT_EQ(graph.cook().text(), "s a b c");
  graph.op("b").par("amount") = 5;
  EXPECT_EQ(graph.cook().text(), "b");
}

TEST(Cooking, APinnedOperatorIsWanted) {
  Diamond d;
  d.out.par("active") = false;
  d.grade.pin();
  EXPECT_TRUE(d.grade.pinned());
  EXPECT_EQ(d.cook(), "photo grade");
  d.grade.pin(false);
  d.photo.par("amount") = 3;
  EXPECT_EQ(d.cook(), "");
}

TEST(Cooking, TimeDependenceCooksOncePerFrame) {
  Graph graph;
  Op& clock = graph.add("clock", "clock");
  Op& level = graph.add("level", "level");
  Op& out = graph.add("out", "out");
  clock >> level >> out;
  graph.add("source", "still") >> graph.add("out", "other");
  EXPECT_EQ(graph.cook().text(), "clock level out still other");
  EXPECT_EQ(graph.cook().text(), "clock level out");
  out.cook();
  EXPECT_EQ(graph.report().text(), "");
  EXPECT_EQ(clock.totalCooks(), 2);
}

TEST(Cooking, TheSameFrameIndexTwiceIsTwoFrames) {
  Graph graph;
  graph.add("clock", "clock").pin();
  const Frame frame{7, 0.25, 0.5};
  EXPECT_EQ(graph.cook(frame).text(), "clock");
  EXPECT_EQ(graph.cook(frame).text(), "clock");
  EXPECT_EQ(graph.op("clock").cookFrame(), 7);
  EXPECT_EQ(graph.frame().seconds, 0.25);
}

TEST(Cooking, TheClockFollowsTheRate) {
  Graph graph;
  graph.rate(25);
  EXPECT_EQ(graph.cook().frame.index, 0);
  graph.cook();
  EXPECT_EQ(graph.frame().index, 1);
  EXPECT_DOUBLE_EQ(graph.frame().seconds, 0.04);
  EXPECT_DOUBLE_EQ(graph.frame().delta, 0.04);
  graph.cook(Frame{100, 4.0, 0.04});
  EXPECT_EQ(graph.cook().frame.index, 101);
}

TEST(Cooking, AskingOneOperatorCooksWhatItNeedsOnly) {
  Diamond d;
  d.grade.cook();
  EXPECT_EQ(d.graph.report().text(), "photo grade");
  EXPECT_EQ(d.cook(), "mix out");
}

TEST(Cooking, AChangeWithinAFrameCooksAgainWhenAsked) {
  Diamond d;
  d.cook();
  d.grade.par("amount") = 4;
  d.mix.cook();
  EXPECT_EQ(d.graph.report().text(), "grade mix");
  d.mix.cook();
  EXPECT_EQ(d.graph.report().text(), "");
  EXPECT_EQ(d.cook(), "out");
}

TEST(Cooking, ForceCooksTheOperatorAndNotWhatItNeeds) {
  Diamond d;
  d.cook();
  d.mix.cook(true);
  EXPECT_EQ(d.graph.report().text(), "mix");
  EXPECT_EQ(d.cook(), "out");
}

TEST(Cooking, MarkDirtyCooksWhenAsked) {
  Diamond d;
  d.cook();
  d.grade.markDirty();
  EXPECT_EQ(d.cook(), "grade mix out");
}

TEST(Cooking, AnOperatorThatMarksItselfWhileCookingCooksAgain) {
  Diamond d;
  int left = 2;
  d.mix.work = [&](TestOp& op) {
    if (left-- > 0) op.markDirty();
  };
  EXPECT_EQ(d.cook(), "photo grade mix out");
  EXPECT_EQ(d.cook(), "mix out");
  EXPECT_EQ(d.cook(), "mix out");
  EXPECT_EQ(d.cook(), "");
}

TEST(Cooking, ThrowingBecomesAnErrorAndTheRestGoesOn) {
  Diamond d;
  d.grade.work = [](TestOp&) { throw Error("no light"); };
  EXPECT_EQ(d.cook(), "photo grade mix out");
  EXPECT_EQ(d.grade.errors(), std::vector<std::string>{"no light"});
  EXPECT_TRUE(d.mix.errors().empty());
  EXPECT_EQ(d.cook(), "");
  EXPECT_EQ(d.grade.errors().size(), 1u);
}

TEST(Cooking, AFailedOperatorKeepsItsResultSoNothingDownstreamCooks) {
  Diamond d;
  d.cook();
  d.grade.work = [](TestOp&) { throw std::runtime_error("no light"); };
  d.grade.par("amount") = 2;
  EXPECT_EQ(d.cook(), "grade");
  d.grade.work = nullptr;
  EXPECT_EQ(d.cook(), "");
  d.grade.par("amount") = 3;
  EXPECT_EQ(d.cook(), "grade mix out");
  EXPECT_TRUE(d.grade.errors().empty());
}

TEST(Cooking, AnErrorThatWasOnlyAddedStillMakesAResult) {
  Diamond d;
  d.cook();
  d.grade.work = [](TestOp& op) {
    op.addError("half");
    op.addWarning("dim");
  };
  d.grade.par("amount") = 2;
  EXPECT_EQ(d.cook(), "grade mix out");
  EXPECT_EQ(d.grade.errors(), std::vector<std::string>{"half"});
  EXPECT_EQ(d.grade.warnings(), std::vector<std::string>{"dim"});
  d.grade.work = nullptr;
  d.grade.par("amount") = 3;
  d.cook();
  EXPECT_TRUE(d.grade.errors().empty());
  EXPECT_TRUE(d.grade.warnings().empty());
}

TEST(Cooking, WhatIsThrownNeedNotBeAnException) {
  Graph graph;
  TestOp& op = addTo(graph, "source", "s");
  op.work = [](TestOp&) { throw 42; };
  op.cook();
  EXPECT_EQ(op.errors(), std::vector<std::string>{"It failed with an unknown exception"});
  op.work = [](TestOp&) { throw Error(""); };
  op.cook(true);
  EXPECT_EQ(op.errors(), std::vector<std::string>{"It failed with an exception that has no text"});
}

TEST(Cooking, AFailingClockIsTriedEachFrame) {
  Graph graph;
  TestOp& clock = addTo(graph, "clock", "clock");
  clock.pin();
  clock.work = [](TestOp&) { throw Error("late"); };
  EXPECT_EQ(graph.cook().text(), "clock");
  EXPECT_EQ(graph.cook().text(), "clock");
  clock.cook();
  EXPECT_EQ(graph.report().text(), "");
}

TEST(Cooking, MissingInputsAreAnErrorWithoutACook) {
  Graph graph;
  TestOp& blend = addTo(graph, "blend", "blend");
  TestOp& out = addTo(graph, "out", "out");
  blend >> out;
  EXPECT_EQ(graph.cook().text(), "out");
  const std::vector<std::string> missing{"Not enough sources specified"};
  EXPECT_EQ(blend.errors(), missing);
  EXPECT_EQ(blend.totalCooks(), 0);
  EXPECT_EQ(blend.cookFrame(), -1);
  EXPECT_EQ(graph.cook().text(), "");

  blend.inputConnectors()[1].connect(graph.add("source", "b"));
  EXPECT_EQ(graph.cook().text(), "b");  // a gap among those needed
  EXPECT_EQ(blend.errors(), missing);
  blend.inputConnectors()[0].connect(graph.add("source", "a"));
  EXPECT_EQ(graph.cook().text(), "a blend out");
  EXPECT_TRUE(blend.errors().empty());
  blend.inputConnectors()[0].disconnect();
  EXPECT_EQ(graph.cook().text(), "");
  EXPECT_EQ(blend.errors(), missing);
}

TEST(Cooking, ReferencesCookFirstAndMakeDirty) {
  Graph graph;
  TestOp& target = addTo(graph, "source", "target");
  TestOp& user = addTo(graph, "source", "user");
  user.dependsOn = [&]() -> std::vector<Op*> { return {graph.find("target"), nullptr}; };
  user.pin();
  EXPECT_EQ(graph.cook().text(), "target user");
  EXPECT_EQ(graph.cook().text(), "");
  target.par("amount") = 2;
  EXPECT_EQ(graph.cook().text(), "target user");
  target.destroy();
  EXPECT_EQ(graph.cook().text(), "user");
  EXPECT_EQ(graph.cook().text(), "");
  graph.add("source", "target");
  EXPECT_EQ(graph.cook().text(), "target user");
}

TEST(Cooking, AChangedReferenceMakesDirtyThoughItsResultIsOld) {
  Graph graph;
  Op& a = graph.add("source", "a");
  Op& b = graph.add("source", "b");
  TestOp& user = addTo(graph, "source", "user");
  Op* chosen = &a;
  user.dependsOn = [&] { return std::vector<Op*>{chosen}; };
  user.pin();
  b.pin();
  EXPECT_EQ(graph.cook().text(), "b a user");
  chosen = &b;
  EXPECT_EQ(graph.cook().text(), "user");
}

TEST(Cooking, ReferencesOfSeveralLevelsAreKeptApart) {
  Graph graph;
  TestOp& far = addTo(graph, "source", "far");
  TestOp& farther = addTo(graph, "source", "farther");
  TestOp& inner = addTo(graph, "source", "inner");
  TestOp& outer = addTo(graph, "level", "outer");
  TestOp& out = addTo(graph, "out", "out");
  inner.dependsOn = [&] { return std::vector<Op*>{&farther, nullptr, &far}; };
  outer.dependsOn = [&] { return std::vector<Op*>{&inner, &far}; };
  out.dependsOn = [&] { return std::vector<Op*>{&farther}; };
  graph.add("source", "s") >> outer >> out;
  EXPECT_EQ(graph.cook().text(), "s farther far inner outer out");
  EXPECT_EQ(graph.cook().text(), "");
  farther.par("amount") = 2;
  EXPECT_EQ(graph.cook().text(), "farther inner outer out");
  far.par("amount") = 2;
  inner.work = [](TestOp&) { throw Error("no"); };
  EXPECT_EQ(graph.cook().text(), "far inner outer out");
}

TEST(Cooking, AFailedReferenceDoesNotMakeDirty) {
  Graph graph;
  TestOp& target = addTo(graph, "source", "target");
  TestOp& user = addTo(graph, "source", "user");
  user.dependsOn = [&]() -> std::vector<Op*> { return {&target}; };
  user.cook();
  target.work = [](TestOp&) { throw Error("gone"); };
  target.par("amount") = 2;
  user.cook();
  EXPECT_EQ(graph.report().text(), "target");
}

TEST(Cooking, ALoopThroughReferencesIsAnErrorOfAllInIt) {
  Graph graph;
  TestOp& a = addTo(graph, "level", "a");
  TestOp& b = addTo(graph, "level", "b");
  TestOp& out = addTo(graph, "out", "out");
  TestOp& head = addTo(graph, "source", "head");
  head >> a >> b >> out;
  bool loop = true;
  head.dependsOn = [&]() -> std::vector<Op*> {
    return loop ? std::vector<Op*>{&b} : std::vector<Op*>();
  };
  EXPECT_EQ(graph.cook().text(), "out");
  const std::vector<std::string> message{"It depends on itself: a > b > head > a"};
  EXPECT_EQ(a.errors(), message);
  EXPECT_EQ(b.errors(), message);
  EXPECT_EQ(head.errors(), message);
  EXPECT_EQ(graph.cook().text(), "");
  a.cook();
  EXPECT_EQ(a.errors(), message);
  loop = false;
  EXPECT_EQ(graph.cook().text(), "head a b out");
  EXPECT_TRUE(a.errors().empty());
}

TEST(Cooking, ReferencesThatThrowOrLeadAwayAreErrors) {
  Graph graph, elsewhere;
  TestOp& op = addTo(graph, "source", "s");
  op.dependsOn = [&]() -> std::vector<Op*> { return {&graph.op("nobody")}; };
  op.cook();
  EXPECT_EQ(graph.report().text(), "");
  EXPECT_EQ(op.errors().at(0), "there is no operator 'nobody'. There are s");
  Op& foreign = elsewhere.add("source");
  op.dependsOn = [&]() -> std::vector<Op*> { return {&foreign}; };
  op.cook();
  EXPECT_EQ(op.errors().at(0), "source 's' refers to an operator of another graph");
  op.dependsOn = nullptr;
  op.cook();
  EXPECT_EQ(graph.report().text(), "s");
}

TEST(Cooking, AnOutputThatCannotTellWhetherItIsActiveIsAnError) {
  Graph graph;
  TestOp& op = addTo(graph, "source", "s");
  op.active = []() -> bool { throw Error("unsure"); };
  EXPECT_EQ(graph.cook().text(), "");
  EXPECT_EQ(op.errors(), std::vector<std::string>{"unsure"});
  op.active = [] { return true; };
  EXPECT_EQ(graph.cook().text(), "s");
  EXPECT_TRUE(op.errors().empty());
}

TEST(Cooking, ABindingIsEvaluatedOncePerFrameAndCooksWhenItDiffers) {
  Graph graph;
  Op& op = graph.add("source", "s");
  int calls = 0;
  op.pin();
  op.par("amount").bind([&](const Frame& frame) {
    ++calls;
    return frame.index / 2;
  });
  EXPECT_EQ(graph.cook().text(), "s");
  EXPECT_EQ(graph.cook().text(), "");
  EXPECT_EQ(graph.cook().text(), "s");
  op.cook();
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(op.par("amount").eval(), 1);
}

TEST(Cooking, ABoundActiveParameterSwitchesAnOutput) {
  Diamond d;
  d.out.par("active").bind([](const Frame& frame) { return frame.index == 1; });
  EXPECT_EQ(d.cook(), "");
  EXPECT_EQ(d.cook(), "photo grade mix out");
  d.photo.par("amount") = 2;
  EXPECT_EQ(d.cook(), "");
}

TEST(Cooking, ABindingThatFailsIsAnErrorUntilItWorks) {
  Diamond d;
  d.cook();
  bool broken = true;
  d.mix.par("amount").bind([&](const Frame&) -> Value {
    if (broken) throw std::runtime_error("no signal");
    return 9;
  });
  EXPECT_EQ(d.cook(), "");
  EXPECT_EQ(d.mix.errors(), std::vector<std::string>{
                                "mix 'mix': parameter 'amount' cannot be computed: no signal"});
  EXPECT_EQ(d.mix.totalCooks(), 1);
  EXPECT_EQ(d.mix.par("amount").eval(), 1);
  broken = false;
  EXPECT_EQ(d.cook(), "mix out");
  EXPECT_TRUE(d.mix.errors().empty());
  broken = true;
  d.cook();
  d.mix.par("amount") = 3;  // ends the binding, and the error within the frame
  d.mix.cook();
  EXPECT_EQ(d.graph.report().text(), "mix");
  EXPECT_TRUE(d.mix.errors().empty());
}

TEST(Cooking, RewiringMakesOnlyTheRewiredAndDownstreamDirty) {
  Diamond d;
  Op& other = d.graph.add("source", "other");
  d.cook();
  d.grade.inputConnectors()[0].connect(other);
  EXPECT_EQ(d.cook(), "other grade mix out");
  d.grade.inputConnectors()[0].connect(other);
  EXPECT_EQ(d.cook(), "");
  d.mix.inputConnectors()[1].disconnect();
  EXPECT_EQ(d.cook(), "mix out");
}

TEST(Cooking, ACookInsideACookIsRefused) {
  Diamond d;
  std::vector<std::string> said;
  d.grade.work = [&](TestOp& op) {
    said.push_back(errorOf([&] { op.graph().cook(); }));
    said.push_back(errorOf([&] { d.photo.cook(); }));
    said.push_back(errorOf([&] { d.photo.destroy(); }));
    said.push_back(errorOf([&] { op.graph().add("source"); }));
    said.push_back(errorOf([&] { op.rename("x"); }));
    said.push_back(errorOf([&] { op.inputConnectors()[0].disconnect(); }));
    said.push_back(errorOf([&] { d.photo >> d.mix; }));
  };
  EXPECT_EQ(d.cook(), "photo grade mix out");
  EXPECT_EQ(said, (std::vector<std::string>{
                      "a cook cannot start in the same graph while level 'grade' cooks",
                      "a cook cannot start in the same graph while level 'grade' cooks",
                      "source 'photo' cannot be removed while level 'grade' cooks",
                      "operators cannot be added while level 'grade' cooks",
                      "level 'grade' cannot be renamed while level 'grade' cooks",
                      "wires cannot be changed while level 'grade' cooks",
                      "source 'photo' cannot be wired to mix 'mix', which has 2 inputs, 0 and 1; "
                      "none is free"}));
  EXPECT_EQ(d.graph.size(), 4);
  d.graph.add("source");  // afterwards all is allowed
}

TEST(Cooking, BindingsCannotCookEither) {
  Graph graph;
  Op& op = graph.add("source", "s");
  op.par("amount").bind([&](const Frame&) -> Value {
    graph.cook();
    return 1;
  });
  op.cook();
  EXPECT_EQ(op.errors().at(0),
            "source 's': parameter 'amount' cannot be computed: a cook cannot start in the same "
            "graph while the graph plans its cook");
}

TEST(Cooking, AnotherGraphMayCookInside) {
  Graph graph, inner;
  inner.add("source", "deep").pin();
  TestOp& op = addTo(graph, "source", "s");
  op.work = [&](TestOp&) { EXPECT_EQ(inner.cook().text(), "deep"); };
  op.cook();
  EXPECT_EQ(graph.report().text(), "s");
}

TEST(Cooking, ItsTimeIsThatOfTheClockOnTheWall) {
  Graph graph;
  TestOp& op = addTo(graph, "source", "s");
  op.work = [](TestOp&) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    while (std::chrono::steady_clock::now() < end) {
    }
  };
  EXPECT_EQ(op.cookTime(), 0.0);
  op.cook();
  EXPECT_GE(op.cookTime(), 5.0);
  EXPECT_GE(graph.report().milliseconds, op.cookTime());
}

TEST(Cooking, TheReportIsAboutTheLatestCookAlone) {
  Diamond d;
  d.cook();
  d.mix.par("amount") = 2;
  EXPECT_EQ(d.cook(), "mix out");
  d.photo.par("amount") = 2;
  d.photo.rename("a_name_that_is_longer_than_any_small_string");
  EXPECT_EQ(d.cook(), "a_name_that_is_longer_than_any_small_string grade mix out");
}

TEST(Cooking, BadClocksAreRefusedAndChangeNothing) {
  Graph graph;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(errorOf([&] {
              graph.cook(Frame{1, nan, 0.1});
            }),
            "a frame's seconds and delta are finite numbers, not nan and 0.1");
  EXPECT_EQ(errorOf([&] { graph.rate(0); }), "a graph's rate is above 0 frames a second, not 0");
  EXPECT_NE(errorOf([&] { graph.rate(nan); }), "");
  EXPECT_EQ(errorOf([&] { graph.resolutionMultiplier(-2); }),
            "the resolution multiplier is above 0, not -2");
  EXPECT_EQ(graph.rate(), 60.0);
  EXPECT_EQ(graph.resolutionMultiplier(), 1.0);
  EXPECT_EQ(graph.cook().frame.index, 0);
  graph.cook(Frame{std::numeric_limits<std::int64_t>::max(), 0, 0});
  EXPECT_EQ(errorOf([&] { graph.cook(); }), "the graph's clock is at its last frame");
}

TEST(Cooking, TheResolutionMultiplierMakesAllDirty) {
  Diamond d;
  d.cook();
  d.graph.resolutionMultiplier(0.5);
  EXPECT_EQ(d.cook(), "photo grade mix out");
  d.graph.resolutionMultiplier(0.5);
  EXPECT_EQ(d.cook(), "");
}

TEST(Cooking, TenThousandInARowTakeNoTimeWhenClean) {
  Graph graph;
  Op* last = &graph.add("source");
  for (int i = 0; i < 10000; ++i) last = &(*last >> graph.add("level"));
  last->pin();
  EXPECT_EQ(graph.cook().cooked.size(), 10001u);
  double best = 1e9;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(graph.cook().text(), "");
    best = std::min(best, graph.report().milliseconds);
  }
  std::printf("a clean frame of 10,001 operators: %.3f ms\n", best);
  EXPECT_LT(best, 20.0);  // sanitizers and busy machines; it is a fraction of one
  graph.op("source1").par("amount") = 2;
  EXPECT_EQ(graph.cook().cooked.size(), 10001u);
  EXPECT_NE(errorOf([&] { *last >> graph.op("level1"); }), "");
}

}  // namespace
}  // namespace topknot
