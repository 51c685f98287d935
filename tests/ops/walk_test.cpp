// A walk over the operator table: what has to hold for every operator, whatever it does.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

class Walk : public test::GlTest {
 protected:
  /// The operator with as many inputs as it needs, at least one if it takes any; each another
  /// picture of finite values.
  Top& make(const OpType& type) {
    Top& top = graph().add(type.name).as<Top>();
    if (type.name == "sharedmemout") top.par("name") = "topknot-walk-" + std::to_string(getpid());
    const int wanted = std::max(type.minInputs, type.maxInputs == 0 ? 0 : 1);
    for (int i = 0; i < wanted; ++i) {
      auto& source = graph().add<GlslTop>();
      source.pixelShader(
          "uniform float uSeed; out vec4 c;\n"
          "void main() { c = fract(vec4(vUV.st, vUV.s + vUV.t, 0.7) + uSeed); }");
      source.uniform("uSeed", 0.1 + 0.2 * i);
      source.par("outputresolution") = "custom";
      source.par("resolution") = glm::vec2(17, 13);
      source >> top;
    }
    return top;
  }

  static bool needsFile(const OpType& type) { return type.name == "moviefilein"; }

  static ::testing::AssertionResult isFinite(const Image& image) {
    for (const float value : image.floats()) {
      if (!std::isfinite(value)) return ::testing::AssertionFailure() << "found " << value;
    }
    return ::testing::AssertionSuccess();
  }
};

TEST_F(Walk, TheTableIsSortedAndComplete) {
  std::string before;
  for (const OpType* type : Graph::types()) {
    EXPECT_LT(before, type->name);
    EXPECT_FALSE(type->label.empty()) << type->name;
    EXPECT_FALSE(type->help.empty()) << type->name;
    EXPECT_TRUE(type->maxInputs < 0 || type->minInputs <= type->maxInputs) << type->name;
    before = type->name;
  }
}

TEST_F(Walk, EveryParameterIsLabelledAndExplained) {
  for (const OpType* type : Graph::types()) {
    for (const auto& parameter : graph().add(type->name).parameters().all()) {
      EXPECT_FALSE(parameter->label().empty()) << type->name << " " << parameter->name();
      EXPECT_FALSE(parameter->help().empty()) << type->name << " " << parameter->name();
      EXPECT_FALSE(parameter->page().empty()) << type->name << " " << parameter->name();
    }
  }
}

TEST_F(Walk, EverySizeAndFormatIsDrawnWithoutNaN) {
  for (const OpType* type : Graph::types()) {
    Top& top = make(*type);
    top.par("outputresolution") = "custom";
    for (const auto& size : {glm::vec2(1, 1), glm::vec2(17, 13), glm::vec2(64, 36)}) {
      top.par("resolution") = size;
      EXPECT_TRUE(isFinite(*top.numpyArray({.allowStale = true}))) << type->name;
      EXPECT_EQ(top.width(), static_cast<int>(size.x)) << type->name;
      if (!needsFile(*type)) {
        EXPECT_TRUE(top.errors().empty()) << type->name << ": " << top.errors()[0];
      }
    }
    top.par("resolution") = glm::vec2(5, 3);
    for (const PixelFormatInfo& info : pixelFormats()) {
      top.par("format") = std::string(info.name);
      EXPECT_TRUE(isFinite(*top.numpyArray({.allowStale = true})))
          << type->name << " " << info.name;
      EXPECT_EQ(top.pixelFormatName(), info.name) << type->name;
    }
    top.destroy();
  }
}

TEST_F(Walk, NothingCooksAgainUntilSomethingChanges) {
  for (const OpType* type : Graph::types()) {
    if (needsFile(*type)) continue;  // it tries again for as long as it has no file
    Top& top = make(*type);
    top.cook();
    const auto cooks = top.totalCooks();
    top.cook();
    top.sample({.u = 0.5, .v = 0.5, .w = 0.0});
    EXPECT_EQ(top.totalCooks(), cooks) << type->name;
    top.par("npasses") = 2;
    top.cook();
    EXPECT_EQ(top.totalCooks(), cooks + 1) << type->name;
    top.destroy();
  }
}

TEST_F(Walk, EveryMenuItemAndExtremeIsDrawnWithoutNaN) {
  for (const OpType* type : Graph::types()) {
    Top& top = make(*type);
    top.par("format") = "rgba32float";
    for (const auto& parameter : top.parameters().all()) {
      if (parameter->page() == "Common") continue;
      const auto tried = [&](const Value& value) {
        try {
          Par(*parameter, -1) = value;
        } catch (const Error&) {
          return;  // outside its limits
        }
        EXPECT_TRUE(isFinite(*top.numpyArray({.allowStale = true})))
            << type->name << " " << parameter->name() << " = " << value;
      };
      switch (parameter->style()) {
        case ParStyle::Menu:
          for (const MenuItem& item : parameter->menu()) tried(item.name);
          break;
        case ParStyle::Toggle:
          tried(0);
          tried(1);
          break;
        case ParStyle::Float:
        case ParStyle::Int:
          for (const double value : {0.0, 1.0, -1.0, 0.5, 1000.0, -1000.0}) tried(value);
          break;
        default:
          break;
      }
      Par(*parameter, -1).reset();
    }
    top.destroy();
  }
}

TEST_F(Walk, MissingInputsAreTold) {
  for (const OpType* type : Graph::types()) {
    if (type->minInputs == 0) continue;
    Op& op = graph().add(type->name);
    op.cook();
    ASSERT_EQ(op.errors().size(), 1u) << type->name;
    EXPECT_EQ(op.errors()[0], "Not enough sources specified") << type->name;
  }
}

}  // namespace
}  // namespace topknot
