// Movie File Out: which files are written, under which names, and what is said of those that are
// not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ops/support/magick.h"
#include "support/gl_test.h"
#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

using test::contains;
using test::nearly;
using test::thrown;
using Names = std::vector<std::string>;

class MovieFiles : public test::GlTest {
 protected:
  MovieFiles() {
    source_ = &graph().add<GlslTop>("source");
    source_->pixelShader(
        "uniform float uFrame; out vec4 c;\n"
        "void main() { c = vec4(uFrame / 255.0, vUV.st, 1.0); }");
    source_->uniform("uFrame", [](const Frame& frame) { return static_cast<double>(frame.index); });
    source_->par("outputresolution") = "custom";
    source_->par("resolution") = glm::vec2(6, 4);
    out_ = &graph().add<MovieFileOut>("out");
    *source_ >> *out_;
    out_->par("file") = (folder_ / "f.##.png").string();
  }

  void cook(int frames) {
    for (int i = 0; i < frames; ++i) graph().cook();
  }
  Names names() const {
    Names list;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      list.push_back(entry.path().filename().string());
    }
    std::sort(list.begin(), list.end());
    return list;
  }
  /// The frame that a file holds.
  int frameIn(const std::string& name) const {
    return static_cast<int>(std::lround(loadImage(folder_ / name).pixel(0, 0).r * 255));
  }
  void settle() {
    try {
      out_->finish();
    } catch (const Error&) {
      // The test looks at errors().
    }
    cook(1);
  }

  test::Folder folder_;
  GlslTop* source_;
  MovieFileOut* out_;
};

TEST_F(MovieFiles, WritesEachFrameWhileRecordIsOn) {
  cook(2);
  EXPECT_EQ(names(), Names{});
  out_->par("record") = true;
  cook(3);
  out_->par("record") = false;
  cook(2);
  out_->finish();
  EXPECT_EQ(names(), (Names{"f.00.png", "f.01.png", "f.02.png"}));
  EXPECT_EQ(frameIn("f.00.png"), 2);
  EXPECT_EQ(frameIn("f.02.png"), 4);
  EXPECT_EQ(out_->written(), 3);
  EXPECT_EQ(out_->failed(), 0);
  EXPECT_EQ(out_->pending(), 0);
  EXPECT_TRUE(out_->errors().empty());
}

TEST_F(MovieFiles, HundredFramesAreAllThereWholeAndInOrder) {
  out_->par("file") = (folder_ / "f.png").string();
  out_->par("n") = 1001;
  out_->par("record") = true;
  cook(100);
  out_->par("record") = false;
  out_->finish();
  EXPECT_EQ(names().size(), 100u);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(frameIn("f." + std::to_string(1001 + i) + ".png"), i);
  }
}

TEST_F(MovieFiles, EveryFileTypeIsWrittenAsItIsNamed) {
  const std::pair<const char*, const char*> kTypes[] = {{"tiff", ".tiff"}, {"jpeg", ".jpg"},
                                                        {"bmp", ".bmp"},   {"exr", ".exr"},
                                                        {"png", ".png"},   {"dds", ".dds"}};
  out_->par("file") = (folder_ / "a").string();
  for (const auto& [type, suffix] : kTypes) {
    out_->par("imagefiletype") = type;
    out_->par("record") = true;
    cook(1);
    out_->par("record") = false;
    out_->finish();
    const Image image = loadImage(folder_ / ("a.0000" + std::string(suffix)));
    EXPECT_EQ(image.width(), 6) << type;
    const glm::vec4 expected = out_->sample({.x = 5, .y = 0});
    EXPECT_TRUE(nearly(image.pixel(5, 0), expected, suffix == std::string(".jpg") ? 0.05f : 1e-3f))
        << type;
  }
  EXPECT_EQ(out_->failed(), 0);
}

TEST_F(MovieFiles, ImageMagickReadsTheSamePixels) {
  out_->par("format") = "rgba16fixed";
  out_->par("record") = true;
  cook(1);
  out_->finish();
  const Image theirs = test::magick(folder_, "f.00.png");
  EXPECT_EQ(theirs, out_->readback());
}

TEST_F(MovieFiles, AFileWithAKnownSuffixSetsTheType) {
  EXPECT_EQ(out_->par("imagefiletype").eval(), "png");
  out_->par("file") = (folder_ / "b.TIF").string();
  EXPECT_EQ(out_->par("imagefiletype").eval(), "tiff");
  out_->par("file") = (folder_ / "b.v2").string();
  EXPECT_EQ(out_->par("imagefiletype").eval(), "tiff");
  out_->par("record") = true;
  cook(1);
  out_->finish();
  EXPECT_EQ(names(), Names{"b.v2.0000.tiff"});
}

