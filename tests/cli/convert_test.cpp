// `topknot convert`: formats, sizes, several pictures, and what it says when it cannot.
#include "cli/support/command.h"
#include "cli/support/pixels.h"

namespace topknot::test {
namespace {

using Pixel = std::array<int, 4>;

// Top row red, green, blue; bottom row cyan, magenta, orange.
const std::string kSixColours =
    "\xff\x01\x02\x03\xff\x04\x05\x06\xff\x07\xff\xfe\xfd\x08\xfc\xff\x80\x09";

class Convert : public CommandTest {
 protected:
  Convert() { shop_.writePng("six.png", 3, 2, kSixColours); }

  std::string converted(std::vector<std::string> words) {
    words.insert(words.begin(), "convert");
    const Result result = shop_.topknot(words);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    return result.out;
  }
  Result refused(std::vector<std::string> words) {
    words.insert(words.begin(), "convert");
    return shop_.topknot(words);
  }
};

TEST_F(Convert, EveryFileFormatIsWrittenAndHoldsThePicture) {
  for (const std::string suffix : {"png", "tif", "tiff", "bmp", "exr", "dds", "jpg", "jpeg"}) {
    EXPECT_EQ(converted({"six.png", "out." + suffix}),
              "wrote out." + suffix + ", 3x2, rgba8fixed\n");
    EXPECT_EQ(converted({"out." + suffix, "back.png", "--format", "rgba8fixed"}),
              "wrote back.png, 3x2, rgba8fixed\n");
    const bool lossy = suffix == "jpg" || suffix == "jpeg";
    const Pixels<int> pixels = magickPixels(shop_, "back.png");
    ASSERT_EQ(pixels.rgba.size(), 6u) << suffix;
    for (std::size_t i = 0; i < 6; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        const auto byte = static_cast<unsigned char>(kSixColours[i * 3 + c]);
        EXPECT_NEAR(pixels.rgba[i][c], byte, lossy ? 6 : 0) << suffix << " pixel " << i;
      }
    }
  }
}

TEST_F(Convert, WithoutASizeNoOpenGLIsNeeded) {
  EXPECT_EQ(shop_
                .run({"env", "EGL_PLATFORM=none", "__EGL_VENDOR_LIBRARY_DIRS=/nowhere",
                      TOPKNOT_BINARY_DIR "/topknot", "convert", "six.png", "out.exr"})
                .status,
            0);
}

TEST_F(Convert, ASizeStretchesUnlessItIsToldOtherwise) {
  shop_.writePng("wide.png", 8, 4, std::string(8 * 4 * 3, '\x80'));
  const auto sized = [&](const std::string& size, const std::string& fit) {
    std::vector<std::string> words = {"wide.png", "out.png", "--size", size};
    if (!fit.empty()) words.insert(words.end(), {"--fit", fit});
    return converted(words);
  };
  EXPECT_EQ(sized("4x4", ""), "wrote out.png, 4x4, rgba8fixed\n");
  EXPECT_EQ(magickPixels(shop_, "out.png").at(0, 0), (Pixel{128, 128, 128, 255}));
  EXPECT_EQ(sized("4x4", "fitbest"), "wrote out.png, 4x4, rgba8fixed\n");
  EXPECT_EQ(magickPixels(shop_, "out.png").at(0, 0)[3], 0);
  EXPECT_EQ(magickPixels(shop_, "out.png").at(2, 1), (Pixel{128, 128, 128, 255}));
  EXPECT_EQ(sized("4x4", "fitoutside"), "wrote out.png, 4x4, rgba8fixed\n");
  EXPECT_EQ(magickPixels(shop_, "out.png").at(0, 0)[3], 255);
  EXPECT_EQ(sized("4x4", "limit"), "wrote out.png, 4x2, rgba8fixed\n");
  EXPECT_EQ(sized("100x100", "limit"), "wrote out.png, 8x4, rgba8fixed\n");
}

TEST_F(Convert, TheFilterAveragesOrTakesTheNearest) {
  std::string columns;  // black, white, black, white …
  for (int i = 0; i < 8 * 8; ++i) columns += std::string(3, i % 2 ? '\xff' : '\0');
  shop_.writePng("columns.png", 8, 8, columns);
  converted({"columns.png", "mip.png", "--size", "2x2"});
  EXPECT_NEAR(magickPixels(shop_, "mip.png").at(0, 0)[0], 128, 1);
  converted({"columns.png", "near.png", "--size", "2x2", "--filter", "nearest"});
  const int red = magickPixels(shop_, "near.png").at(0, 0)[0];
  EXPECT_TRUE(red == 0 || red == 255) << red;
}

TEST_F(Convert, TheFormatIsThatOfThePixels) {
  EXPECT_EQ(converted({"six.png", "out.exr", "--format", "rgba32float"}),
            "wrote out.exr, 3x2, rgba32float\n");
  EXPECT_NEAR(exrPixels(shop_.folder() / "out.exr").at(0, 0)[1], 1.0f / 255.0f, 1e-7f);
  EXPECT_EQ(converted({"six.png", "out.png", "--size", "2x2", "--format", "mono16fixed"}),
            "wrote out.png, 2x2, mono16fixed\n");
}

TEST_F(Convert, MetadataIsInTheHeader) {
  converted({"six.png", "out.exr", "--metadata", "author=me", "--metadata", "note=a=b c"});
  const std::string header = shop_.run({"exrheader", "out.exr"}).out;
  EXPECT_TRUE(contains(header, "author (type string): \"me\""));
  EXPECT_TRUE(contains(header, "note (type string): \"a=b c\""));
  EXPECT_TRUE(complains(refused({"six.png", "out.png", "--metadata", "a=b"}), 1, "only exr"));
  EXPECT_TRUE(complains(refused({"six.png", "out.exr", "--metadata", "ab"}), 2, "KEY=VALUE"));
  EXPECT_TRUE(complains(refused({"six.png", "out.exr", "--metadata", "=b"}), 2, "KEY=VALUE"));
}

TEST_F(Convert, LessQualityMakesAJpgSmaller) {
  shop_.run({magickProgram(shop_), "-size", "64x64", "plasma:", "large.png"});
  converted({"large.png", "best.jpg"});
  converted({"large.png", "small.jpg", "--quality", "0.2"});
  EXPECT_LT(shop_.read("small.jpg").size(), shop_.read("best.jpg").size() / 2);
  for (const std::string quality : {"7", "-1", "nan", "high", ""}) {
    EXPECT_TRUE(complains(refused({"six.png", "out.jpg", "--quality", quality}), 2,
                          "--quality: expected a number from 0 to 1, found '" + quality + "'"));
  }
}

TEST_F(Convert, SeveralPicturesKeepTheirNamesOrAreNumbered) {
  shop_.writePng("one.png", 1, 1, "\x10\x20\x30");
  EXPECT_EQ(converted({"six.png", "one.png", "*.tif"}),
            "wrote six.tif, 3x2, rgba8fixed\nwrote one.tif, 1x1, rgba8fixed\n");
  EXPECT_EQ(converted({"six.png", "one.png", "new/a.##.exr", "--create-folders"}),
            "wrote new/a.00.exr, 3x2, rgba8fixed\nwrote new/a.01.exr, 1x1, rgba8fixed\n");
  EXPECT_TRUE(shop_.has("new/a.01.exr"));
}

TEST_F(Convert, OneThatFailsDoesNotStopTheOthers) {
  shop_.writePng("one.png", 1, 1, "\x10\x20\x30");
  shop_.write("bad.png", "no picture");
  for (const std::string size : {"", "2x2"}) {
    std::vector<std::string> words = {"six.png", "bad.png", "no.png", "one.png", "*.tif"};
    if (!size.empty()) words.insert(words.end(), {"--size", size});
    const Result result = refused(words);
    EXPECT_EQ(result.status, 1);
    EXPECT_TRUE(contains(result.err, "\"bad.png\" is not a picture that can be read"));
    EXPECT_TRUE(contains(result.err, "\"no.png\" does not exist"));
    EXPECT_TRUE(contains(result.out, "wrote one.tif, " + (size.empty() ? "1x1" : size)));
    EXPECT_TRUE(shop_.has("one.tif"));
    EXPECT_FALSE(shop_.has("bad.tif"));
  }
}

TEST_F(Convert, WhatIsNoPictureIsTheSameErrorWithASize) {
  shop_.writePng("frame.0000.png", 1, 1, "\x10\x20\x30");
  shop_.write("bad.png", "no picture");
  for (const std::string in : {"frame.####.png", "frame.%04d.png", ".", "no.png", "bad.png", ""}) {
    const Result plain = refused({in, "out.png"});
    const Result sized = refused({in, "out.png", "--size", "2x2"});
    EXPECT_EQ(plain.status, 1) << in;
    EXPECT_EQ(sized.status, 1) << in;
    EXPECT_EQ(sized.err, plain.err);
    EXPECT_FALSE(shop_.has("out.png")) << in;
  }
}

TEST_F(Convert, AnOutThatCannotBeLookedAtIsRefusedInASentence) {
  const std::string name = std::string(300, 'n') + ".png";
  EXPECT_TRUE(complains(refused({"six.png", name}), 1, "File name too long"));
  std::filesystem::create_symlink("b.png", shop_.folder() / "a.png");
  std::filesystem::create_symlink("a.png", shop_.folder() / "b.png");
  const Result loop = refused({"six.png", "a.png"});
  EXPECT_TRUE(complains(loop, 1, "\"a.png\" cannot be written: "));
  EXPECT_FALSE(contains(loop.err, "filesystem error"));
}

TEST_F(CommandTest, AnInputOfGlslIsAPictureAndNoSequence) {
  shop_.write("a.frag", "out vec4 c;\nvoid main() { c = texture(sTD2DInputs[0], vUV.st); }\n");
  shop_.writePng("frame.00.png", 1, 1, "\x10\x20\x30");
  const auto with = [&](const std::string& in) {
    return shop_.topknot({"glsl", "a.frag", "--input", in, "--out", "out.png"});
  };
  EXPECT_EQ(with("frame.00.png").status, 0);
  EXPECT_TRUE(complains(with("frame.##.png"), 1, "\"frame.##.png\" does not exist"));
  EXPECT_TRUE(complains(with("frame.%02d.png"), 1, "\"frame.%02d.png\" does not exist"));
  EXPECT_TRUE(complains(with("."), 1, "\".\" is a folder, not a file"));
}

TEST_F(Convert, WrongUsageSaysWhatIsExpected) {
  std::filesystem::create_directory(shop_.folder() / "folder");
  shop_.writePng("folder/six.png", 1, 1, "\x10\x20\x30");
  EXPECT_TRUE(complains(refused({}), 2, "expected a picture to read and a file to write"));
  EXPECT_TRUE(complains(refused({"six.png"}), 2, "found 'six.png' alone"));
  EXPECT_TRUE(complains(refused({"six.png", "out.gif"}), 2, "OUT: expected a file name that ends"));
  EXPECT_TRUE(complains(refused({"six.png", "out"}), 2, "one of .tif, .tiff, .jpg"));
  EXPECT_TRUE(complains(refused({"six.png", "folder"}), 2, "named like 'folder/*.png'"));
  EXPECT_TRUE(complains(refused({"six.png", "six.png", "a.png"}), 2, "for 2 pictures"));
  EXPECT_TRUE(complains(refused({"six.png", "folder/six.png", "*.tif"}), 2,
                        "found 'six.tif' for 'six.png' and 'folder/six.png'"));
  EXPECT_TRUE(complains(refused({"six.png", "a.png", "--size", "3"}), 2, "WIDTHxHEIGHT"));
  EXPECT_TRUE(complains(refused({"six.png", "a.png", "--fit", "fill"}), 2, "with --size"));
  EXPECT_TRUE(complains(refused({"six.png", "a.png", "--filter", "linear"}), 2, "with --size"));
  EXPECT_TRUE(complains(refused({"six.png", "a.png", "--size", "2x2", "--fit", "crop"}), 2,
                        "fill, fitbest, fitoutside, limit"));
  EXPECT_TRUE(complains(refused({"six.png", "a.png", "--format", "rgb8"}), 2, "rgba8fixed"));
  EXPECT_TRUE(complains(refused({"six.png", "no/a.png"}), 1,
                        "does not exist, and is made only with createFolders"));
  EXPECT_FALSE(shop_.has("a.png"));
}

TEST_F(CommandTest, GlslWritesEveryFileFormat) {
  shop_.write("two.frag",
              "out vec4 fragColor;\n"
              "void main() { fragColor = TDOutputSwizzle(vec4(1.0, vUV.t, 0.0, 1.0)); }\n");
  for (const std::string suffix : {"png", "tif", "tiff", "bmp", "exr", "dds", "jpg", "jpeg"}) {
    const std::string out = "out." + suffix;
    EXPECT_EQ(shop_.topknot({"glsl", "two.frag", "--size", "8x2", "--out", out}).out,
              "wrote " + out + ", 8x2, rgba8fixed\n");
    // What others cannot read is what `convert` makes of it.
    shop_.topknot({"convert", out, "back.png", "--format", "rgba8fixed"});
    const Pixels<int> pixels = magickPixels(shop_, "back.png");
    ASSERT_EQ(pixels.rgba.size(), 16u) << suffix;
    EXPECT_NEAR(pixels.at(0, 0)[1], 191, 2) << suffix << ": the top row";
    EXPECT_NEAR(pixels.at(7, 1)[1], 64, 2) << suffix << ": the bottom row";
  }
}

}  // namespace
}  // namespace topknot::test
