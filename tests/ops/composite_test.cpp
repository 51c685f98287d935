// Composite: every operand, many layers, and the inputs that it takes.
#include "ops/support/operands.h"

namespace topknot {
namespace {

using test::addPicture;
using test::colours;
using test::LayerTransform;
using test::operations;
using test::shows;

class CompositeTest : public test::GlTest {
 protected:
  CompositeTest() { comp_ = &graph().add("composite", "comp").as<Top>(); }

  void wire(const Image& image) {
    images_.push_back(image);
    addPicture(graph(), image) >> *comp_;
  }
  void wire(int count, PixelFormat format) {
    for (int i = 0; i < count; ++i) wire(colours(3, 2, format, 1.37 * i + 1));
  }
  /// The fold of all layers, fused and not.
  ::testing::AssertionResult folds(const std::string& name, double tolerance, bool swap = false) {
    const test::Operation operation = operations().at(name);
    const bool fixed = pixelFormatInfo(images_[0].format()).fixed;
    const auto expected = [&](int x, int y) {
      glm::dvec4 sum = images_[0].pixel(x, y);
      for (std::size_t i = 1; i < images_.size(); ++i) {
        const glm::dvec4 next = images_[i].pixel(x, y);
        sum = swap ? operation(next, sum) : operation(sum, next);
        if (fixed) sum = glm::clamp(sum, 0.0, 1.0);
      }
      return sum;
    };
    comp_->par("operand") = name;
    comp_->par("swaporder") = swap;
    for (const bool fusion : {true, false}) {
      graph().fusion(fusion);
      const auto same = shows(*comp_, tolerance, expected);
      if (!same) return same;
    }
    return ::testing::AssertionSuccess();
  }