TEST_F(MovieFiles, AnImageIsWrittenOnceEachTimeRecordIsSwitchedOn) {
  out_->par("type") = "image";
  out_->par("file") = (folder_ / "one.png").string();
  out_->par("record") = true;
  cook(4);
  settle();
  EXPECT_EQ(names(), Names{"one.png"});
  EXPECT_EQ(frameIn("one.png"), 0);
  out_->par("record") = false;
  cook(1);
  out_->par("pause") = true;
  out_->par("record") = true;
  cook(3);
  EXPECT_EQ(out_->written(), 1);
  out_->par("pause") = false;
  cook(2);
  settle();
  EXPECT_EQ(out_->written(), 2);
  EXPECT_EQ(frameIn("one.png"), 9);
  out_->par("file") = (folder_ / "numbered.###.png").string();
  out_->par("n") = 12;
  out_->par("addframe").pulse();
  cook(1);
  settle();
  EXPECT_EQ(names(), (Names{"numbered.012.png", "one.png"}));
}

TEST_F(MovieFiles, RecordIsSeenWhenItCooks) {
  out_->par("type") = "image";
  out_->par("record") = true;
  cook(1);
  out_->par("record") = false;
  out_->par("record") = true;
  cook(2);
  settle();
  EXPECT_EQ(out_->written(), 1) << "off and on between two cooks is no switch";
}

TEST_F(MovieFiles, PauseLeavesFramesOutAndAddFrameAddsOne) {
  out_->par("record") = true;
  cook(2);
  out_->par("pause") = true;
  cook(3);
  out_->par("addframe").pulse();
  cook(3);
  out_->par("pause") = false;
  cook(1);
  out_->par("record") = false;
  cook(1);
  out_->par("addframe").pulse();
  cook(2);
  out_->finish();
  EXPECT_EQ(out_->written(), 5);
  EXPECT_EQ(frameIn("f.02.png"), 5);
  EXPECT_EQ(frameIn("f.03.png"), 8);
  EXPECT_EQ(frameIn("f.04.png"), 10);
}

TEST_F(MovieFiles, EachRecordingBeginsAnewOrBehindWhatIsThere) {
  const auto record = [&](int frames) {
    out_->par("record") = true;
    cook(frames);
    out_->par("record") = false;
    cook(1);
  };
  record(3);
  record(2);
  out_->finish();
  EXPECT_EQ(names().size(), 3u);
  EXPECT_EQ(frameIn("f.00.png"), 4) << "replaced";
  EXPECT_EQ(frameIn("f.02.png"), 2);
  out_->par("uniquesuff") = true;
  record(2);
  record(2);
  out_->finish();
  EXPECT_EQ(names().size(), 7u);
  EXPECT_EQ(frameIn("f.02.png"), 2) << "nothing is replaced";
  EXPECT_EQ(out_->written(), 9);
}

TEST_F(MovieFiles, WithinAFrameOneFileIsWritten) {
  out_->par("record") = true;
  cook(1);
  source_->uniform("uFrame", 77.0);
  out_->cook();
  out_->cook(true);
  out_->finish();
  EXPECT_EQ(names(), Names{"f.00.png"});
}

TEST_F(MovieFiles, PassesItsInputOnAndCooksByItself) {
  EXPECT_EQ(out_->readback(), source_->readback());
  EXPECT_TRUE(out_->drawing().passedOn);
  out_->par("format") = "mono8fixed";
  out_->par("record") = true;
  cook(1);
  out_->finish();
  EXPECT_EQ(
      test::printedBy("identify -format %[channels] '" + (folder_ / "f.00.png").string() + "'")
          .substr(0, 4),
      "gray");
}

TEST_F(MovieFiles, AtRestItDoesNotCook) {
  out_->par("record") = true;
  cook(2);
  out_->par("record") = false;
  out_->finish();
  cook(2);
  const auto cooks = out_->totalCooks();
  cook(5);
  EXPECT_EQ(out_->totalCooks(), cooks);
}

TEST_F(MovieFiles, WhatCannotBeWrittenIsNamedCountedAndForgottenWithAnotherFile) {
  out_->par("file") = (folder_ / "no/f.png").string();
  out_->par("record") = true;
  cook(3);
  EXPECT_EQ(out_->failed(), 3);
  ASSERT_EQ(out_->errors().size(), 1u);
  EXPECT_TRUE(contains(out_->errors()[0], "3 frames could not be written; the first: \""));
  EXPECT_TRUE(contains(out_->errors()[0], "no/f.0000.png\" cannot be written: its folder"));
  EXPECT_TRUE(contains(thrown([&] { out_->finish(); }), "moviefileout 'out': "));
  EXPECT_TRUE(nearly(out_->sample({.x = 0, .y = 0}), source_->sample({.x = 0, .y = 0})));
  out_->par("file") = (folder_ / "f.png").string();
  cook(1);
  EXPECT_TRUE(out_->errors().empty());
  out_->finish();
  EXPECT_EQ(out_->written(), 1);
  EXPECT_EQ(out_->failed(), 3);
}

