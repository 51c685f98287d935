// Movie File In: sequences: which picture is shown when, and what happens when files fail it.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using Shown = std::vector<int>;

class MovieSequence : public test::GlTest {
 protected:
  MovieSequence() {
    op_ = &graph().add<MovieFileIn>("movie");
    for (int i = 0; i < 5; ++i) write(i, i);
    op_->par("file") = (folder_ / "f.##.png").string();
    op_->pin();
  }

  void write(int number, int value, int width = 4) {
    Image image(width, 3, PixelFormat::Rgba8Fixed);
    const auto byte = static_cast<float>(value) / 255.0f;
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < width; ++x) image.setPixel(x, y, {byte, 0, 1, 1});
    }
    saveImage(image, nameOf(number));
  }
  std::filesystem::path nameOf(int number) const {
    return folder_ / ("f." + std::string(number < 10 ? "0" : "") + std::to_string(number) + ".png");
  }
  /// The value of the picture's pixels; −1 black, −2 nothing.
  int shown() {
    const glm::vec4 pixel = op_->sample({.x = 0, .y = 0, .allowStale = true});
    if (pixel.a == 0) return -2;
    return pixel.b == 0 ? -1 : static_cast<int>(std::lround(pixel.r * 255));
  }
  /// What the next frames show.
  Shown play(int frames) {
    Shown list;
    for (int i = 0; i < frames; ++i) {
      graph().cook();
      list.push_back(shown());
    }
    return list;
  }
  int at(double index) {
    op_->par("index") = index;
    return shown();
  }

  test::Folder folder_;
  MovieFileIn* op_;
};

TEST_F(MovieSequence, PlaysOnePictureAFrameAndBeginsAnew) {
  EXPECT_EQ(play(7), (Shown{0, 1, 2, 3, 4, 0, 1}));
  EXPECT_EQ(op_->length(), 5);
  EXPECT_EQ(op_->index(), 1);
  EXPECT_TRUE(op_->errors().empty());
  EXPECT_TRUE(op_->warnings().empty());
}

TEST_F(MovieSequence, SpeedAndSampleRateCount) {
  op_->par("speed") = 2;
  EXPECT_EQ(play(4), (Shown{0, 2, 4, 1}));
  op_->par("speed") = -1;
  EXPECT_EQ(play(3), (Shown{0, 4, 3}));
  op_->par("speed") = 0.5;
  EXPECT_EQ(play(4), (Shown{3, 4, 4, 0}));
  op_->par("overridesample") = true;
  op_->par("samplerate") = 120;  // of 60 frames a second
  EXPECT_EQ(play(3), (Shown{1, 2, 3}));
}

TEST_F(MovieSequence, LongPlayingLosesNoFrame) {
  graph().rate(24);
  for (int i = 0; i < 3000; ++i) {
    graph().cook();
    ASSERT_EQ(op_->index(), i % 5) << i;
  }
}

TEST_F(MovieSequence, PlayAndCueStopAndGo) {
  EXPECT_EQ(play(3), (Shown{0, 1, 2}));
  op_->par("play") = false;
  EXPECT_EQ(play(2), (Shown{2, 2}));
  op_->par("play") = true;
  EXPECT_EQ(play(2), (Shown{2, 3}));
  op_->par("cuepoint") = 1;
  op_->par("cue") = true;
  EXPECT_EQ(play(2), (Shown{1, 1}));
  op_->par("cue") = false;
  EXPECT_EQ(play(3), (Shown{1, 2, 3}));
  op_->par("cuepoint") = 0.8;
  op_->par("cuepointunit") = "fraction";
  op_->par("cuepulse").pulse();
  EXPECT_EQ(play(3), (Shown{4, 0, 1}));
}

TEST_F(MovieSequence, AtRestItDoesNotCook) {
  op_->par("play") = false;
  play(2);
  const auto cooks = op_->totalCooks();
  for (int i = 0; i < 5; ++i) graph().cook();
  EXPECT_EQ(op_->totalCooks(), cooks);
  op_->par("play") = true;
  for (int i = 0; i < 5; ++i) graph().cook();
  EXPECT_EQ(op_->totalCooks(), cooks + 5);
  op_->par("textendright") = "hold";
  play(5);
  const auto ended = op_->totalCooks();
  EXPECT_EQ(play(3), (Shown{4, 4, 4})) << "the last one is held";
  EXPECT_EQ(op_->totalCooks(), ended);
  op_->par("speed") = -1;
  EXPECT_EQ(play(3), (Shown{4, 4, 3})) << "and played back from there";
}

