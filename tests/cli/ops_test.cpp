// `topknot ops`.
#include <nlohmann/json.hpp>

#include "cli/support/command.h"

namespace topknot::test {
namespace {

TEST_F(CommandTest, OpsListsOneOperatorALine) {
  const Result result = shop_.topknot({"ops"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "glsl            Draws its picture with shaders of the user's."));
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

TEST_F(CommandTest, OpsNamesThoseThatExistForAnUnknownOne) {
  const Result result = shop_.topknot({"ops", "levle"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "levle"));
  EXPECT_TRUE(contains(result.err, "moviefilein"));
}

}  // namespace
}  // namespace topknot::test
