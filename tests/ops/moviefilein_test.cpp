// Movie File In: pictures from files, and what it does without one.
#include <gtest/gtest.h>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;

class MovieStill : public test::GlTest {
 protected:
  MovieStill() {
    op_ = &graph().add("moviefilein", "photo").as<Top>();
    op_->par("file") = saveImage(test::sixColours(), folder_ / "six.png").string();
  }

  std::string errorWith(const std::filesystem::path& file) {
    op_->par("file") = file.string();
    op_->cook();
    return op_->errors().empty() ? "" : op_->errors().front();
  }

  test::Folder folder_;
  Top* op_;
};

TEST_F(MovieStill, TheTopRowOfTheFileIsTheTopRowOfThePicture) {
  EXPECT_EQ(op_->width(), 3);
  EXPECT_EQ(op_->height(), 2);
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 0}), {1, 0, 0, 1}));
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 1}), {0, 1, 1, 1}));
  EXPECT_TRUE(nearly(op_->sample({.x = 2, .y = 1}), glm::vec4(128 / 255.0f)));
}

TEST_F(MovieStill, FormatIsTheFilesUnlessTold) {
  EXPECT_EQ(op_->pixelFormatName(), "rgba8fixed");
  op_->par("file") =
      saveImage(test::sixColours(PixelFormat::Rgba16Float), folder_ / "six.exr").string();
  EXPECT_EQ(op_->pixelFormatName(), "rgba16float");
  op_->par("format") = "rgba32float";
  EXPECT_EQ(op_->pixelFormatName(), "rgba32float");
  EXPECT_TRUE(nearly(op_->sample({.x = 1, .y = 0}), {0, 1, 0, 1}));
}

TEST_F(MovieStill, AStillPictureCooksOnce) {
  op_->pin();
  for (int i = 0; i < 4; ++i) graph().cook();
  EXPECT_EQ(op_->totalCooks(), 1);
}

TEST_F(MovieStill, ReloadReadsTheFileAgain) {
  EXPECT_EQ(op_->width(), 3);
  Image other(5, 4, PixelFormat::Rgba8Fixed);
  saveImage(other, folder_ / "six.png");
  EXPECT_EQ(op_->width(), 3);
  op_->par("reloadpulse").pulse();
  EXPECT_EQ(op_->width(), 5);
}

TEST_F(MovieStill, AFileThatCannotBeReadIsAnErrorAndThePictureStays) {
  op_->cook();
  const std::string sentence = errorWith(folder_ / "gone.png");
  EXPECT_TRUE(contains(sentence, "Failed to open file."));
  EXPECT_TRUE(contains(sentence, "gone.png"));
  EXPECT_EQ(op_->width(), 3);
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 0, .allowStale = true}), {1, 0, 0, 1}));
}

TEST_F(MovieStill, EveryBadFileIsToldByNameAndReason) {
  folder_.write("empty.png", "");
  folder_.write("text.png", "this is no picture, it is a text of some length\n");
  std::filesystem::create_directory(folder_ / "none");
  EXPECT_TRUE(contains(errorWith(folder_ / "none"), "is a folder without pictures"));
  EXPECT_TRUE(contains(errorWith(folder_ / "empty.png"), "empty"));
  EXPECT_TRUE(contains(errorWith(folder_ / "text.png"), "text.png"));
  EXPECT_TRUE(contains(errorWith(""), "parameter 'file' is empty"));
}

TEST_F(MovieStill, LengthAndIndexAreThoseOfNothingWhileTheFileCannotBeOpened) {
  auto& in = op_->as<MovieFileIn>();
  const auto shown = [&] { return std::pair(in.length(), in.index()); };
  using Shown = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(shown(), Shown(0, -1)) << "before the first cook";
  in.cook();
  EXPECT_EQ(shown(), Shown(1, 0));
  folder_.write("text.png", "this is no picture, it is a text of some length\n");
  for (const char* name : {"nope", "text.png"}) {
    EXPECT_NE(errorWith(folder_ / name), "");
    EXPECT_EQ(shown(), Shown(0, -1)) << name;
  }
  EXPECT_EQ(errorWith(folder_ / "six.png"), "");
  EXPECT_EQ(shown(), Shown(1, 0));
}

