// What a reader of a ring gets: numbers, times, views, waiting, news of its sender; whose objects.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <thread>

#include "ipc/background.h"
#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/storm.h"
#include "topknot/error.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using test::Child;
using test::errorOf;
using test::eventually;
using test::publishNumber;
using test::Shared;
using test::UniqueName;

std::int64_t nowNs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

TEST(AFrame, HasItsNumberAndTheTimeOfItsPublishing) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  const std::int64_t before = nowNs();
  for (std::uint32_t number : {1, 2, 3}) {
    publishNumber(writer, {8, 8}, number);
    const auto frame = reader.read();
    EXPECT_EQ(frame->number, number);
    EXPECT_GE(frame->publishedNs, before);
    EXPECT_LE(frame->publishedNs, nowNs());
  }
}

TEST(AFrame, SaysThatItIsNotTheNewestResult) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  const auto isListedAsStale = [&] {
    for (const SharedMemEntry& entry : listSharedMemory()) {
      if (entry.name == name.str()) return entry.stale;
    }
    return false;
  };
  for (const bool stale : {false, true, false}) {
    writer.publish({.width = 1, .height = 1, .stale = stale}, std::vector<std::byte>(4));
    EXPECT_EQ(reader.read()->stale, stale);
    EXPECT_EQ(reader.view()->stale(), stale);
    EXPECT_EQ(isListedAsStale(), stale);
  }
}

TEST(AView, IsWholeUntilTheRingComesRoundToIt) {
  UniqueName name;
  SharedMemWriter writer(name, {.slots = 3});
  SharedMemReader reader(name);
  publishNumber(writer, {8, 4, 2.0f, 1.0f}, 1);
  const auto view = reader.view();
  ASSERT_TRUE(view);
  EXPECT_EQ(view->width(), 8);
  EXPECT_EQ(view->height(), 4);
  EXPECT_EQ(view->format(), PixelFormat::Rgba8Fixed);
  EXPECT_EQ(view->aspectX(), 2.0f);
  EXPECT_EQ(view->number(), 1u);
  EXPECT_EQ(view->pixels().size(), 8u * 4 * 4);
  publishNumber(writer, {8, 4}, 2);
  publishNumber(writer, {8, 4}, 3);
  EXPECT_TRUE(view->isWhole());
  EXPECT_EQ(test::numberIn(view->pixels()), 1u);
  writer.begin({8, 4});
  EXPECT_FALSE(view->isWhole()) << "the fourth frame is being written over it";
}

TEST(AView, OutlivesItsSegmentAndItsReader) {
  UniqueName name;
  std::optional<SharedFrameView> view;
  {
    SharedMemWriter writer(name);
    SharedMemReader reader(name);
    publishNumber(writer, {8, 8}, 1);
    view = reader.view();
    publishNumber(writer, {80, 80}, 2);
  }
  EXPECT_TRUE(view->isWhole());
  EXPECT_EQ(test::numberIn(view->pixels()), 1u);
}

TEST(Waiting, GivesEachFrameOnceAndThenTimesOut) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  publishNumber(writer, {8, 8}, 1);
  EXPECT_TRUE(reader.wait(milliseconds(1000)));
  const auto start = Clock::now();
  EXPECT_FALSE(reader.wait(milliseconds(30)));
  EXPECT_GE(Clock::now() - start, milliseconds(30));
  EXPECT_TRUE(reader.read()) << "which is there all the same";
  EXPECT_FALSE(reader.waitForNew(std::chrono::nanoseconds(0)));
  publishNumber(writer, {8, 8}, 2);
  EXPECT_TRUE(reader.waitForNew(std::chrono::nanoseconds(0)));
  EXPECT_EQ(reader.wait(milliseconds(0))->number, 2u);
}

