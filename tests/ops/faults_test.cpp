// What is wrong with an operator's input is told, and nothing else changes; what is merely unusual
// works.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/support/dice.h"
#include "support/gl_test.h"
#include "support/pictures.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class Faults : public test::GlTest {
 protected:
  Top& source(glm::vec2 size, const char* format = "rgba8fixed") {
    Top& top = graph().add("constant").as<Top>();
    top.par("outputresolution") = "custom";
    top.par("resolution") = size;
    top.par("format") = format;
    top.par("alpha") = 0.5;
    return top;
  }

  /// An assignment that is refused with a sentence that names the parameter, and does nothing.
  static void expectRefused(const Op& op, const Parameter& parameter, const Value& value) {
    const Value before = parameter.value();
    const auto revision = op.parameters().revision();
    const std::string sentence = thrown([&] { op.par(parameter.name()) = value; });
    EXPECT_TRUE(contains(sentence, "'" + parameter.name()))
        << op.type().name << " " << parameter.name() << " = " << value;
    EXPECT_TRUE(parameter.value() == before) << sentence;
    EXPECT_EQ(op.parameters().revision(), revision) << sentence;
  }

  static void expectRefused(const Op& op, const Parameter& parameter) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const double value : {std::nan(""), kInfinity, -kInfinity}) {
      expectRefused(op, parameter, value);
    }
    const bool number = parameter.style() == ParStyle::Float || parameter.style() == ParStyle::Int;
    if (number) {
      if (parameter.min()) expectRefused(op, parameter, *parameter.min() - 1.0);
      if (parameter.max()) expectRefused(op, parameter, *parameter.max() + 1.0);
      expectRefused(op, parameter, "many");
      if (parameter.size() != 3) expectRefused(op, parameter, glm::vec3(1));
      if (parameter.style() == ParStyle::Int) expectRefused(op, parameter, 1e12);
    }
    if (parameter.style() == ParStyle::Menu) {
      expectRefused(op, parameter, "no such item");
      expectRefused(op, parameter, -1);
      expectRefused(op, parameter, static_cast<int>(parameter.menu().size()));
    }
    if (parameter.style() == ParStyle::Toggle) expectRefused(op, parameter, "maybe");
  }
};

TEST_F(Faults, EveryParameterRefusesWhatItCannotHold) {
  int tried = 0;
  for (const OpType* type : Graph::types()) {
    const Op& op = graph().add(type->name);
    for (const auto& parameter : op.parameters().all()) {
      expectRefused(op, *parameter);
      ++tried;
    }
  }
  EXPECT_GT(tried, 300);
}

TEST_F(Faults, AMissingInputIsToldAndMendedByAWire) {
  Top& from = source({3, 2});
  for (const OpType* type : Graph::types()) {
    if (type->minInputs == 0 || test::needsTheWorld(*type)) continue;
    Top& top = graph().add(type->name).as<Top>();
    for (int i = 0; i < type->minInputs; ++i) {
      top.cook();
      ASSERT_EQ(top.errors().size(), 1u) << type->name;
      EXPECT_EQ(top.errors()[0], "Not enough sources specified");
      EXPECT_TRUE(contains(thrown([&] { top.readback(); }), "Not enough sources specified"));
      from >> top;
    }
    EXPECT_EQ(top.readback().width() > 0, true) << type->name;
    EXPECT_TRUE(top.errors().empty()) << type->name;
    top.inputConnectors()[type->minInputs - 1].disconnect();
    top.cook();
    EXPECT_EQ(top.errors().size(), 1u) << type->name << ": the error is back";
  }
}

TEST_F(Faults, APictureThatStaysAfterAnErrorMayFeedWhatItWasMadeFrom) {
  Top& from = source({4, 4});
  Top &first = graph().add("level").as<Top>(), &second = graph().add("level").as<Top>();
  Top& passed = graph().add("null").as<Top>();
  from >> first >> second >> passed;
  first.par("opacity") = 0.5;
  EXPECT_TRUE(nearly(passed.sample({.x = 0, .y = 0}), glm::vec4(0.25f), 1.01f / 255));
  for (Top* stale : {&second, &passed}) {
    stale->par("npasses").bind([](const Frame&) -> Value { throw Error("not now"); });
    stale->inputConnectors()[0].disconnect();
    stale->cook();
    ASSERT_EQ(stale->errors().size(), 1u);
    first.inputConnectors()[0].connect(*stale);
    EXPECT_TRUE(
        nearly(first.sample({.x = 0, .y = 0, .allowStale = true}), glm::vec4(0.125f), 1.01f / 255));
    EXPECT_TRUE(first.errors().empty());
    first.inputConnectors()[0].disconnect();
  }
}

