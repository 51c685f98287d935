// What lies before a crop is drawn only where it is needed, and the pixels are those of the whole.
//
// Pixels that nobody drew show what the texture held before. So all textures hold a bright red
// first, see `stale`: where too little was drawn, that is seen.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "ops/support/dice.h"
#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::Dice;
using test::part;
using test::samePixels;

class Regions : public test::TopTest {
 protected:
  static constexpr int kWidth = 61, kHeight = 43;

  /// s → a → the operator → end → crop. The operator's further inputs are of another size.
  void build(std::string_view type) {
    source_ = &source("s", kWidth, kHeight);
    op_ = &add(type, "op");
    end_ = &times("end", 1);
    crop_ = &add("crop", "crop");
    auto& second = source("t", 37, 53);
    *source_ >> times("a", 1) >> *op_ >> *end_ >> *crop_;
    if (op_->type().maxInputs != 1) second >> times("b", 1) >> *op_;
  }
  Par par(std::string_view name) { return op_->par(name); }

  /// The crop's picture is that part of the whole one, fused and not.
  void expectPart(int x0, int y0, int x1, int y1) {
    cut(*crop_, x0, y0, x1, y1);
    for (const bool fusion : {true, false}) {
      graph().fusion(fusion);
      stale();
      const Image cropped = crop_->numpyArray();
      ASSERT_TRUE(op_->errors().empty()) << op_->errors()[0];
      const Image whole = end_->numpyArray();
      EXPECT_TRUE(samePixels(cropped, part(whole, x0, y0, x1, y1, held), 1e-6f))
          << (fusion ? "fused" : "not fused") << ", " << x0 << ", " << y0 << " to " << x1 << ", "
          << y1;
    }
    graph().fusion(true);
  }
  static int held(int at, int size) { return std::clamp(at, 0, size - 1); }

  /// What was drawn of an operator for the crop: all of it, or a part.
  DrawnPart drawnOf(const char* name) {
    graph().fusion(false);
    source_->uniform("uSeed", seed_ += 1e-3);
    crop_->numpyArray();
    const Drawing made = drawing(name);
    EXPECT_GT(made.passes, 0);
    Top& top = graph().op(name).as<Top>();
    return made.part.value_or(DrawnPart{0, 0, top.width(), top.height()});
  }
  /// All of the rectangle, and not much further: each of two samplings takes up to two pixels more.
  void expectDrawn(const char* name, int x0, int y0, int x1, int y1, int slack = 4) {
    const DrawnPart drawn = drawnOf(name);
    EXPECT_LE(drawn.x, x0);
    EXPECT_LE(drawn.y, y0);
    EXPECT_GE(drawn.x + drawn.width, x1);
    EXPECT_GE(drawn.y + drawn.height, y1);
    EXPECT_GE(drawn.x, x0 - slack);
    EXPECT_GE(drawn.y, y0 - slack);
    EXPECT_LE(drawn.x + drawn.width, x1 + slack);
    EXPECT_LE(drawn.y + drawn.height, y1 + slack);
  }
  bool isWhole(const char* name) {
    const DrawnPart drawn = drawnOf(name);
    Top& top = graph().op(name).as<Top>();
    return drawn.width == top.width() && drawn.height == top.height();
  }

  Top& op() { return *op_; }
  Top& crop() { return *crop_; }

 private:
  /// Everything was drawn as a whole, in other colours, and is out of date.
  void stale() {
    for (const char* name : {"s", "t"}) graph().op(name).as<GlslTop>().uniform("uSeed", 100.0);
    for (const char* name : {"a", "op", "end"}) graph().op(name).as<Top>().numpyArray();
    if (op_->type().maxInputs != 1) graph().op("b").as<Top>().numpyArray();
    for (const char* name : {"s", "t"}) graph().op(name).as<GlslTop>().uniform("uSeed", 0.0);
  }

  GlslTop* source_ = nullptr;
  Top *op_ = nullptr, *end_ = nullptr, *crop_ = nullptr;
  double seed_ = 0;
};

TEST_F(Regions, OfAFlippedPictureTheOtherSide) {
  build("flip");
  cut(crop(), 4, 6, 12, 16);
  expectDrawn("a", 4, 6, 12, 16);
  par("flipx") = true;
  expectDrawn("a", kWidth - 12, 6, kWidth - 4, 16);
  par("flipy") = true;
  expectDrawn("a", kWidth - 12, kHeight - 16, kWidth - 4, kHeight - 6);
  par("flop") = "bottomleft";  // 43 × 61
  expectDrawn("a", kWidth - 16, kHeight - 12, kWidth - 6, kHeight - 4);
  par("flipx") = false;
  par("flipy") = false;
  expectDrawn("a", 6, 4, 16, 12);
  par("flop") = "topleft";
  expectDrawn("a", kWidth - 16, kHeight - 12, kWidth - 6, kHeight - 4);
}

