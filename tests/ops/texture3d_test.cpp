// Texture 3D: which slices it keeps, and who looks at them.
#include <unistd.h>

#include <limits>

#include "ops/support/layers.h"
#include "topknot/shared_mem_out.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;

/// A source whose red is the frame's index, and a ring of four slices of 3 × 2.
class Texture3dTest : public test::GlTest {
 protected:
  Texture3dTest() {
    source_ = &graph().add("constant", "source").as<Top>();
    source_->par("format") = "rgba32float";
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = glm::vec2(3, 2);
    source_->par("color") = glm::vec3(0, 1, 0);
    source_->par("colorr").bind([](const Frame& now) { return Value(double(now.index)); });
    ring_ = &graph().add("texture3d", "ring").as<Top>();
    ring_->par("cachesize") = 4;
    *source_ >> *ring_;
    ring_->pin();
  }
  ~Texture3dTest() override { context().textureBudget(std::numeric_limits<std::int64_t>::max()); }

  void frames(int count) {
    for (int i = 0; i < count; ++i) graph().cook();
  }
  using Reds = std::vector<float>;
  /// The red of each slice, all pixels alike; −1 where it is transparent.
  static Reds reds(Top& top) {
    const Image image = *top.numpyArray({.allowStale = true});
    Reds found;
    for (int z = 0; z < image.depth(); ++z) {
      const glm::vec4 colour = image.pixel(0, 0, z);
      for (int i = 0; i < image.width() * image.height(); ++i) {
        EXPECT_EQ(image.pixel(i % image.width(), i / image.width(), z), colour);
      }
      EXPECT_EQ(colour.a, colour.g);
      found.push_back(colour.a == 0.0f ? -1.0f : colour.r);
    }
    return found;
  }
  /// A shader of one pixel that sees the ring.
  GlslTop& look(Top& at, const std::string& expression) {
    auto& top = graph().add<GlslTop>();
    top.pixelShader("out vec4 c; void main() { c = vec4(" + expression + "); }");
    top.par("format") = "rgba32float";
    top.par("outputresolution") = "custom";
    top.par("resolution") = glm::vec2(1, 1);
    at >> top;
    return top;
  }
  Top& add(const char* type) { return graph().add(type).as<Top>(); }

  Top *source_, *ring_;
};

TEST_F(Texture3dTest, EachFrameGoesIntoTheNextSliceAndBehindTheLastItBeginsAgain) {
  const std::vector<Reds> rows = {{0, -1, -1, -1}, {0, 1, -1, -1}, {0, 1, 2, -1},
                                  {0, 1, 2, 3},    {4, 1, 2, 3},   {4, 5, 2, 3}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    frames(1);
    EXPECT_EQ(reds(*ring_), rows[i]);
    EXPECT_EQ(ring_->newestSliceWOffset(), static_cast<int>(i % 4));
  }
  EXPECT_EQ(ring_->depth(), 4);
  EXPECT_EQ(ring_->gpuMemory(), 4 * 3 * 2 * 16);
}

TEST_F(Texture3dTest, AShaderFindsTheNewestByTheDepthOffset) {
  for (const char* type : {"texture3d", "texture2darray"}) {
    ring_->par("type") = type;
    const bool volume = std::string(type) == "texture3d";
    GlslTop& top = volume
                       ? look(*ring_,
                              "vec4(uTD3DInfos[0].depth.xyz, texture(sTD3DInputs[0], vec3(0.5, 0.5,"
                              " uTD3DInfos[0].depth.z + 0.5 * uTD3DInfos[0].depth.x)).r)")
                       : look(*ring_,
                              "vec4(uTD2DArrayInfos[0].depth.xyz, texture(sTD2DArrayInputs[0], "
                              "vec3(0.5, 0.5, uTD2DArrayInfos[0].depth.z)).r)");
    frames(6);  // the second is slice 1
    const auto now = static_cast<float>(graph().frame().index);
    EXPECT_TRUE(nearly(top.sample({.x = 0, .y = 0}), {0.25f, 4, volume ? 0.25f : 1.0f, now}))
        << type << top.compileResult();
    top.destroy();
  }
}

TEST_F(Texture3dTest, OncePerFrameHoweverOftenItCooks) {
  frames(2);
  for (int i = 0; i < 5; ++i) ring_->cook(true);
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, -1, -1}));
  source_->par("colorr") = 9;
  EXPECT_EQ(reds(*ring_), (Reds{0, 9, -1, -1})) << "the frame's picture is its latest";
}