TEST_F(Faults, InputsOfOtherSizesAndFormatsAreTaken) {
  Top *wide = &source({17, 3}), *tall = &source({2, 11}, "mono16float");
  Top *small = &source({1, 1}, "a8fixed"), *srgb = &source({5, 5}, "srgba8fixed");
  for (const OpType* type : Graph::types()) {
    if (type->maxInputs == 0 || test::needsTheWorld(*type)) continue;
    Top& top = graph().add(type->name).as<Top>();
    const int count = std::min(4, type->maxInputs < 0 ? 4 : type->maxInputs);
    Top* const inputs[] = {wide, tall, small, srgb};
    for (int i = 0; i < count; ++i) *inputs[i] >> top;
    EXPECT_EQ(top.readback().width(), top.width()) << type->name;
    EXPECT_TRUE(top.errors().empty()) << type->name << ": " << top.errors()[0];
    top.destroy();
  }
}

TEST_F(Faults, TwoHundredInputsOnAComposite) {
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    Top& sum = graph().add("composite").as<Top>();
    sum.par("operand") = "add";
    sum.par("format") = "rgba32float";
    for (int i = 0; i < 200; ++i) {
      Top& each = source({2, 2}, "rgba32float");
      each.par("multrgbbyalpha") = false;
      each.par("color") = glm::vec3(static_cast<float>(i), 1, 0);
      each >> sum;
    }
    EXPECT_TRUE(nearly(sum.sample({.x = 1, .y = 0}), {19900, 200, 0, 100}, 1e-2f));
    EXPECT_TRUE(sum.errors().empty());
  }
}

TEST_F(Faults, CropToNothingLeavesAPixel) {
  Top& from = source({8, 4});
  Top& crop = graph().add("crop").as<Top>();
  from >> crop;
  for (const auto& [left, right] : {std::pair{0.5, 0.5}, {1.0, 0.0}, {7.0, -7.0}, {1e9, 1e9}}) {
    crop.par("cropleft") = left;
    crop.par("cropright") = right;
    crop.par("cropbottom") = left;
    crop.par("croptop") = right;
    EXPECT_EQ(crop.readback().width(), 1) << left << " to " << right;
    EXPECT_EQ(crop.height(), 1);
    EXPECT_TRUE(crop.errors().empty());
  }
}

TEST_F(Faults, APictureThatIsTooLargeIsAnErrorAndTheOldOneStays) {
  Top& top = source({2, 2});
  EXPECT_TRUE(nearly(top.sample({.x = 0, .y = 0}), glm::vec4(0.5f), 1.01f / 255));
  top.par("resolutionw") = 1000000;
  top.cook();
  ASSERT_EQ(top.errors().size(), 1u);
  EXPECT_TRUE(contains(top.errors()[0], "1000000 × 2"));
  EXPECT_TRUE(
      nearly(top.sample({.x = 1, .y = 1, .allowStale = true}), glm::vec4(0.5f), 1.01f / 255));
  EXPECT_EQ(top.width(), 2);
  top.par("resolutionw") = 3;
  EXPECT_EQ(top.width(), 3);
  EXPECT_TRUE(top.errors().empty());
}

enum class End { WithTheGraph, FirstToLast, LastToFirst };

/// So many operators in a row, each of which adds the first one's colour.
::testing::AssertionResult showsARow(int count, bool fusion, End end) {
  Graph graph;
  graph.fusion(fusion);
  Top& first = graph.add("constant").as<Top>();
  first.par("outputresolution") = "custom";
  first.par("resolution") = 2;
  first.par("format") = "rgba32float";
  first.par("multrgbbyalpha") = false;
  first.par("alpha") = 0;
  Op* last = &first;
  for (int i = 1; i < count; ++i) {
    Op& next = graph.add("over");
    first >> next;
    last = &(*last >> next);
  }
  for (const float grey : {1.0f, 0.25f}) {
    first.par("color") = grey;
    const glm::vec4 sum(glm::vec3(grey * static_cast<float>(count)), 0);
    const auto same = nearly(last->as<Top>().sample({.x = 1, .y = 1}), sum, 1e-2f);
    if (!same) return same;
  }
  if (end == End::WithTheGraph) return ::testing::AssertionSuccess();
  std::vector<Op*> ops = graph.ops();
  if (end == End::LastToFirst) std::reverse(ops.begin(), ops.end());
  for (Op* op : ops) op->destroy();
  return ::testing::AssertionSuccess();
}

TEST_F(Faults, TenThousandOperatorsInARow) {
  EXPECT_TRUE(showsARow(10000, true, End::WithTheGraph));
  EXPECT_TRUE(showsARow(10000, true, End::FirstToLast));
  EXPECT_TRUE(showsARow(10000, false, End::LastToFirst));
}

}  // namespace
}  // namespace topknot
