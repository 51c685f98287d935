// Select: another operator's picture by name.
#include "ops/support/layers.h"

namespace topknot {
namespace {

using test::nearly;

class SelectTest : public test::GlTest {
 protected:
  SelectTest() {
    select_ = &graph().add("select").as<Top>();
    source_ = &test::addPicture(graph(), image_);
    source_->rename("photo");
  }
  ::testing::AssertionResult showsTheSource() {
    return test::shows(*select_, 0, [&](int x, int y) { return image_.pixel(x, y); });
  }

  Image image_ = test::colours(3, 2, PixelFormat::Rgba32Float, 1);
  Top* select_;
  GlslTop* source_;
};

TEST_F(SelectTest, PassesThePictureOnWithoutACopy) {
  for (const char* name : {"photo", "/photo", " photo "}) {
    select_->par("top") = name;
    EXPECT_TRUE(showsTheSource()) << name;
    EXPECT_EQ(select_->gpuMemory(), 0);
    EXPECT_EQ(select_->pixelFormatName(), "rgba32float");
    EXPECT_TRUE(select_->warnings().empty());
  }
}

TEST_F(SelectTest, AWrongNameIsAWarning) {
  select_->par("top") = "foto";
  EXPECT_TRUE(nearly(select_->sample({.x = 0, .y = 0}), glm::vec4(0)));
  ASSERT_EQ(select_->warnings().size(), 1u);
  EXPECT_EQ(select_->warnings()[0],
            "Invalid path for node \"/select1\" referenced by parameter \"TOP\"");
  EXPECT_TRUE(select_->errors().empty());
  source_->rename("foto");
  EXPECT_TRUE(showsTheSource()) << "as soon as there is one";
  EXPECT_TRUE(select_->warnings().empty());
  source_->destroy();
  EXPECT_TRUE(nearly(select_->sample({.x = 0, .y = 0}), glm::vec4(0)));
  EXPECT_EQ(select_->warnings().size(), 1u);
}

TEST_F(SelectTest, WithoutANameItIsTransparent) {
  EXPECT_TRUE(nearly(select_->sample({.x = 5, .y = 7}), glm::vec4(0)));
  EXPECT_EQ(select_->width(), 256);
  EXPECT_TRUE(select_->warnings().empty());
}

TEST_F(SelectTest, CooksWhenTheOtherOneDoes) {
  select_->par("top") = "photo";
  select_->pin();
  EXPECT_EQ(graph().cook().text(), "photo select1");
  EXPECT_EQ(graph().cook().text(), "");
  source_->pixelShader("out vec4 c; void main() { c = vec4(0.25); }");
  EXPECT_EQ(graph().cook().text(), "photo select1");
  EXPECT_TRUE(nearly(select_->sample({.x = 0, .y = 0}), glm::vec4(0.25f)));
}

TEST_F(SelectTest, ADescribedPictureGoesOnAsIs) {
  auto& level = graph().add("level", "grade").as<Top>();
  *source_ >> level;
  level.par("opacity") = 0.5;
  select_->par("top") = "grade";
  auto& after = graph().add("level", "after").as<Top>();
  *select_ >> after;
  after.par("opacity") = 0.5;
  for (const bool fusion : {true, false}) {
    graph().fusion(fusion);
    EXPECT_TRUE(nearly(after.sample({.x = 1, .y = 1}), image_.pixel(1, 1) * 0.25f));
  }
}

TEST_F(SelectTest, ItselfIsAnError) {
  select_->par("top") = "select1";
  select_->cook();
  ASSERT_EQ(select_->errors().size(), 1u);
  EXPECT_TRUE(test::contains(select_->errors()[0], "It depends on itself"));
}

}  // namespace
}  // namespace topknot
