// Files that are saved asynchronously around a fork(), after which a child has one thread.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <future>
#include <memory>

#include "io/save_queue.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

constexpr unsigned kLongest = 20;  // seconds, after which a child that hangs is ended

int statusOf(pid_t child) {
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

const pid_t kParent = ::getpid();

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
