// Senders and receivers in different processes: torn frames, kills, stops, take-overs.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

#include "ipc/names.h"
#include "ipc/receiver.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/process.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using test::Child;
using test::errorOf;
using test::eventually;
using test::Shared;
using test::UniqueName;

std::uint32_t numberOf(const Image& image) {
  std::uint32_t number = 0;
  std::memcpy(&number, image.bytes().data(), sizeof number);
  return number;
}

bool isWhole(const Image& image) {
  const auto bytes = image.bytes();
  return std::memcmp(bytes.data(), bytes.data() + 4, bytes.size() - 4) == 0;
}

void fill(std::span<std::byte> target, std::uint32_t number) {
  auto* words = reinterpret_cast<std::uint32_t*>(target.data());
  std::fill(words, words + target.size() / 4, number);
}

PublishResult publishNumber(SharedMemWriter& writer, const FrameHeader& header,
                            std::uint32_t number) {
  fill(writer.begin(header), number);
  return writer.commit();
}

struct Flags {
  std::atomic<bool> inside{false};
  std::atomic<int> count{0};
};

TEST(ASenderKilledWhileItWrites, LeavesItsLastFrameAndItsNameToTheNext) {
  for (int round = 0; round < 20; ++round) {
    UniqueName name;
    Shared<Flags> flags;
    Child sender([&] {
      SharedMemWriter writer(name);
      publishNumber(writer, {64, 64}, 1);
      const auto target = writer.begin({64, 64});
      fill(target.first(target.size() / 2), 2);
      flags->inside = true;
      pause();
      return 0;
    });
    ASSERT_TRUE(eventually([&] { return flags->inside.load(); }));
    SharedMemReader reader(name);
    EXPECT_TRUE(reader.senderAlive());
    EXPECT_EQ(numberOf(reader.read()->image), 1u);
    EXPECT_FALSE(reader.senderDied());
    sender.kill();
    EXPECT_FALSE(reader.waitForNew(std::chrono::seconds(10))) << "told at once";
    EXPECT_TRUE(reader.senderDied());
    EXPECT_FALSE(reader.senderAlive());
    EXPECT_EQ(numberOf(reader.read()->image), 1u);
    {
      SharedMemWriter next(name);
      EXPECT_EQ(publishNumber(next, {64, 64}, 3), PublishResult::Published);
      const auto frame = reader.wait(milliseconds(1000));
      ASSERT_TRUE(frame);
      EXPECT_EQ(numberOf(frame->image), 3u);
      EXPECT_EQ(frame->number, 2u) << "numbers go on";
      EXPECT_TRUE(isWhole(frame->image));
    }
    EXPECT_TRUE(name.objects().empty());
  }
}

TEST(ASenderInAnotherProcess, IsLeftAloneByASecond) {
  UniqueName name;
  Shared<Flags> flags;
  Child sender([&] {
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, 7);
    flags->inside = true;
    pause();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return flags->inside.load(); }));
  const std::string error = errorOf([&] { SharedMemWriter second(name); });
  EXPECT_NE(error.find("process " + std::to_string(sender.pid())), error.npos) << error;
  EXPECT_EQ(numberOf(SharedMemReader(name).read()->image), 7u);
}

TEST(AReaderStoppedInTheLock, DelaysAPublishByNoMoreThanTheLockTimeout) {
  UniqueName name;
  Shared<Flags> flags;
  Child reader([&] {
    std::optional<SharedMutex> lock;
    while (!flags->inside) std::this_thread::sleep_for(milliseconds(1));
    lock = SharedMutex::open(lockName(name));
    if (!isLocked(lock->lock(milliseconds(1000)))) return 1;
    flags->count = 1;
    for (;;) pause();
  });
  SharedMemWriter writer(name);
  ASSERT_EQ(publishNumber(writer, {64, 64}, 1), PublishResult::Published);
  flags->inside = true;
  ASSERT_TRUE(eventually([&] { return flags->count == 1; }));
  reader.stop();
  SharedMemReader newClient(name);
  auto fastest = Clock::duration::max();
  for (int i = 0; i < 10; ++i) {
    const auto start = Clock::now();
    EXPECT_EQ(publishNumber(writer, {64, 64}, 2), PublishResult::Skipped);
    EXPECT_EQ(numberOf(newClient.read()->image), 2u) << "new clients go on";
    fastest = std::min(fastest, Clock::now() - start);
  }
  EXPECT_GE(fastest, milliseconds(5));
  EXPECT_LT(fastest, milliseconds(15)) << "the fastest, as the machine may be loaded";
  EXPECT_EQ(writer.skipped(), 10u);
  EXPECT_EQ(writer.published(), 11u);
  reader.kill();
  EXPECT_EQ(publishNumber(writer, {64, 64}, 3), PublishResult::Published);
  EXPECT_EQ(numberOf(SharedMemReader(name).read()->image), 3u);
}

TEST(AReader, WaitsForASenderThatStartsLater) {
  UniqueName name;
  Child sender([&] {
    std::this_thread::sleep_for(milliseconds(50));
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, 5);
    std::this_thread::sleep_for(milliseconds(1000));
    return 0;
  });
  SharedMemReader reader(name);
  const auto frame = reader.wait(milliseconds(10000));
  ASSERT_TRUE(frame);
  EXPECT_EQ(numberOf(frame->image), 5u);
}

TEST(AForkedChildOfASender, EndsNothingOfItsParents) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, {8, 8}, 9);
  Child child([&] { return writer.close(), 0; });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(numberOf(SharedMemReader(name).read()->image), 9u);
}

}  // namespace
}  // namespace topknot::ipc
