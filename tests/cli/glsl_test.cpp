// `topknot glsl`: sizes, uniforms, frames, JSON, and what it says about shaders that do not
// compile.
#include <nlohmann/json.hpp>

#include "cli/support/command.h"
#include "cli/support/pixels.h"

namespace topknot::test {
namespace {

constexpr const char* kGrey =
    "uniform float uLevel;\n"
    "out vec4 fragColor;\n"
    "void main() { fragColor = TDOutputSwizzle(vec4(vec3(uLevel), 1.0)); }\n";

TEST_F(CommandTest, WithoutOutItOnlyCompilesAndPrintsNothing) {
  shop_.write("grey.frag", kGrey);
  const Result result = shop_.topknot({"glsl", "grey.frag"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out + result.err, "");
}

TEST_F(CommandTest, WithoutInputsAndSizeThePictureIs256Wide) {
  shop_.write("grey.frag", kGrey);
  EXPECT_EQ(shop_.topknot({"glsl", "grey.frag", "--out", "a.png"}).out,
            "wrote a.png, 256x256, rgba8fixed\n");
}

TEST_F(CommandTest, AnInputMayBeResized) {
  shop_.write("grey.frag", kGrey);
  shop_.writePng("dot.png", 1, 1, "abc");
  EXPECT_EQ(shop_
                .topknot({"glsl", "grey.frag", "--input", "dot.png", "--size", "7x4", "--format",
                          "mono16fixed", "--out", "a.png"})
                .out,
            "wrote a.png, 7x4, mono16fixed\n");
}

TEST_F(CommandTest, UniformsTakeOneToFourNumbers) {
  shop_.write("colour.frag",
              "uniform vec4 uColour;\nuniform vec3 uMore;\nuniform vec2 uTwo;\n"
              "uniform int uCount;\nout vec4 fragColor;\n"
              "void main() {\n"
              "  fragColor = uColour + vec4(uMore, 0.0) + vec4(uTwo, 0.0, 0.0);\n"
              "  fragColor.b *= float(uCount);\n"
              "}\n");
  const Result result = shop_.topknot(
      {"glsl", "colour.frag", "--size", "1x1", "--uniform", "uColour=0.2,0,0,1", "--uniform",
       "uMore=0,0.2,0.2", "--uniform", "uTwo=0.2,-0.1", "--uniform", "uCount=3", "--out", "a.png"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(magickPixels(shop_, "a.png").at(0, 0), (std::array<int, 4>{102, 26, 153, 255}));
}

TEST_F(CommandTest, AUniformOfAnotherTypeAndASamplerWithoutAnInputAreWarnings) {
  shop_.write("three.frag",
              "uniform vec3 uMore;\nuniform sampler2D uMine;\nout vec4 fragColor;\n"
              "void main() { fragColor = vec4(uMore, 1.0) + texture(uMine, vUV.st); }\n");
  const Result result =
      shop_.topknot({"glsl", "three.frag", "--uniform", "uMore=1,2,3,4", "--out", "a.png"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.err.find("warning: the uniform 'uMore' is a vec3, given a vec4"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("warning: nothing feeds the sampler2D 'uMine'"), std::string::npos)
      << result.err;
}

TEST_F(CommandTest, AnUnknownUniformIsAWarning) {
  shop_.write("grey.frag", kGrey);
  const Result result =
      shop_.topknot({"glsl", "grey.frag", "--uniform", "uLevle=1", "--out", "a.png"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "topknot: warning: the shader has no uniform 'uLevle'\n");
  EXPECT_TRUE(shop_.has("a.png"));
}

TEST_F(CommandTest, NumberedFilesHoldTheFramesOfTheClock) {
  shop_.write("clock.frag",
              "uniform float uTime;\nuniform float uFrame;\nout vec4 fragColor;\n"
              "void main() { fragColor = vec4(uFrame / 255.0, uTime, 0.0, 1.0); }\n");
  const Result result =
      shop_.topknot({"glsl", "clock.frag", "--size", "1x1", "--uniform", "uTime=seconds",
                     "--uniform", "uFrame=frame", "--frames", "31", "--out", "out.###.png"});
  EXPECT_EQ(result.out, "wrote out.000.png to out.030.png (31 files), 1x1, rgba8fixed\n");
  for (const int frame : {0, 7, 30}) {
    const std::string digits = std::to_string(1000 + frame).substr(1);
    const auto pixel = magickPixels(shop_, "out." + digits + ".png").at(0, 0);
    EXPECT_EQ(pixel[0], frame);
    EXPECT_NEAR(pixel[1], 255.0 * frame / 60.0, 1.0);
  }
  EXPECT_FALSE(shop_.has("out.031.png"));
}

TEST_F(CommandTest, WithoutANumberOnlyTheLastFrameIsWritten) {
  shop_.write("clock.frag",
              "uniform float uFrame;\nout vec4 fragColor;\n"
              "void main() { fragColor = vec4(uFrame / 255.0, 0.0, 0.0, 1.0); }\n");
  const Result result = shop_.topknot({"glsl", "clock.frag", "--size", "1x1", "--uniform",
                                       "uFrame=frame", "--frames", "5", "--out", "last.png"});
  EXPECT_EQ(result.out, "wrote last.png, 1x1, rgba8fixed\n");
  EXPECT_EQ(magickPixels(shop_, "last.png").at(0, 0)[0], 4);
}

TEST_F(CommandTest, JsonTellsWhatWasDone) {
  shop_.write("grey.frag", kGrey);
  const Result result = shop_.topknot({"glsl", "grey.frag", "--size", "4x3", "--frames", "2",
                                       "--uniform", "uNone=1", "--out", "g.#.exr", "--json"});
  EXPECT_EQ(result.status, 0);
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["shader"], "grey.frag");
  EXPECT_EQ(json["ok"], true);
  EXPECT_TRUE(contains(json["compileResult"], "Compiled Successfully"));
  EXPECT_EQ(json["out"], nlohmann::json({"g.0.exr", "g.1.exr"}));
  EXPECT_EQ(json["width"], 4);
  EXPECT_EQ(json["height"], 3);
  EXPECT_EQ(json["format"], "rgba8fixed");
  EXPECT_EQ(json["frames"], 2);
  EXPECT_GT(json["cookTime"], 0.0);
  EXPECT_EQ(json["warnings"], nlohmann::json({"the shader has no uniform 'uNone'"}));
  EXPECT_EQ(json["errors"], nlohmann::json::array());
}

TEST_F(CommandTest, JsonTellsWhatFailed) {
  shop_.write("grey.frag", kGrey);
  shop_.write("bad.frag", "void main() { nonsense(); }\n");
  const Result failed = shop_.topknot({"glsl", "grey.frag", "--input", "no.png", "--json"});
  EXPECT_EQ(failed.status, 1);
  const auto why = nlohmann::json::parse(failed.out);
  EXPECT_EQ(why["ok"], false);
  EXPECT_TRUE(contains(why["errors"].dump(), "no.png"));
  const Result bad = shop_.topknot({"glsl", "bad.frag", "--json", "--out", "bad.png"});
  EXPECT_EQ(bad.status, 3);
  const auto json = nlohmann::json::parse(bad.out);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["out"], nlohmann::json::array());
  EXPECT_TRUE(contains(json["compileResult"], "bad.frag:1"));
  EXPECT_FALSE(shop_.has("bad.png"));
}

TEST_F(CommandTest, JsonTellsDiagnosticsOneByOne) {
  shop_.write("lib.glsl", "float f(float x) {\n\treturn x * factor;\n}\n");
  shop_.write("bad.frag",
              "#include \"lib.glsl\"\nout vec4 c;\nvoid main() { c = vec4(f(1.0)); }\n");
  const Result result = shop_.topknot({"glsl", "bad.frag", "--json"});
  EXPECT_EQ(result.status, 3);
  const auto all = nlohmann::json::parse(result.out)["diagnostics"];
  ASSERT_EQ(all.size(), 1u) << result.out;
  const auto& one = all[0];
  EXPECT_EQ(one["stage"], "pixel");
  EXPECT_EQ(one["severity"], "error");
  EXPECT_EQ(one["file"], "lib.glsl");
  EXPECT_EQ(one["line"], 2);
  EXPECT_EQ(one["column"], 13);
  EXPECT_TRUE(contains(one["message"], "factor"));
  EXPECT_TRUE(one["code"].is_string());
  EXPECT_EQ(one["name"], "factor");
  EXPECT_EQ(one["includedFrom"], nlohmann::json::parse(R"([{"file": "bad.frag", "line": 1}])"));
  EXPECT_EQ(one["source"], "\treturn x * factor;");
}

TEST_F(CommandTest, JsonOfAShaderThatIsWellHasNoDiagnostics) {
  shop_.write("grey.frag", kGrey);
  const auto json = nlohmann::json::parse(shop_.topknot({"glsl", "grey.frag", "--json"}).out);
  EXPECT_EQ(json["diagnostics"], nlohmann::json::array());
}

TEST_F(CommandTest, MacrosCanBeDefined) {
  shop_.write("level.frag",
              "out vec4 c;\nvoid main() { c = vec4(LEVEL, ON, float(THREE), 1.0); }\n");
  const Result result =
      shop_.topknot({"glsl", "level.frag", "--define", "LEVEL=0.4 * 0.5", "--define", "ON",
                     "--define", "THREE=int(LEVEL >= 3.0)", "--size", "1x1", "--out", "a.png"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(magickPixels(shop_, "a.png").at(0, 0), (std::array<int, 4>{51, 255, 0, 255}));
  EXPECT_EQ(shop_.topknot({"glsl", "level.frag"}).status, 3);
}

TEST_F(CommandTest, DefinitionsThatAreNoneAreRefused) {
  shop_.write("grey.frag", kGrey);
  for (const char* text : {"", "=1", "1A=2", "A B=1", "A(x)=x", "A=1\n#error", "A=\\"}) {
    EXPECT_TRUE(complains(shop_.topknot({"glsl", "grey.frag", "--define", text}), 2,
                          "--define: expected NAME or NAME=VALUE"))
        << text;
  }
}

TEST_F(CommandTest, AnErrorInADefinitionIsToldAsSuch) {
  shop_.write("level.frag", "out vec4 c;\nvoid main() { c = vec4(1.0); }\n");
  const Result result =
      shop_.topknot({"glsl", "level.frag", "--define", "A", "--define", "GL_x=1"});
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(contains(result.err, "--define:2:")) << result.err;
}

TEST_F(CommandTest, AnErrorIsReportedAtItsLine) {
  shop_.write("warp.frag",
              "// warp\n"
              "uniform float uAmount;\n"
              "out vec4 fragColor;\n"
              "\n"
              "void main() {\n"
              "  vec2 uv = vUV.st;\n"
              "  uv += nonsense;\n"
              "  uv *= 2.0;\n"
              "  fragColor = vec4(uv, 0.0, 1.0);\n"
              "}\n"
              "\n"
              "// end\n");
  const Result result = shop_.topknot({"glsl", "warp.frag", "--out", "warp.png"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "ERROR: warp.frag:7:"));
  EXPECT_TRUE(contains(result.err, "topknot: the shader 'warp.frag' does not compile\n"));
  EXPECT_FALSE(contains(result.err, "warp.frag:8"));
  EXPECT_FALSE(shop_.has("warp.png"));
}

TEST_F(CommandTest, AnErrorBehindBlankLinesAndContinuationsIsReportedAtItsLine) {
  shop_.write("warp.frag",
              "out vec4 fragColor;\n"
              "float first(float x) {\n"
              "  return x + \\\n"
              "    1.0;\n"
              "}\n"
              "\n"
              "\n"
              "#define TWICE(x) \\\n"
              "  ((x) * 2.0)\n"
              "float second(float x) {\n"
              "  return nonsense + TWICE(x);\n"
              "}\n"
              "void main() { fragColor = vec4(first(0.0) + second(1.0)); }\n");
  const Result result = shop_.topknot({"glsl", "warp.frag"});
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(contains(result.err, "ERROR: warp.frag:11:"));
}

TEST_F(CommandTest, AnErrorInAContinuedLineIsReportedAtItsOwnLine) {
  shop_.write("warp.frag",
              "out vec4 fragColor;\n"
              "\n"
              "float second(float x) {\n"
              "  return x + \\\n"
              "    1.0 + \\\n"
              "    nonsense;\n"
              "}\n"
              "void main() { fragColor = vec4(second(1.0)); }\n");
  const Result result = shop_.topknot({"glsl", "warp.frag"});
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(contains(result.err, "ERROR: warp.frag:6:"));
}

TEST_F(CommandTest, AnErrorInAnIncludeIsReportedThere) {
  std::filesystem::create_directory(shop_.folder() / "lib");
  shop_.write("lib/noise.glsl", "float noise(float x) {\n  x *= 2.0;\n  return x + nonsense;\n}\n");
  shop_.write("warp.frag",
              "#include \"noise.glsl\"\nout vec4 fragColor;\n"
              "void main() { fragColor = vec4(noise(1.0)); }\n");
  const Result result = shop_.topknot({"glsl", "warp.frag", "--include", "lib"});
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(contains(result.err, "noise.glsl:3:"));
  const Result lost = shop_.topknot({"glsl", "warp.frag"});
  EXPECT_EQ(lost.status, 3);
  EXPECT_TRUE(contains(lost.err, "warp.frag:1: the include \"noise.glsl\" was not found"));
}

TEST_F(CommandTest, AnIncludeIsFoundInItsFolder) {
  std::filesystem::create_directory(shop_.folder() / "lib");
  shop_.write("lib/half.glsl", "float halved(float x) { return x * 0.4; }\n");
  shop_.write("use.frag",
              "#include \"half.glsl\"\nout vec4 fragColor;\n"
              "void main() { fragColor = vec4(vec3(halved(1.0)), 1.0); }\n");
  const Result result =
      shop_.topknot({"glsl", "use.frag", "--include", "lib", "--size", "1x1", "--out", "half.png"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(magickPixels(shop_, "half.png").at(0, 0), (std::array<int, 4>{102, 102, 102, 255}));
}

}  // namespace
}  // namespace topknot::test