TEST_F(MovieFiles, AFailureOfTheWritingThreadIsToldInALaterCook) {
  std::filesystem::create_directory(folder_ / "f.01.png");
  out_->par("record") = true;
  cook(3);
  out_->par("record") = false;
  settle();
  ASSERT_EQ(out_->errors().size(), 1u);
  EXPECT_TRUE(contains(out_->errors()[0], "f.01.png\" cannot be written: it is a folder"));
  EXPECT_EQ(out_->failed(), 1);
  EXPECT_EQ(out_->written(), 2);
  cook(3);
  EXPECT_EQ(out_->errors().size(), 1u) << "it stays";
  out_->par("record") = true;
  out_->par("file") = (folder_ / "g.##.png").string();
  cook(1);
  EXPECT_TRUE(out_->errors().empty());
}

TEST_F(MovieFiles, FramesThatFailedUpstreamAreWrittenAndTold) {
  bool fails = false;
  source_->uniform("uFrame", [&](const Frame& frame) -> Value {
    if (fails) throw Error("no signal");
    return static_cast<double>(frame.index);
  });
  out_->par("record") = true;
  cook(2);
  EXPECT_TRUE(out_->warnings().empty());
  fails = true;
  cook(2);
  ASSERT_EQ(out_->warnings().size(), 1u);
  EXPECT_TRUE(contains(out_->warnings()[0], ": 2; the first, \""));
  EXPECT_TRUE(contains(out_->warnings()[0], "f.02.png\": glsl 'source': the uniform 'uFrame'"));
  fails = false;
  cook(1);
  EXPECT_EQ(out_->warnings().size(), 1u) << "it stays while it records";
  out_->finish();
  EXPECT_EQ(frameIn("f.02.png"), 1) << "the picture that was there";
  EXPECT_EQ(frameIn("f.04.png"), 4);
  out_->par("record") = false;
  cook(1);
  out_->par("record") = true;
  cook(1);
  EXPECT_TRUE(out_->warnings().empty());
}

TEST_F(MovieFiles, BadParametersAreSaid) {
  const auto errorWith = [&](const char* par, const Value& value) {
    out_->par("record") = false;
    cook(1);
    const Value before = out_->par(par).eval();
    out_->par(par) = value;
    out_->par("record") = true;
    cook(1);
    const std::string error = out_->errors().empty() ? "" : out_->errors()[0];
    out_->par(par) = before;
    return error;
  };
  EXPECT_TRUE(contains(errorWith("file", ""), "parameter 'file' is empty"));
  EXPECT_TRUE(contains(errorWith("file", "a#b#.png"), "several places for a number"));
  EXPECT_TRUE(
      contains(errorWith("imagefiletype", "exr"), "ends in .png; expected .exr or no suffix"));
  EXPECT_EQ(errorWith("n", 5), "");
  EXPECT_TRUE(contains(thrown([&] { out_->par("n") = -1; }), "'n'"));
  EXPECT_TRUE(contains(thrown([&] { out_->par("quality") = 7; }), "'quality'"));
  out_->metadata({{"author", "me"}});
  EXPECT_TRUE(contains(errorWith("n", 6), "only exr files hold it"));
}

TEST_F(MovieFiles, MetadataGoesIntoExr) {
  out_->metadata({{"author", "topknot"}});
  out_->par("file") = (folder_ / "m.exr").string();
  out_->par("record") = true;
  cook(1);
  out_->finish();
  EXPECT_TRUE(contains(test::printedBy("exrheader '" + (folder_ / "m.0000.exr").string() + "'"),
                       "author (type string): \"topknot\""));
}

TEST_F(MovieFiles, VolumesAreRefused) {
  auto& volume = graph().add("texture3d");
  *source_ >> volume;
  out_->inputConnectors()[0].connect(volume);
  out_->par("record") = true;
  cook(1);
  ASSERT_FALSE(out_->errors().empty());
  EXPECT_TRUE(contains(out_->errors()[0], "f.00.png\" cannot be written: input 0 is a 3D texture"));
  EXPECT_TRUE(contains(out_->errors()[0], ", and files hold 2D textures"));
  EXPECT_EQ(out_->failed(), 1);
}

TEST_F(MovieFiles, WhatIsQueuedIsWrittenWhenTheOperatorGoes) {
  source_->par("resolution") = glm::vec2(300, 200);
  out_->par("record") = true;
  cook(12);
  out_->destroy();
  EXPECT_EQ(names().size(), 12u);
  EXPECT_EQ(frameIn("f.11.png"), 11);
}

TEST_F(MovieFiles, ASequenceGoesThroughFilesAndComesBack) {
  source_->par("format") = "rgba16float";
  out_->par("file") = (folder_ / "s.###.exr").string();
  out_->par("record") = true;
  std::vector<Image> pictures;
  for (int i = 0; i < 6; ++i) {
    cook(1);
    pictures.push_back(out_->readback());
  }
  out_->par("record") = false;
  out_->finish();
  Graph other;
  auto& in = other.add<MovieFileIn>();
  in.par("file") = (folder_ / "s.###.exr").string();
  in.pin();
  for (int i = 0; i < 12; ++i) {
    other.cook();
    EXPECT_EQ(in.readback(), pictures[static_cast<std::size_t>(i % 6)]) << i;
  }
  EXPECT_TRUE(in.warnings().empty());
}

}  // namespace
}  // namespace topknot