TEST_F(Texture3dTest, StepLeavesFramesOut) {
  ring_->par("step") = 3;
  frames(8);
  EXPECT_EQ(reds(*ring_), (Reds{0, 3, 6, -1}));
}

TEST_F(Texture3dTest, InactiveItTakesNothing) {
  frames(2);
  ring_->par("active") = false;
  frames(3);
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, -1, -1}));
  ring_->par("active") = true;
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, 5, -1}));
}

TEST_F(Texture3dTest, ReplaceSingleWritesTheSliceOfTheIndexOnly) {
  frames(4);
  ring_->par("replacesingle") = true;
  ring_->par("replaceindex") = 1;
  frames(2);
  EXPECT_EQ(reds(*ring_), (Reds{0, 5, 2, 3}));
  EXPECT_EQ(ring_->newestSliceWOffset(), 3);
  ring_->par("replacesingle") = false;
  ring_->par("active") = false;
  ring_->par("replaceindex") = 99;
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{0, 5, 2, 3}));
  ring_->par("replacesinglepulse").pulse();
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{0, 5, 2, 7})) << "beyond is the last";
}

TEST_F(Texture3dTest, PreFillAndReset) {
  frames(2);
  ring_->par("prefillpulse").pulse();
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{2, 2, 2, 2}));
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{3, 2, 2, 2})) << "goes on at the first";
  ring_->par("prefill") = true;
  frames(2);
  EXPECT_EQ(reds(*ring_), (Reds{5, 4, 4, 4})) << "once, when it is switched on";
  ring_->par("resetpulse").pulse();
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{6, -1, -1, -1}));
  ring_->par("reset") = true;
  frames(2);
  EXPECT_EQ(reds(*ring_), (Reds{-1, -1, -1, -1}));
  EXPECT_EQ(ring_->newestSliceWOffset(), 0);
}

TEST_F(Texture3dTest, AnotherShapeStartsANewRing) {
  frames(3);
  ring_->par("cachesize") = 2;
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{3, -1}));
  source_->par("resolution") = glm::vec2(5, 1);
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{4, -1}));
  EXPECT_EQ(ring_->width(), 5);
  ring_->par("format") = "mono16float";
  frames(2);
  EXPECT_EQ(ring_->pixelFormatName(), "mono16float");
  EXPECT_EQ(ring_->numpyArray().pixel(0, 0, 1).r, 6.0f);
  ring_->par("outputresolution") = "custom";
  ring_->par("resolution") = glm::vec2(7, 3);
  frames(1);
  EXPECT_EQ(ring_->numpyArray().width(), 7);
  EXPECT_EQ(ring_->numpyArray().pixel(6, 2, 0).r, 7.0f);
}

TEST_F(Texture3dTest, KeepsBytesAsTheyAre) {
  for (const PixelFormat format : {PixelFormat::Rgba8Fixed, PixelFormat::Srgba8Fixed}) {
    const Image six = test::sixColours(format);
    ring_->inputConnectors()[0].connect(test::addPicture(graph(), six));
    frames(2);
    const Image kept = ring_->readback();
    for (int i = 0; i < 12; ++i) {
      EXPECT_TRUE(nearly(kept.pixel(i % 3, i / 3 % 2, i / 6), six.pixel(i % 3, i / 3 % 2), 1e-3f));
    }
  }
}

TEST_F(Texture3dTest, WhatDoesNotFitIsAnErrorAndTheLastPictureStays) {
  frames(2);
  context().textureBudget(context().textureMemory() + 1000);
  ring_->par("cachesize") = 1000;
  frames(1);
  ASSERT_EQ(ring_->errors().size(), 1u);
  EXPECT_TRUE(contains(ring_->errors()[0], "3 × 2 × 1000"));
  EXPECT_TRUE(contains(ring_->errors()[0], "out of texture memory"));
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, -1, -1}));
  EXPECT_EQ(ring_->gpuMemory(), 4 * 3 * 2 * 16);
  ring_->par("cachesize") = 1 << 20;
  context().textureBudget(std::numeric_limits<std::int64_t>::max());
  frames(1);
  ASSERT_EQ(ring_->errors().size(), 1u);
  EXPECT_TRUE(contains(ring_->errors()[0], "1048576"));
  ring_->par("cachesize") = 4;
  frames(1);
  EXPECT_TRUE(ring_->errors().empty());
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, 4, -1}));
}