TEST(Waiting, SleepsUntilTheFrameComes) {
  UniqueName name;
  Shared<std::atomic<int>> step;
  Child sender([&] {
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, 1);
    *step = 1;
    while (*step != 2) std::this_thread::sleep_for(milliseconds(1));
    std::this_thread::sleep_for(milliseconds(200));
    publishNumber(writer, {8, 8}, 2);
    while (*step != 3) std::this_thread::sleep_for(milliseconds(1));
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return *step == 1; }));
  SharedMemReader reader(name);
  EXPECT_EQ(reader.wait(milliseconds(5000))->number, 1u);
  *step = 2;
  timespec before = {}, after = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  EXPECT_EQ(reader.wait(milliseconds(5000))->number, 2u);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  const double used = 1e3 * static_cast<double>(after.tv_sec - before.tv_sec) +
                      1e-6 * static_cast<double>(after.tv_nsec - before.tv_nsec);
  EXPECT_LT(used, 50.0) << "milliseconds of work in 200 of waiting";
  *step = 3;
  sender.wait();
}

TEST(Waiting, ForASenderThatIsKilledEndsOnce) {
  UniqueName name;
  Shared<std::atomic<int>> step;
  Child sender([&] {
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, 1);
    *step = 1;
    for (;;) pause();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return *step == 1; }));
  SharedMemReader reader(name);
  EXPECT_TRUE(reader.wait(milliseconds(1000)));
  sender.kill();
  const auto start = Clock::now();
  EXPECT_FALSE(reader.wait(milliseconds(10000)));
  EXPECT_LT(Clock::now() - start, milliseconds(1000)) << "long before the time is up";
  EXPECT_TRUE(reader.senderDied());
  EXPECT_FALSE(reader.wait(milliseconds(50)));
  EXPECT_GE(Clock::now() - start, milliseconds(50)) << "it says so once";
  { SharedMemWriter next(name); }
  EXPECT_FALSE(reader.senderDied());
}

TEST(AReaderOfANameThatNeverComes, TimesOut) {
  UniqueName name;
  SharedMemReader reader(name);
  const auto start = Clock::now();
  EXPECT_FALSE(reader.wait(milliseconds(40)));
  EXPECT_GE(Clock::now() - start, milliseconds(40));
  EXPECT_FALSE(reader.view());
  EXPECT_FALSE(reader.senderDied());
}

TEST(TheLock, StaysWhileAnOldClientHasItAndGoesWithTheNextSender) {
  UniqueName name;
  {
    test::OldClient client(name.str());
    {
      SharedMemWriter writer(name);
      publishNumber(writer, {8, 8}, 1);
      EXPECT_TRUE(client.read());
    }
    EXPECT_EQ(name.objects(), std::vector<std::string>{lockName(name)});
    SharedMemWriter writer(name);
    publishNumber(writer, {8, 8}, 2);
    EXPECT_EQ(test::numberIn(*client.read()), 2u) << "by the same mutex";
  }
  SharedMemWriter last(name);
  last.close();
  EXPECT_TRUE(name.objects().empty());
}

TEST(WithoutOldClients, ThereIsNoImageForThem) {
  UniqueName name;
  SharedMemWriter writer(name, {.oldClients = false});
  publishNumber(writer, {8, 8}, 1);
  EXPECT_TRUE(SharedMemReader(name).read());
  EXPECT_FALSE(test::OldClient(name.str()).read());
  EXPECT_EQ(writer.published(), 1u);
  EXPECT_EQ(writer.skipped(), 0u);
}

TEST(Rights, AreTheOwnersUnlessAskedForWhateverTheUmask) {
  for (const unsigned mode : {0600u, 0660u, 0666u}) {
    UniqueName name;
    const mode_t before = umask(077);
    SharedMemWriter writer(name, {.mode = mode});
    publishNumber(writer, {8, 8}, 1);
    umask(before);
    EXPECT_EQ(name.objects().size(), 4u);
    for (const std::string& object : name.objects()) {
      struct stat status = {};
      ASSERT_EQ(stat(shmPath(object).c_str(), &status), 0);
      EXPECT_EQ(status.st_mode & 0777, mode) << object;
    }
  }
}

TEST(AnotherUsersFrames, AreReadOnlyIfAskedFor) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  UniqueName name;
  SharedMemWriter writer(name, {.mode = 0666});
  publishNumber(writer, {8, 8}, 5);
  const auto asNobody = [&] {
    if (setuid(65534) != 0) return 1;
    if (errorOf([&] { SharedMemReader(name).read(); }).find("another user") == std::string::npos) {
      return 2;
    }
    SharedMemReader reader(name, {.otherUsers = true});
    const auto frame = reader.wait(milliseconds(1000));
    if (!frame || test::numberIn(frame->image.bytes()) != 5) return 3;
    return reader.senderAlive() ? 0 : 4;
  };
  EXPECT_EQ(Child(asNobody).wait(), 0);
}

