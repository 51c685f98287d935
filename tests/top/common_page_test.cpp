// The Common page: sizes, formats, aspects, passes and channel masks.
#include <gtest/gtest.h>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

class CommonPageTest : public test::GlTest {
 protected:
  /// A source of 200 × 100 pixels, and a Null behind it.
  CommonPageTest() {
    source_ = &graph().add<GlslTop>("source");
    source_->pixelShader("out vec4 c; void main() { c = vec4(vUV.st, 0.25, 0.5); }");
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = glm::vec2(200, 100);
    null_ = &graph().add("null", "behind").as<Top>();
    *source_ >> *null_;
  }

  std::string sizeWith(const std::string& mode, int width = 256, int height = 256) {
    null_->par("outputresolution") = mode;
    null_->par("resolutionw") = width;
    null_->par("resolutionh") = height;
    return std::to_string(null_->width()) + "x" + std::to_string(null_->height());
  }

  GlslTop* source_;
  Top* null_;
};

TEST_F(CommonPageTest, ResolutionFollowsTheMenu) {
  EXPECT_EQ(sizeWith("useinput"), "200x100");
  EXPECT_EQ(sizeWith("eighth"), "25x13");
  EXPECT_EQ(sizeWith("quarter"), "50x25");
  EXPECT_EQ(sizeWith("half"), "100x50");
  EXPECT_EQ(sizeWith("2x"), "400x200");
  EXPECT_EQ(sizeWith("4x"), "800x400");
  EXPECT_EQ(sizeWith("8x"), "1600x800");
  EXPECT_EQ(sizeWith("custom", 30, 70), "30x70");
}

TEST_F(CommonPageTest, FitMayEnlargeAndLimitMayNot) {
  EXPECT_EQ(sizeWith("fit", 100, 100), "100x50");
  EXPECT_EQ(sizeWith("fit", 1000, 200), "400x200");
  EXPECT_EQ(sizeWith("limit", 100, 100), "100x50");
  EXPECT_EQ(sizeWith("limit", 1000, 200), "200x100");
}

TEST_F(CommonPageTest, TheMultiplierScalesOwnSizesOnce) {
  graph().resolutionMultiplier(0.5);
  EXPECT_EQ(source_->width(), 100);
  EXPECT_EQ(sizeWith("useinput"), "100x50") << "what the input has is not scaled again";
  source_->par("resmult") = false;
  EXPECT_EQ(source_->width(), 200);
}

TEST_F(CommonPageTest, ATopOfItsOwnIs256Square) {
  auto& alone = graph().add<GlslTop>();
  EXPECT_EQ(alone.width(), 256);
  EXPECT_EQ(alone.height(), 256);
  EXPECT_EQ(alone.depth(), 1);
  EXPECT_EQ(alone.pixelFormat(), "8-bit fixed (RGBA)");
  EXPECT_EQ(alone.pixelFormatName(), "rgba8fixed");
  EXPECT_TRUE(alone.isTOP());
  EXPECT_EQ(alone.newestSliceWOffset(), 0);
  EXPECT_EQ(alone.gpuMemory(), 256 * 256 * 4);
}

TEST_F(CommonPageTest, FormatIsTheInputsOrTheMenus) {
  source_->par("format") = "rgba16float";
  EXPECT_EQ(null_->pixelFormatName(), "rgba16float");
  null_->par("format") = "mono8fixed";
  EXPECT_EQ(null_->pixelFormatName(), "mono8fixed");
}

TEST_F(CommonPageTest, EveryFormatExpandsAsDocumented) {
  source_->pixelShader("out vec4 c; void main() { c = vec4(0.25, 0.5, 0.75, 0.375); }");
  source_->par("format") = "rgba32float";
  for (const PixelFormatInfo& info : pixelFormats()) {
    null_->par("format") = std::string(info.name);
    const glm::vec4 seen = null_->sample({.x = 1, .y = 1});
    glm::vec4 expected(0.25f, 0.5f, 0.75f, 0.375f);
    switch (info.channels) {
      case Channels::Rgba:
        break;
      case Channels::Rgb:
        expected.a = 1;
        break;
      case Channels::Mono:
        expected = {0.25f, 0.25f, 0.25f, 1};
        break;
      case Channels::Rg:
        expected = {0.25f, 0.5f, 0, 1};
        break;
      case Channels::Alpha:
        expected = {0, 0, 0, 0.375f};
        break;
      case Channels::MonoAlpha:
        expected = {0.25f, 0.25f, 0.25f, 0.375f};
        break;
    }
    float tolerance = info.component == Component::Fixed8 ? 0.51f / 255 : 1e-3f;
    if (info.srgb) tolerance = 0.006f;
    if (info.component == Component::Packed1010102) expected.a = 1.0f / 3;  // two bits
    EXPECT_TRUE(nearly(seen, expected, tolerance)) << info.name;
  }
}