TEST_F(MovieStill, WithoutAPictureItShowsTheErrorImage) {
  auto& none = graph().add("moviefilein", "none").as<Top>();
  none.par("file") = "nowhere.png";
  EXPECT_EQ(none.width(), 256);
  EXPECT_TRUE(nearly(none.sample({.x = 10, .y = 200, .allowStale = true}),
                     {64 / 255.f, 64 / 255.f, 64 / 255.f, 1}));
  EXPECT_GT(none.sample({.x = 250, .y = 5, .allowStale = true}).b, 0.9f)
      << "coloured at the bottom right";
  none.par("loadingerrorimage") = "zero";
  EXPECT_TRUE(nearly(none.sample({.x = 250, .y = 5, .allowStale = true}), {0, 0, 0, 0}));
  EXPECT_FALSE(none.errors().empty());
}

TEST_F(MovieStill, RecoversWhenTheFileAppears) {
  EXPECT_NE(errorWith(folder_ / "later.png"), "");
  saveImage(test::sixColours(), folder_ / "later.png");
  op_->cook(true);
  EXPECT_TRUE(op_->errors().empty());
  EXPECT_EQ(op_->width(), 3);
}

TEST_F(MovieStill, LimitsAreTheUsersAndChangingThemReadsAnew) {
  auto& in = op_->as<MovieFileIn>();
  in.readLimits({.side = 2});
  in.cook();
  ASSERT_EQ(in.errors().size(), 1u);
  EXPECT_TRUE(contains(in.errors()[0], "3 x 2 pixels, the limit is 2 a side"));
  in.readLimits({});
  EXPECT_EQ(in.width(), 3);
  EXPECT_TRUE(in.errors().empty());
  EXPECT_TRUE(contains(test::thrown([&] { in.readLimits({.side = 0}); }), "0 pixels a side"));
}

TEST_F(MovieStill, ReloadReadsAgainWhenItIsSwitchedOn) {
  EXPECT_EQ(op_->width(), 3);
  saveImage(Image(5, 4, PixelFormat::Rgba8Fixed), folder_ / "six.png");
  op_->par("reload") = true;
  EXPECT_EQ(op_->width(), 5);
  saveImage(Image(6, 4, PixelFormat::Rgba8Fixed), folder_ / "six.png");
  op_->cook(true);
  EXPECT_EQ(op_->width(), 5);
}

TEST_F(MovieStill, WhileUpdateImageIsOffThePictureStays) {
  op_->cook();
  op_->par("updateimage") = false;
  op_->par("file") = (folder_ / "gone.png").string();
  EXPECT_EQ(op_->width(), 3);
  EXPECT_TRUE(op_->errors().empty());
  op_->par("updateimage") = true;
  op_->cook();
  EXPECT_FALSE(op_->errors().empty());
}

TEST_F(MovieStill, BeyondItsEndsAStillIsHeldUnlessToldOtherwise) {
  op_->par("playmode") = "specify";
  op_->par("index") = 7;
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 0}), {1, 0, 0, 1}));
  op_->par("textendright") = "black";
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 0}), {0, 0, 0, 1}));
  EXPECT_EQ(op_->width(), 3);
  op_->par("textendright") = "zero";
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 0}), {0, 0, 0, 0}));
  op_->par("index") = 0;
  EXPECT_TRUE(nearly(op_->sample({.x = 0, .y = 0}), {1, 0, 0, 1}));
}

TEST_F(MovieStill, MemoryIsThePicturesAndTheFilesIfTheyDiffer) {
  EXPECT_EQ(op_->gpuMemory(), 3 * 2 * 4);
  op_->par("format") = "rgba32float";
  op_->readback();
  EXPECT_EQ(op_->gpuMemory(), 3 * 2 * 4 + 3 * 2 * 16);
}

}  // namespace
}  // namespace topknot
