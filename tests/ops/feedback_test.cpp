// Feedback: the previous frame, exactly once per frame.
#include <algorithm>

#include "ops/support/layers.h"

namespace topknot {
namespace {

using test::nearly;

/// start → feedback → sum ← step, and back to feedback: counts.
class FeedbackTest : public test::GlTest {
 protected:
  FeedbackTest() {
    start_ = &constant("start", glm::vec4(0));
    step_ = &constant("step", {1, 2, 0.5f, 0.25f});
    feedback_ = &graph().add("feedback", "feedback").as<Top>();
    sum_ = &graph().add("composite", "sum").as<Top>();
    sum_->par("operand") = "add";
    feedback_->par("top") = "sum";
    *start_ >> *feedback_ >> *sum_;
    *step_ >> *sum_;
    sum_->pin();
  }

  Top& constant(const char* name, glm::vec4 colour) {
    Top& top = graph().add("constant", name).as<Top>();
    top.par("multrgbbyalpha") = false;
    top.par("format") = "rgba32float";
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(3, 2);
    paint(top, colour);
    return top;
  }
  static void paint(Top& top, glm::vec4 colour) {
    top.par("color") = glm::vec3(colour);
    top.par("alpha") = colour.a;
  }
  static ::testing::AssertionResult is(Top& top, glm::vec4 colour) {
    return test::shows(top, 0, [&](int, int) { return colour; });
  }
  static std::string warning(Top& top) {
    top.cook();
    return top.warnings().empty() ? "" : top.warnings()[0];
  }
  std::string frame() { return graph().cook().text(); }

  Top *start_, *step_, *feedback_, *sum_;
};

TEST_F(FeedbackTest, CountsExactlyInFloats) {
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    feedback_->par("resetpulse").pulse();
    for (int i = 1; i <= 40; ++i) {
      frame();
      EXPECT_TRUE(is(*sum_, glm::vec4(1, 2, 0.5f, 0.25f) * static_cast<float>(i))) << i;
    }
  }
}

TEST_F(FeedbackTest, CountsExactlyInBytesAndStopsAtOne) {
  for (Top* top : {start_, step_}) top->par("format") = "rgba8fixed";
  paint(*step_, {1 / 255.0f, 2 / 255.0f, 64 / 255.0f, 1});
  for (int i = 1; i <= 40; ++i) {
    frame();
    const auto byte = [i](int each) { return static_cast<float>(std::min(i * each, 255)) / 255; };
    EXPECT_TRUE(test::shows(*sum_, 1e-6, [&](int, int) {
      return glm::dvec4(byte(1), byte(2), byte(64), 1);
    })) << i;
  }
}

TEST_F(FeedbackTest, AddsWhatEachFrameBrings) {
  step_->par("colorr").bind([](const Frame& now) { return Value(double(now.index)); });
  Top& after = graph().add("level", "after").as<Top>();  // the target is inside a fused chain
  after.par("brightness1") = 2.0;
  *sum_ >> after;
  sum_->pin(false);
  after.pin();
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    feedback_->par("resetpulse").pulse();
    float sum = 0;
    for (int i = 0; i < 20; ++i) {
      frame();
      sum += static_cast<float>(graph().frame().index);
      EXPECT_EQ(after.sample({.x = 2, .y = 1}).r, 2 * sum) << i;
    }
  }
}

TEST_F(FeedbackTest, FirstAndOnResetItShowsTheInput) {
  paint(*start_, {8, 0, 0, 1});
  frame();
  EXPECT_TRUE(is(*feedback_, {8, 0, 0, 1}));
  frame();
  EXPECT_TRUE(is(*feedback_, {9, 2, 0.5f, 1.25f}));
  feedback_->par("reset") = true;
  for (int i = 0; i < 3; ++i) {
    frame();
    EXPECT_TRUE(is(*feedback_, {8, 0, 0, 1}));
    EXPECT_TRUE(is(*sum_, {9, 2, 0.5f, 1.25f}));
  }
  feedback_->par("reset") = false;
  frame();
  EXPECT_TRUE(is(*feedback_, {9, 2, 0.5f, 1.25f}));
  frame();
  EXPECT_TRUE(is(*sum_, {11, 6, 1.5f, 1.75f}));
  feedback_->par("resetpulse").pulse();
  frame();
  feedback_->cook(true);
  EXPECT_TRUE(is(*sum_, {9, 2, 0.5f, 1.25f})) << "for the whole frame";
  frame();
  EXPECT_TRUE(is(*sum_, {10, 4, 1, 1.5f})) << "and for no other";
}

