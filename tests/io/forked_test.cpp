// Files that are saved asynchronously around a fork(), after which a child has one thread.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>

#include "io/files/save_queue.h"
#include "io/support/pictures.h"
#include "support/forking.h"

namespace topknot::test {
namespace {

constexpr unsigned kLongest = 20;  // seconds, after which a child that hangs is ended

int statusOf(pid_t child) {
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

const pid_t kParent = ::getpid();

/// What a child does, and what it says of it at its end.
template <class Work>
int inChild(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kLongest);
    ::_exit(work() ? 0 : 1);
  }
  return statusOf(child);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The first, as what threads before it gave back would be memory for others.
TEST(Forked, WithoutMemoryForThreadsTheCallerSavesByItself) {
  const Scratch scratch;
  const int status = inChild([&] {
    const Image image = imageOf(kSix);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t most = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + (4u << 20);
    const rlimit limit{most, most};
    ::setrlimit(RLIMIT_AS, &limit);
    const FileSaveStatus file = saveImage(image, scratch / "a.bmp", {.asynchronous = true});
    return file.isCompleted() && file.error().empty();
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(bytesOfSix(loadImage(scratch / "a.bmp")), kSix);
}
#endif

TEST(Forked, AChildSavesByThreadsOfItsOwnAndEnds) {
  // Who came first is called last: a child's end is over when its queue has ended. A leak checker
  // would go on, and take what the parent's threads own for lost.
  std::atexit([] {
    if (::getpid() != kParent) ::_exit(0);
  });
  const Scratch scratch;
  saveImage(imageOf(kSix), scratch / "parent.png", {.asynchronous = true}).wait();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kLongest);
    saveImage(imageOf(kSix), scratch / "child.png", {.asynchronous = true}).wait();
    std::exit(0);  // which waits for the queue
  }
  EXPECT_EQ(statusOf(child), 0);
  EXPECT_EQ(bytesOfSix(loadImage(scratch / "child.png")), kSix);
  saveImage(imageOf(kSix), scratch / "later.png", {.asynchronous = true}).wait();
}

TEST(Forked, ChildrenOfChildrenSaveAsWell) {
  const Scratch scratch;
  const auto save = [&](const char* name, bool asynchronous) {
    return saveImage(imageOf(kSix), scratch / name, {.asynchronous = asynchronous});
  };
  save("parent.png", true).wait();
  const int status = inChild([&] {
    const FileSaveStatus own = save("child.png", true);
    if (!kMayForkWhileThreadsAllocate) own.wait();
    const int inner = inChild([&] {
      save("a.png", false);
      save("b.png", true).wait();
      return inChild([&] { return save("c.png", true).wait(), true; }) == 0;
    });
    own.wait();
    return inner == 0;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(scratch.names(),
            (std::vector<std::string>{"a.png", "b.png", "c.png", "child.png", "parent.png"}));
}

TEST(Forked, AChildMayExecuteAnotherProgramWhileItsFilesAreOnTheirWay) {
  const Scratch scratch;
  saveImage(imageOf(kSix), scratch / "parent.png", {.asynchronous = true}).wait();
  const int status = inChild([&] {
    saveImage(imageOf(kSix), scratch / "child.png", {.asynchronous = true});
    ::execl("/bin/true", "true", nullptr);
    return false;
  });
  EXPECT_EQ(status, 0);
}

TEST(Forked, AChildMayEndAtOnce) {
  const Scratch scratch;
  saveImage(imageOf(kSix), scratch / "parent.png", {.asynchronous = true}).wait();
  const Image large = noisePicture(500, 500, PixelFormat::Rgba8Fixed, 1);
  const int status = inChild([&] {
    for (int i = 0; i < 4; ++i) {
      saveImage(large, scratch / (std::to_string(i) + ".png"), {.asynchronous = true});
    }
    return true;
  });
  EXPECT_EQ(status, 0);
  saveImage(imageOf(kSix), scratch / "a.png");
  for (const std::string& name : scratch.names()) {
    EXPECT_NO_THROW(loadImage(scratch / name)) << "whole, or not there";
  }
}

TEST(Forked, AChildIsToldThatItCannotWaitForItsParentsFile) {
  auto state = std::make_shared<FileSaveStatus::State>("/folder/parent.png");
  const FileSaveStatus file(state);
  std::promise<void> goOn;
  io::queueSave(state, [&] { goOn.get_future().wait(); });
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kLongest);
    const std::string said = errorOf([&] { file.wait(); });
    ::_exit(contains(said, {"\"/folder/parent.png\"", "forked from"}) ? 0 : 1);
  }
  EXPECT_EQ(statusOf(child), 0);
  goOn.set_value();
  file.wait();
}

}  // namespace
}  // namespace topknot::test
