// `topknot shm` against a publisher: this process.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/support/command.h"
#include "cli/support/pixels.h"
#include "ipc/shared_mem_writer.h"
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
    glsl_ = &glsl;
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
  /// From now on the picture cannot be made anew.
  void fail() { glsl_->par("pixeldat") = "no such file"; }

 private:
  Context context_;
  Graph graph_;
  GlslTop* glsl_ = nullptr;
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

TEST_F(ShmTest, ReadRefusesAStaleFrameUnlessAllowed) {
  Publisher publisher(name_);
  publisher.publish();
  publisher.fail();
  publisher.publish();
  const Result refused = shop_.topknot({"shm", "read", name_, "--out", "a.png"});
  EXPECT_TRUE(complains(refused, 1, "is stale"));
  EXPECT_TRUE(contains(refused.err, "--allow-stale"));
  EXPECT_FALSE(shop_.has("a.png"));
  const Result taken = shop_.topknot({"shm", "read", name_, "--out", "a.png", "--allow-stale"});
  EXPECT_EQ(taken.status, 0) << taken.err;
  EXPECT_TRUE(shop_.has("a.png"));
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
    EXPECT_EQ(entry["stale"], false);
  }
  EXPECT_TRUE(found);
}

TEST_F(ShmTest, WatchPrintsALineForEachNewFrame) {
  Publisher publisher(name_);
  publisher.publish();
  auto watcher = std::async(std::launch::async, [&] {
    return shop_.topknot({"shm", "watch", name_, "--frames", "2", "--timeout", "60"});
  });
  const auto soon = std::chrono::milliseconds(20);
  while (watcher.wait_for(soon) != std::future_status::ready) publisher.publish();
  const Result result = watcher.get();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(contains(result.out, name_ + ": frame "));
  EXPECT_TRUE(contains(result.out, ", 4x2, rgba8fixed, seen after "));
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2);
}

TEST_F(ShmTest, WatchAsJsonIsALineForEachFrameAndItGivesUpInTime) {
  Publisher publisher(name_);
  publisher.publish();
  const Result result = shop_.topknot({"shm", "watch", name_, "--json", "--timeout", "0.2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.err, "no new frame of '" + name_ + "'"));
  const auto line = nlohmann::json::parse(result.out);
  EXPECT_EQ(line["number"], 1);
  EXPECT_EQ(line["width"], 4);
  EXPECT_EQ(line["format"], "rgba8fixed");
  EXPECT_EQ(line["stale"], false);
  EXPECT_TRUE(complains(shop_.topknot({"shm", "watch", name_, "--frames", "0"}), 2, "--frames"));
}

TEST_F(ShmTest, CleanRemovesWhatIsLeftOfTheDeadAndNothingElse) {
  Publisher publisher(name_);
  publisher.publish();
  const std::string dead = name_ + "dead";
  const pid_t child = ::fork();
  if (child == 0) {
    ipc::SharedMemWriter writer(dead);
    writer.publish({1, 1}, std::vector<std::byte>(4));
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(contains(shop_.topknot({"shm", "list"}).out, dead + ": 1x1, rgba8fixed, "));
  const Result result = shop_.topknot({"shm", "clean"});
  EXPECT_TRUE(contains(result.out, "removed TouchSHM" + dead + "\n")) << result.out;
  EXPECT_FALSE(contains(shop_.topknot({"shm", "list"}).out, dead));
  EXPECT_TRUE(contains(shop_.topknot({"shm", "list"}).out, name_ + ": 4x2"));
  const auto json = nlohmann::json::parse(shop_.topknot({"shm", "clean", "--json"}).out);
  EXPECT_TRUE(json["removed"].is_array() && json["kept"].is_array());
}

TEST_F(ShmTest, WrongUsageIsRefused) {
  const std::vector<std::string> words = {"shm", "read", name_, "--out"};
  const auto read = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return shop_.topknot(more);
  };
  EXPECT_TRUE(
      complains(read({"a.gif"}), 2, "one of .tif, .tiff, .jpg, .jpeg, .bmp, .png, .exr, .dds"));
  for (const std::string timeout : {"-1", "soon", "", "inf"}) {
    EXPECT_TRUE(complains(read({"a.png", "--timeout", timeout}), 2, "'" + timeout + "'"));
  }
  EXPECT_TRUE(complains(shop_.topknot({"shm", "read", "a/b", "--out", "a.png"}), 2, "'a/b'"));
  EXPECT_TRUE(complains(shop_.topknot({"shm", "read", name_}), 2, "--out is required"));
}

}  // namespace
}  // namespace topknot::test
