// Shared Mem Out and a /dev/shm without room: the graph goes on, and so does the sender.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "topknot/topknot.h"

namespace topknot {
namespace {

constexpr int kNotPermitted = 77;

/// For this process only, and for good.
bool mountTinyShm(const char* size) {
  if (unshare(CLONE_NEWNS) != 0) return false;
  mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  return mount("tmpfs", "/dev/shm", "tmpfs", 0, size) == 0;
}

bool has(const std::vector<std::string>& sentences, const std::string& part) {
  return sentences.size() == 1 && sentences[0].find(part) != std::string::npos;
}

/// Frames of a size that fits, that does not, and again; 0 if all is as it should be.
int sendsAgainWhenThereIsRoom(const char* type) {
  if (!mountTinyShm("size=1m")) return kNotPermitted;
  const Context context = Context::headless();
  Graph graph;
  auto& source = graph.add<GlslTop>("source");
  source.pixelShader("out vec4 c; void main() { c = vec4(0.5); }");
  source.par("outputresolution") = "custom";
  source.par("format") = "rgba8fixed";
  auto& out = graph.add<SharedMemOut>("out");
  out.par("name") = "full";
  out.par("downloadtype") = type;
  source >> out;
  const auto cook = [&](int side) {
    source.par("resolution") = glm::vec2(side, side);
    // What is sent with the next cook is sent here.
    graph.cook();
    graph.cook();
    return out.errors().empty();
  };
  SharedMemReader reader("full");
  const auto width = [&] {
    const auto frame = reader.read();
    return frame ? frame->image.width() : 0;
  };
  if (!cook(100) || width() != 100) return 1;
  if (cook(1000) || !has(out.errors(), "/dev/shm is full")) return 2;
  if (!has(out.errors(), "needs 16011264 bytes")) return 3;
  if (!has(out.errors(), " are free")) return 4;
  if (out.width() != 1000 || width() != 100) return 5;  // it passes its input on; the old one stays
  if (!cook(100) || width() != 100) return 6;
  if (cook(1000)) return 7;
  if (mount(nullptr, "/dev/shm", nullptr, MS_REMOUNT, "size=32m") != 0) return 8;
  if (!cook(1000) || width() != 1000) return 9;
  out.destroy();
  return std::filesystem::is_empty("/dev/shm") ? 0 : 10;
}

// A child each, before this process has a context: it can neither be undone nor follow one.
void expectInAChild(const char* type) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    int code = 99;
    try {
      code = sendsAgainWhenThereIsRoom(type);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    std::fflush(nullptr);
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == kNotPermitted && !std::getenv("TOPKNOT_REQUIRE_SHARED")) {
    GTEST_SKIP() << "this user may not mount a small /dev/shm (unshare -m)";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(SharedMemOutWithoutRoom, SaysWhatIsMissingAndSendsAgainWhenThereIsSome) {
  expectInAChild("immediate");
}

TEST(SharedMemOutWithoutRoom, DoesSoInNextFrameModeAsWell) {
  expectInAChild("nextframe");
}

}  // namespace
}  // namespace topknot
