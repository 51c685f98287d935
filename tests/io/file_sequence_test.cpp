// Which files a pattern or a folder names, what their frames are, and what is said of gaps.
#include "io/files/file_sequence.h"

#include <gtest/gtest.h>

#include "io/files/number_pattern.h"
#include "io/files/output_name.h"
#include "io/support/pictures.h"

namespace topknot::io {
namespace {

using test::contains;
using test::errorOf;

class FileSequences : public ::testing::Test {
 protected:
  void make(const std::vector<std::string>& names) {
    for (const std::string& name : names) test::writeBytes(scratch_ / name, test::bytesOf(name));
  }
  FileSequence open(const std::string& name) { return FileSequence::open(scratch_ / name); }
  static std::vector<std::string> namesOf(const FileSequence& sequence) {
    std::vector<std::string> names;
    for (const auto& file : sequence.files()) names.push_back(file.filename().string());
    return names;
  }
  std::string refusal(const std::string& name) {
    return errorOf([&] { open(name); });
  }

  test::Scratch scratch_;
};

using Names = std::vector<std::string>;

TEST_F(FileSequences, ANameWithAByteZeroMeansNoFolder) {
  make({"a.png"});
  const std::filesystem::path name = scratch_.folder().native() + std::string("\0.png", 5);
  EXPECT_TRUE(contains(errorOf([&] { FileSequence::open(name); }), {"byte 0 in its name"}));
}

TEST_F(FileSequences, APatternTakesNumbersOfAtLeastSoManyDigitsInTheirOrder) {
  make({"f.0010.png", "f.0009.png", "f.10000.png", "f.8.png", "g.0001.png", "f.0011.png.bak",
        "f.-001.png", "f.00a1.png"});
  const FileSequence sequence = open("f.####.png");
  EXPECT_EQ(namesOf(sequence), (Names{"f.0009.png", "f.0010.png", "f.10000.png"}));
  EXPECT_EQ(sequence.firstNumber(), 9);
  EXPECT_EQ(sequence.length(), 10000 - 9 + 1);
  EXPECT_EQ(namesOf(open("f.%04d.png")), namesOf(sequence));
  EXPECT_EQ(namesOf(open("f.#.png")).front(), "f.8.png");
  EXPECT_EQ(namesOf(open("f.%d.png")), namesOf(open("f.#.png")));
  EXPECT_FALSE(sequence.still());
}

TEST_F(FileSequences, AFrameWithoutAFileIsTheOneBeforeItAndIsNamed) {
  make({"f1.png", "f2.png", "f5.png", "f7.png"});
  const FileSequence sequence = open("f#.png");
  EXPECT_EQ(sequence.length(), 7);
  EXPECT_EQ(sequence.remark(), "3 of 7 frames are missing: 3 to 4, 6");
  EXPECT_EQ(sequence.at(1).file, 1u);
  EXPECT_FALSE(sequence.at(1).missing);
  EXPECT_EQ(sequence.at(3).file, 1u);
  EXPECT_TRUE(sequence.at(3).missing);
  EXPECT_EQ(sequence.nameOf(3), scratch_ / "f4.png");
  EXPECT_EQ(sequence.at(6).file, 3u);
  EXPECT_EQ(sequence.at(-5).file, 0u) << "others are taken for the nearest";
  EXPECT_EQ(sequence.at(500).file, 3u);
}

TEST_F(FileSequences, NoGapsNoRemark) {
  make({"f1.png", "f2.png"});
  EXPECT_EQ(open("f#.png").remark(), "");
  make({"f4.png"});
  EXPECT_EQ(open("f#.png").remark(), "1 of 4 frames is missing: 3");
}

TEST_F(FileSequences, ManyGapsAreCutShort) {
  make({"f1.png", "f3.png", "f5.png", "f7.png", "f9.png", "f11.png", "f13.png"});
  EXPECT_EQ(open("f#.png").remark(), "6 of 13 frames are missing: 2, 4, 6, 8, 10, …");
}

TEST_F(FileSequences, HugeNumbersCostNothingAndTooManyDigitsAreNoNumber) {
  make({"f.1.png", "f.999999999999999999.png", "f.1000000000000000000.png"});
  const FileSequence sequence = open("f.#.png");
  EXPECT_EQ(sequence.files().size(), 2u);
  EXPECT_EQ(sequence.length(), 999999999999999999);
  EXPECT_EQ(sequence.at(500'000'000'000).file, 0u);
  EXPECT_EQ(sequence.remark(),
            "999999999999999997 of 999999999999999999 frames are missing: "
            "2 to 999999999999999998");
  EXPECT_TRUE(contains(refusal("f.###################.png"), {"more than 18 digits"}));
  EXPECT_TRUE(contains(refusal("f.%99999999999999999999d.png"), {"more than 18 digits"}));
}

TEST_F(FileSequences, OfTwoFilesOfOneNumberTheShorterIsTakenAndItIsSaid) {
  make({"f.1.png", "f.001.png", "f.2.png"});
  const FileSequence sequence = open("f.#.png");
  EXPECT_EQ(namesOf(sequence), (Names{"f.1.png", "f.2.png"}));
  EXPECT_EQ(sequence.remark(), "several files have the number 1");
}

TEST_F(FileSequences, WhatMatchesNothingTellsWhatIsThere) {
  make({"b1.png", "b2.png", "b10.png", "c.txt"});
  EXPECT_TRUE(contains(refusal("a##.png"), {"no file in", "is named like \"a##.png\"", "it has",
                                            "\"b1.png\", \"b2.png\", \"b10.png\", … (4 files)"}));
  EXPECT_TRUE(contains(refusal("nowhere/a##.png"),
                       {"a##.png\" cannot be read: its folder", "nowhere", "No such file"}));
  EXPECT_TRUE(contains(refusal("a#b#.png"), {"several places for a number; expected one"}));
}

TEST_F(FileSequences, AFileOfThatVeryNameIsThatFile) {
  make({"take#1.png", "take11.png"});
  EXPECT_EQ(namesOf(open("take#1.png")), (Names{"take#1.png"}));
  EXPECT_TRUE(open("take#1.png").still());
  EXPECT_EQ(namesOf(open("take#.png")), (Names{"take11.png"}));
  make({"100%d.png"});
  EXPECT_TRUE(open("100%d.png").still());
}

TEST_F(FileSequences, ANameWithoutAPlaceIsAStillWhetherItExistsOrNot) {
  const FileSequence sequence = open("gone.png");
  EXPECT_TRUE(sequence.still());
  EXPECT_EQ(sequence.length(), 1);
  EXPECT_EQ(sequence.files(), (std::vector{scratch_ / "gone.png"}));
}

TEST_F(FileSequences, AFolderOfNumberedPicturesIsCountedLikeAPattern) {
  make({"s_8.exr", "s_9.exr", "s_12.exr", "notes.txt", ".hidden_1.exr"});
  const FileSequence sequence = FileSequence::open(scratch_.folder());
  EXPECT_EQ(namesOf(sequence), (Names{"s_8.exr", "s_9.exr", "s_12.exr"}));
  EXPECT_EQ(sequence.length(), 5);
  EXPECT_EQ(sequence.firstNumber(), 8);
  EXPECT_EQ(sequence.remark(), "2 of 5 frames are missing: 10 to 11");
  EXPECT_EQ(sequence.nameOf(2), scratch_ / "s_10.exr");
}

TEST_F(FileSequences, AFolderOfOtherPicturesIsInTheOrderOfNames) {
  make({"b.png", "a10.JPG", "a9.tif", "c.dds", "readme"});
  const FileSequence sequence = FileSequence::open(scratch_.folder());
  EXPECT_EQ(namesOf(sequence), (Names{"a9.tif", "a10.JPG", "b.png", "c.dds"}));
  EXPECT_EQ(sequence.length(), 4);
  EXPECT_EQ(sequence.remark(), "");
}

TEST_F(FileSequences, AFolderWithoutPicturesIsRefused) {
  EXPECT_TRUE(contains(errorOf([&] { FileSequence::open(scratch_.folder()); }),
                       {"is a folder without pictures", "it is empty"}));
  make({"a.txt"});
  EXPECT_TRUE(contains(errorOf([&] { FileSequence::open(scratch_.folder()); }), {"\"a.txt\""}));
}

TEST(NumberPatterns, NamesComeBackAsTheirNumbers) {
  for (const char* text : {"a.####.png", "a.%04d.png", "a.%4d.png"}) {
    const NumberPattern pattern = *NumberPattern::in(text);
    EXPECT_EQ(pattern.name(7), "a.0007.png") << text;
    EXPECT_EQ(pattern.name(123456), "a.123456.png") << text;
    EXPECT_EQ(pattern.number("a.0007.png"), 7) << text;
    EXPECT_FALSE(pattern.number("a.007.png")) << text;
  }
  EXPECT_FALSE(NumberPattern::in("a.png"));
  EXPECT_FALSE(NumberPattern::in("100%.png"));
  EXPECT_FALSE(NumberPattern::in("a%04x.png"));
  EXPECT_FALSE(NumberPattern::in("a#")->number("a"));
}

TEST(NumberPatterns, NumbersCountByValue) {
  EXPECT_TRUE(countsBefore("a9", "a10"));
  EXPECT_FALSE(countsBefore("a10", "a9"));
  EXPECT_TRUE(countsBefore("a2b10", "a10b2"));
  EXPECT_TRUE(countsBefore("a", "a1"));
  EXPECT_TRUE(countsBefore("a", "b"));
  EXPECT_FALSE(countsBefore("a1", "a1"));
  EXPECT_NE(countsBefore("a01", "a1"), countsBefore("a1", "a01"));
  EXPECT_TRUE(countsBefore("99999999999999999998", "99999999999999999999"));
}

constexpr std::string_view kPng[] = {".png"};
constexpr std::string_view kTiff[] = {".tiff", ".tif"};

TEST(OutputNames, TheNumberGoesToItsPlaceOrBeforeTheSuffix) {
  EXPECT_EQ(OutputName("f/a.##.png", kPng, 4).at(7), "f/a.07.png");
  EXPECT_EQ(OutputName("f/a.png", kPng, 4).at(7), "f/a.0007.png");
  EXPECT_EQ(OutputName("f/a.png", kPng, 4).plain(), "f/a.png");
  EXPECT_EQ(OutputName("a", kTiff, 1).at(12), "a.12.tiff");
  EXPECT_EQ(OutputName("a.##", kTiff, 1).at(1), "a.01.tiff");
  EXPECT_EQ(OutputName("a.TIF", kTiff, 3).at(1), "a.001.TIF");
  EXPECT_EQ(OutputName("shot.v2", kPng, 2).plain(), "shot.v2.png");
}

TEST(OutputNames, WhatMakesNoNameIsSaid) {
  EXPECT_TRUE(contains(errorOf([] { OutputName("a.exr", kPng, 4); }),
                       {"\"a.exr\" ends in .exr; expected .png or no suffix"}));
  for (const char* suffix : {".gif", ".MOV", ".mp4", ".jpgg"}) {
    EXPECT_TRUE(contains(errorOf([&] { OutputName("a" + std::string(suffix), kPng, 4); }),
                         {"which is not written; expected .png or no suffix"}));
  }
  EXPECT_TRUE(contains(errorOf([] { OutputName("folder/", kPng, 4); }), {"is no file name"}));
  EXPECT_TRUE(contains(errorOf([] { OutputName("#a#", kPng, 4); }), {"several places"}));
}

TEST_F(FileSequences, TheFirstFreeNumberIsBehindThoseThatAreThere) {
  make({"a.0003.png", "a.0007.png", "b.0099.png"});
  EXPECT_EQ(OutputName(scratch_ / "a.png", kPng, 4).firstFree(0), 8);
  EXPECT_EQ(OutputName(scratch_ / "a.png", kPng, 4).firstFree(20), 20);
  EXPECT_EQ(OutputName(scratch_ / "c.png", kPng, 4).firstFree(0), 0);
  EXPECT_TRUE(contains(errorOf([&] { OutputName(scratch_ / "no/c.png", kPng, 4).firstFree(0); }),
                       {"its folder"}));
}

}  // namespace
}  // namespace topknot::io
