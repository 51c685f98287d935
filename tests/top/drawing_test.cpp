// Which operators are drawn together, why others are not, and that the pixels do not depend on it.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "top/support/top_test.h"

namespace topknot {
namespace {

using test::nearly;
using test::part;
using test::samePixels;
using test::TopTest;

using Passes = TopTest;
using Diamonds = TopTest;
using Parts = TopTest;

constexpr const char* kAsked = "its pixels were asked for";

TEST_F(Passes, ARowOfLevelsIsOnePass) {
  source("s", 5, 3) >> times("a", 2) >> times("b", 3) >> times("c", 0.5);
  graph().op("c").as<Top>().numpyArray();
  EXPECT_EQ(pass("a"), "c");
  EXPECT_EQ(pass("b"), "c");
  EXPECT_EQ(pass("c"), "c");
  EXPECT_EQ(fusionBreak("a"), "");
  EXPECT_EQ(fusionBreak("c"), kAsked);
  EXPECT_EQ(drawing("c").with, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(drawing("a").with, (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(drawing("c").passes, 1);
  EXPECT_EQ(drawing("a").passes, 0);
  EXPECT_EQ(drawing("a").gpuMemory, 0) << "it has no texture";
}

TEST_F(Passes, TwoReadersCutThem) {
  auto& a = times("a", 2);
  auto& d = add("composite", "d");
  source("s", 5, 3) >> a;
  a >> times("b", 3) >> d;
  a >> times("c", 5) >> d;
  d.numpyArray();
  EXPECT_EQ(fusionBreak("a"), "2 operators read it");
  EXPECT_EQ(pass("b"), "d");
  EXPECT_EQ(pass("c"), "d");
  EXPECT_EQ(drawing("a").passes, 1);
}

TEST_F(Passes, AnotherSizeCutsThem) {
  auto& b = times("b", 3);
  source("s", 5, 3) >> times("a", 2) >> b;
  sized(b, 4, 4);
  b.numpyArray();
  EXPECT_EQ(fusionBreak("a"), "'b' has another size");
}

TEST_F(Passes, AReaderOfOtherPixelsCutsThem) {
  auto& b = blur("b", 4);
  source("s", 5, 3) >> times("a", 2) >> b >> times("c", 2);
  graph().op("c").as<Top>().numpyArray();
  EXPECT_EQ(fusionBreak("a"), "'b' reads other pixels of it than its own");
  EXPECT_EQ(drawing("b").passes, 1) << "its second axis is computed where it is read";
}

TEST_F(Passes, AUsersShaderCutsThem) {
  auto& g = graph().add<GlslTop>("g");
  g.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
  source("s", 5, 3) >> times("a", 2) >> g;
  g.numpyArray();
  EXPECT_EQ(fusionBreak("a"), "'g' is a shader of the user's with its own main()");
}

TEST_F(Passes, AUsersPixelFunctionDoesNot) {
  auto& g = graph().add<GlslTop>("g");
  g.par("mode") = "pixelfunction";
  g.pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a * 2.0; }");
  source("s", 5, 3) >> times("a", 2) >> g >> times("b", 1.5);
  graph().op("b").as<Top>().numpyArray();
  EXPECT_EQ(pass("a"), "b");
  EXPECT_EQ(pass("g"), "b");
}

TEST_F(Passes, AFormatThatStoresOtherNumbersCutsThem) {
  auto& a = times("a", 2);
  source("s", 5, 3) >> a >> times("b", 3);
  a.par("format") = "srgba8fixed";
  graph().op("b").as<Top>().numpyArray();
  EXPECT_EQ(fusionBreak("a"), "its format stores other numbers than are read");
}

TEST_F(Passes, SeventyAreTooManyForOne) {
  Op* last = &source("s", 5, 3);
  for (int i = 0; i < 70; ++i) {
    auto& next = graph().add<GlslTop>("l" + std::to_string(i));
    next.par("mode") = "pixelfunction";
    next.pixelShader("vec4 pixel(vec4 a, vec2 uv) { return a * 1.01; }");
    *last >> next;
    last = &next;
  }
  last->as<Top>().numpyArray();
  EXPECT_EQ(fusionBreak("l5"), "one program with 'l6' would become too large");
  EXPECT_EQ(drawing("l69").with.size(), 63u);
  EXPECT_EQ(drawing("l5").with.size(), 5u);
}

TEST_F(Passes, ThirteenTexturesAreTooManyForOne) {
  auto& all = add("composite", "all");
  all.par("operand") = "add";
  float sum = 0.0f;
  for (int i = 0; i < 14; ++i) {
    auto& layer = times("l" + std::to_string(i), 0.01 * (i + 1));
    source("s" + std::to_string(i), 5, 3) >> layer >> all;
    sum += 0.01f * static_cast<float>(i + 1);
  }
  const Image whole = all.numpyArray();
  const float red = graph().op("s0").as<Top>().sample({.x = 2, .y = 1}).r;
  EXPECT_NEAR(whole.pixel(2, 1).r, red * sum, 1e-5f);
  int own = 0;
  for (int i = 0; i < 14; ++i) {
    const std::string name = "l" + std::to_string(i);
    if (pass(name) == name) ++own;
  }
  EXPECT_GT(own + drawing("all").passes, 1) << "14 textures do not fit into one pass";
}

TEST_F(Passes, FusionOffCutsThem) {
  source("s", 5, 3) >> times("a", 2) >> times("b", 3);
  graph().fusion(false);
  graph().op("b").as<Top>().numpyArray();
  EXPECT_EQ(fusionBreak("a"), "fusion is off");
  EXPECT_EQ(pass("a"), "a");
  graph().fusion(true);
  graph().op("b").as<Top>().numpyArray();
  EXPECT_EQ(pass("a"), "b");
}

TEST_F(Passes, APinnedOneHasItsOwn) {
  source("s", 5, 3) >> times("a", 2) >> times("b", 3);
  graph().op("a").pin();
  graph().op("b").pin();
  graph().cook();
  EXPECT_EQ(fusionBreak("a"), kAsked);
  EXPECT_EQ(fusionBreak("b"), kAsked);
  EXPECT_EQ(drawing("a").passes, 1);
}

TEST_F(Passes, AskingForOneThatWasDrawnElsewhereGivesTheSame) {
  auto& s = source("s", 5, 3);
  auto& a = times("a", 2);
  auto& b = times("b", 3);
  s >> a >> b;
  const Image plain = s.numpyArray();
  const Image last = b.numpyArray();
  EXPECT_EQ(pass("a"), "b");
  const Image middle = a.numpyArray();
  EXPECT_EQ(pass("a"), "a");
  for (int i = 0; i < 15; ++i) {
    const int x = i % 5, y = i / 5;
    const glm::vec4 p = plain.pixel(x, y);
    EXPECT_TRUE(nearly(middle.pixel(x, y), {p.r * 2, p.g * 2, p.b * 2, p.a}));
    EXPECT_TRUE(nearly(last.pixel(x, y), {p.r * 6, p.g * 6, p.b * 6, p.a}, 4e-6f));
  }
  EXPECT_EQ(a.totalCooks(), 1);
  EXPECT_TRUE(samePixels(b.numpyArray(), last));
}

TEST_F(Diamonds, APictureWiredTwiceIntoOneOperatorIsDrawnOnce) {
  auto& a = times("a", 2);
  auto& d = add("composite", "d");
  auto& s = source("s", 5, 3);
  s >> a;
  a >> d;
  a >> d;
  const float red = s.sample({.x = 3, .y = 2}).r;
  EXPECT_NEAR(d.sample({.x = 3, .y = 2}).r, 4 * red * red, 1e-5f);
  EXPECT_EQ(drawing("a").passes, 1);
  EXPECT_EQ(fusionBreak("a"), "2 operators read it");
  s.uniform("uSeed", 1.0);
  EXPECT_NEAR(d.sample({.x = 3, .y = 2}).r, 4 * (red + 1) * (red + 1), 1e-4f);
}

TEST_F(Diamonds, BothSidesReadTheSamePicture) {
  for (const bool fused : {true, false}) {
    graph().fusion(fused);
    const std::string n = fused ? "f" : "u";
    auto& s = source("s" + n, 5, 3);
    auto& a = blur("a" + n, 4);
    auto& d = add("composite", "d" + n);
    d.par("operand") = "subtract";
    s >> a;
    a >> times("b" + n, 3) >> d;
    a >> times("c" + n, 2) >> d;
    const float middle = a.sample({.x = 2, .y = 1}).r;
    for (int i = 0; i < 4; ++i) {
      EXPECT_NEAR(d.sample({.x = 2, .y = 1}).r, middle, 2e-6f);
      d.cook(true);
    }
  }
}

// The texture goes when all have read it, and not while somebody in the same frame still will.
TEST_F(Diamonds, APictureOutlivesAReaderThatReadsItAgain) {
  graph().fusion(false);
  auto& a = times("a", 2);
  auto& b = times("b", 3);
  auto& c = times("c", 5);
  auto& d = add("composite", "d");
  d.par("operand") = "add";
  auto& s = source("s", 5, 3);
  s >> a;
  a >> b >> d;
  a >> c >> d;
  const float red = s.sample({.x = 3, .y = 2}).r;
  d.cook();  // describes only
  EXPECT_NEAR(b.sample({.x = 3, .y = 2}).r, 6 * red, 1e-5f);
  b.par("brightness1") = 4;
  EXPECT_NEAR(d.sample({.x = 3, .y = 2}).r, 18 * red, 1e-5f);
}

// Its inputs are textures while it draws; none of them may go before that.
TEST_F(Diamonds, AUsersShaderReadsAPictureAndWhatIsMadeOfIt) {
  auto& s = source("s", 7, 5);
  auto& a = times("a", 2);
  auto& b = blur("b", 5);
  auto& g = graph().add<GlslTop>("g");
  g.pixelShader(
      "out vec4 c; void main() { c = vec4(texelFetch(sTD2DInputs[0], ivec2(gl_FragCoord.xy), "
      "0).r,\n"
      "  texelFetch(sTD2DInputs[1], ivec2(gl_FragCoord.xy), 0).r, 0.0, 1.0); }");
  s >> a >> g;
  a >> b >> g;
  const Image plain = a.numpyArray(), soft = b.numpyArray();
  for (int i = 0; i < 3; ++i) {
    s.cook(true);
    const Image both = g.numpyArray();
    for (int y = 0; y < 5; ++y) {
      for (int x = 0; x < 7; ++x) {
        EXPECT_EQ(both.pixel(x, y).r, plain.pixel(x, y).r) << x << ", " << y;
        EXPECT_EQ(both.pixel(x, y).g, soft.pixel(x, y).r) << x << ", " << y;
      }
    }
  }
}

TEST_F(Diamonds, ARandomNetGivesTheSamePixelsUnfused) {
  unsigned seed = 4711;
  const auto next = [&](unsigned below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % below;
  };
  for (int tree = 0; tree < 25; ++tree) {
    std::vector<Op*> ops = {&source("s" + std::to_string(tree), 9, 6)};
    for (int i = 0; i < 9; ++i) {
      const std::string name = "n" + std::to_string(tree) + "_" + std::to_string(i);
      const unsigned kind = next(4);
      Op& made = kind == 0 ? blur(name, 3) : kind == 1 ? add("composite", name) : times(name, 0.9);
      if (kind == 1) made.par("operand") = "average";
      for (unsigned wire = 0; wire < (kind == 1 ? 2u : 1u); ++wire) {
        *ops[next(static_cast<unsigned>(ops.size()))] >> made;
      }
      ops.push_back(&made);
    }
    Top& last = ops.back()->as<Top>();
    graph().fusion(true);
    const Image fused = last.numpyArray();
    const Image middle = ops[5]->as<Top>().numpyArray();
    graph().fusion(false);
    EXPECT_TRUE(samePixels(last.numpyArray(), fused, 4e-6f)) << tree;
    EXPECT_TRUE(samePixels(ops[5]->as<Top>().numpyArray(), middle, 4e-6f)) << tree;
    graph().fusion(true);
    ops.front()->as<GlslTop>().uniform("uSeed", 0.25);
    const Image moved = last.numpyArray();
    graph().fusion(false);
    EXPECT_TRUE(samePixels(last.numpyArray(), moved, 4e-6f)) << tree;
  }
}

// A crop draws of what is before it only what it cuts out.

TEST_F(Parts, TheCropIsThatPartAndTheWholeStaysWhole) {
  auto& s = source("s", 40, 30);
  auto& a = times("a", 2);
  auto& crop = add("crop", "crop");
  graph().fusion(false);
  s >> a >> times("b", 0.5) >> crop;
  cut(crop, 11, 7, 20, 13);
  const Image plain = s.numpyArray();
  EXPECT_TRUE(samePixels(crop.numpyArray(), part(plain, 11, 7, 20, 13)));
  EXPECT_TRUE(samePixels(graph().op("b").as<Top>().numpyArray(), plain)) << "not only the part";
  cut(crop, 30, 20, 39, 29);
  EXPECT_TRUE(samePixels(crop.numpyArray(), part(plain, 30, 20, 39, 29)));
}

TEST_F(Parts, OnlyThePartIsDrawn) {
  // A texture that was drawn over in full and comes back is told by its old pixels.
  auto& s = source("s", 64, 64);
  auto& a = times("a", 2);
  auto& crop = add("crop", "crop");
  graph().fusion(false);
  s >> a >> crop;
  a.numpyArray();             // all of its texture is drawn
  s.uniform("uSeed", 100.0);  // … and out of date
  cut(crop, 8, 8, 16, 16);
  EXPECT_GT(crop.sample({.x = 0, .y = 0}).r, 100.0f);
  EXPECT_EQ(crop.width(), 8);
  EXPECT_GT(a.sample({.x = 60, .y = 60}).r, 100.0f) << "asked for, it is drawn again as a whole";
}

TEST_F(Parts, TwoCropsOfOnePictureGetBothParts) {
  auto& s = source("s", 40, 30);
  auto& a = times("a", 2);
  auto& both = add("composite", "both");
  both.par("operand") = "add";
  auto& left = add("crop", "left");
  auto& right = add("crop", "right");
  s >> a;
  a >> left >> both;
  a >> right >> both;
  cut(left, 0, 0, 8, 8);
  cut(right, 30, 20, 38, 28);
  const Image plain = s.numpyArray(), made = both.numpyArray();
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const float expected = 2 * (plain.pixel(x, y).r + plain.pixel(x + 30, y + 20).r);
      EXPECT_NEAR(made.pixel(x, y).r, expected, 1e-5f) << x << ", " << y;
    }
  }
  EXPECT_EQ(drawing("a").passes, 1);
}

TEST_F(Parts, ASecondCropLaterGetsItsOwnPart) {
  auto& s = source("s", 40, 30);
  auto& a = times("a", 1);
  auto& left = add("crop", "left");
  auto& right = add("crop", "right");
  s >> a;
  a >> left;
  a >> right;
  cut(left, 0, 0, 8, 8);
  cut(right, 20, 10, 38, 28);
  right.cook();
  const Image plain = s.numpyArray();
  EXPECT_TRUE(samePixels(left.numpyArray(), part(plain, 0, 0, 8, 8)));
  EXPECT_TRUE(samePixels(right.numpyArray(), part(plain, 20, 10, 38, 28)));
  EXPECT_TRUE(samePixels(left.numpyArray(), part(plain, 0, 0, 8, 8)));
}

TEST_F(Parts, ACropThatMovesEachFrameIsRight) {
  auto& s = source("s", 40, 30);
  auto& crop = add("crop", "crop");
  s >> blur("a", 4) >> times("b", 3) >> crop;
  const Image whole = graph().op("b").as<Top>().numpyArray();
  for (int i = 0; i < 25; ++i) {
    cut(crop, i, i / 2, i + 12, i / 2 + 9);
    graph().cook();
    EXPECT_TRUE(samePixels(crop.numpyArray(), part(whole, i, i / 2, i + 12, i / 2 + 9), 1e-6f))
        << i;
  }
}

TEST_F(Parts, ACropBehindBlursEqualsThePartOfTheWhole) {
  auto& s = source("s", 60, 50);
  auto& over = add("over", "over");
  auto& b = blur("b", 9);
  s >> blur("a", 7) >> over;
  s >> over;
  over >> b;
  auto& crop = add("crop", "crop");
  b >> crop;
  for (const char* extend : {"hold", "repeat", "mirror"}) {
    graph().op("a").par("extend") = extend;
    b.par("extend") = extend;
    for (const auto& [x, y] : {std::pair{0, 0}, {25, 20}, {50, 41}}) {
      cut(crop, x, y, x + 10, y + 9);
      s.uniform("uSeed", 0.5);
      s.uniform("uSeed", 0.0);
      const Image cropped = crop.numpyArray();
      EXPECT_TRUE(samePixels(cropped, part(b.numpyArray(), x, y, x + 10, y + 9), 1e-6f))
          << extend << " " << x << ", " << y;
    }
  }
}

TEST_F(Parts, ACropBeyondTheEdgesSeesWhatIsThere) {
  auto& s = source("s", 20, 15);
  auto& a = times("a", 1);
  auto& crop = add("crop", "crop");
  graph().fusion(false);
  s >> a >> crop;
  cut(crop, -25, 9, 13, 37);
  const Image plain = s.numpyArray();
  const auto look = [&](const char* extend, auto place) {
    crop.par("extend") = extend;
    EXPECT_TRUE(samePixels(crop.numpyArray(), part(plain, -25, 9, 13, 37, place))) << extend;
  };
  look("hold", [](int at, int size) { return std::clamp(at, 0, size - 1); });
  look("zero", [](int at, int size) { return at < 0 || at >= size ? -1 : at; });
  look("repeat", [](int at, int size) { return ((at % size) + size) % size; });
  look("mirror", [](int at, int size) {
    const int place = ((at % (2 * size)) + 2 * size) % (2 * size);
    return std::min(place, 2 * size - 1 - place);
  });
}

TEST_F(Parts, ACropWithAnotherSizeLooksBetweenPixels) {
  auto& s = source("s", 40, 30);
  auto& crop = add("crop", "crop");
  graph().fusion(false);
  s >> times("a", 1) >> crop;
  cut(crop, 8, 6, 16, 14);
  sized(crop, 24, 24);
  const Image part = crop.numpyArray();
  graph().op("a").as<Top>().numpyArray();
  crop.cook(true);
  EXPECT_TRUE(samePixels(crop.numpyArray(), part)) << "with all of the input at hand";
}

TEST_F(Parts, ACropReadWithMipmapsSeesTheWhole) {
  auto& s = source("s", 64, 64);
  auto& crop = add("crop", "crop");
  auto& small = times("small", 1);
  graph().fusion(false);
  s >> times("a", 1) >> crop >> small;
  cut(crop, 0, 0, 32, 32);
  sized(small, 2, 2);
  small.par("inputfiltertype") = "mipmap";
  const Image made = small.numpyArray();
  const Image whole = crop.numpyArray();
  for (int i = 0; i < 4; ++i) {
    double sum = 0;
    for (int k = 0; k < 256; ++k) {
      sum += whole.pixel((i % 2) * 16 + k % 16, (i / 2) * 16 + k / 16).g;
    }
    EXPECT_NEAR(made.pixel(i % 2, i / 2).g, sum / 256, 0.08) << i;
  }
}

}  // namespace
}  // namespace topknot
