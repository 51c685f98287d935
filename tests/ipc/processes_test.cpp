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

// What the readers saw. Every frame is filled with its own number.
struct Seen {
  std::atomic<int> ready{0};
  std::atomic<int> frames{0};
  std::atomic<int> torn{0};
  std::atomic<int> backwards{0};
  std::atomic<bool> done{false};
};

std::uint32_t numberOf(const Image& image) {
  std::uint32_t number = 0;
  std::memcpy(&number, image.bytes().data(), sizeof number);
  return number;
}

bool isWhole(const Image& image) {
  const auto bytes = image.bytes();
  return std::memcmp(bytes.data(), bytes.data() + 4, bytes.size() - 4) == 0;
}

int watch(const std::string& name, Seen& seen, bool follows) {
  std::uint32_t last = 0;
  ++seen.ready;
  // A plain Receiver that does not follow makes the sender rename its segments.
  Receiver receiver(name, follows);
  while (!seen.done) {
    const auto frame = receiver.read(milliseconds(100));
    if (!frame) {
      std::this_thread::sleep_for(milliseconds(1));
      continue;
    }
    ++seen.frames;
    if (!isWhole(frame->image)) ++seen.torn;
    const std::uint32_t number = numberOf(frame->image);
    if (number < last) ++seen.backwards;
    last = number;
  }
  return 0;
}

void fill(std::span<std::byte> target, std::uint32_t number) {
  auto* words = reinterpret_cast<std::uint32_t*>(target.data());
  std::fill(words, words + target.size() / 4, number);
}

PublishResult publishNumber(SharedMemWriter& writer, const FrameHeader& header,
                            std::uint32_t number) {
  const auto target = writer.begin(header);
  if (target.empty()) return PublishResult::Skipped;
  fill(target, number);
  return writer.commit();
}

struct Storm {
  int frames;
  int readers;
  bool follows;
  std::function<FrameHeader(int)> header;
};

void expectNothingTorn(const Storm& storm) {
  UniqueName name;
  Shared<Seen> seen;
  std::vector<std::unique_ptr<Child>> readers;
  for (int i = 0; i < storm.readers; ++i) {
    readers.push_back(
        std::make_unique<Child>([&] { return watch(name.str(), *seen, storm.follows); }));
  }
  ASSERT_TRUE(eventually([&] { return seen->ready == storm.readers; }));
  SharedMemWriter writer(name);
  // Time for others on a loaded machine: what is measured here is whole frames.
  writer.setLockTimeout(milliseconds(1000));
  const auto start = Clock::now();
  for (int i = 1; i <= storm.frames; ++i) {
    EXPECT_EQ(publishNumber(writer, storm.header(i), static_cast<std::uint32_t>(i)),
              PublishResult::Published);
    // A sender that takes the lock again at once leaves hardly a gap for those who wait for it.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  const std::chrono::duration<double> seconds = Clock::now() - start;
  seen->done = true;
  for (auto& reader : readers) EXPECT_EQ(reader->wait(), 0);
  std::printf("%d frames in %.2f s, %d read by %d readers\n", storm.frames, seconds.count(),
              seen->frames.load(), storm.readers);
  EXPECT_GT(seen->frames, 0);
  EXPECT_EQ(seen->torn, 0);
  EXPECT_EQ(seen->backwards, 0);
  EXPECT_EQ(writer.postfix().empty(), !storm.follows || writer.capacity() == 1920 * 1080 * 4);
}

FrameHeader fullHd(int) {
  return {1920, 1080};
}

// Grows at every fiftieth frame, and shrinks in between without a new segment.
FrameHeader resizing(int frame) {
  const int step = frame / 50;
  return {frame % 10 == 9 ? 64 : 320 + 16 * step, 180 + 8 * step};
}

TEST(AThousandFrames, OfFullHdAreNeverTornForThreeReaders) {
  expectNothingTorn({1000, 3, true, fullHd});
}

TEST(AThousandFrames, AreNeverTornByChangesOfSizeUnderAPostfix) {
  expectNothingTorn({1000, 3, true, resizing});
}

TEST(AThousandFrames, AreNeverTornByChangesOfSizeUnderTheSameName) {
  expectNothingTorn({1000, 3, false, resizing});
}

struct Flags {
  std::atomic<bool> inside{false};
  std::atomic<int> count{0};
};

TEST(ASenderKilledInTheLock, LeavesNoHalfFrameAndItsNameToTheNext) {
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
    EXPECT_FALSE(reader.read(milliseconds(1)));
    sender.kill();
    EXPECT_FALSE(reader.read(milliseconds(1000))) << "half a frame";
    EXPECT_FALSE(reader.senderAlive());
    {
      SharedMemWriter next(name);
      EXPECT_EQ(publishNumber(next, {64, 64}, 3), PublishResult::Published);
      const auto frame = reader.read();
      ASSERT_TRUE(frame);
      EXPECT_EQ(numberOf(frame->image), 3u);
      EXPECT_TRUE(isWhole(frame->image));
    }
    EXPECT_TRUE(name.objects().empty());
  }
}

TEST(ASenderKilledAtAnyMoment, IsReplacedWhileReadersGoOn) {
  UniqueName name;
  Shared<Seen> seen;
  Shared<Flags> flags;
  Child first([&] { return watch(name.str(), *seen, true); });
  Child second([&] { return watch(name.str(), *seen, false); });
  for (int round = 0; round < 40; ++round) {
    const int before = seen->frames;
    Child sender([&] {
      SharedMemWriter writer(name);
      writer.setLockTimeout(milliseconds(1000));
      for (;;) {
        const int number = ++flags->count;
        publishNumber(writer, {32 + number % 97 * 4, 64}, static_cast<std::uint32_t>(number));
      }
      return 0;
    });
    EXPECT_TRUE(eventually([&] { return seen->frames > before; })) << "round " << round;
    std::this_thread::sleep_for(std::chrono::microseconds(round * 137));
    sender.kill();
  }
  seen->done = true;
  first.wait();
  second.wait();
  EXPECT_EQ(seen->torn, 0);
  EXPECT_EQ(seen->backwards, 0);
  { SharedMemWriter last(name); }
  EXPECT_TRUE(name.objects().empty()) << "what the killed ones left is gone too";
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
  auto fastest = Clock::duration::max();
  for (int i = 0; i < 10; ++i) {
    const auto start = Clock::now();
    EXPECT_EQ(publishNumber(writer, {64, 64}, 2), PublishResult::Skipped);
    fastest = std::min(fastest, Clock::now() - start);
  }
  EXPECT_GE(fastest, milliseconds(5));
  EXPECT_LT(fastest, milliseconds(15)) << "the fastest, as the machine may be loaded";
  EXPECT_EQ(writer.skipped(), 10u);
  EXPECT_EQ(writer.published(), 1u);
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