TEST_F(Regions, OfACropTheSamePixels) {
  build("crop");
  cut(op(), 10, 5, 40, 35);
  cut(crop(), 3, 4, 9, 12);
  expectDrawn("a", 13, 9, 19, 17);
  cut(op(), -20, -30, 40, 35);
  cut(crop(), 0, 0, 30, 40);
  expectDrawn("a", 0, 0, 10, 10);
}

TEST_F(Regions, OfATransformedPictureWhatItIsMadeFrom) {
  build("transform");
  par("tx") = 10.0 / kWidth;
  par("ty") = -4.0 / kHeight;
  cut(crop(), 20, 12, 32, 20);
  expectDrawn("a", 10, 16, 22, 24);
  par("tx") = 0.0;
  par("ty") = 0.0;
  par("rotate") = 180.0;
  expectDrawn("a", kWidth - 32, kHeight - 20, kWidth - 20, kHeight - 12);
  par("rotate") = 0.0;
  par("s") = 4.0;  // about the centre, 30.5 and 21.5
  expectDrawn("a", 27, 19, 31, 22);
  par("sx") = -4.0;
  expectDrawn("a", 30, 19, 34, 22);
  par("s") = 0.5;
  expectDrawn("a", 9, 2, 34, 19, 6);
}

TEST_F(Regions, OfALayerAndOfAFittedPictureWhatIsSeen) {
  build("fit");
  par("s") = 2.0;
  cut(crop(), 30, 21, 40, 31);
  expectDrawn("a", 30, 21, 36, 27);
  expectPart(30, 21, 40, 31);
  graph().op("a").destroy();
  for (const char* name : {"s", "t", "op", "end", "crop"}) graph().op(name).destroy();
  build("over");
  par("size") = "input1";
  par("s") = 2.0;
  cut(crop(), 30, 21, 40, 31);
  expectDrawn("a", 30, 21, 40, 31);
  // The layer's 37 × 53 fill 61 × 43, twice as large.
  expectDrawn("b", 18, 26, 22, 33);
}

TEST_F(Regions, OfAnotherSizeWhatLiesThere) {
  build("level");
  sized(op(), 2 * kWidth, 3 * kHeight);
  cut(crop(), 40, 60, 60, 90);
  expectDrawn("a", 19, 19, 31, 31);
}

TEST_F(Regions, OfABlurThatManyPixelsAround) {
  build("blur");
  par("size") = 8.0;  // 4 to each side
  cut(crop(), 20, 16, 30, 26);
  expectDrawn("a", 17, 12, 33, 30);
  par("extend") = "repeat";
  expectDrawn("a", 17, 12, 33, 30);
  cut(crop(), 20, 0, 30, 10);
  expectDrawn("a", 17, 0, 33, kHeight);  // all rows: it reads those of the other side
}

TEST_F(Regions, WhereAPictureRepeatsAllOfTheAxis) {
  build("transform");
  for (const char* extend : {"repeat", "mirror"}) {
    par("extend") = extend;
    par("tx") = 0.5;
    cut(crop(), 24, 12, 40, 20);
    expectDrawn("a", 0, 12, kWidth, 20);
    cut(crop(), 40, 12, 48, 20);
    expectDrawn("a", 9, 11, 19, 21);
  }
}

TEST_F(Regions, ThroughARowOfOperators) {
  auto& s = source("s", 200, 200);
  auto& crop = add("crop", "crop");
  auto& flip = add("flip", "flip");
  auto& turned = add("transform", "turned");
  auto& level = times("level", 1);
  flip.par("flipx") = true;
  turned.par("rotate") = 90.0;
  s >> times("a", 1) >> flip >> turned >> level >> crop;
  cut(crop, 150, 20, 160, 30);
  graph().fusion(false);
  crop.numpyArray();
  for (const char* name : {"a", "flip", "turned", "level"}) {
    ASSERT_TRUE(drawing(name).part) << name;
    EXPECT_LT(drawing(name).part->width * drawing(name).part->height, 25 * 25) << name;
  }
  EXPECT_TRUE(test::contains(graph().explain().text(), " pixels of it: "));
  const Image cropped = crop.numpyArray();
  EXPECT_TRUE(samePixels(cropped, part(level.numpyArray(), 150, 20, 160, 30)));
  EXPECT_FALSE(drawing("turned").part) << "drawn again as a whole";
}

