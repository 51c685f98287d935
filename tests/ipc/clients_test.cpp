// What clients of others' making see: their ways to open, lock and read.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "ipc/support/clients.h"
#include "ipc/support/storm.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using test::Child;
using test::eventually;
using test::FlagClient;
using test::FlagLock;
using test::MappedOnce;
using test::numberIn;
using test::publishNumber;
using test::Seen;
using test::Shared;
using test::UniqueName;

std::string lockOf(const UniqueName& name) {
  return "TouchSHM" + name.str() + "Mutex";
}

TEST(AClientWithAFlag, ReadsWholeFramesOnly) {
  UniqueName name;
  Shared<Seen> seen;
  Child reader([&] {
    FlagClient client(name.str());
    ++seen->ready;
    std::uint32_t last = 0;
    while (!seen->done) {
      const auto pixels = client.read();
      if (!pixels) continue;
      ++seen->oldFrames;
      if (!test::isWhole(*pixels)) ++seen->torn;
      if (numberIn(*pixels) < last) ++seen->backwards;
      last = numberIn(*pixels);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return seen->ready == 1; }));
  SharedMemWriter writer(name);
  const auto end = Clock::now() + milliseconds(500);
  std::uint32_t count = 0;
  while (Clock::now() < end || (seen->oldFrames < 20 && count < 100000)) {
    ++count;
    publishNumber(writer, {512 + static_cast<int>(count / 50 % 4) * 64, 512}, count);
  }
  seen->done = true;
  EXPECT_EQ(reader.wait(), 0);
  EXPECT_GE(seen->oldFrames, 20);
  EXPECT_EQ(seen->torn, 0);
  EXPECT_EQ(seen->backwards, 0);
}

TEST(AClientWithAFlag, MayBeThereBeforeTheSenderAndOutliveIt) {
  UniqueName name;
  FlagClient client(name.str());
  EXPECT_FALSE(client.read());
  for (std::uint32_t round = 1; round <= 3; ++round) {
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, round);
    EXPECT_EQ(numberIn(*client.read()), round);
    publishNumber(writer, {64, 64}, round + 10);
    EXPECT_EQ(client.read()->size(), 64u * 64 * 4) << "it follows a change of size";
    EXPECT_EQ(numberIn(*client.read()), round + 10);
    EXPECT_EQ(writer.skipped(), 0u);
    writer.close();
    EXPECT_FALSE(client.read());
  }
}

TEST(AClientWithAFlag, DelaysAPublishByNoMoreThanTheLockTime) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, {8, 8}, 1);
  FlagLock lock(lockOf(name));
  ASSERT_TRUE(lock.lock(milliseconds(0)));
  SharedMemReader newClient(name);
  auto fastest = Clock::duration::max();
  for (std::uint32_t i = 2; i < 8; ++i) {
    const auto start = Clock::now();
    publishNumber(writer, {8, 8}, i);
    fastest = std::min(fastest, Clock::now() - start);
    EXPECT_EQ(numberIn(newClient.read()->image.bytes()), i) << "new clients go on";
  }
  EXPECT_LT(fastest, milliseconds(15)) << "the fastest, as the machine may be loaded";
  EXPECT_EQ(writer.skipped(), 6u);
  lock.unlock();
  publishNumber(writer, {8, 8}, 9);
  EXPECT_EQ(writer.skipped(), 6u);
  EXPECT_EQ(numberIn(*FlagClient(name.str()).read()), 9u);
}

// Five seconds are as long as such clients wait for one another.
TEST(AClientWithAFlag, ThatDiesWithItIsForgotten) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, {8, 8}, 1);
  ASSERT_TRUE(FlagLock(lockOf(name)).lock(milliseconds(0)));
  const auto begun = Clock::now();
  std::uint32_t count = 1;
  std::uint64_t skipped = 0;
  do {
    skipped = writer.skipped();
    publishNumber(writer, {8, 8}, ++count);
    std::this_thread::sleep_for(milliseconds(20));
  } while (writer.skipped() > skipped && Clock::now() - begun < std::chrono::seconds(20));
  EXPECT_GE(Clock::now() - begun, std::chrono::seconds(5));
  EXPECT_EQ(numberIn(*FlagClient(name.str()).read()), count);
}

TEST(AClientWithAFlag, WakesAnotherOneInAnotherProcess) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, {8, 8}, 1);
  Shared<std::atomic<bool>> held;
  Child other([&] {
    FlagLock lock(lockOf(name));
    if (!lock.lock(milliseconds(1000))) return 1;
    *held = true;
    std::this_thread::sleep_for(milliseconds(100));
    lock.unlock();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return held->load(); }));
  FlagLock lock(lockOf(name));
  const auto start = Clock::now();
  EXPECT_TRUE(lock.lock(milliseconds(5000)));
  EXPECT_LT(Clock::now() - start, milliseconds(4000)) << "it was woken, and did not time out";
  lock.unlock();
  EXPECT_EQ(other.wait(), 0);
}

// The other way round: a sender of that form, which holds nothing but the flag while it writes.
TEST(ASenderWithAFlag, IsWaitedFor) {
  UniqueName name;
  auto made = SharedMemory::create("TouchSHM" + name.str(), 48 + 16);
  const HeaderImage header = encodeHeader(Generation::B, {2, 2});
  std::copy_n(header.begin(), 48, made->bytes().begin());
  FlagLock lock(lockOf(name));
  SharedMemReader reader(name);
  EXPECT_TRUE(reader.read(milliseconds(20)));
  ASSERT_TRUE(lock.lock(milliseconds(0)));
  EXPECT_FALSE(reader.read(milliseconds(20)));
  lock.unlock();
  EXPECT_TRUE(reader.read(milliseconds(20)));
}

TEST(AClientThatMapsOnce, SeesNewFramesAndNeverLosesItsMemory) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, {16, 16}, 1);
  SharedMemReader(name).read();  // which does not tell the sender to follow the info block
  MappedOnce client(name.str());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(numberIn(client.read()), 1u);
  publishNumber(writer, {16, 16}, 2);
  EXPECT_EQ(numberIn(client.read()), 2u);
  EXPECT_TRUE(test::isWhole(client.read()));
  publishNumber(writer, {8, 8}, 3);
  EXPECT_EQ(numberIn(client.read()), 3u) << "smaller ones stay where it looks";
  publishNumber(writer, {64, 64}, 4);
  EXPECT_EQ(numberIn(client.read()), 3u) << "what it maps is still there";
  MappedOnce again(name.str());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(numberIn(again.read()), 4u);
  writer.close();
  EXPECT_EQ(again.read().size(), 64u * 64 * 4);
}

}  // namespace
}  // namespace topknot::ipc
