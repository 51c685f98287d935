// `topknot glsl --watch`: what it says when files are saved, and how it ends.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/support/command.h"
#include "cli/support/pixels.h"

namespace topknot::test {
namespace {

constexpr const char* kGood = "out vec4 c;\nvoid main() { c = vec4(0.2); }\n";

/// The program while it runs, with its output in the files `out` and `err`.
class GlslWatch : public CommandTest {
 protected:
  void start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {TOPKNOT_BINARY_DIR "/topknot", "glsl", "--watch"});
    std::vector<char*> words;
    for (std::string& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    const std::string folder = shop_.folder().string();
    process_ = ::fork();
    if (process_ != 0) return;
    if (::chdir(folder.c_str()) != 0) ::_exit(99);
    ::dup2(::open("out", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
    ::dup2(::open("err", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(99);
  }

  void TearDown() override {
    if (process_ > 0) end(SIGKILL);
  }

  /// Its exit status, or −1 if the signal killed it.
  int end(int signal) {
    ::kill(process_, signal);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  int times(const std::string& file, const std::string& part) {
    if (!shop_.has(file)) return 0;
    const std::string text = shop_.read(file);
    int count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++count;
    }
    return count;
  }

  /// Waits until the file has it so many times.
  testing::AssertionResult says(const std::string& file, const std::string& part, int count = 1) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (times(file, part) < count) {
      if (std::chrono::steady_clock::now() > deadline) {
        return testing::AssertionFailure() << "'" << part << "' not " << count << " times in:\n"
                                           << shop_.read("out") << shop_.read("err");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return testing::AssertionSuccess();
  }

 private:
  pid_t process_ = -1;
};

TEST_F(GlslWatch, EachSavingIsCompiledAnew) {
  shop_.write("a.frag", kGood);
  start({"a.frag"});
  ASSERT_TRUE(says("out", "'a.frag' compiles\n"));
  EXPECT_EQ(shop_.read("err"), "");
  shop_.write("a.frag", "out vec4 c;\n\nvoid main() { c = nonsense; }\n");
  ASSERT_TRUE(says("err", "the shader 'a.frag' does not compile\n"));
  EXPECT_EQ(times("err", "ERROR: a.frag:3:"), 1);
  shop_.write("a.frag", kGood);
  ASSERT_TRUE(says("out", "'a.frag' compiles\n", 2));
  EXPECT_EQ(end(SIGINT), 0);
}

TEST_F(GlslWatch, AnIncludeIsWatchedAndThePictureWrittenAnew) {
  std::filesystem::create_directory(shop_.folder() / "lib");
  shop_.write("lib/level.glsl", "#define LEVEL 0.2\n");
  shop_.write("a.frag", "#include \"level.glsl\"\nout vec4 c;\nvoid main() { c = vec4(LEVEL); }\n");
  start({"a.frag", "--include", "lib", "--size", "1x1", "--out", "a.png"});
  ASSERT_TRUE(says("out", "wrote a.png"));
  EXPECT_EQ(magickPixels(shop_, "a.png").at(0, 0)[0], 51);
  shop_.write("lib/level.glsl", "#define LEVEL 0.4\n");
  ASSERT_TRUE(says("out", "wrote a.png", 2));
  EXPECT_EQ(magickPixels(shop_, "a.png").at(0, 0)[0], 102);
  EXPECT_EQ(end(SIGTERM), 0);
}

TEST_F(GlslWatch, AVertexShaderIsWatched) {
  shop_.write("a.vert", "void main() { gl_Position = TDSOPToProj(vec4(P, 1.0)); }\n");
  shop_.write("a.frag", kGood);
  start({"a.frag", "--vertex", "a.vert"});
  ASSERT_TRUE(says("out", "compiles\n"));
  shop_.write("a.vert", "void main() { gl_Position = nonsense; }\n");
  ASSERT_TRUE(says("err", "ERROR: a.vert:1:"));
}

TEST_F(GlslWatch, JsonIsALineEachTime) {
  shop_.write("a.frag", "out vec4 c;\nvoid main() { c = nonsense; }\n");
  start({"a.frag", "--json"});
  ASSERT_TRUE(says("out", "\n"));
  shop_.write("a.frag", kGood);
  ASSERT_TRUE(says("out", "\n", 2));
  const std::string text = shop_.read("out");
  const std::size_t end = text.find('\n');
  const auto first = nlohmann::json::parse(text.substr(0, end));
  EXPECT_EQ(first["ok"], false);
  EXPECT_EQ(first["diagnostics"][0]["line"], 2);
  EXPECT_EQ(nlohmann::json::parse(text.substr(end + 1))["ok"], true);
}

TEST_F(GlslWatch, AFileThatIsNotThereYetIsWaitedFor) {
  start({"a.frag"});
  ASSERT_TRUE(says("err", "\"a.frag\" does not exist"));
  shop_.write("a.frag", kGood);
  EXPECT_TRUE(says("out", "'a.frag' compiles\n"));
}

}  // namespace
}  // namespace topknot::test