TEST_F(FeedbackTest, StepsOncePerFrameHoweverOftenItCooks) {
  frame();
  frame();
  for (int i = 0; i < 5; ++i) {
    feedback_->cook(true);
    sum_->cook(true);
    EXPECT_TRUE(is(*feedback_, {1, 2, 0.5f, 0.25f}));
    EXPECT_TRUE(is(*sum_, {2, 4, 1, 0.5f}));
  }
  paint(*step_, {5, 2, 0.5f, 0.25f});
  EXPECT_TRUE(is(*sum_, {6, 4, 1, 0.5f})) << "the frame is made again from the same past";
  frame();
  EXPECT_TRUE(is(*sum_, {11, 6, 1.5f, 0.75f}));
}

TEST_F(FeedbackTest, AFrameOfTheSameIndexIsAFrame) {
  for (int i = 1; i <= 3; ++i) {
    graph().cook(Frame{7, 0.0, 0.0});
    EXPECT_EQ(sum_->sample({.x = 0, .y = 0}).r, static_cast<float>(i));
  }
}

TEST_F(FeedbackTest, CooksWithTheLoopAlone) {
  EXPECT_EQ(frame(), "start feedback step sum");
  EXPECT_EQ(frame(), "feedback sum");
  EXPECT_EQ(frame(), "feedback sum");
  step_->par("colorr") = 3;
  EXPECT_EQ(frame(), "feedback step sum");
  sum_->pin(false);
  EXPECT_EQ(frame(), "");
}

TEST_F(FeedbackTest, FurtherPassesShowTheSame) {
  feedback_->par("npasses") = 4;
  frame();
  frame();
  EXPECT_TRUE(is(*sum_, {2, 4, 1, 0.5f}));
  EXPECT_EQ(feedback_->curPass(), 0);
}

TEST_F(FeedbackTest, TrailsFade) {
  auto& trail = graph().add<GlslTop>("trail");
  trail.pixelShader(
      "uniform int uAt; out vec4 c;\n"
      "void main() {\n"
      "  vec4 dot = int(gl_FragCoord.x) == uAt ? vec4(1, 0, 1, 1) : vec4(0);\n"
      "  c = max(0.5 * texelFetch(sTD2DInputs[0], ivec2(gl_FragCoord.xy), 0), dot);\n"
      "}");
  trail.uniform("uAt", [](const Frame& now) { return Value(double(now.index)); });
  *feedback_ >> trail;
  start_->par("resolution") = glm::vec2(5, 1);
  feedback_->par("top") = "trail";
  trail.pin();
  for (int i = 0; i < 4; ++i) frame();
  const float row[] = {0.125f, 0.25f, 0.5f, 1.0f, 0.0f};
  EXPECT_TRUE(
      test::shows(trail, 0, [&](int x, int) { return glm::dvec4(row[x], 0, row[x], row[x]); }));
}

TEST_F(FeedbackTest, TheInputGivesSizeAndFormat) {
  start_->par("format") = "rgba8fixed";
  start_->par("resolution") = glm::vec2(6, 4);
  sum_->par("outputresolution") = "custom";
  sum_->par("resolution") = glm::vec2(3, 2);
  sum_->par("format") = "rgba32float";
  paint(*step_, {0.25f, 0.5f, 3, 1});
  for (int i = 0; i < 3; ++i) frame();
  EXPECT_EQ(feedback_->width(), 6);
  EXPECT_EQ(feedback_->height(), 4);
  EXPECT_EQ(feedback_->pixelFormatName(), "rgba8fixed");
  EXPECT_TRUE(test::shows(*feedback_, 0.005, [](int, int) { return glm::dvec4(0.5, 1, 1, 1); }));
  feedback_->par("format") = "rgba32float";
  feedback_->par("outputresolution") = "half";
  EXPECT_EQ(feedback_->width(), 3);
}

