// Math: every function, combination and page, by hand.
#include "support/op_test.h"

namespace topknot {
namespace {

class Math : public test::OpTest {
 protected:
  Math() : OpTest("math") {}
};

TEST_F(Math, NeutralChangesNothing) {
  feed(test::sixColours());
  const Image input = test::sixColours();
  expectPixels([&](int x, int y) { return input.pixel(x, y); }, 0);
}

TEST_F(Math, PreAndPostFunctions) {
  feed({4, -0.25f, 0, 0.5f});
  const std::pair<const char*, glm::vec4> cases[] = {
      {"off", {4, -0.25f, 0, 0.5f}},       {"negate", {-4, 0.25f, 0, -0.5f}},
      {"pos", {4, 0.25f, 0, 0.5f}},        {"root", {2, 0, 0, std::sqrt(0.5f)}},
      {"square", {16, 0.0625f, 0, 0.25f}}, {"inverse", {0.25f, -4, 0, 2}}};
  for (const auto& [item, expected] : cases) {
    SCOPED_TRACE(item);
    par("preop") = item;
    EXPECT_TRUE(gives(expected));
    par("preop") = "off";
    par("postop") = item;
    EXPECT_TRUE(gives(expected));
    par("postop") = "off";
  }
}

TEST_F(Math, ChannelsCombine) {
  feed({2, 4, 0.5f, 8});
  const std::pair<const char*, std::pair<float, float>> cases[] = {
      // of all four, and of g and a
      {"add", {14.5f, 12}}, {"sub", {-10.5f, -4}},
      {"mul", {32, 32}},    {"div", {0.125f, 0.5f}},
      {"avg", {3.625f, 6}}, {"min", {0.5f, 4}},
      {"max", {8, 8}},      {"len", {std::sqrt(84.25f), std::sqrt(80.0f)}}};
  for (const auto& [item, expected] : cases) {
    SCOPED_TRACE(item);
    par("chanop") = item;
    par("inputmask") = "rgba";
    EXPECT_TRUE(gives(glm::vec4(expected.first), 1e-5f));
    par("inputmask") = "ag";
    EXPECT_TRUE(gives(glm::vec4(expected.second), 1e-5f));
    par("inputmask") = "";
    EXPECT_TRUE(gives({2, 4, 0.5f, 8}));
  }
}

TEST_F(Math, MasksSayWhatIsReadAndWritten) {
  feed({2, 4, 0.5f, 8});
  par("preop") = "negate";
  par("inputmask") = "rb";
  EXPECT_TRUE(gives({-2, 4, -0.5f, 8}));
  par("chanop") = "add";
  par("outputchannels") = "ga";
  EXPECT_TRUE(gives({2, -2.5f, 0.5f, -2.5f}));
  EXPECT_TRUE(
      test::contains(test::thrown([&] { par("inputmask") = "rx"; }), "has no menu item 'rx'"));
  EXPECT_EQ(par("inputmask").eval(), "rb");
}

TEST_F(Math, WholeNumbers) {
  feed({1.25f, -1.25f, 2.5f, -0.75f});
  par("integer") = "ceiling";
  EXPECT_TRUE(gives({2, -1, 3, 0}));
  par("integer") = "floor";
  EXPECT_TRUE(gives({1, -2, 2, -1}));
  par("integer") = "round";
  EXPECT_TRUE(gives({1, -1, 3, -1}));
}

TEST_F(Math, MultiplyAndAdd) {
  feed({1, 2, 3, 0.5f});
  par("preoff") = 1;
  par("gain") = 2;
  par("postoff") = -3;
  EXPECT_TRUE(gives({1, 3, 5, 0}));
}

TEST_F(Math, ByAlpha) {
  feed({1, 2, 3, 0.5f});
  par("op") = "rgbmultalpha";
  EXPECT_TRUE(gives({0.5f, 1, 1.5f, 0.5f}));
  par("op") = "rgbdivalpha";
  EXPECT_TRUE(gives({2, 4, 6, 0.5f}));
  par("op") = "rgbdivalphafill";
  EXPECT_TRUE(gives({2, 4, 6, 1}));
  par("postoff") = -0.5;
  EXPECT_TRUE(gives({0, 0, 0, 1})) << "alpha 0";
}

TEST_F(Math, Ranges) {
  feed({0.25f, 0.5f, 0.75f, 1});
  par("fromrange2") = 0.5;
  par("torange1") = 1;  // 0 .. .5 to 1 .. 1 + (2 − 1)
  par("torange2") = 2;
  EXPECT_TRUE(gives({1.5f, 2, 2.5f, 3}));
  par("fromranger") = glm::vec2(1, 2);
  par("torangeg2") = 10;
  par("fromrangeb1") = 0.5;
  par("torangea1") = -1;
  // r − 1; 10 g; (b − ½) / ½; −1 + 2 a
  EXPECT_TRUE(gives({0.5f, 20, 4, 5}, 1e-5f));
}

TEST_F(Math, TheStepsHaveTheirOrder) {
  feed({0.5f, 0.25f, 0, 1});
  par("preop") = "square";     // .25 .0625 0 1
  par("chanop") = "add";       // 1.3125
  par("postop") = "inverse";   // .7619
  par("integer") = "ceiling";  // 1
  par("gain") = 0.5;
  par("torange2") = 4;
  EXPECT_TRUE(gives(glm::vec4(2)));
}

TEST_F(Math, FusedIsTheSame) {
  auto& level = graph().add("level").as<Top>();
  picture(test::sixColours(PixelFormat::Rgba32Float)) >> level >> op();
  level.par("contrast") = 2;
  par("chanop") = "len";
  par("outputchannels") = "rg";
  expectSameUnfused();
}

TEST_F(Math, ExtremesAndMissingInputs) {
  EXPECT_EQ(firstError(), "Not enough sources specified");
  feed({-2, 0, 100, 0});
  for (const char* item : {"off", "root", "inverse"}) {
    par("postop") = item;
    for (const char* chanop : {"off", "div", "len"}) {
      par("chanop") = chanop;
      expectFiniteAtExtremes();
    }
  }
}

}  // namespace
}  // namespace topknot