TEST_F(Regions, WhatAFailingOperatorShowedIsBlackAroundThePartThatWasDrawn) {
  build("composite");
  graph().fusion(false);
  cut(crop(), 8, 8, 16, 16);
  for (int i = 0; i < 4; ++i) {  // what stands still before something that moves is kept
    graph().op("end").par("brightness1") = 1.0 + i;
    crop().numpyArray();
  }
  ASSERT_TRUE(drawing("op").part);
  const Image shown = crop().numpyArray();
  sized(op(), 1000000, 1);
  const Image left = *op().numpyArray({.allowStale = true});
  ASSERT_FALSE(op().errors().empty());
  EXPECT_TRUE(samePixels(*crop().numpyArray({.allowStale = true}), shown));
  EXPECT_EQ(left.pixel(kWidth - 1, kHeight - 1), glm::vec4(0.0f));
}

/// A number that takes the picture elsewhere as often as not.
double someNumber(Dice& dice, const std::string& name) {
  using Numbers = std::vector<double>;
  if (name == "r" || name == "rotate") return dice.of(Numbers{0, 90, 180, 37, -121});
  if (name == "sx" || name == "sy") return dice.of(Numbers{1, 1, 2, 0.4, -1, -3, 0.1});
  if (name.starts_with("crop")) return dice.of(Numbers{0, 1, 0.2, 0.7, -0.6, 1.9});
  if (name.starts_with("t")) return dice.of(Numbers{0, 0.3, -0.6, 1.7});
  return dice.of(Numbers{0.5, 0, 1.2});
}

/// Sets some of an operator's own parameters; returns their names.
std::string setSome(Op& op, Dice& dice) {
  std::string set;
  for (const auto& parameter : op.parameters().all()) {
    if (parameter->page() == "Common") continue;
    for (int i = 0; i < parameter->size(); ++i) {
      if (!dice.chance(0.3)) continue;
      const std::string name = parameter->componentName(i);
      const bool number = parameter->style() == ParStyle::Float;
      if (number && op.type().name != "level") {
        op.par(name) = std::max(someNumber(dice, name), parameter->min().value_or(-9.0));
      } else if (parameter->style() == ParStyle::Menu) {
        op.par(name) = dice.below(static_cast<int>(parameter->menu().size()));
      } else if (parameter->style() == ParStyle::Toggle) {
        op.par(name) = dice.below(2);
      } else {
        continue;
      }
      set += name + " " + op.par(name).eval().text() + ", ";
    }
  }
  return set;
}

TEST_F(Regions, TheSamePixelsWhateverIsSet) {
  const std::vector<std::string> types = {"transform", "fit",  "flip",  "crop",  "over",
                                          "composite", "blur", "level", "lookup"};
  const std::int64_t count = test::countFrom("TOPKNOT_REGIONS", 90);
  const std::int64_t first = test::countFrom("TOPKNOT_REGION", 1);
  int parts = 0;
  for (std::int64_t seed = first; seed < first + count; ++seed) {
    Dice dice(static_cast<std::uint64_t>(seed));
    const std::string type = types[static_cast<std::size_t>(seed) % types.size()];
    build(type);
    std::string set = setSome(op(), dice);
    if (type == "blur") par("size") = dice.of(std::vector<double>{3, 9, 40});
    if (type == "level" || dice.chance(0.2)) sized(op(), dice.from(9, 90), dice.from(9, 90));
    par("inputfiltertype") = dice.below(3);
    if (dice.chance(0.2)) par("npasses") = 2;
    if (dice.chance(0.2)) par("chanmask") = "ga";
    for (const char* name : {"inputfiltertype", "npasses", "chanmask"}) {
      set += std::string(name) + " " + par(name).eval().text() + ", ";
    }
    const int width = std::max(op().width(), 2), height = std::max(op().height(), 2);
    const int x = dice.below(width - 1), y = dice.below(height - 1);
    SCOPED_TRACE("TOPKNOT_REGION=" + std::to_string(seed) + ", " + type + ": " + set);
    expectPart(x, y, x + dice.from(1, 9), y + dice.from(1, 9));
    if (HasFailure()) return;
    if (!isWhole("a")) ++parts;
    for (const char* name : {"s", "t", "a", "op", "end", "crop"}) graph().op(name).destroy();
    if (Op* other = graph().find("b")) other->destroy();
  }
  EXPECT_GT(parts, count / 3) << "little was left out";
}

}  // namespace
}  // namespace topknot
