// Limits on the size of files, which the system enforces by a signal that ends a process.
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "image/held_signal.h"
#include "io/files/file.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

/// No file of this process may become larger while it lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

std::string saveError(const fs::path& file, const Image& image, const SaveOptions& options = {}) {
  return errorOf([&] { saveImage(image, file, options).wait(); });
}

std::atomic<int> signalsSeen = 0;

TEST(FileLimit, IsAnErrorInEveryFormatAndLeavesTheOldFile) {
  const Scratch scratch;
  const Image large = noisePicture(64, 64, PixelFormat::Rgba8Fixed, 1);
  for (const std::string_view suffix : writableSuffixes()) {
    const fs::path file = saveImage(imageOf(kSix), scratch / ("a" + std::string(suffix)));
    const Bytes before = readBytes(file);
    for (const bool asynchronous : {false, true}) {
      const FileLimit limit(2000);
      const std::string error = saveError(file, large, {.asynchronous = asynchronous});
      EXPECT_TRUE(contains(error, {file.string(), "cannot be written: File too large: it has ",
                                   "may write files of 2000 (ulimit -f)"}));
    }
    EXPECT_EQ(readBytes(file), before) << suffix;
    fs::remove(file);
    EXPECT_TRUE(scratch.names().empty()) << suffix;
  }
}

TEST(FileLimit, OfNothingIsAnErrorToo) {
  const Scratch scratch;
  const FileLimit limit(0);
  EXPECT_TRUE(contains(saveError(scratch / "a.png", imageOf(kSix)), {"may write files of 0"}));
  EXPECT_TRUE(scratch.names().empty());
}

TEST(FileLimit, LeavesTheHostsHandlerAloneAndUnheard) {
  const Scratch scratch;
  struct sigaction own {
  }, before{}, after{};
  own.sa_handler = [](int) { ++signalsSeen; };
  ASSERT_EQ(::sigaction(SIGXFSZ, &own, &before), 0);
  signalsSeen = 0;
  {
    const FileLimit limit(10);
    EXPECT_NE(saveError(scratch / "a.png", imageOf(kSix)), "no error");
  }
  EXPECT_EQ(signalsSeen, 0);
  ::raise(SIGXFSZ);
  EXPECT_EQ(signalsSeen, 1) << "the signal is not blocked any more";
  ::sigaction(SIGXFSZ, &before, &after);
  EXPECT_EQ(after.sa_handler, own.sa_handler);
}

TEST(FileLimit, EndsNoProcessThatLetsTheSignalEndIt) {
  const Scratch scratch;
  const Image large = noisePicture(64, 64, PixelFormat::Rgba8Fixed, 1);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_DFL);
    const FileLimit limit(100);
    const bool told = saveError(scratch / "a.png", large).find("too large") != std::string::npos;
    ::_exit(told ? 7 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_TRUE(scratch.names().empty());
}

TEST(HeldSignal, TakesBackWhatComesWhileItLivesAndKeepsErrno) {
  errno = 77;
  {
    const HeldSignal held(SIGPIPE);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
    ::close(ends[1]);
    errno = 77;
  }
  EXPECT_EQ(errno, 77);
  sigset_t pending, blocked;
  ::sigpending(&pending);
  EXPECT_FALSE(sigismember(&pending, SIGPIPE));
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_FALSE(sigismember(&blocked, SIGPIPE));
}

TEST(HeldSignal, LeavesWhatWaitedBefore) {
  std::thread([] {
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::pthread_kill(::pthread_self(), SIGXFSZ);
    { const HeldSignal held(SIGXFSZ); }
    ::sigpending(&pending);
    EXPECT_TRUE(sigismember(&pending, SIGXFSZ));
    int taken = 0;
    ::sigwait(&set, &taken);
    EXPECT_EQ(taken, SIGXFSZ);
  }).join();
}

}  // namespace
}  // namespace topknot::test
