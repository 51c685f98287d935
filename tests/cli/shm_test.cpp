// `topknot shm` against a publisher: this process.
#include <unistd.h>

#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/support/command.h"
#include "cli/support/pixels.h"
#include "topknot/topknot.h"

namespace topknot::test {
namespace {

constexpr const char* kCorners =
    "out vec4 fragColor;\n"
    "void main() {\n"
    "  fragColor = vec4(step(0.5, vUV.s), step(0.5, vUV.t), 0.2, 1.0);\n"
    "}\n";

/// Publishes a picture of 4 × 2 whose colours tell its corners apart.
class Publisher {
 public:
  explicit Publisher(const std::string& name) : context_(Context::headless()) {
    auto& glsl = graph_.add<GlslTop>("corners");
    glsl.pixelShader(kCorners);
    glsl.par("outputresolution") = "custom";
    glsl.par("resolutionw") = 4;
    glsl.par("resolutionh") = 2;
    auto& out = graph_.add<SharedMemOut>("out");
    out.par("name") = name;
    out.par("downloadtype") = "immediate";
    glsl >> out;
  }
  void publish() { graph_.cook(); }

 private:
  Context context_;
  Graph graph_;
};

class ShmTest : public CommandTest {
 protected:
  const std::string name_ = "clitest" + std::to_string(::getpid());
};

TEST_F(ShmTest, ReadSavesWhatIsPublished) {
  Publisher publisher(name_);
  publisher.publish();
  const Result result = shop_.topknot({"shm", "read", name_, "--out", "a.png"});
  EXPECT_EQ(result.out, "wrote a.png, 4x2, rgba8fixed\n") << result.err;
  EXPECT_EQ(result.status, 0);
  const std::vector<std::array<int, 4>> expected = {
      {0, 255, 51, 255}, {255, 255, 51, 255}, {0, 0, 51, 255}, {255, 0, 51, 255}};
  EXPECT_EQ(magickPixels(shop_, "a.png").corners(), expected);
}

TEST_F(ShmTest, ReadWaitsForTheFirstFrame) {
  auto reader = std::async(std::launch::async, [&] {
    return shop_.topknot({"shm", "read", name_, "--out", "a.exr", "--timeout", "60"});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  Publisher publisher(name_);
  publisher.publish();
  const Result result = reader.get();
  EXPECT_EQ(result.out, "wrote a.exr, 4x2, rgba8fixed\n") << result.err;
}

TEST_F(ShmTest, ReadGivesUpAfterTheTimeout) {
  const auto start = std::chrono::steady_clock::now();
  const Result result =
      shop_.topknot({"shm", "read", name_, "--out", "a.png", "--timeout", "0.25"});
  EXPECT_TRUE(complains(result, 1, "within 0.25 s"));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(250));
  EXPECT_FALSE(shop_.has("a.png"));
}

TEST_F(ShmTest, ListShowsWhatIsPublished) {
  Publisher publisher(name_);
  publisher.publish();
  EXPECT_TRUE(contains(shop_.topknot({"shm", "list"}).out, name_ + ": 4x2, rgba8fixed, "));
  bool found = false;
  for (const auto& entry : nlohmann::json::parse(shop_.topknot({"shm", "list", "--json"}).out)) {
    if (entry["name"] != name_) continue;
    found = true;
    EXPECT_EQ(entry["width"], 4);
    EXPECT_EQ(entry["height"], 2);
    EXPECT_EQ(entry["format"], "rgba8fixed");
    EXPECT_EQ(entry["alive"], true);
  }
  EXPECT_TRUE(found);
}

TEST_F(ShmTest, WrongUsageIsRefused) {
  const std::vector<std::string> words = {"shm", "read", name_, "--out"};
  const auto read = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return shop_.topknot(more);
  };
  EXPECT_TRUE(complains(read({"a.gif"}), 2, "one of .tif, .tiff, .jpg, .jpeg, .bmp, .png, .exr, .dds"));
  for (const std::string timeout : {"-1", "soon", "", "inf"}) {
    EXPECT_TRUE(complains(read({"a.png", "--timeout", timeout}), 2, "'" + timeout + "'"));
  }
  EXPECT_TRUE(complains(shop_.topknot({"shm", "read", "a/b", "--out", "a.png"}), 2, "'a/b'"));
  EXPECT_TRUE(complains(shop_.topknot({"shm", "read", name_}), 2, "--out is required"));
}

}  // namespace
}  // namespace topknot::test