TEST_F(Texture3dTest, AFeedbackSeesTheRingOfTheFrameBefore) {
  Top& feedback = add("feedback");
  feedback.par("top") = "ring";
  *source_ >> feedback;
  feedback.pin();
  frames(1);
  const std::vector<Reds> rows = {{0, -1, -1, -1}, {0, 1, -1, -1}, {0, 1, 2, -1}, {0, 1, 2, 3}};
  for (const Reds& row : rows) {
    frames(1);
    EXPECT_EQ(reds(feedback), row);
  }
  EXPECT_EQ(reds(*ring_), (Reds{4, 1, 2, 3}));
}

TEST_F(Texture3dTest, AFeedbackKeepsWhichSliceWasTheNewest) {
  Top& feedback = add("feedback");
  feedback.par("top") = "ring";
  *source_ >> feedback;
  feedback.pin();
  frames(1);
  for (const int newest : {0, 1, 2, 3, 0, 1}) {
    frames(1);
    EXPECT_EQ(feedback.newestSliceWOffset(), newest);
  }
}

TEST_F(Texture3dTest, TheRingIsWrittenInPlaceUnlessSomebodyHoldsIt) {
  frames(1);
  const unsigned name = ring_->textureName();
  frames(3);
  EXPECT_EQ(ring_->textureName(), name);
  Top& feedback = add("feedback");
  feedback.par("top") = "ring";
  *source_ >> feedback;
  feedback.pin();
  frames(3);
  EXPECT_NE(ring_->textureName(), feedback.textureName());
  EXPECT_EQ(reds(*ring_), (Reds{4, 5, 6, 3}));
}

TEST_F(Texture3dTest, NullSelectAndSwitchPassItOn) {
  Top &null = add("null"), &select = add("select"), &choose = add("switch");
  *ring_ >> null;
  select.par("top") = "ring";
  *source_ >> choose;
  null >> choose;
  choose.par("index") = 1;
  frames(3);
  for (Top* top : {&null, &select, &choose}) {
    EXPECT_EQ(reds(*top), (Reds{0, 1, 2, -1}));
    EXPECT_EQ(top->newestSliceWOffset(), 2);
  }
  choose.par("blend") = true;
  choose.par("index") = 0.5;
  choose.cook(true);
  EXPECT_TRUE(contains(choose.errors().at(0), "input 1 is a 3D texture of 3 × 2 × 4"));
}

TEST_F(Texture3dTest, WhatTakesFlatPicturesNamesTheDimension) {
  auto& out = graph().add<SharedMemOut>();
  out.par("name") = "topknot-texture3d-" + std::to_string(getpid());
  Top &cache = add("cache"), &second = add("texture3d"), &half = add("null");
  half.par("outputresolution") = "half";
  frames(1);
  for (Top* top : {static_cast<Top*>(&out), &cache, &second, &half}) {
    *ring_ >> *top;
    top->cook(true);
    ASSERT_EQ(top->errors().size(), 1u) << top->describe();
    EXPECT_TRUE(contains(top->errors()[0], "3D texture of 3 × 2 × 4")) << top->describe();
  }
  EXPECT_TRUE(contains(thrown([&] { ring_->save("slices.exr"); }), "4 slices"));
  EXPECT_TRUE(contains(thrown([&] { ring_->draw(0, 0, 8, 8); }), "3D texture of 3 × 2 × 4"));
}

TEST_F(Texture3dTest, LockAndBypass) {
  Top& null = add("null");
  *ring_ >> null;
  null.pin();
  frames(2);
  null.lock(true);
  frames(2);
  EXPECT_EQ(reds(null), (Reds{0, 1, -1, -1})) << "a copy of its own";
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, 2, 3}));
  ring_->lock(true);
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{0, 1, 2, 3}));
  ring_->lock(false);
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{5, 1, 2, 3}));
  ring_->bypass(true);
  EXPECT_EQ(reds(*ring_), (Reds{5}));
  ring_->bypass(false);
  frames(1);
  EXPECT_EQ(reds(*ring_), (Reds{5, 6, 2, 3}));
}

}  // namespace
}  // namespace topknot