TEST_F(CommonPageTest, EveryFormatIsSampledAsItReads) {
  source_->pixelShader("out vec4 c; void main() { c = TDOutputSwizzle(vec4(0.5, 1, 0, 0.5)); }");
  auto& probe = graph().add<GlslTop>("probe");
  probe.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st); }");
  probe.par("format") = "rgba32float";
  *source_ >> probe;
  for (const PixelFormatInfo& info : pixelFormats()) {
    source_->par("format") = std::string(info.name);
    EXPECT_TRUE(nearly(probe.sample({.x = 0, .y = 0}), source_->sample({.x = 0, .y = 0}), 2e-3f))
        << info.name;
  }
}

TEST_F(CommonPageTest, FixedFormatsClampAndFloatsDoNot) {
  source_->pixelShader("out vec4 c; void main() { c = vec4(2.0, -1.0, 0.502, 1.0); }");
  EXPECT_TRUE(nearly(source_->sample({.x = 0, .y = 0}), {1, 0, 128 / 255.0f, 1}));
  source_->par("format") = "rgba32float";
  EXPECT_TRUE(nearly(source_->sample({.x = 0, .y = 0}), {2, -1, 0.502f, 1}));
}

TEST_F(CommonPageTest, AspectIsThatOfThePixelsUnlessTold) {
  EXPECT_EQ(null_->aspect(), 2.0f);
  EXPECT_EQ(null_->aspectWidth(), 200.0f);
  EXPECT_EQ(null_->aspectHeight(), 100.0f);
  source_->par("outputaspect") = "custom";
  source_->par("aspect") = glm::vec2(16, 9);
  EXPECT_FLOAT_EQ(null_->aspect(), 16.0f / 9.0f);
  EXPECT_THROW(source_->par("aspect1") = 1e300, Error) << "more than a float holds";
  null_->par("outputaspect") = "resolution";
  EXPECT_EQ(null_->aspect(), 2.0f);
}

TEST_F(CommonPageTest, PassesFeedTheirResultBackIntoTheFirstInput) {
  source_->pixelShader("out vec4 c; void main() { c = vec4(1.0); }");
  source_->par("format") = "rgba32float";
  auto& twice = graph().add<GlslTop>("twice");
  twice.pixelShader(
      "out vec4 c; void main() { c = texture(sTD2DInputs[0], vUV.st) * 2.0 + float(uTDPass); }");
  *source_ >> twice;
  const float expected[] = {2, 5, 12, 27, 58};  // x = 2 x + pass, from 1
  for (int passes = 1; passes <= 5; ++passes) {
    twice.par("npasses") = passes;
    EXPECT_EQ(twice.sample({.x = 3, .y = 3}).r, expected[passes - 1]);
    EXPECT_EQ(twice.curPass(), passes - 1);
  }
}

TEST_F(CommonPageTest, ChannelsOutsideTheMaskComeFromTheFirstInput) {
  source_->pixelShader("out vec4 c; void main() { c = vec4(0.0, 1.0, 0.0, 1.0); }");
  auto& white = graph().add<GlslTop>("white");
  *source_ >> white;
  white.par("chanmask") = "rb";
  EXPECT_TRUE(nearly(white.sample({.x = 0, .y = 0}), {1, 1, 1, 1}));
  source_->pixelShader("out vec4 c; void main() { c = vec4(0.0); }");
  EXPECT_TRUE(nearly(white.sample({.x = 0, .y = 0}), {1, 0, 1, 0}));
  white.inputConnectors()[0].disconnect();
  white.par("chanmask") = "a";
  EXPECT_TRUE(nearly(white.sample({.x = 0, .y = 0}), {0, 0, 0, 1}));
}

TEST_F(CommonPageTest, AMaskOfOtherLettersIsRefusedAndTheOldOneStays) {
  null_->par("chanmask") = "rb";
  for (const char* nonsense : {"rgx", "rr", "RGBA", "all", "rgbaa"}) {
    EXPECT_TRUE(contains(thrown([&] { null_->par("chanmask") = nonsense; }), "chanmask"))
        << nonsense;
  }
  EXPECT_TRUE(contains(thrown([&] { null_->par("chanmask") = 16; }), "there is no item 16"));
  EXPECT_EQ(null_->par("chanmask").eval(), "rb");
  null_->cook();
  EXPECT_TRUE(null_->errors().empty());
}

