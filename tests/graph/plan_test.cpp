// The plan and its reasons, without a cook.
#include "graph/plan.h"

#include <gtest/gtest.h>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

const char* wordOf(Reason reason) {
  switch (reason) {
    case Reason::None:
      return "none";
    case Reason::NeverCooked:
      return "never";
    case Reason::Parameter:
      return "parameter";
    case Reason::Wire:
      return "wire";
    case Reason::State:
      return "state";
    case Reason::Time:
      return "time";
    case Reason::Forced:
      return "forced";
    case Reason::Upstream:
      return "upstream";
  }
  return "?";
}

struct Chain {
  Graph graph;
  TestOp& clock = addTo(graph, "clock", "clock");
  TestOp& level = addTo(graph, "level", "level");
  TestOp& out = addTo(graph, "out", "out");
  Planner planner;
  Chain() {
    clock.timely = false;
    clock >> level >> out;
  }
  // As the graph will plan it in its current frame, or in the next.
  std::string plan(const Op* forced = nullptr, std::uint64_t later = 0) {
    std::string text;
    Op* const wanted[] = {&out};
    // Marks of the graph's own planner are below those of a planner that has planned more often.
    for (int i = 0; i < 100; ++i) planner.plan({}, nullptr, graph.frame(), 0);
    for (const Step& step : planner.plan(wanted, forced, graph.frame(), 1 + cooks + later)) {
      text += (text.empty() ? "" : " ") + step.op->name() + ":" + wordOf(step.reason);
    }
    return text;
  }
  void cook() {
    ++cooks;
    graph.cook();
  }
  std::uint64_t cooks = 0;
};

TEST(Plans, SayWhyEachOperatorCooks) {
  Chain c;
  EXPECT_EQ(c.plan(), "clock:never level:never out:never");
  Chain d;
  d.cook();
  EXPECT_EQ(d.plan(), "");
  d.level.par("amount") = 7;
  EXPECT_EQ(d.plan(), "level:parameter out:upstream");
  d.clock.markDirty();
  EXPECT_EQ(d.plan(), "clock:state level:parameter out:upstream");
}

TEST(Plans, NameWiresAndForce) {
  Chain c;
  c.cook();
  EXPECT_EQ(c.plan(&c.out), "out:forced");
  EXPECT_EQ(c.plan(&c.level), "level:forced out:upstream");
  c.level.inputConnectors()[0].disconnect();
  EXPECT_EQ(c.plan(), "level:wire out:upstream");
}

TEST(Plans, NameTimeInTheNextFrameOnly) {
  Chain c;
  c.clock.timely = true;
  c.cook();
  EXPECT_EQ(c.plan(), "");
  EXPECT_EQ(c.plan(nullptr, 1), "clock:time level:upstream out:upstream");
}

TEST(Plans, AreTheSameUntilSomethingCooks) {
  Chain c;
  EXPECT_EQ(c.plan(), c.plan());
}

}  // namespace
}  // namespace topknot
