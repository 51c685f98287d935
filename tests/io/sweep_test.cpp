// Temporary files that a kill left behind go with the next save into their folder, and no others.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "io/files/descriptor.h"
#include "io/files/temporary.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr const char* kLeft = ".topknot-0123456789abcdef01234567";

void save(const Scratch& scratch, const char* name = "a.png") {
  saveImage(imageOf(kSix), scratch / name);
}

int folderOf(const Scratch& scratch) {
  return ::open(scratch.folder().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/// A process that is in the middle of a file; ended by the end of this, at the latest.
class Maker {
 public:
  explicit Maker(const Scratch& scratch) {
    int ready[2], over[2];
    EXPECT_EQ(::pipe(ready), 0);
    EXPECT_EQ(::pipe(over), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(over[1]);
      ::alarm(20);
      const io::Descriptor folder(folderOf(scratch));
      io::Temporary temporary(folder.get(), 0666);
      temporary.write(bytesOf("half a file"));
      char c = 'x';
      if (::write(ready[1], &c, 1) == 1 && ::read(over[0], &c, 1) == 1) temporary.moveTo("whole");
      ::_exit(0);
    }
    char c = 0;
    EXPECT_EQ(::read(ready[0], &c, 1), 1);
    for (const int end : {ready[0], ready[1], over[0]}) ::close(end);
    over_ = over[1];
  }
  ~Maker() { kill(); }
  void goOn() {
    EXPECT_EQ(::write(over_, "x", 1), 1);
    end();
  }
  void kill() {
    if (child_ > 0) ::kill(child_, SIGKILL);
    end();
  }

 private:
  void end() {
    if (child_ <= 0) return;
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    ::close(over_);
    child_ = 0;
  }
  pid_t child_ = 0;
  int over_ = -1;
};

TEST(Sweep, TheNextSaveTakesWhatAKillLeft) {
  const Scratch scratch;
  {
    Maker one(scratch), two(scratch);
    EXPECT_EQ(scratch.names().size(), 2u);
  }
  EXPECT_EQ(scratch.names().size(), 2u) << "a kill leaves its temporaries";
  save(scratch);
  EXPECT_EQ(scratch.names(), Names{"a.png"});
}

TEST(Sweep, AMakerThatLivesKeepsItsFileAndFinishesIt) {
  const Scratch scratch;
  Maker killed(scratch), living(scratch);
  killed.kill();
  save(scratch);
  EXPECT_EQ(scratch.names().size(), 2u) << "the picture, and the living one's";
  saveImage(imageOf(kSix), scratch / "b.png", {.asynchronous = true}).wait();
  living.goOn();
  EXPECT_EQ(scratch.names(), (Names{"a.png", "b.png", "whole"}));
  EXPECT_EQ(readBytes(scratch / "whole"), bytesOf("half a file"));
}

TEST(Sweep, FilesOfThisVeryProcessAreKeptAsWell) {
  const Scratch scratch;
  const io::Descriptor folder(folderOf(scratch));
  io::Temporary temporary(folder.get(), 0666);
  temporary.write(bytesOf("whole"));
  save(scratch);
  temporary.moveTo("b");
  EXPECT_EQ(scratch.names(), (Names{"a.png", "b"}));
}

TEST(Sweep, AFailedSaveSweepsToo) {
  const Scratch scratch;
  writeBytes(scratch / kLeft, bytesOf("left"));
  EXPECT_NE(errorOf([&] {
              saveImage(imageOf(kSix), scratch / "a.exr", {.metadata = {{"", ""}}});
              fs::create_directory(scratch / "b.png");
              saveImage(imageOf(kSix), scratch / "b.png");
            }),
            "no error");
  save(scratch, "c.png");
  EXPECT_FALSE(fs::exists(scratch / kLeft));
}

TEST(Sweep, OnlyRegularFilesOfExactlyThatPatternGo) {
  const Scratch scratch;
  const Names others = {".topknot-",
                        ".topknot-0123456789abcdef0123456",
                        ".topknot-0123456789abcdef012345678",
                        ".topknot-0123456789ABCDEF01234567",
                        ".topknot-0123456789abcdef0123456g",
                        ".topknot-0123456789abcdef01234567.png",
                        "topknot-0123456789abcdef01234567",
                        "x.topknot-0123456789abcdef01234567"};
  for (const std::string& name : others) writeBytes(scratch / name, bytesOf("mine"));
  writeBytes(scratch / "aim", bytesOf("mine"));
  const std::string start = ".topknot-0123456789abcdef0123456";
  fs::create_symlink("aim", scratch / (start + "1"));
  fs::create_directory(scratch / (start + "2"));
  ASSERT_EQ(::mkfifo((scratch / (start + "3")).c_str(), 0600), 0);
  writeBytes(scratch / (start + "4"), bytesOf("left"));
  Names before = scratch.names();
  std::erase(before, start + "4");
  save(scratch);
  before.push_back("a.png");
  std::sort(before.begin(), before.end());
  EXPECT_EQ(scratch.names(), before);
}

TEST(Sweep, AChildThatWasForkedMeanwhileHoldsNothing) {
  const Scratch scratch;
  int ready[2], over[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(over), 0);
  const pid_t maker = ::fork();
  if (maker == 0) {
    const io::Descriptor folder(folderOf(scratch));
    const io::Temporary temporary(folder.get(), 0666);
    const pid_t child = ::fork();
    if (child == 0) {  // lives on, and has a copy of all that was open
      char c = 'x';
      ::close(over[1]);
      ::alarm(20);
      ::_exit(::write(ready[1], &c, 1) == 1 && ::read(over[0], &c, 1) == 0 ? 0 : 1);
    }
    char c = 0;
    for (;;) ::pause();
    ::_exit(c);
  }
  ::close(over[0]);
  char c = 0;
  ASSERT_EQ(::read(ready[0], &c, 1), 1);
  ::kill(maker, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(maker, &status, 0), maker);
  ASSERT_EQ(scratch.names().size(), 1u);
  save(scratch);
  EXPECT_EQ(scratch.names(), Names{"a.png"});
  for (const int end : {ready[0], ready[1], over[1]}) ::close(end);
}

TEST(Sweep, WhoSweepsAndWhoSavesDoNotHinderEachOther) {
  const Scratch scratch;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 50; ++n) {
        saveImage(imageOf(kSix), scratch / (std::to_string(i) + "-" + std::to_string(n) + ".bmp"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(scratch.names().size(), 200u);
}

TEST(Sweep, AFolderOfManyFilesIsNotLookedThroughEachTime) {
  const Scratch scratch;
  for (int i = 0; i < 3000; ++i) std::ofstream(scratch / std::to_string(i));
  save(scratch);  // takes a note for 30 ms
  writeBytes(scratch / kLeft, bytesOf("left"));
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (fs::exists(scratch / kLeft) && std::chrono::steady_clock::now() < latest) save(scratch);
  EXPECT_FALSE(fs::exists(scratch / kLeft));
}

}  // namespace
}  // namespace topknot::test
