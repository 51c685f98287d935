// Programs that write into a live stream's objects, remove them, or cut them short.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <thread>

#include "ipc/names.h"
#include "ipc/shared_mem_writer.h"
#include "ipc/support/adversary.h"
#include "ipc/support/objects.h"
#include "ipc/support/process.h"
#include "ipc/support/storm.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using test::Adversary;
using test::Child;
using test::errorOf;
using test::eventually;
using test::publishNumber;
using test::Shared;
using test::UniqueName;

const FrameHeader kHeader = {.width = 32, .height = 32, .aspectX = 4.0f, .aspectY = 3.0f};

void expectFrame(SharedMemReader& reader, std::uint32_t number, const std::string& what) {
  const auto frame = reader.read(milliseconds(250));
  ASSERT_TRUE(frame) << what;
  ASSERT_EQ(frame->image.width(), kHeader.width) << what;
  ASSERT_EQ(frame->aspectX, kHeader.aspectX) << what;
  ASSERT_TRUE(test::isWhole(frame->image.bytes())) << what;
  ASSERT_EQ(test::numberIn(frame->image.bytes()), number) << what;
}

/// The number of rounds of a walk: 100, or what TOPKNOT_FUZZ_ROUNDS says for a longer one.
int rounds() {
  const char* text = std::getenv("TOPKNOT_FUZZ_ROUNDS");
  return text ? std::atoi(text) : 100;
}

// After whatever was done, one frame of the sender brings the stream back: for who follows it, in
// both ways, and for who comes.
void walk(std::uint32_t seed, const WriterOptions& options,
          const std::function<std::string(Adversary&)>& act) {
  UniqueName name;
  SharedMemWriter writer(name, options);
  SharedMemReader follows(name);
  Adversary adversary(name, seed);
  for (int round = 1; round <= rounds(); ++round) {
    const std::string what =
        act(adversary) + ", seed " + std::to_string(seed) + ", round " + std::to_string(round);
    // What is there now may be anything, but it ends no one.
    errorOf([&] {
      if (const auto frame = follows.read(milliseconds(0))) {
        ASSERT_TRUE(std::isfinite(frame->aspectX) && frame->aspectX > 0) << what;
        ASSERT_TRUE(std::isfinite(frame->aspectY) && frame->aspectY > 0) << what;
      }
    });
    errorOf([&] { follows.waitForNew({}); });
    if (round % 50 == 0) listSharedMemory();
    const auto number = static_cast<std::uint32_t>(round);
    publishNumber(writer, kHeader, number);
    ASSERT_NO_FATAL_FAILURE(expectFrame(follows, number, what + ": who follows"));
    SharedMemReader comes(name);
    ASSERT_NO_FATAL_FAILURE(expectFrame(comes, number, what + ": who comes"));
    const auto view = follows.view();
    ASSERT_TRUE(view) << what;
    ASSERT_EQ(test::numberIn(view->pixels()), number) << what;
  }
  writer.close();
  EXPECT_TRUE(name.objects().empty());
}

const WriterOptions kQuick = {.lockTimeout = milliseconds(0)};

TEST(AStreamThatIsWrittenInto, ComesBackWithTheNextFrame) {
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    walk(seed, kQuick, [](Adversary& adversary) {
      return std::to_string(adversary.scribbleAnywhere(20)) + " words written";
    });
  }
  walk(4, {.oldClients = false, .slots = 1}, [](Adversary& adversary) {
    return std::to_string(adversary.scribble(3)) + " words written";
  });
}

TEST(AStreamWhoseObjectsAreRemoved, ComesBackWithTheNextFrame) {
  walk(5, kQuick, [](Adversary& adversary) {
    return std::string(adversary.unlinkOne() ? "one removed" : "nothing removed");
  });
}

TEST(AStreamWhoseObjectsAreCutShort, ComesBackWithTheNextFrame) {
  walk(6, kQuick, [](Adversary& adversary) {
    return std::string(adversary.truncateOne() ? "one cut short" : "nothing cut short");
  });
}

TEST(AStreamOfWhichAllIsDone, ComesBackWithTheNextFrame) {
  walk(7, kQuick, [](Adversary& adversary) {
    adversary.unlinkOne();
    adversary.scribbleAnywhere(5);
    adversary.truncateOne();
    return std::string("all done");
  });
}

// The words of the issue.
TEST(ALatestThatIsNoSlot, EndsNoSender) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, kHeader, 1);
  auto memory = SharedMemory::open(dataName(name), SharedMemory::Access::ReadWrite);
  const std::uint32_t latest = 0x7fffffff;
  memory->write(memory->size() - TOPKNOT_SHM_TAIL_BYTES + offsetof(TopknotShmTail, latest),
                std::as_bytes(std::span(&latest, 1)));
  publishNumber(writer, kHeader, 2);
  SharedMemReader reader(name);
  expectFrame(reader, 2, "latest");
}