TEST_F(MovieSequence, CookedTwiceInAFrameItStandsStill) {
  play(3);
  op_->cook(true);
  EXPECT_EQ(shown(), 2);
  op_->par("filtertype") = "nearest";
  EXPECT_EQ(shown(), 2);
  EXPECT_EQ(play(1), Shown{3});
}

TEST_F(MovieSequence, LockedFollowsTheClock) {
  op_->par("playmode") = "locked";
  const auto frame = [&](std::int64_t index) {
    graph().cook({index, static_cast<double>(index) / 60.0, 1.0 / 60.0});
    return shown();
  };
  EXPECT_EQ(frame(3), 3);
  EXPECT_EQ(frame(1), 1);
  EXPECT_EQ(frame(-1), 4);
  EXPECT_EQ(frame(1'000'002), 2);
}

TEST_F(MovieSequence, ASetBackClockGoesOnByOneFrame) {
  const auto frame = [&](double seconds) {
    graph().cook({0, seconds, 1.0 / 60.0});
    return shown();
  };
  EXPECT_EQ(frame(10.0), 0);
  EXPECT_EQ(frame(10.0 + 2.0 / 60.0), 2);
  EXPECT_EQ(frame(0.0), 3);
  EXPECT_EQ(frame(1.0 / 60.0), 4);
  EXPECT_EQ(frame(1.0 / 60.0), 4) << "no time, no step";
}

TEST_F(MovieSequence, TheIndexIsSpecifiedInAnyUnit) {
  op_->par("playmode") = "specify";
  EXPECT_EQ(at(2), 2);
  EXPECT_EQ(at(2.9), 2);
  EXPECT_EQ(at(-1), 4);
  EXPECT_EQ(at(1e300), at(0)) << "no place to be told from others";
  op_->par("indexunit") = "seconds";
  EXPECT_EQ(at(3.0 / 60.0), 3);
  op_->par("indexunit") = "fraction";
  EXPECT_EQ(at(0.5), 2);
  op_->par("overridesample") = true;
  op_->par("samplerate") = 30;
  op_->par("indexunit") = "frames";
  EXPECT_EQ(at(6), 3);
}

TEST_F(MovieSequence, BeyondTheEndsItExtends) {
  op_->par("playmode") = "specify";
  struct Case {
    const char* extend;
    Shown left, right;  // at −1 −2 −6 and 5 6 10
  };
  for (const Case& each :
       {Case{"hold", {0, 0, 0}, {4, 4, 4}}, Case{"cycle", {4, 3, 4}, {0, 1, 0}},
        Case{"mirror", {0, 1, 4}, {4, 3, 0}}, Case{"black", {-1, -1, -1}, {-1, -1, -1}},
        Case{"zero", {-2, -2, -2}, {-2, -2, -2}}}) {
    op_->par("textendleft") = each.extend;
    op_->par("textendright") = "hold";
    EXPECT_EQ((Shown{at(-1), at(-2), at(-6), at(9)}),
              (Shown{each.left[0], each.left[1], each.left[2], 4}))
        << each.extend;
    op_->par("textendleft") = "hold";
    op_->par("textendright") = each.extend;
    EXPECT_EQ((Shown{at(5), at(6), at(10), at(-9)}),
              (Shown{each.right[0], each.right[1], each.right[2], 0}))
        << each.extend;
  }
}

TEST_F(MovieSequence, TheTrimmedPartIsTheMovie) {
  op_->par("trim") = true;
  op_->par("tstart") = 1;
  op_->par("tend") = 4;
  op_->par("tendunit") = "indices";
  EXPECT_EQ(play(5), (Shown{1, 2, 3, 1, 2}));
  op_->par("playmode") = "specify";
  EXPECT_EQ(at(0), 1);
  op_->par("indexunit") = "fraction";
  EXPECT_EQ(at(0.99), 3);
  op_->par("tend") = 1;
  op_->cook();
  ASSERT_EQ(op_->errors().size(), 1u);
  EXPECT_TRUE(contains(op_->errors()[0], "the trim leaves nothing: it starts at picture 1"));
  EXPECT_EQ(shown(), 3) << "the picture before it stays";
}

