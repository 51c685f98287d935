// `topknot info`, `--help` and `--version`.
#include <nlohmann/json.hpp>

#include "cli/support/command.h"

namespace topknot::test {
namespace {

TEST_F(CommandTest, InfoNamesTheContextFormatsAndOperators) {
  const Result result = shop_.topknot({"info"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  for (const char* word : {"topknot 0.", "OpenGL", "GLSL", "vendor", "renderer", "platform",
                           "tif, jpg, bmp, png, exr, dds, hdr, tga", "jpeg, bmp, png, exr, dds",
                           "glsl, ", "moviefilein, "}) {
    EXPECT_TRUE(contains(result.out, word));
  }
}

TEST_F(CommandTest, InfoSpeaksJson) {
  const Result result = shop_.topknot({"info", "--json"});
  EXPECT_EQ(result.status, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["context"]["major"], 4);
  EXPECT_GE(json["context"]["glsl"], 450);
  EXPECT_TRUE(json["context"]["software"].is_boolean());
  EXPECT_GE(json["context"]["limits"]["maxTextureSize"], 4096);
  EXPECT_EQ(json["formats"]["written"],
            nlohmann::json({"tif", "tiff", "jpg", "jpeg", "bmp", "png", "exr", "dds"}));
  std::string names;
  for (const auto& op : json["operators"]) names += op["name"].get<std::string>() + " ";
  EXPECT_TRUE(contains(names, "glsl "));
  EXPECT_TRUE(contains(names, "moviefilein "));
}

TEST_F(CommandTest, EveryCommandHelps) {
  const std::vector<std::vector<std::string>> commands = {
      {}, {"info"}, {"ops"}, {"glsl"}, {"shm"}, {"shm", "read"}, {"shm", "list"}};
  for (std::vector<std::string> words : commands) {
    std::string usage = "Usage: topknot";
    for (const std::string& word : words) usage += " " + word;
    words.push_back("--help");
    const Result result = shop_.topknot(words);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_TRUE(contains(result.out, usage));
    EXPECT_TRUE(contains(result.out, "Exit status: 0 done"));
  }
}

TEST_F(CommandTest, TheVersionIsOneLine) {
  const Result result = shop_.topknot({"--version"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.starts_with("topknot 0.")) << result.out;
  EXPECT_TRUE(result.out.ends_with("\n"));
}

}  // namespace
}  // namespace topknot::test
