// Memory of images in a child that was forked while other threads made images.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "image/memory.h"
#include "support/forking.h"

namespace topknot {
namespace {

constexpr std::size_t kLarge = std::size_t{4} << 20;
constexpr int kBusy = test::kMayForkWhileThreadsAllocate ? 3 : 0;  // threads

TEST(ForkedMemory, AChildIsNotLeftWithALockThatNobodyWillOpen) {
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < kBusy; ++i) {
    threads.emplace_back([&] {
      while (!over) giveImageMemory(takeImageMemory(kLarge), kLarge);
    });
  }
  for (int round = 0; round < 60; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(10);  // which ends a child that waits
      giveImageMemory(takeImageMemory(kLarge), kLarge);
      ::_exit(0);
    }
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << round;
    if (status != 0) break;
  }
  over = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace topknot