TEST_F(FeedbackTest, WithoutATargetItShowsTheInputAndWarns) {
  const std::string expected =
      "Invalid path for node \"/feedback\" referenced by parameter \"Target TOP\"";
  paint(*start_, {8, 0, 0, 1});
  frame();
  frame();
  for (const char* name : {"", "nobody", "sun"}) {
    feedback_->par("top") = name;
    EXPECT_TRUE(is(*feedback_, {8, 0, 0, 1})) << name;
    EXPECT_EQ(warning(*feedback_), expected) << name;
  }
  sum_->rename("sun");
  frame();
  EXPECT_EQ(warning(*feedback_), "");
  EXPECT_TRUE(is(*feedback_, {8, 0, 0, 1})) << "the first frame with a target";
  frame();
  EXPECT_TRUE(is(*feedback_, {9, 2, 0.5f, 1.25f}));
  sum_->destroy();
  feedback_->pin();
  frame();
  EXPECT_TRUE(is(*feedback_, {8, 0, 0, 1}));
  EXPECT_EQ(warning(*feedback_), expected);
}

TEST_F(FeedbackTest, WithoutAnInputItFails) {
  feedback_->inputConnectors()[0].disconnect();
  feedback_->cook();
  ASSERT_EQ(feedback_->errors().size(), 1u);
  EXPECT_EQ(feedback_->errors()[0], "Not enough sources specified");
}

TEST_F(FeedbackTest, UponItselfItKeepsItsFirstPicture) {
  feedback_->par("top") = "feedback";
  paint(*start_, {8, 0, 0, 1});
  frame();
  paint(*start_, {1, 1, 1, 1});
  frame();
  frame();
  EXPECT_TRUE(is(*feedback_, {8, 0, 0, 1}));
  feedback_->par("resetpulse").pulse();
  frame();
  frame();
  EXPECT_TRUE(is(*feedback_, {1, 1, 1, 1}));
}

TEST_F(FeedbackTest, SeveralMayLookAtOneTarget) {
  Top& second = graph().add("feedback", "second").as<Top>();
  second.par("top") = "sum";
  *start_ >> second;
  second.pin();
  for (int i = 0; i < 5; ++i) {
    frame();
    const auto seen = static_cast<float>(i);
    EXPECT_TRUE(is(*feedback_, glm::vec4(1, 2, 0.5f, 0.25f) * seen));
    EXPECT_TRUE(is(second, glm::vec4(1, 2, 0.5f, 0.25f) * seen)) << "also behind the target";
  }
  feedback_->par("top") = "second";
  frame();
  frame();
  EXPECT_TRUE(is(*feedback_, glm::vec4(1, 2, 0.5f, 0.25f) * 5.0f));
  second.destroy();
  frame();
  EXPECT_TRUE(is(*feedback_, glm::vec4(0)));
}

TEST_F(FeedbackTest, ATargetThatStandsStillIsSeenOneFrameLater) {
  Top& still = constant("still", {4, 3, 2, 1});
  still.cook();
  frame();
  feedback_->par("top") = "still";
  frame();
  EXPECT_TRUE(is(*feedback_, glm::vec4(0)));
  frame();
  EXPECT_TRUE(is(*feedback_, {4, 3, 2, 1}));
  Top& never = constant("never", {4, 3, 2, 1});
  feedback_->par("top") = never.name();
  frame();
  frame();
  EXPECT_TRUE(is(*feedback_, glm::vec4(0))) << "nobody wants the target";
  EXPECT_EQ(never.totalCooks(), 0);
}

TEST_F(FeedbackTest, BehindItsTargetItDelaysByAFrame) {
  start_->par("colorr").bind([](const Frame& now) { return Value(double(now.index)); });
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    feedback_->par("top") = "";
    frame();
    feedback_->par("top") = "start";
    frame();
    for (int i = 0; i < 4; ++i) {
      frame();
      feedback_->cook(true);
      const auto now = static_cast<float>(graph().frame().index);
      EXPECT_TRUE(is(*feedback_, {now - 1, 0, 0, 0}));
    }
  }
}

