// Bad input and wrong usage: a sentence on stderr, the right status, nothing written.
#include <sys/stat.h>
#include <unistd.h>

#include "cli/support/command.h"

namespace topknot::test {
namespace {

constexpr const char* kGrey =
    "out vec4 fragColor;\n"
    "void main() { fragColor = vec4(0.5); }\n";

/// `topknot glsl grey.frag --out out.png` with more words.
class GlslFault : public CommandTest {
 protected:
  Result render(const std::vector<std::string>& more, const std::string& out = "out.png") {
    shop_.write("grey.frag", kGrey);
    std::vector<std::string> words = {"glsl", "grey.frag", "--out", out};
    words.insert(words.end(), more.begin(), more.end());
    Result result = shop_.topknot(words);
    EXPECT_FALSE(shop_.has(out)) << out << " was written";
    return result;
  }
  Result compile(const std::string& text) {
    shop_.write("bad.frag", text);
    Result result = shop_.topknot({"glsl", "bad.frag", "--out", "out.png"});
    EXPECT_FALSE(shop_.has("out.png")) << "out.png was written";
    return result;
  }
};

TEST_F(GlslFault, SizesThatAreNoneAreWrongUsage) {
  for (const std::string size : {"0x0", "-1x5", "5x-1", "12", "axb", "x", "3x", "1x2x3", "1.5x2",
                                 " 4x4", "99999999999x1", ""}) {
    const Result result = render({"--size", size});
    EXPECT_TRUE(complains(result, 2, "WIDTHxHEIGHT")) << size;
    EXPECT_TRUE(contains(result.err, "'" + size + "'"));
  }
}

TEST_F(GlslFault, ATooLargeSizeIsTheOperatorsError) {
  EXPECT_TRUE(complains(render({"--size", "100000x10"}), 1, "100000 × 10 pixels"));
}

TEST_F(GlslFault, AnUnknownFormatIsAnsweredWithThoseThatExist) {
  const Result result = render({"--format", "rgba8"});
  EXPECT_TRUE(complains(result, 2, "'rgba8'"));
  EXPECT_TRUE(contains(result.err, "rgba8fixed, srgba8fixed, rgba16float"));
  EXPECT_EQ(render({"--format", "useinput"}).status, 2);
}

TEST_F(GlslFault, AnUnknownSuffixIsAnsweredWithThoseThatExist) {
  for (const std::string out : {"a.gif", "a", "png", "a.png.", "a.####"}) {
    const Result result = render({}, out);
    EXPECT_TRUE(complains(result, 2, "one of .tif, .tiff, .jpg, .jpeg, .bmp, .png, .exr, .dds"))
        << out;
  }
}

TEST_F(GlslFault, UniformsThatAreNoneAreWrongUsage) {
  for (const std::string uniform :
       {"uA", "=1", "uA=", "uA=x", "uA=1,", "uA=nan", "uA=1e999", "uA=1 2"}) {
    const Result result = render({"--uniform", uniform});
    EXPECT_TRUE(complains(result, 2, "'" + uniform + "'"));
  }
}

TEST_F(GlslFault, UniformsWithOtherNumbersThanTheyTakeAreErrors) {
  shop_.write("u.frag",
              "uniform vec3 uA;\nuniform vec2 uB[2];\nuniform mat2 uC;\nout vec4 c;\n"
              "void main() { c = vec4(uA, 1) + uB[0].xyxy + uC[0].xyxy; }\n");
  const auto expect = [this](const std::string& uniform, const std::string& sentence) {
    const Result result = shop_.topknot({"glsl", "u.frag", "--uniform", uniform});
    EXPECT_TRUE(complains(result, 1, sentence)) << uniform;
  };
  expect("uA=1,2,3,4,5", "--uniform uA: expected one to four numbers for a vec3, found 5");
  expect("uB=1,2,3", "--uniform uB: expected a multiple of 2 numbers for a vec2 array, found 3");
  expect("uB=1,2,3,4,5,6", "--uniform uB: expected at most 4 numbers for a vec2 array, found 6");
  expect("uC=1,2", "--uniform uC: expected 4 numbers for a mat2, found 2");
}

TEST_F(GlslFault, FrameCountsBelowOneAreWrongUsage) {
  for (const std::string frames : {"0", "-3", "1.5", "many", "99999999999999999999"}) {
    EXPECT_TRUE(complains(render({"--frames", frames}), 2, "'" + frames + "'"));
  }
}

TEST_F(GlslFault, InputsThatCannotBeReadAreErrors) {
  shop_.write("empty.png", "");
  shop_.write("text.png", "This is a letter, not a picture.\n");
  EXPECT_TRUE(complains(render({"--input", "no.png"}), 1, "\"no.png\" does not exist"));
  EXPECT_TRUE(complains(render({"--input", "empty.png"}), 1, "\"empty.png\" is empty"));
  EXPECT_TRUE(complains(render({"--input", "text.png"}), 1, "\"text.png\" is not a picture"));
  std::filesystem::create_directory(shop_.folder() / "none");
  EXPECT_TRUE(complains(render({"--input", "none"}), 1, "\"none\" is a folder, not a file"));
  EXPECT_EQ(render({"--input", ""}).status, 1);
}

TEST_F(GlslFault, AnInputThatBreaksOffLateLeavesNothingWritten) {
  shop_.write("noise.frag",
              "out vec4 c;\nvoid main() { c = vec4(fract(sin(gl_FragCoord.xyxy * 91.7)"
              ".xyz * 517.3), 1.0); }\n");
  shop_.write("see.frag",
              "layout(location = 0) out vec4 a;\nlayout(location = 1) out vec4 b;\n"
              "void main() { a = b = texture(sTD2DInputs[0], vUV.st); }\n");
  for (const std::string suffix : {"png", "exr", "tif", "jpg"}) {
    const std::string in = "late." + suffix;
    ASSERT_EQ(shop_.topknot({"glsl", "noise.frag", "--size", "200x200", "--out", in}).status, 0);
    const auto file = shop_.folder() / in;
    std::filesystem::resize_file(file, std::filesystem::file_size(file) * 3 / 4);
    const Result frames = shop_.topknot({"glsl", "see.frag", "--buffers", "2", "--frames", "3",
                                         "--input", in, "--out", "f.##.png"});
    if (frames.status == 0) {
      EXPECT_EQ(suffix, "jpg") << "readers may fill in what a jpg lacks";
      continue;
    }
    EXPECT_TRUE(complains(frames, 1, in)) << suffix;
    EXPECT_FALSE(shop_.has("f.00.0.png") || shop_.has("f.00.1.png")) << suffix;
    for (const bool resized : {false, true}) {
      std::vector<std::string> words = {"convert", in, "out.bmp"};
      if (resized) words.insert(words.end(), {"--size", "20x20"});
      EXPECT_TRUE(complains(shop_.topknot(words), 1, in)) << suffix;
      EXPECT_FALSE(shop_.has("out.bmp")) << suffix;
    }
  }
}

TEST_F(GlslFault, ShaderFilesThatCannotBeReadAreErrors) {
  EXPECT_TRUE(complains(shop_.topknot({"glsl", "no.frag"}), 1, "\"no.frag\" does not exist"));
  EXPECT_TRUE(complains(shop_.topknot({"glsl", "."}), 1, "\".\" is a folder"));
  EXPECT_TRUE(complains(compile("// " + std::string(2 << 20, 'x') + "\n"), 1, "bad.frag"));
}

TEST_F(GlslFault, AShaderFileOfSomebodyElseIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may read every file";
  shop_.write("secret.frag", kGrey);
  ASSERT_EQ(::chmod((shop_.folder() / "secret.frag").c_str(), 0), 0);
  EXPECT_TRUE(complains(shop_.topknot({"glsl", "secret.frag"}), 1, "secret.frag"));
}

TEST_F(GlslFault, AnEmptyShaderDoesNotCompile) {
  const Result result = compile("");
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_TRUE(contains(result.err, "empty"));
}

TEST_F(GlslFault, ANulByteDoesNotCompile) {
  const Result result = compile(std::string("out vec4 c;\nvoid main() {\0 c = vec4(1.0); }\n", 44));
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_TRUE(contains(result.err, "bad.frag:2"));
}

TEST_F(GlslFault, AMissingIncludeFolderIsAnError) {
  EXPECT_TRUE(complains(render({"--include", "nowhere"}), 1, "'nowhere'"));
}

TEST_F(GlslFault, AMissingFolderForTheResultIsAnError) {
  EXPECT_TRUE(complains(render({}, "nowhere/out.png"), 1, "nowhere/out.png"));
}

TEST_F(CommandTest, WrongWordsAreAnsweredWithTheRightOnes) {
  EXPECT_TRUE(complains(shop_.topknot({}), 2, "info, ops, glsl, convert, shm"));
  EXPECT_TRUE(complains(shop_.topknot({"gsls"}), 2, "found 'gsls'"));
  EXPECT_TRUE(complains(shop_.topknot({"shm"}), 2, "read, list"));
  EXPECT_TRUE(complains(shop_.topknot({"shm", "write"}), 2, "found 'write'"));
  EXPECT_TRUE(complains(shop_.topknot({"glsl"}), 2, "SHADER is required"));
  EXPECT_TRUE(complains(shop_.topknot({"glsl", "a", "b"}), 2, "b"));
  EXPECT_TRUE(complains(shop_.topknot({"glsl", "a", "--shape", "b"}), 2, "--shape"));
  EXPECT_TRUE(complains(shop_.topknot({"glsl", "a", "--size"}), 2, "--size"));
  EXPECT_TRUE(complains(shop_.topknot({"info", "--yaml"}), 2, "topknot info --help"));
}

TEST_F(CommandTest, AClosedStdoutIsAnErrorAndNoCrash) {
  EXPECT_TRUE(complains(shop_.topknot({"info"}, ">&-"), 1, "stdout cannot be written"));
  EXPECT_TRUE(complains(shop_.topknot({"--help"}, ">&-"), 1, "stdout cannot be written"));
  EXPECT_TRUE(complains(shop_.topknot({"info"}, ">/dev/full"), 1, "stdout cannot be written"));
  shop_.write("grey.frag", kGrey);
  // The picture may not get the number of the closed stream, and so the sentence into it.
  const Result closed =
      shop_.topknot({"glsl", "grey.frag", "--size", "1x1", "--out", "closed.png"}, ">&-");
  EXPECT_TRUE(complains(closed, 1, "stdout cannot be written"));
  shop_.topknot({"glsl", "grey.frag", "--size", "1x1", "--out", "open.png"});
  EXPECT_EQ(shop_.read("closed.png"), shop_.read("open.png"));
}

TEST_F(CommandTest, ALimitOnFilesIsAnErrorThatLeavesNothingBehind) {
  shop_.writePng("in.png", 2, 2, std::string("abcdefghijkl"));
  shop_.run({"sh", "-c", "'" TOPKNOT_BINARY_DIR "/topknot' convert in.png --size 64x64 in.bmp"});
  const auto limited = [&](const std::string& rest) {
    return shop_.run({"sh", "-c", "ulimit -f 2; '" TOPKNOT_BINARY_DIR "/topknot' " + rest});
  };
  for (const std::string words : {"in.bmp out.bmp", "in.bmp --size 90x90 --fit fill out.bmp"}) {
    EXPECT_TRUE(complains(limited("convert " + words), 1, "cannot be written: File too large"));
  }
  EXPECT_EQ(shop_.run({"sh", "-c", "ls -A | grep -c -e out -e topknot"}).out, "0\n");
  // What is said is a file as well, in the end.
  EXPECT_TRUE(complains(limited("ops >list"), 1, "stdout cannot be written: File too large"));
}

TEST_F(CommandTest, AReaderThatWentAwayIsNoCrash) {
  const std::string line =
      "(sleep 0.2; '" TOPKNOT_BINARY_DIR "/topknot' info; echo $? >status) | :";
  EXPECT_EQ(shop_.run({"sh", "-c", line}).status, 0);
  for (int tries = 0; tries < 100 && !shop_.has("status"); ++tries) ::usleep(50'000);
  EXPECT_EQ(shop_.read("status"), "1\n");
}

}  // namespace
}  // namespace topknot::test
