// The colour space of parameters: colours that they give, in sRGB.
#include "support/op_test.h"

namespace topknot {
namespace {

using test::nearly;

/// The encoding of IEC 61966-2-1.
float encoded(double light) {
  return static_cast<float>(light <= 0.0031308 ? light * 12.92
                                               : 1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

class ColourSpaces : public test::GlTest {
 protected:
  ColourSpaces() {
    top_ = &graph().add("constant", "op").as<Top>();
    top_->par("format") = "rgba32float";
  }
  glm::vec4 shown(const char* space, glm::vec3 colour) {
    top_->par("parmcolorspace") = space;
    top_->par("color") = colour;
    return top_->sample({.x = 0, .y = 0});
  }
  Top* top_;
};

TEST_F(ColourSpaces, SrgbAndPassthroughChangeNothing) {
  const glm::vec3 c(0.1f, 0.5f, 1.5f);
  EXPECT_EQ(shown("srgb", c), glm::vec4(c, 1));
  EXPECT_EQ(shown("passthrough", c), glm::vec4(c, 1));
}

TEST_F(ColourSpaces, LightIsEncoded) {
  EXPECT_TRUE(nearly(shown("srgblinear", {0.5f, 0.002f, -0.5f}),
                     {encoded(0.5), 0.02584f, -encoded(0.5), 1}, 1e-5f));
}

TEST_F(ColourSpaces, Rec709HasAnotherCurve) {
  const double light = std::pow((0.5 + 0.099) / 1.099, 1 / 0.45);
  EXPECT_TRUE(
      nearly(shown("rec709", {0.5f, 0.045f, 1}), {encoded(light), encoded(0.01), 1, 1}, 1e-5f));
}

TEST_F(ColourSpaces, WhiteStaysWhite) {
  for (const char* space : {"srgblinear", "rec601ntsc", "rec709", "rec2020", "dcip3", "dcip3d60",
                            "displayp3d65", "aces2065-1", "acescg"}) {
    EXPECT_TRUE(nearly(shown(space, glm::vec3(1)), glm::vec4(1), 1e-5f)) << space;
    EXPECT_TRUE(nearly(shown(space, glm::vec3(0)), {0, 0, 0, 1}, 1e-6f)) << space;
  }
}

/// Red light of each space as light of Rec. 709, from published matrices.
TEST_F(ColourSpaces, PrimariesAreConverted) {
  struct Row {
    const char* space;
    glm::dvec3 light;
  };
  const std::vector<Row> rows = {
      {"rec601ntsc", {0.9395, 0.0178, -0.0016}},     // SMPTE C
      {"rec2020", {1.6605, -0.1246, -0.0182}},       // ITU-R BT.2407
      {"displayp3d65", {1.2249, -0.0420, -0.0196}},  // SMPTE EG 432-1
      {"aces2065-1", {2.5217, -0.2765, -0.0154}},    // Academy TB-2014-004 (Bradford, D60 to D65)
      {"acescg", {1.7051, -0.1303, -0.0240}},
      {"dcip3", {1.1575, -0.0415, -0.0181}},  // DCI white to D65 by Bradford
      {"dcip3d60", {1.2506, -0.0423, -0.0198}},
  };
  const auto each = [](double v) { return std::copysign(encoded(std::abs(v)), v); };
  for (const Row& row : rows) {
    const glm::vec4 expected(each(row.light.r), each(row.light.g), each(row.light.b), 1);
    EXPECT_TRUE(nearly(shown(row.space, {1, 0, 0}), expected, 4e-3f)) << row.space;
  }
}

TEST_F(ColourSpaces, TheReferenceWhiteOfHdrIsBrighter) {
  const glm::vec4 plain = shown("srgblinear", glm::vec3(0.25f));
  for (const char* white : {"default", "useparent", "sdr", "ui"}) {
    top_->par("parmreferencewhite") = white;
    EXPECT_EQ(shown("srgblinear", glm::vec3(0.25f)), plain) << white;
  }
  top_->par("parmreferencewhite") = "hdr";
  EXPECT_NEAR(shown("srgblinear", glm::vec3(0.25f)).r, encoded(0.25 * 2.03), 1e-5f);
  EXPECT_NEAR(shown("srgb", glm::vec3(1)).r, encoded(2.03), 1e-5f);
  EXPECT_EQ(shown("passthrough", glm::vec3(0.25f)).r, 0.25f);
}

TEST_F(ColourSpaces, AlphaAndUnitsStay) {
  top_->par("rgbaunit") = "u256";
  top_->par("alpha") = 127.5;
  top_->par("multrgbbyalpha") = 0;
  EXPECT_TRUE(nearly(shown("srgblinear", glm::vec3(127.5f)),
                     glm::vec4(glm::vec3(encoded(0.5)), 0.5f), 1e-5f));
}

TEST_F(ColourSpaces, ColoursOfTheGlslTopAreConverted) {
  auto& top = graph().add<GlslTop>("glsl");
  top.par("format") = "rgba32float";
  top.pixelShader("uniform vec4 k; out vec4 c; void main() { c = k; }");
  top.par("color0name") = "k";
  top.par("color0rgb") = glm::vec3(0.5f, 0, 1);
  top.par("color0alpha") = 0.5;
  top.par("parmcolorspace") = "srgblinear";
  const float half = encoded(0.5);
  EXPECT_TRUE(nearly(top.sample({.x = 0, .y = 0}), {half, 0, 1, 0.5f}, 1e-5f));
  top.par("premultrgbbyalpha") = 1;
  EXPECT_TRUE(nearly(top.sample({.x = 0, .y = 0}), {half / 2, 0, 0.5f, 0.5f}, 1e-5f));
}

TEST_F(ColourSpaces, ColoursOfOtherOperatorsAreConverted) {
  const float half = encoded(0.5);
  auto& circle = graph().add("circle").as<Top>();
  circle.par("format") = "rgba32float";
  circle.par("bgcolor") = glm::vec3(0.5f);
  circle.par("bgalpha") = 1;
  circle.par("parmcolorspace") = "srgblinear";
  EXPECT_TRUE(nearly(circle.sample({.x = 0, .y = 0}), glm::vec4(half, half, half, 1), 1e-5f));
  for (const char* type : {"transform", "fit"}) {
    auto& moved = graph().add(type).as<Top>();
    moved.par("format") = "rgba32float";
    moved.par("t") = glm::vec2(5);
    moved.par("bgcolor") = glm::vec4(0.5f, 0.5f, 0.5f, 1);
    moved.par("parmcolorspace") = "srgblinear";
    circle >> moved;
    EXPECT_TRUE(nearly(moved.sample({.x = 0, .y = 0}), glm::vec4(half, half, half, 1), 1e-5f))
        << type;
  }
}

TEST_F(ColourSpaces, TheStartColourOfHsvAdjustIsConverted) {
  // Around a colour of value 0.735 in sRGB, which is 0.5 of light.
  auto& adjust = graph().add("hsvadjust").as<Top>();
  shown("srgb", glm::vec3(encoded(0.5), 0, 0));
  *top_ >> adjust;
  adjust.par("startcolor") = glm::vec3(0.5f, 0, 0);
  adjust.par("valuerange") = 0.1;
  adjust.par("valuemult") = 0.5;
  EXPECT_NEAR(adjust.sample({.x = 0, .y = 0}).r, encoded(0.5), 1e-5f) << "too far from 0.5";
  adjust.par("parmcolorspace") = "srgblinear";
  EXPECT_NEAR(adjust.sample({.x = 0, .y = 0}).r, encoded(0.5) / 2, 1e-5f);
}

}  // namespace
}  // namespace topknot
