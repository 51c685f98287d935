// A process that is killed while it saves leaves no half file under a file's own name.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "io/support/pictures.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNames[] = {"a.png", "b.exr", "c.tif", "d.dds", "e.jpg", "f.bmp"};

/// Saves each name anew, over and over, until it is killed.
[[noreturn]] void saveForEver(const Scratch& scratch, const Image& image) {
  for (;;) {
    for (const char* name : kNames) saveImage(image, scratch / name, {.asynchronous = true});
  }
}

bool isTemporary(const std::string& name) {
  return name.starts_with(".topknot-");
}

/// A machine that has much else to do may need a while.
void waitForFirst(const Scratch& scratch) {
  const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!fs::exists(scratch / kNames[0]) && std::chrono::steady_clock::now() < latest) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(Killed, WhateverStandsUnderItsOwnNameIsWhole) {
  const Image image = noisePicture(300, 200, PixelFormat::Rgba8Fixed, 5);
  int whole = 0, temporaries = 0;
  for (int round = 0; round < 24; ++round) {
    const Scratch scratch;
    const pid_t child = ::fork();  // this process has no threads
    ASSERT_GE(child, 0);
    if (child == 0) saveForEver(scratch, image);
    waitForFirst(scratch);
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * round));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    for (const std::string& name : scratch.names()) {
      if (isTemporary(name)) {
        ++temporaries;
        continue;
      }
      const Image back = loadImage(scratch / name);
      ++whole;
      EXPECT_EQ(back.width(), 300) << name;
      if (name == "a.png" || name == "c.tif" || name == "d.dds") {
        EXPECT_EQ(back, image) << name;
      }
    }
    saveImage(image, scratch / "next.png");
    for (const std::string& name : scratch.names()) EXPECT_FALSE(isTemporary(name)) << name;
  }
  EXPECT_GT(whole, 24);
  EXPECT_GT(temporaries, 0) << "no kill came in the middle of a file";
}

}  // namespace
}  // namespace topknot::test
