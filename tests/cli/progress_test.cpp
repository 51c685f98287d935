// The progress bar: on terminals only, and gone at the end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "cli/patience.h"
#include "cli/progress.h"
#include "cli/support/command.h"

namespace topknot::test {
namespace {

using namespace std::chrono_literals;

/// A terminal, and what was written to it.
class Terminal {
 public:
  Terminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) {
      throw std::runtime_error("the test has no terminal");
    }
    slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    termios settings;
    ::tcgetattr(slave_, &settings);
    ::cfmakeraw(&settings);
    ::tcsetattr(slave_, TCSANOW, &settings);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::close(slave_);
    ::close(master_);
  }
  int stream() const { return slave_; }
  std::string text() {
    char buffer[4096];
    for (ssize_t got; (got = ::read(master_, buffer, sizeof buffer)) > 0;) {
      text_.append(buffer, static_cast<std::size_t>(got));
    }
    return text_;
  }
  bool shows(const std::string& part) {
    for (int i = 0; i < 500 && text().find(part) == std::string::npos; ++i) {
      std::this_thread::sleep_for(10ms);
    }
    return text().find(part) != std::string::npos;
  }

 private:
  int master_, slave_ = -1;
  std::string text_;
};

TEST(PatienceTells, OnceIfItTakesLongAndNotElse) {
  std::atomic<int> told = 0;
  const auto tell = [&] { ++told; };
  { const cli::Patience patience(tell, 1h); }
  EXPECT_EQ(told, 0);
  {
    const cli::Patience patience(tell, 1ms);
    for (int i = 0; i < 1000 && told == 0; ++i) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(told, 1);
}

TEST(ProgressBar, GrowsAndGoes) {
  Terminal terminal;
  {
    cli::Progress progress("converting", 4, 0ms, terminal.stream());
    EXPECT_TRUE(terminal.shows("converting 1 of 4 [                        ] 0 s"))
        << terminal.text();
    progress.advance();
    progress.advance();
    EXPECT_TRUE(terminal.shows("converting 3 of 4 [============            ]")) << terminal.text();
    progress.aside([&] { EXPECT_EQ(::write(terminal.stream(), "a line\n", 7), 7); });
    EXPECT_TRUE(contains(terminal.text(), "\r\033[Ka line\n"));
    EXPECT_TRUE(terminal.shows("a line\n\rconverting 3 of 4"));
  }
  EXPECT_TRUE(terminal.text().ends_with("\r\033[K"));
}

TEST(ProgressBar, WorkThatIsDoneSoonShowsNone) {
  Terminal terminal;
  {
    cli::Progress progress("converting", 1, 1h, terminal.stream());
    progress.advance();
  }
  EXPECT_EQ(terminal.text(), "");
}

TEST(ProgressBar, AnythingButATerminalShowsNone) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    cli::Progress progress("converting", 1, 0ms, ends[1]);
    std::this_thread::sleep_for(50ms);
  }
  ::close(ends[1]);
  char byte;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);
  ::close(ends[0]);
}

TEST_F(CommandTest, ConvertingForLongShowsABarOnATerminal) {
  std::vector<std::string> words = {"convert"};
  shop_.write("noise.frag",
              "out vec4 c;\n"
              "void main() {\n"
              "  c = fract(sin(vec4(1, 2, 3, 4) * dot(vUV.st, vec2(7919, 104729))) * 1e4);\n"
              "}\n");
  ASSERT_EQ(shop_
                .topknot({"glsl", "noise.frag", "--size", "1500x1500", "--format", "rgba16fixed",
                          "--out", "noise.png"})
                .status,
            0);
  words.insert(words.end(), 10, "noise.png");
  words.push_back("out.##.png");
  std::string line = "'" TOPKNOT_BINARY_DIR "/topknot'";
  for (const std::string& word : words) line += " '" + word + "'";
  const Result seen = shop_.run({"script", "-qec", line, "/dev/null"}, "</dev/null");
  EXPECT_EQ(seen.status, 0);
  EXPECT_TRUE(contains(seen.out, " of 10 [")) << seen.err;
  EXPECT_TRUE(contains(seen.out, "wrote out.09.png, 1500x1500, rgba16fixed"));
}

}  // namespace
}  // namespace topknot::test
