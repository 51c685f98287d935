// `topknot ops`.
#include <nlohmann/json.hpp>

#include "cli/support/command.h"

namespace topknot::test {
namespace {

TEST_F(CommandTest, OpsListsOneOperatorALine) {
  const Result result = shop_.topknot({"ops"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(
      contains(result.out, "glsl            Draws its picture with shaders of the user's."));
  EXPECT_TRUE(contains(result.out, "sharedmemout"));
}

TEST_F(CommandTest, OpsTellsPagesParametersDefaultsAndRanges) {
  const Result result = shop_.topknot({"ops", "level"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("level: Level, 1 input\n"));
  for (const char* part : {"\nPre\n", "\nPost\n", "\nCommon\n", "  gamma1: Float = 1\n",
                           "  clampinput: Menu = automatic\n", "automatic, clamp, unclamped\n",
                           "  resolution (resolutionw resolutionh): Int = 256,256, 1 … \n"}) {
    EXPECT_TRUE(contains(result.out, part));
  }
}

TEST_F(CommandTest, OpsSpeaksJson) {
  const auto level = nlohmann::json::parse(shop_.topknot({"ops", "level", "--json"}).out);
  EXPECT_EQ(level["label"], "Level");
  EXPECT_EQ(level["maxInputs"], 1);
  const auto& first = level["parameters"][0];
  EXPECT_EQ(first["name"], "clampinput");
  EXPECT_EQ(first["page"], "Pre");
  EXPECT_EQ(first["menu"].size(), 3u);
  const auto all = nlohmann::json::parse(shop_.topknot({"ops", "--json"}).out);
  EXPECT_GE(all.size(), 5u);
}

TEST_F(CommandTest, OpsEndsInSilenceWhenItsReaderHasEnough) {
  const std::string program = std::string(TOPKNOT_BINARY_DIR) + "/topknot";
  const Result result = shop_.run({"sh", "-c", "'" + program + "' ops --json | head -n 1"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "[\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(CommandTest, OpsWritesItsReferenceAsMarkdown) {
  const Result result = shop_.topknot({"ops", "--markdown"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("# The operators\n"));
  for (const char* part :
       {"\n## level\n\n![level](pictures/level.png)\n\nLevel, 1 input. Adjusts ",
        "\n| Pre | | default | values | |\n|---|---|---|---|---|\n",
        "| `gamma1` | Gamma 1 | `1` | Float | Raises to the power of 1 / gamma. |\n",
        "\n## The Common page\n", "| `resolutionw` `resolutionh` | Resolution | "}) {
    EXPECT_TRUE(contains(result.out, part)) << part;
  }
  EXPECT_EQ(shop_.topknot({"ops", "level", "--markdown"}).status, 2);
}

TEST_F(CommandTest, OpsNamesThoseThatExistForAnUnknownOne) {
  const Result result = shop_.topknot({"ops", "levle"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "levle"));
  EXPECT_TRUE(contains(result.err, "moviefilein"));
}

}  // namespace
}  // namespace topknot::test