TEST(AnAspectThatIsNone, ReachesNobody) {
  constexpr float kInfinite = std::numeric_limits<float>::infinity();
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  const float kPairs[][2] = {{kNone, 1}, {1, kNone}, {kInfinite, 1}, {1, -kInfinite},
                             {0, 1},     {1, 0},     {-4, 3},        {3e38f, 1e-38f}};
  for (const auto& pair : kPairs) {
    UniqueName name;
    SharedMemWriter writer(name);
    publishNumber(writer, {.width = 8, .height = 4, .aspectX = pair[0], .aspectY = pair[1]}, 1);
    SharedMemReader reader(name);
    const auto frame = reader.read();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->aspectX, 8.0f) << "of square pixels";
    EXPECT_EQ(frame->aspectY, 4.0f);
    EXPECT_EQ(reader.view()->aspectX(), 8.0f);
  }
}

// A client that knows nothing but the lock comes after the words in it were overwritten.
TEST(ALockThatIsWrittenInto, IsALockAgain) {
  const auto parent = static_cast<std::uint32_t>(getppid());  // which does not know the lock
  const struct {
    std::size_t place;
    std::uint32_t word;
  } kWords[] = {{0, 0x12345678},  {0, 0x3fffffff},  {0, 0x80000000}, {0, parent},
                {0, 0x40000000},  {8, 0x7ffffffe},  {8, 77},         {16, 0},
                {16, 0xffffffff}, {24, 0xdeadbeef}, {32, 8},         {88, 0xff}};
  for (const auto& [place, word] : kWords) {
    UniqueName name;
    SharedMemWriter writer(name);
    publishNumber(writer, kHeader, 1);
    SharedMemory::open(lockName(name), SharedMemory::Access::ReadWrite)
        ->write(place, std::as_bytes(std::span(&word, 1)));
    std::uint32_t number = 1;
    const auto start = Clock::now();
    EXPECT_TRUE(eventually([&] {
      const auto skipped = writer.skipped();
      publishNumber(writer, kHeader, ++number);
      return writer.skipped() == skipped;
    })) << place
        << ": " << word;
    EXPECT_LT(Clock::now() - start, milliseconds(2000)) << place << ": " << word;
    test::OldClient client(name.str());
    const auto pixels = client.read();
    ASSERT_TRUE(pixels) << place << ": " << word;
    EXPECT_EQ(test::numberIn(*pixels), number);
  }
}

TEST(AnObjectThatIsRemoved, IsMadeAnewAndAWarningSaysSo) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  publishNumber(writer, kHeader, 1);
  EXPECT_TRUE(writer.takeWarnings().empty());
  std::uint32_t number = 1;
  for (const std::string& object :
       {dataName(name), lockName(name), infoName(name), infoLockName(name)}) {
    ASSERT_EQ(unlink(shmPath(object).c_str()), 0);
    EXPECT_TRUE(reader.senderAlive() || object == dataName(name)) << object;
    publishNumber(writer, kHeader, ++number);
    expectFrame(reader, number, object);
    EXPECT_TRUE(reader.senderAlive());
    EXPECT_EQ(name.objects().size(), 4u) << object;
    const auto warnings = writer.takeWarnings();
    ASSERT_EQ(warnings.size(), 1u) << object;
    EXPECT_NE(warnings[0].find("'/dev/shm/" + object + "' was removed"), std::string::npos)
        << warnings[0];
    EXPECT_NE(errorOf([&] { SharedMemWriter second(name); }), "") << "the name is still ours";
  }
}

