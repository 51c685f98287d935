// Bypass and lock.
#include <gtest/gtest.h>

#include "graph/support/test_ops.h"

namespace topknot {
namespace {

// photo and still feed blend, which feeds the active output.
struct Blend {
  Graph graph;
  TestOp& photo = addTo(graph, "source", "photo");
  TestOp& still = addTo(graph, "source", "still");
  TestOp& blend = addTo(graph, "blend", "blend");
  TestOp& out = addTo(graph, "out", "out");
  Blend() {
    photo >> blend;
    still >> blend >> out;
  }
  std::string cook() { return graph.cook().text(); }
};

TEST(Bypass, MakesDirtyWhenItChanges) {
  Blend b;
  EXPECT_EQ(b.cook(), "photo still blend out");
  EXPECT_FALSE(b.blend.bypass());
  b.blend.bypass(true);
  EXPECT_TRUE(b.blend.bypass());
  EXPECT_EQ(b.cook(), "blend out");
  b.blend.bypass(true);
  EXPECT_EQ(b.cook(), "");
  b.blend.bypass(false);
  EXPECT_EQ(b.cook(), "blend out");
}

TEST(Bypass, NeedsTheFirstInputAlone) {
  Blend b;
  b.blend.bypass(true);
  EXPECT_EQ(b.cook(), "photo blend out");
  b.still.par("amount") = 2;
  EXPECT_EQ(b.cook(), "");
  b.photo.par("amount") = 2;
  EXPECT_EQ(b.cook(), "photo blend out");
  b.blend.bypass(false);
  EXPECT_EQ(b.cook(), "still blend out");
}

TEST(Bypass, MissingSourcesAreNoError) {
  Blend b;
  b.blend.inputConnectors()[1].disconnect();
  EXPECT_EQ(b.cook(), "photo out");
  EXPECT_EQ(b.blend.errors(), std::vector<std::string>{"Not enough sources specified"});
  b.blend.bypass(true);
  EXPECT_EQ(b.cook(), "blend out");
  EXPECT_TRUE(b.blend.errors().empty());
  b.blend.inputConnectors()[0].disconnect();
  EXPECT_EQ(b.cook(), "blend out");
  EXPECT_TRUE(b.blend.errors().empty());
}

TEST(Bypass, ReferencesAndTimeDoNotCount) {
  Blend b;
  TestOp& named = addTo(b.graph, "source", "named");
  b.blend.dependsOn = [&] { return std::vector<Op*>{&named}; };
  b.blend.timely = true;
  b.blend.bypass(true);
  EXPECT_EQ(b.cook(), "photo blend out");
  EXPECT_EQ(b.cook(), "");
  b.blend.bypass(false);
  EXPECT_EQ(b.cook(), "still named blend out");
  EXPECT_EQ(b.cook(), "blend out");
}

TEST(Bypass, ItsReferencesCloseNoLoop) {
  Blend b;
  b.photo.dependsOn = [&] { return std::vector<Op*>{&b.blend}; };
  EXPECT_EQ(b.cook(), "still out");
  EXPECT_EQ(b.photo.errors().at(0), "It depends on itself: photo > blend > photo");
  b.photo.bypass(true);
  EXPECT_EQ(b.cook(), "photo blend out");
  EXPECT_TRUE(b.photo.errors().empty());
}

TEST(Bypass, AnActiveOutputRestsUnlessPinned) {
  Blend b;
  b.out.bypass(true);
  EXPECT_EQ(b.cook(), "");
  b.out.pin();
  EXPECT_EQ(b.cook(), "photo still blend out");
}

TEST(Lock, CooksOnceAndThenNeverMore) {
  Blend b;
  b.blend.lock(true);
  EXPECT_TRUE(b.blend.lock());
  EXPECT_EQ(b.graph.report().text(), "photo still blend");
  EXPECT_EQ(b.cook(), "out");
  b.photo.par("amount") = 2;
  b.blend.par("amount") = 2;
  b.blend.markDirty();
  b.blend.timely = true;
  EXPECT_EQ(b.cook(), "");
  b.blend.cook(true);
  EXPECT_EQ(b.graph.report().text(), "");
  b.blend.inputConnectors()[0].disconnect();
  b.still.destroy();
  EXPECT_EQ(b.cook(), "");
  EXPECT_TRUE(b.blend.errors().empty());
  EXPECT_EQ(b.blend.totalCooks(), 1);
}

TEST(Lock, UnlockingMakesDirty) {
  Blend b;
  b.cook();
  b.blend.lock(true);
  EXPECT_EQ(b.graph.report().text(), "");
  b.blend.lock(false);
  EXPECT_FALSE(b.blend.lock());
  EXPECT_EQ(b.cook(), "blend out");
  b.blend.lock(true);
  b.photo.par("amount") = 2;
  EXPECT_EQ(b.cook(), "");
  b.blend.lock(false);
  EXPECT_EQ(b.cook(), "photo blend out");
}

TEST(Lock, OthersStillPullWhatIsBeforeIt) {
  Blend b;
  b.cook();
  b.blend.lock(true);
  b.photo >> b.graph.add("out", "monitor");
  b.photo.par("amount") = 2;
  EXPECT_EQ(b.cook(), "photo monitor");
}

TEST(Lock, TellsTheOperatorBothWaysOnce) {
  Blend b;
  std::vector<std::string> said;
  b.blend.locking = [&](bool on) {
    said.push_back(std::string(on ? "on" : "off") + " after " +
                   std::to_string(b.blend.totalCooks()));
  };
  b.blend.lock(false);
  b.blend.lock(true);
  b.blend.lock(true);
  b.blend.lock(false);
  b.blend.lock(false);
  EXPECT_EQ(said, (std::vector<std::string>{"on after 1", "off after 1"}));
}

TEST(Lock, ARefusalChangesNothing) {
  Blend b;
  b.blend.locking = [](bool) { throw Error("no room for a copy"); };
  EXPECT_EQ(errorOf([&] { b.blend.lock(true); }), "no room for a copy");
  EXPECT_FALSE(b.blend.lock());
  b.blend.par("amount") = 2;
  EXPECT_EQ(b.cook(), "blend out");
}

TEST(Lock, CutsALoopOfReferences) {
  Blend b;
  b.cook();
  b.blend.lock(true);
  b.photo.dependsOn = [&] { return std::vector<Op*>{&b.blend}; };
  b.photo.cook();
  EXPECT_EQ(b.graph.report().text(), "photo");
  EXPECT_TRUE(b.photo.errors().empty());
}

TEST(Flags, CannotChangeWhileTheGraphCooks) {
  Blend b;
  std::vector<std::string> said;
  b.photo.work = [&](TestOp&) {
    said.push_back(errorOf([&] { b.still.bypass(true); }));
    said.push_back(errorOf([&] { b.still.lock(true); }));
    said.push_back(errorOf([&] { b.photo.lock(false); }));
  };
  b.cook();
  EXPECT_EQ(said, (std::vector<std::string>{
                      "source 'still' cannot be bypassed while source 'photo' cooks",
                      "source 'still' cannot be locked while source 'photo' cooks",
                      "source 'photo' cannot be unlocked while source 'photo' cooks"}));
  EXPECT_FALSE(b.still.bypass());
  EXPECT_FALSE(b.still.lock());
}

}  // namespace
}  // namespace topknot