  Top* comp_;
  std::vector<Image> images_;
};

TEST_F(CompositeTest, TheMenuHasEveryOperand) {
  const auto& menu = comp_->par("operand").definition().menu();
  EXPECT_EQ(menu.size(), 46u);
  for (const MenuItem& item : menu) EXPECT_EQ(operations().count(item.name), 1u) << item.name;
  EXPECT_EQ(menu.front().name, "add");
  EXPECT_EQ(menu.back().name, "zfilm");
}

TEST_F(CompositeTest, EveryOperandInFloats) {
  wire(2, PixelFormat::Rgba32Float);
  for (const auto& [name, operation] : operations()) {
    EXPECT_TRUE(folds(name, 2e-5)) << name;
    EXPECT_TRUE(folds(name, 2e-5, true)) << name << ", swapped";
  }
}

TEST_F(CompositeTest, EveryOperandInEightBits) {
  wire(2, PixelFormat::Rgba8Fixed);
  for (const auto& [name, operation] : operations()) {
    EXPECT_TRUE(folds(name, 0.6 / 255)) << name;
  }
}

TEST_F(CompositeTest, WhatIsEmptyOrFullDividesNothingByZero) {
  Image upper(3, 3, PixelFormat::Rgba32Float), lower(3, 3, PixelFormat::Rgba32Float);
  const glm::vec4 edges[] = {{0, 0, 0, 0}, {0, 0, 0, 1}, {1, 1, 1, 1}};
  for (int i = 0; i < 9; ++i) {
    upper.setPixel(i % 3, i / 3, edges[i % 3]);
    lower.setPixel(i % 3, i / 3, edges[i / 3]);
  }
  wire(upper);
  wire(lower);
  for (const auto& [name, operation] : operations()) {
    EXPECT_TRUE(folds(name, name == "divide" ? 0.2 : 2e-6)) << name;
  }
}

TEST_F(CompositeTest, NoOperandMakesNaNOfWhatIsOutside) {
  Image upper(6, 6, PixelFormat::Rgba32Float), lower(6, 6, PixelFormat::Rgba32Float);
  const float values[] = {-1000, -0.5f, 0, 1e-20f, 1.5f, 1000};
  for (int i = 0; i < 36; ++i) {
    const float a = values[i % 6], b = values[i / 6];
    upper.setPixel(i % 6, i / 6, {a, b, -a, b});
    lower.setPixel(i % 6, i / 6, {b, a, b, a});
  }
  wire(upper);
  wire(lower);
  for (const auto& [name, operation] : operations()) {
    comp_->par("operand") = name;
    const Image picture = comp_->numpyArray();
    for (const float v : picture.floats()) ASSERT_TRUE(std::isfinite(v)) << name;
  }
}

TEST_F(CompositeTest, LayersFoldFromTheFirst) {
  wire(5, PixelFormat::Rgba32Float);
  for (const char* name : {"over", "subtract", "outside", "screen", "hardlight", "atop"}) {
    EXPECT_TRUE(folds(name, 2e-5)) << name;
    EXPECT_TRUE(folds(name, 2e-5, true)) << name << ", swapped";
  }
}

TEST_F(CompositeTest, TwoHundredInputs) {
  wire(200, PixelFormat::Rgba32Float);
  EXPECT_TRUE(folds("average", 1e-5));
  EXPECT_TRUE(folds("over", 1e-5, true));
  EXPECT_TRUE(folds("add", 1e-3));
  comp_->par("r") = 90;
  comp_->cook();
  EXPECT_TRUE(comp_->errors().empty());
}

TEST_F(CompositeTest, WhatIsBetweenKeepsItsAlpha) {
  wire(4, PixelFormat::Rgba8Fixed);
  comp_->par("operand") = "under";
  const Image all = comp_->numpyArray();
  for (const char* format : {"mono8fixed", "a8fixed"}) {
    comp_->par("format") = format;
    for (const bool fusion : {true, false}) {
      graph().fusion(fusion);
      const float own = comp_->sample({.x = 1, .y = 1})[format[0] == 'a' ? 3 : 0];
      EXPECT_NEAR(own, all.pixel(1, 1)[format[0] == 'a' ? 3 : 0], 1.6 / 255) << format;
    }
  }
}

TEST_F(CompositeTest, OverlaysStepFromTheThirdInput) {
  for (int i = 0; i < 4; ++i) wire(colours(5, 4, PixelFormat::Rgba32Float, i));
  comp_->par("operand") = "over";
  comp_->par("s") = 0.4;
  comp_->par("tx") = -0.25;
  for (const char* fixedLayer : {"input1", "input2"}) {
    comp_->par("size") = fixedLayer;
    for (const char* unit : {"pixels", "fraction", "fractionaspect"}) {
      const glm::dvec2 step =
          std::string(unit) == "pixels" ? glm::dvec2(1, 0.5) : glm::dvec2(0.2, 0.1);
      comp_->par("tstepx") = step.x;
      comp_->par("tstepy") = step.y;
      comp_->par("tstepunit") = unit;
      const glm::dvec2 box(5, 4);
      const auto layer = [&](std::size_t i, int x, int y) {
        if (i == (fixedLayer[5] == '1' ? 0u : 1u)) return glm::dvec4(images_[i].pixel(x, y));
        glm::dvec2 by = step;
        if (std::string(unit) == "fraction") by *= box;
        if (std::string(unit) == "fractionaspect") by *= box.y;
        const double steps = i < 2 ? 0.0 : static_cast<double>(i) - 1.0;
        const LayerTransform transform{
            .t = glm::dvec2(-1.25, 0) + by * steps, .tUnit = "pixels", .s = {0.4, 0.4}};
        return transform.colour(images_[i], box, x, y);
      };
      for (const bool fusion : {true, false}) {
        graph().fusion(fusion);
        EXPECT_TRUE(shows(*comp_, 2e-5,
                          [&](int x, int y) {
                            glm::dvec4 sum = layer(0, x, y);
                            for (std::size_t i = 1; i < 4; ++i)
                              sum = operations().at("over")(sum, layer(i, x, y));
                            return sum;
                          }))
            << fixedLayer << " " << unit;
      }
    }
  }
}

TEST_F(CompositeTest, InputsByName) {
  wire(1, PixelFormat::Rgba32Float);
  for (int i = 0; i < 2; ++i) {
    images_.push_back(colours(3, 2, PixelFormat::Rgba32Float, 5.0 + i));
    addPicture(graph(), images_.back()).rename("named" + std::to_string(i));
  }
  comp_->par("top") = " named0  /named1 ";
  EXPECT_TRUE(folds("subtract", 1e-6));
  EXPECT_TRUE(comp_->warnings().empty());
  comp_->par("top") = "named0 nobody named1";
  EXPECT_TRUE(folds("subtract", 1e-6));
  ASSERT_EQ(comp_->warnings().size(), 1u);
  EXPECT_EQ(comp_->warnings()[0],
            "Invalid path for node \"/comp\" referenced by parameter \"TOP\"");
}

TEST_F(CompositeTest, ChangesOfANamedInputAreSeen) {
  auto& named = graph().add<GlslTop>("named");
  named.pixelShader("uniform float uV; out vec4 c; void main() { c = vec4(uV); }");
  named.uniform("uV", 0.5);
  wire(1, PixelFormat::Rgba32Float);
  comp_->par("top") = "named";
  comp_->par("operand") = "add";
  const glm::vec4 before = comp_->sample({.x = 0, .y = 0});
  named.uniform("uV", 1.0);
  EXPECT_TRUE(test::nearly(comp_->sample({.x = 0, .y = 0}), before + 0.5f, 1e-2f));
}

TEST_F(CompositeTest, SelectPassesOneInputOn) {
  wire(3, PixelFormat::Rgba8Fixed);
  comp_->par("selectinput") = true;
  for (const auto& [index, chosen] : {std::pair{0, 0u}, {2, 2u}, {-7, 0u}, {9, 2u}}) {
    comp_->par("inputindex") = index;
    EXPECT_TRUE(shows(*comp_, 0, [&](int x, int y) { return images_[chosen].pixel(x, y); }))
        << index;
    EXPECT_EQ(comp_->gpuMemory(), 0) << "no copy";
  }
}

TEST_F(CompositeTest, OneInputIsPassedOnAndNoneIsAnError) {
  comp_->cook();
  ASSERT_EQ(comp_->errors().size(), 1u);
  EXPECT_EQ(comp_->errors()[0], "Not enough sources specified");
  wire(1, PixelFormat::Rgba8Fixed);
  EXPECT_TRUE(shows(*comp_, 0, [&](int x, int y) { return images_[0].pixel(x, y); }));
  EXPECT_EQ(comp_->gpuMemory(), 0);
}

TEST_F(CompositeTest, GapsBetweenInputsDoNotCount) {
  wire(4, PixelFormat::Rgba32Float);
  comp_->inputConnectors()[0].disconnect();
  comp_->inputConnectors()[2].disconnect();
  images_ = {images_[1], images_[3]};
  EXPECT_TRUE(folds("subtract", 1e-6));
}

TEST_F(CompositeTest, TheChannelMaskKeepsTheFirstInputThroughManyLayers) {
  wire(30, PixelFormat::Rgba32Float);
  comp_->par("operand") = "average";
  comp_->par("chanmask") = "g";
  EXPECT_TRUE(shows(*comp_, 1e-5, [&](int x, int y) {
    glm::dvec4 sum = images_[0].pixel(x, y);
    for (const Image& image : images_) sum.g = (sum.g + image.pixel(x, y).g) / 2;
    return sum;
  }));
}

TEST_F(CompositeTest, TwoPasses) {
  wire(2, PixelFormat::Rgba32Float);
  comp_->par("operand") = "subtract";
  comp_->par("npasses") = 2;
  EXPECT_TRUE(shows(*comp_, 1e-6, [&](int x, int y) {
    return glm::dvec4(images_[0].pixel(x, y)) - 2.0 * glm::dvec4(images_[1].pixel(x, y));
  }));
}

}  // namespace
}  // namespace topknot
