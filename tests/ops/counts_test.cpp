// Who cooks in which frame: only what is wanted, once, and only if something changed.
#include <gtest/gtest.h>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::nearly;

class Counts : public test::GlTest {
 protected:
  Top& add(const char* type, const char* name) {
    Top& top = graph().add(type, name).as<Top>();
    if (top.type().minInputs > 0) return top;
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(3, 2);
    return top;
  }
  std::string cook() { return graph().cook().text(); }
  /// One frame cooks these, the next one nothing.
  void expectOnce(const std::string& names) {
    EXPECT_EQ(cook(), names);
    EXPECT_EQ(cook(), "") << "nothing changed since";
  }
};

TEST_F(Counts, ADiamondCooksItsSourceOnce) {
  for (const bool fusion : {true, false}) {
    dropGraph();
    Graph graph;
    graph.fusion(fusion);
    const auto add = [&](const char* type, const char* name) -> Top& {
      return graph.add(type, name).as<Top>();
    };
    Top &photo = add("ramp", "photo"), &grade = add("level", "grade"), &turn = add("flip", "turn");
    Top &mix = add("over", "mix"), &out = add("null", "out");
    photo >> grade >> mix >> out;
    photo >> turn >> mix;
    out.pin();
    EXPECT_EQ(graph.cook().text(), "photo grade turn mix out");
    EXPECT_EQ(graph.cook().text(), "");
    grade.par("gamma1") = 2;
    EXPECT_EQ(graph.cook().text(), "grade mix out");
    EXPECT_EQ(graph.cook().text(), "");
    photo.par("phase") = 0.25;
    EXPECT_EQ(graph.cook().text(), "photo grade turn mix out");
    EXPECT_EQ(graph.cook().text(), "");
  }
}

TEST_F(Counts, AChainCooksFromTheChangeOn) {
  Top &photo = add("ramp", "photo"), &grade = add("level", "grade"), &mix = add("composite", "mix");
  photo >> grade >> mix >> add("null", "out");
  graph().op("out").pin();
  expectOnce("photo grade mix out");
  grade.par("contrast") = 1;
  expectOnce("");
  grade.par("contrast") = 2;
  expectOnce("grade mix out");
  grade.par("contrast") = 3;
  grade.par("contrast") = 2;
  EXPECT_EQ(cook(), "grade mix out") << "a revision counts, not the value";
}

TEST_F(Counts, NobodyWantedNobodyCooks) {
  Top &photo = add("ramp", "photo"), &grade = add("level", "grade");
  photo >> grade;
  expectOnce("");
  grade.sample({.x = 0, .y = 0});
  EXPECT_EQ(graph().report().text(), "photo grade");
  photo.par("phase") = 0.5;
  EXPECT_EQ(cook(), "");
  grade.pin();
  expectOnce("photo grade");
}

TEST_F(Counts, FanOutCooksOnlyTheWantedBranches) {
  Top& photo = add("ramp", "photo");
  for (const char* name : {"one", "two", "three"}) photo >> add("level", name);
  graph().op("one").pin();
  graph().op("three").pin();
  expectOnce("photo one three");
  photo.par("phase") = 0.5;
  expectOnce("photo one three");
  graph().op("two").par("invert") = 1;
  expectOnce("");
  graph().op("two").cook();
  EXPECT_EQ(graph().report().text(), "two") << "what it reads is there";
}

TEST_F(Counts, TwoOutputsShareWhatTheyNeed) {
  Top &photo = add("ramp", "photo"), &grade = add("level", "grade");
  photo >> grade;
  grade >> add("null", "left");
  grade >> add("flip", "right");
  graph().op("left").pin();
  graph().op("right").pin();
  expectOnce("photo grade left right");
  graph().op("right").par("flipx") = true;
  expectOnce("right");
}

TEST_F(Counts, SelectFollowsTheOneThatItNames) {
  Top &photo = add("ramp", "photo"), &other = add("constant", "other");
  Top &pick = add("select", "pick"), &out = add("level", "out");
  pick >> out;
  pick.par("top") = "photo";
  out.pin();
  expectOnce("photo pick out");
  photo.par("phase") = 0.5;
  expectOnce("photo pick out");
  other.par("alpha") = 0.5;
  expectOnce("");
  pick.par("top") = "other";
  expectOnce("other pick out");
  photo.par("phase") = 0.25;
  expectOnce("");
}