TEST_F(FeedbackTest, ATargetThatFailsKeepsWhatItShowed) {
  auto& target = graph().add<GlslTop>("target");
  target.pixelShader(
      "uniform float uStep; out vec4 c;\n"
      "void main() { c = texture(sTD2DInputs[0], vUV.st) + uStep; }");
  bool fails = false;
  target.uniform("uStep", [&](const Frame&) -> Value {
    if (fails) throw Error("no step");
    return 1.0;
  });
  *feedback_ >> target;
  feedback_->par("top") = "target";
  target.pin();
  for (int i = 0; i < 3; ++i) frame();
  EXPECT_TRUE(is(*feedback_, glm::vec4(2)));
  fails = true;
  for (int i = 0; i < 3; ++i) {
    frame();
    EXPECT_EQ(feedback_->sample({.x = 1, .y = 1, .allowStale = true}), glm::vec4(3));
  }
  EXPECT_EQ(target.errors().size(), 1u);
  fails = false;
  frame();
  frame();
  EXPECT_TRUE(is(*feedback_, glm::vec4(4)));
}

TEST_F(FeedbackTest, WhileNobodyWantsTheLoopItStandsStill) {
  Top& either = graph().add("switch").as<Top>();
  *sum_ >> either;
  *start_ >> either;
  sum_->pin(false);
  either.pin();
  for (int i = 0; i < 3; ++i) frame();
  either.pin(false);
  const float before = sum_->sample({.x = 0, .y = 0}).r;
  for (int i = 0; i < 7; ++i) frame();
  either.cook();
  EXPECT_TRUE(is(*feedback_, glm::vec4(1, 2, 0.5f, 0.25f) * before));
  EXPECT_TRUE(is(either, glm::vec4(1, 2, 0.5f, 0.25f) * (before + 1)));
}

TEST_F(FeedbackTest, UnwantedItMissesNothing) {
  Top& clock = constant("clock", glm::vec4(0));
  clock.par("colorr").bind([](const Frame& now) { return Value(double(now.index)); });
  clock.pin();
  sum_->pin(false);
  feedback_->par("top") = "clock";
  frame();
  feedback_->cook();
  for (int i = 0; i < 5; ++i) frame();
  EXPECT_TRUE(is(*feedback_, {4, 0, 0, 0})) << "frame 5 shows frame 4";
}

TEST_F(FeedbackTest, ATargetMayPassOnAPicture) {
  Top& null = graph().add("null", "through").as<Top>();
  *sum_ >> null;
  sum_->pin(false);
  null.pin();
  feedback_->par("top") = "through";
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    feedback_->par("resetpulse").pulse();
    for (int i = 1; i <= 6; ++i) {
      frame();
      EXPECT_TRUE(is(null, glm::vec4(1, 2, 0.5f, 0.25f) * static_cast<float>(i)));
    }
  }
}

TEST_F(FeedbackTest, ATargetMayBeBypassedOrLocked) {
  frame();
  frame();
  sum_->bypass(true);
  for (int i = 0; i < 3; ++i) frame();
  EXPECT_TRUE(is(*sum_, {2, 4, 1, 0.5f})) << "nothing is added";
  sum_->bypass(false);
  frame();
  EXPECT_TRUE(is(*sum_, {3, 6, 1.5f, 0.75f}));
  sum_->lock(true);
  feedback_->pin();
  for (int i = 0; i < 3; ++i) frame();
  EXPECT_TRUE(is(*feedback_, {3, 6, 1.5f, 0.75f}));
}

TEST_F(FeedbackTest, AThousandFramesNeedNoMoreThanTen) {
  for (int i = 0; i < 10; ++i) frame();
  const int objects = context().liveObjects();
  const auto bytes = sum_->gpuMemory() + feedback_->gpuMemory();
  for (int i = 0; i < 1000; ++i) frame();
  EXPECT_EQ(context().liveObjects(), objects);
  EXPECT_EQ(sum_->gpuMemory() + feedback_->gpuMemory(), bytes);
  EXPECT_EQ(bytes, 2 * 3 * 2 * 16) << "two pictures take turns";
  EXPECT_EQ(sum_->sample({.x = 0, .y = 0}).r, 1010.0f);
}

}  // namespace
}  // namespace topknot