TEST_F(MovieSequence, GapsAreSaidAndShowThePictureBeforeThem) {
  std::filesystem::remove(nameOf(2));
  write(7, 7);
  op_->par("reloadpulse").pulse();
  EXPECT_EQ(play(8), (Shown{0, 1, 1, 3, 4, 4, 4, 7}));
  ASSERT_EQ(op_->warnings().size(), 1u);
  EXPECT_TRUE(contains(op_->warnings()[0], "f.##.png\": 3 of 8 frames are missing: 2, 5 to 6"));
  EXPECT_EQ(play(3), (Shown{0, 1, 1}));
  ASSERT_EQ(op_->warnings().size(), 2u);
  EXPECT_TRUE(contains(op_->warnings()[1], "f.02.png\" is missing; \"f.01.png\" is shown"));
  EXPECT_TRUE(op_->errors().empty());
}

TEST_F(MovieSequence, NumbersOfTheFilesMayBeTheIndices) {
  for (int i = 0; i < 5; ++i) std::filesystem::rename(nameOf(i), nameOf(i + 90));
  op_->par("playmode") = "specify";
  EXPECT_EQ(at(2), 2);
  op_->par("imageindexing") = "filename";
  EXPECT_EQ(at(92), 2);
  op_->par("trim") = true;
  op_->par("tstart") = 91;
  op_->par("textendleft") = "black";
  EXPECT_EQ(at(92), 2);
  EXPECT_EQ(at(90), -1);
  op_->par("playmode") = "locked";
  graph().cook({94, 94 / 60.0, 1.0 / 60.0});
  EXPECT_EQ(shown(), 4);
}

TEST_F(MovieSequence, HugeNumbersAreJustFarAway) {
  std::filesystem::copy(nameOf(4), folder_ / "f.999999999999999999.png");
  op_->par("playmode") = "specify";
  EXPECT_EQ(at(500'000'000'000'000), 4);
  EXPECT_EQ(op_->length(), 1'000'000'000'000'000'000);
  op_->par("indexunit") = "fraction";
  EXPECT_EQ(at(0.5), 4);
  EXPECT_TRUE(op_->errors().empty());
}

TEST_F(MovieSequence, ADamagedFrameIsAnErrorThatNamesItAndTheOneBeforeStays) {
  folder_.write("f.02.png", "no picture");
  EXPECT_EQ(play(3), (Shown{0, 1, 1}));
  ASSERT_EQ(op_->errors().size(), 1u);
  EXPECT_TRUE(contains(op_->errors()[0], "Failed to open file."));
  EXPECT_TRUE(contains(op_->errors()[0], "f.02.png"));
  EXPECT_EQ(play(2), (Shown{3, 4}));
  EXPECT_TRUE(op_->errors().empty());
}

TEST_F(MovieSequence, AtRestADamagedFrameIsReadAgain) {
  folder_.write("f.02.png", "no picture");
  op_->par("playmode") = "specify";
  at(2);
  EXPECT_FALSE(op_->errors().empty());
  write(2, 22);
  op_->cook(true);
  EXPECT_TRUE(op_->errors().empty());
  EXPECT_EQ(shown(), 22);
}

TEST_F(MovieSequence, EachPictureHasItsOwnSizeAndFormat) {
  write(1, 1, 9);
  saveImage(Image(2, 2, PixelFormat::Rgba16Float), folder_ / "x.exr");
  std::filesystem::rename(folder_ / "x.exr", nameOf(2));
  play(1);
  EXPECT_EQ(op_->width(), 4);
  play(1);
  EXPECT_EQ(op_->width(), 9);
  play(1);
  EXPECT_EQ(op_->width(), 2);
  EXPECT_EQ(op_->pixelFormatName(), "rgba16float");
  play(1);
  EXPECT_EQ(op_->width(), 4);
  EXPECT_EQ(op_->pixelFormatName(), "rgba8fixed");
}

TEST_F(MovieSequence, FilesThatAreReplacedWhilePlayingAreReadWhenTheyComeAgain) {
  op_->par("prereadframes") = 1;
  for (int i = 0; i < 40; ++i) {
    write((i + 3) % 5, 100 + i);
    play(1);
    EXPECT_TRUE(op_->errors().empty());
  }
  EXPECT_GT(shown(), 100);
  write(0, 50);
  op_->par("reloadpulse").pulse();
  op_->par("cuepulse").pulse();
  EXPECT_EQ(play(1), Shown{50});
}

TEST_F(MovieSequence, ReloadGoesOnWhereItWas) {
  play(3);
  write(2, 200);
  write(3, 201);
  write(5, 205);
  op_->par("reloadpulse").pulse();
  op_->par("play") = false;
  EXPECT_EQ(play(1), Shown{200});
  op_->par("play") = true;
  EXPECT_EQ(play(5), (Shown{200, 201, 4, 205, 0})) << "with one picture more";
}