TEST(Slots, OutOfRangeAreRefused) {
  UniqueName name;
  EXPECT_NE(errorOf([&] { SharedMemWriter(name, {.slots = 0}); }), "");
  EXPECT_NE(errorOf([&] { SharedMemWriter(name, {.slots = 17}); }), "");
}

TEST(ATailPageThatLies, IsAnError) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, {8, 8}, 1);
  auto memory = SharedMemory::open(dataName(name), SharedMemory::Access::ReadWrite);
  const std::uint64_t tail = memory->size() - TOPKNOT_SHM_TAIL_BYTES;
  const auto lie = [&](std::uint64_t place, std::uint32_t value) {
    std::uint32_t truth = 0;
    memory->read(place, std::as_writable_bytes(std::span(&truth, 1)));
    memory->write(place, std::as_bytes(std::span(&value, 1)));
    const std::string error = errorOf([&] { SharedMemReader(name).read(milliseconds(0)); });
    memory->write(place, std::as_bytes(std::span(&truth, 1)));
    return error;
  };
  EXPECT_NE(lie(tail + offsetof(TopknotShmTail, slotCount), 100), "");
  EXPECT_NE(lie(tail + offsetof(TopknotShmTail, slotsOffset), 1u << 31), "");
  EXPECT_NE(lie(tail + offsetof(TopknotShmTail, slotBytes) + 4, 1), "");
  EXPECT_NE(lie(tail + offsetof(TopknotShmTail, slots) + offsetof(TopknotShmSlot, width), 1u << 30),
            "");
  EXPECT_NE(lie(tail + offsetof(TopknotShmTail, slots) + offsetof(TopknotShmSlot, bytes) + 4, 9),
            "");
  EXPECT_NE(lie(tail + offsetof(TopknotShmTail, slots) + offsetof(TopknotShmSlot, pixelFormat), 7),
            "");
  EXPECT_EQ(lie(tail + offsetof(TopknotShmTail, latest), 99), "") << "no frame";
  EXPECT_TRUE(SharedMemReader(name).read());
}

TEST(Background, FinishesBeforeAReaderOfTheSameProcessLooks) {
  UniqueName name;
  SharedMemWriter writer(name);
  Background background(name.str());
  SharedMemReader reader(name);
  for (std::uint32_t number = 1; number <= 20; ++number) {
    background.start([&writer, number] {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      publishNumber(writer, {8, 8}, number);
    });
    EXPECT_EQ(reader.read()->number, number);
  }
  background.start([] { throw Error("no room"); });
  EXPECT_EQ(errorOf([&] { background.finish(); }), "no room");
  background.finish();
}

TEST(Background, BeginsOnAThreadThatIsLent) {
  Background background("lent");
  std::thread other;
  std::thread::id there, after;
  const Background::Lender lender = [&](Background::Job job) {
    other = std::thread([job = std::move(job)] { job(); });
  };
  const auto ours = [&] { after = std::this_thread::get_id(); };
  background.start(
      lender, [&] { there = std::this_thread::get_id(); }, ours);
  background.finish();
  EXPECT_EQ(there, other.get_id());
  EXPECT_NE(after, there) << "the rest does not hold it up";
  EXPECT_NE(after, std::thread::id());
  EXPECT_NE(after, std::this_thread::get_id());
  other.join();
  background.start(
      lender, [] { throw Error("no room"); }, [] { ADD_FAILURE(); });
  EXPECT_EQ(errorOf([&] { background.finish(); }), "no room");
  other.join();
}

TEST(Background, IsOverWithAJobThatIsDropped) {
  Background background("dropped");
  background.start([](const Background::Job&) {}, [] { ADD_FAILURE(); }, [] { ADD_FAILURE(); });
  EXPECT_EQ(errorOf([&] { background.finish(); }),
            "a frame was not published: the thread for it ended");
  finishPublishing("dropped");
  background.finish();
}

}  // namespace
}  // namespace topknot::ipc