TEST_F(CommonPageTest, AMaskIsAMenuOfAllChoicesInAnyOrderOfTheirLetters) {
  const Par mask = null_->par("chanmask");
  EXPECT_EQ(mask.definition().style(), ParStyle::Menu);
  EXPECT_EQ(mask.definition().menu().size(), 16u);
  mask = "agr";
  EXPECT_EQ(mask.eval(), "rga");
  mask = "";
  EXPECT_EQ(mask.eval(), "none");
  mask = 15;
  EXPECT_EQ(mask.eval(), "rgba") << "the number is TouchDesigner's bit mask";
  mask = 4;
  EXPECT_EQ(mask.eval(), "b");
}

TEST_F(CommonPageTest, SizesBelowOneAreRefusedAtOnce) {
  for (const double bad : {0.0, -1.0, -1e9}) {
    const std::string sentence = thrown([&] { source_->par("resolutionw") = bad; });
    EXPECT_TRUE(contains(sentence, "glsl 'source'"));
    EXPECT_TRUE(contains(sentence, "resolutionw"));
    EXPECT_TRUE(contains(sentence, "1"));
  }
  EXPECT_EQ(source_->width(), 200);
}

TEST_F(CommonPageTest, SizesAboveTheDriversAreAnErrorAndThePictureStays) {
  const glm::vec4 before = source_->sample({.x = 10, .y = 10});
  source_->par("resolution") = glm::vec2(100000, 10);
  source_->cook();
  ASSERT_EQ(source_->errors().size(), 1u);
  EXPECT_TRUE(contains(source_->errors()[0], "100000 × 10"));
  EXPECT_TRUE(contains(source_->errors()[0], std::to_string(context().info().maxTextureSize)));
  EXPECT_EQ(source_->width(), 200);
  EXPECT_EQ(source_->sample({.x = 10, .y = 10, .allowStale = true}), before);
  source_->par("resolution") = glm::vec2(20, 10);
  EXPECT_EQ(source_->width(), 20);
  EXPECT_TRUE(source_->errors().empty());
}

TEST_F(CommonPageTest, UnknownMenuItemsListThoseThatExist) {
  const std::string sentence = thrown([&] { source_->par("format") = "rgba9"; });
  EXPECT_TRUE(contains(sentence, "rgba9"));
  EXPECT_TRUE(contains(sentence, "rgba8fixed"));
  EXPECT_TRUE(contains(sentence, "monoalpha32float"));
}

TEST_F(CommonPageTest, MenusWriteTheNumbersAndShowNothingChosen) {
  source_->par("resmenu") = "1280x720";
  EXPECT_EQ(source_->par("resolution").eval(), Value(glm::vec2(1280, 720)));
  EXPECT_EQ(source_->par("resmenu").eval(), "choose");
  EXPECT_EQ(source_->width(), 1280);
  source_->par("resolutionw") = 10;
  source_->par("resmenu") = "1280x720";
  EXPECT_EQ(source_->width(), 1280) << "the same item may be chosen again";
  source_->par("armenu") = "16:9";
  source_->par("outputaspect") = "custom";
  EXPECT_FLOAT_EQ(source_->aspect(), 16.0f / 9.0f);
}

TEST_F(CommonPageTest, TheseMenusCanBePulsedWhichChoosesNothing) {
  for (const char* name : {"resmenu", "armenu"}) {
    source_->cook();
    const auto cooks = source_->totalCooks();
    source_->par(name).pulse();
    EXPECT_EQ(source_->par(name).eval(), "choose");
    EXPECT_EQ(source_->width(), 200);
    EXPECT_EQ(source_->totalCooks(), cooks + 1) << "as after any pulse";
  }
  EXPECT_TRUE(contains(thrown([&] { source_->par("format").pulse(); }), "is no pulse"));
}

TEST_F(CommonPageTest, InputsAreInterpolatedUnlessToldOtherwise) {
  source_->pixelShader("out vec4 c; void main() { c = vec4(vUV.s < 0.5 ? 0.0 : 1.0); }");
  source_->par("resolution") = glm::vec2(2, 1);
  auto& wide = graph().add<GlslTop>("wide");
  wide.pixelShader("out vec4 c; void main() { c = texture(sTD2DInputs[0], vec2(0.4, 0.5)); }");
  wide.par("format") = "rgba32float";
  *source_ >> wide;
  EXPECT_NEAR(wide.sample({.x = 0, .y = 0}).r, 0.3f, 1e-2f);
  wide.par("inputfiltertype") = "nearest";
  EXPECT_EQ(wide.sample({.x = 0, .y = 0}).r, 0.0f);
}

TEST_F(CommonPageTest, ANullCopiesNothing) {
  EXPECT_EQ(null_->textureName(), source_->textureName());
  EXPECT_EQ(null_->gpuMemory(), 0);
  null_->par("format") = "rgba16float";
  EXPECT_NE(null_->textureName(), source_->textureName());
  EXPECT_EQ(null_->gpuMemory(), 200 * 100 * 8);
}

}  // namespace
}  // namespace topknot