TEST_F(MovieSequence, NoFileAtAllIsAnErrorAndThePictureStays) {
  play(2);
  op_->par("file") = (folder_ / "other.####.exr").string();
  op_->cook();
  ASSERT_EQ(op_->errors().size(), 1u);
  EXPECT_TRUE(contains(op_->errors()[0], "is named like \"other.####.exr\"; it has \"f.00.png\""));
  EXPECT_EQ(op_->length(), 0);
  EXPECT_EQ(shown(), 1);
  op_->par("file") = folder_.path().string();
  EXPECT_EQ(play(2), (Shown{0, 1})) << "a folder is a sequence too";
  EXPECT_TRUE(op_->errors().empty());
}

TEST_F(MovieSequence, BothWaysOfUploadShowTheSamePixels) {
  for (const char* suffix : {".exr", ".png"}) {
    for (int i = 0; i < 4; ++i) {
      Image image(33, 17, PixelFormat::Rgba16Float);
      for (int y = 0; y < 17; ++y) {
        for (int x = 0; x < 33; ++x) {
          image.setPixel(x, y, {float(x * i) / 100, float(y) / 17, float(i) / 4, 0.5f});
        }
      }
      saveImage(image, folder_ / ("u" + std::to_string(i) + suffix));
    }
    op_->par("file") = (folder_ / ("u#" + std::string(suffix))).string();
    op_->par("playmode") = "specify";
    for (int i = 0; i < 12; ++i) {
      op_->par("index") = i;
      op_->par("asyncupload") = i % 2 == 0;
      EXPECT_EQ(op_->readback(), loadImage(folder_ / ("u" + std::to_string(i % 4) + suffix)));
    }
  }
}

TEST_F(MovieSequence, FramesAreThereBeforeTheyAreDue) {
  play(20);
  const MovieFileIn::Reads reads = op_->reads();
  EXPECT_EQ(reads.ready + reads.waited, 20);
  EXPECT_EQ(reads.late, 0);
  EXPECT_EQ(reads.read, 5) << "what stays wanted is read once";
}

TEST_F(MovieSequence, WithoutRoomToReadAheadTheOneThatIsDueIsRead) {
  op_->readAheadBytes(0);
  EXPECT_EQ(play(12), (Shown{0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1}));
  EXPECT_GE(op_->reads().read, 10) << "nothing is kept for the next round";
  op_->readAheadBytes(1 << 20);
  EXPECT_EQ(play(5), (Shown{2, 3, 4, 0, 1}));
}

TEST_F(MovieSequence, OneThatIsNotThereInTimeLeavesThePictureAndComesLater) {
  for (int i = 0; i < 3; ++i) {
    const int side = i == 1 ? 3000 : 9;  // takes a while
    saveImage(Image(side, side, PixelFormat::Rgba8Fixed),
              folder_ / ("large" + std::to_string(i) + ".png"));
  }
  op_->par("prereadframes") = 0;
  op_->par("frametimeout") = 0;
  op_->par("play") = false;
  op_->par("file") = (folder_ / "large#.png").string();
  EXPECT_EQ(op_->width(), 9) << "the first one is waited for";
  op_->par("cue") = true;
  op_->par("cuepoint") = 1;
  graph().cook();
  int late = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (; !op_->warnings().empty() && std::chrono::steady_clock::now() < deadline; ++late) {
    EXPECT_TRUE(contains(op_->warnings()[0], "large1.png\" is not read yet"));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    graph().cook();
  }
  EXPECT_EQ(op_->reads().late, late);
  EXPECT_GT(late, 0);
  EXPECT_TRUE(op_->errors().empty());
  EXPECT_EQ(op_->width(), 3000);
}

TEST_F(MovieSequence, GraphsEndWithLoadsInFlight) {
  for (int i = 0; i < 30; ++i) {
    Graph other;
    auto& movie = other.add<MovieFileIn>();
    movie.par("file") = (folder_ / "f.##.png").string();
    movie.par("maxdecodecpus") = 1 + i % 4;
    movie.cook();
  }
  SUCCEED();
}

TEST_F(MovieSequence, WhatWasShownStaysForThoseWhoHoldIt) {
  auto& cache = graph().add("cache").as<Top>();
  cache.par("cachesize") = 4;
  *op_ >> cache;
  cache.pin();
  play(4);
  for (int back = 0; back < 4; ++back) {
    cache.par("outputindex") = -back;
    EXPECT_EQ(std::lround(cache.sample({.x = 1, .y = 1}).r * 255), 3 - back);
  }
}

}  // namespace
}  // namespace topknot