TEST(AnObjectUnderASendersName, IsReplacedWithinAQuarterOfASecond) {
  UniqueName name;
  SharedMemWriter writer(name);
  publishNumber(writer, kHeader, 1);
  for (const std::string& object : {dataName(name), infoName(name), infoLockName(name)}) {
    std::filesystem::rename(shmPath(object), shmPath(object) + "away");
    std::ofstream(shmPath(object)) << "something else";
    const auto start = Clock::now();
    std::uint32_t number = 1;
    while (writer.takeWarnings().empty() && Clock::now() - start < milliseconds(2000)) {
      publishNumber(writer, kHeader, ++number);
      std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_LT(Clock::now() - start, milliseconds(500)) << object;
    SharedMemReader reader(name);
    expectFrame(reader, number, object);
  }
}

// Python's resource tracker unlinks what a process attached to, once that ends.
TEST(PythonsSharedMemory, ThatAttachesAndEndsCostsAFrame) {
  UniqueName name;
  SharedMemWriter writer(name);
  SharedMemReader reader(name);
  publishNumber(writer, kHeader, 1);
  expectFrame(reader, 1, "before");
  const std::string out = test::outputOf(
      "python3 -c \"from multiprocessing.shared_memory import SharedMemory\nimport glob\n"
      "objects = [SharedMemory(path[9:]) for path in glob.glob('/dev/shm/*" +
      name.str() +
      "*')]\n"
      "print(sum(len(bytes(memory.buf)) > 0 for memory in objects))\" 2>/dev/null");
  EXPECT_EQ(out.substr(0, 1), "4") << out;
  ASSERT_TRUE(eventually([&] { return name.objects().empty(); })) << "this is what Python does";
  publishNumber(writer, kHeader, 2);
  expectFrame(reader, 2, "after");
  EXPECT_EQ(writer.takeWarnings().size(), 4u);
  EXPECT_EQ(name.objects().size(), 4u);
}

TEST(AReaderThatWaits, FindsAStreamThatWasRemovedWithin250Milliseconds) {
  UniqueName name;
  Shared<std::atomic<std::int64_t>> published;
  Shared<std::atomic<int>> step;
  Child sender([&] {
    SharedMemWriter writer(name);
    for (std::uint32_t number = 1; *step < 9; ++number) {
      publishNumber(writer, kHeader, number);
      *published = number;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return 0;
  });
  SharedMemReader reader(name);
  ASSERT_TRUE(reader.wait(milliseconds(10000)));
  for (int round = 0; round < 5; ++round) {
    for (const std::string& object : name.objects()) unlink(shmPath(object).c_str());
    const auto start = Clock::now();
    const std::int64_t before = *published;
    std::optional<SharedFrame> frame;
    while ((!frame || test::numberIn(frame->image.bytes()) <= before + 1) &&
           Clock::now() - start < milliseconds(5000)) {
      frame = reader.wait(milliseconds(1000));
    }
    ASSERT_TRUE(frame);
    EXPECT_LT(Clock::now() - start, milliseconds(250) + milliseconds(3 * 20)) << "round " << round;
  }
  *step = 9;
  EXPECT_EQ(sender.wait(), 0);
}

// A client that mapped the lock once, before it was removed, still sees no half image.
TEST(AClientOfARemovedLock, IsStillWaitedFor) {
  UniqueName name;
  SharedMemWriter writer(name, {.lockTimeout = milliseconds(5)});
  publishNumber(writer, kHeader, 1);
  test::OldClient client(name.str());
  ASSERT_TRUE(client.read());
  ASSERT_EQ(unlink(shmPath(lockName(name)).c_str()), 0);
  publishNumber(writer, kHeader, 2);
  EXPECT_EQ(test::numberIn(*client.read()), 2u);
  Shared<std::atomic<int>> step;
  std::thread holder([&] {  // the lock belongs to its thread
    ASSERT_TRUE(client.lock());
    *step = 1;
    while (*step != 2) std::this_thread::sleep_for(milliseconds(1));
    client.unlock();
  });
  ASSERT_TRUE(eventually([&] { return *step == 1; }));
  publishNumber(writer, kHeader, 3);
  EXPECT_EQ(writer.skipped(), 1u) << "it reads the image";
  *step = 2;
  holder.join();
  publishNumber(writer, kHeader, 4);
  EXPECT_EQ(writer.skipped(), 1u);
  EXPECT_EQ(test::numberIn(*client.read()), 4u);
}

// Whose lock stands under the name has it. The other lets go, and has it again afterwards.
TEST(TwoSendersOfAName, DoNotFightOverIt) {
  UniqueName name;
  SharedMemWriter first(name);
  publishNumber(first, kHeader, 1);
  for (const std::string& object : name.objects()) unlink(shmPath(object).c_str());
  {
    SharedMemWriter second(name);
    publishNumber(second, kHeader, 100);
    int refused = 0;
    for (int round = 0; round < 60; ++round) {
      const std::string error = errorOf([&] { publishNumber(first, kHeader, 2); });
      refused += error.find("in use by another live sender") != error.npos ? 1 : 0;
      publishNumber(second, kHeader, 101);
      SharedMemReader reader(name);
      expectFrame(reader, 101, "the second");
      std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_EQ(refused, 60);
    EXPECT_TRUE(second.takeWarnings().empty()) << "nobody took anything from it";
  }
  EXPECT_TRUE(
      eventually([&] { return errorOf([&] { publishNumber(first, kHeader, 3); }).empty(); }));
  SharedMemReader reader(name);
  expectFrame(reader, 3, "the first again");
}

TEST(WhatAnotherSenderLeft, IsNotBelieved) {
  UniqueName name;
  Child dies([&] {
    SharedMemWriter writer(name);
    publishNumber(writer, kHeader, 1);
    _exit(0);
    return 0;
  });
  EXPECT_EQ(dies.wait(), 0);
  auto memory = SharedMemory::open(dataName(name), SharedMemory::Access::ReadWrite);
  const std::uint64_t most = ~std::uint64_t{0};
  memory->write(memory->size() - TOPKNOT_SHM_TAIL_BYTES + offsetof(TopknotShmTail, slots) +
                    offsetof(TopknotShmSlot, frame),
                std::as_bytes(std::span(&most, 1)));
  SharedMemWriter writer(name);
  publishNumber(writer, kHeader, 2);
  EXPECT_EQ(SharedMemReader(name).read()->number, 1u) << "it counts from the beginning";
}

}  // namespace
}  // namespace topknot::ipc