TEST_F(Counts, TimeCooksEachFrameWhatDependsOnIt) {
  auto& clock = graph().add<GlslTop>("clock");
  clock.pixelShader("uniform float uTime; out vec4 c; void main() { c = vec4(uTime); }");
  clock.uniform("uTime", [](const Frame& frame) { return Value(frame.seconds); });
  clock.par("format") = "rgba32float";
  Top &still = add("ramp", "still"), &mix = add("composite", "mix"), &apart = add("level", "apart");
  mix.par("operand") = "add";
  clock >> mix;
  still >> mix;
  still >> apart;
  mix.pin();
  apart.pin();
  EXPECT_EQ(cook(), "clock still mix apart");
  EXPECT_EQ(cook(), "clock mix");
  EXPECT_EQ(cook(), "clock mix");
  EXPECT_TRUE(nearly(clock.sample({.x = 0, .y = 0}), glm::vec4(2 / 60.0f)));
  clock.uniform("uTime", 0.5f);
  expectOnce("clock mix");
}

TEST_F(Counts, ABoundParameterCooksInFramesInWhichItDiffers) {
  Top &photo = add("ramp", "photo"), &grade = add("level", "grade");
  photo >> grade;
  grade.pin();
  // Every second frame another value.
  grade.par("gamma1").bind([](const Frame& frame) { return Value(1.0 + double(frame.index / 2)); });
  EXPECT_EQ(cook(), "photo grade");
  EXPECT_EQ(cook(), "");
  EXPECT_EQ(cook(), "grade");
  EXPECT_EQ(cook(), "");
}

TEST_F(Counts, ASwitchCooksAgainForAnotherInput) {
  Top &one = add("ramp", "one"), &two = add("constant", "two"), &choose = add("switch", "choose");
  one >> choose;
  two >> choose;
  choose.pin();
  expectOnce("one two choose");
  choose.par("index") = 1;
  expectOnce("choose");
  two.par("alpha") = 0.25;
  expectOnce("two choose");
}

TEST_F(Counts, WiresCookWhatIsBehindThem) {
  Top &one = add("ramp", "one"), &two = add("constant", "two"), &grade = add("level", "grade");
  one >> grade >> add("null", "out");
  graph().op("out").pin();
  expectOnce("one grade out");
  grade.inputConnectors()[0].connect(two);
  expectOnce("two grade out");
  grade.inputConnectors()[0].connect(two);
  expectOnce("");
  grade.inputConnectors()[0].disconnect();
  expectOnce("out");  // it passes on transparent black now
  expectOnce("");
  ASSERT_EQ(grade.errors().size(), 1u);
  grade.inputConnectors()[0].connect(one);
  expectOnce("grade out");
}

TEST_F(Counts, FusionOnAndOffDrawsEverythingAnewAndTheSame) {
  Top &photo = add("ramp", "photo"), &grade = add("level", "grade"), &last = add("level", "last");
  photo >> grade >> last;
  grade.par("invert") = 1;
  last.pin();
  expectOnce("photo grade last");
  const glm::vec4 fused = last.sample({.x = 1, .y = 1});
  graph().fusion(false);
  expectOnce("photo grade last");
  EXPECT_TRUE(nearly(last.sample({.x = 1, .y = 1}), fused, 1.01f / 255));
  graph().fusion(true);
  expectOnce("photo grade last");
}

TEST_F(Counts, AnInputThatIsReadTwiceOverIsThereForBoth) {
  // The second input's picture is made from the first one's.
  Top &photo = add("constant", "photo"), &grade = add("level", "grade");
  photo.par("colorr") = 0.5;
  grade.par("invert") = 1;
  photo >> grade;
  auto& both = graph().add<GlslTop>("both");
  both.pixelShader(
      "out vec4 c;\n"
      "void main() {\n"
      "  c = vec4(texture(sTD2DInputs[0], vUV.st).rg, texture(sTD2DInputs[1], vUV.st).rg);\n"
      "}\n");
  photo >> both;
  grade >> both;
  EXPECT_TRUE(nearly(both.sample({.x = 1, .y = 1}), {0.5f, 1, 0.5f, 0}, 1.01f / 255));
  EXPECT_TRUE(both.errors().empty());
  EXPECT_EQ(graph().report().text(), "photo grade both");
}

}  // namespace
}  // namespace topknot
