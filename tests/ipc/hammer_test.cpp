// Many frames, many readers, many kills: short here, long by tests/ipc/hammer.sh.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>

#include "ipc/names.h"
#include "ipc/support/adversary.h"
#include "ipc/support/storm.h"
#include "topknot/error.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using test::Child;
using test::eventually;
using test::Seen;
using test::Shared;
using test::UniqueName;
using Reader = int (*)(const std::string&, Seen&);
using Readers = std::vector<std::unique_ptr<Child>>;

double fromEnvironment(const char* name, double otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atof(text) : otherwise;
}

double seconds() {
  return fromEnvironment("TOPKNOT_HAMMER_SECONDS", 1.0);
}
int kills(int otherwise) {
  return static_cast<int>(fromEnvironment("TOPKNOT_HAMMER_KILLS", otherwise));
}

Readers startReaders(const UniqueName& name, Seen& seen, const std::vector<Reader>& kinds) {
  Readers readers;
  for (const Reader read : kinds) {
    readers.push_back(
        std::make_unique<Child>([&name, &seen, read] { return read(name.str(), seen); }));
  }
  const auto count = static_cast<int>(kinds.size());
  EXPECT_TRUE(eventually([&] { return seen.ready == count; }));
  return readers;
}

void expectSound(Seen& seen, Readers& readers) {
  seen.done = true;
  for (auto& reader : readers) EXPECT_EQ(reader->wait(), 0);
  EXPECT_GT(seen.frames, 0);
  EXPECT_GT(seen.oldFrames, 0);
  EXPECT_EQ(seen.torn, 0);
  EXPECT_EQ(seen.backwards, 0);
}

void hammer(const WriterOptions& options, const std::function<FrameHeader(int)>& header) {
  UniqueName name;
  Shared<Seen> seen;
  Readers readers = startReaders(
      name, *seen, {test::readCopies, test::readCopies, test::readViews, test::readAsOldClient});
  SharedMemWriter writer(name, options);
  const auto end = Clock::now() + std::chrono::duration<double>(seconds());
  std::uint32_t count = 0;
  // A slow machine is given time until everybody has had something.
  while (Clock::now() < end || (count < 100000 && (seen->frames == 0 || seen->oldFrames == 0))) {
    ++count;
    test::publishNumber(writer, header(static_cast<int>(count)), count);
  }
  expectSound(*seen, readers);
  std::printf("%u frames in %.0f s, read %lld and by the old client %lld; it missed %llu\n", count,
              seconds(), static_cast<long long>(seen->frames),
              static_cast<long long>(seen->oldFrames),
              static_cast<unsigned long long>(writer.skipped()));
}

TEST(Hammering, SmallFramesTearsNone) {
  hammer({}, [](int) { return FrameHeader{256, 256}; });
}

TEST(Hammering, SmallFramesInTwoSlotsTearsNone) {
  hammer({.slots = 2}, [](int) { return FrameHeader{256, 256}; });
}

TEST(Hammering, OneSlotTearsNone) {
  hammer({.slots = 1}, [](int) { return FrameHeader{64, 64}; });
}

TEST(Hammering, FramesOf4KTearsNone) {
  hammer({}, [](int) { return FrameHeader{3840, 2160}; });
}

// Grows again and again, and shrinks in between without a new segment.
TEST(Hammering, ChangesOfSizeEveryFiftyFramesTearsNone) {
  hammer({}, [](int frame) {
    const int step = frame / 50 % 100;
    return FrameHeader{64 + 4 * step, 64 + (frame / 5000 % 50) * 16};
  });
}

/// What neighbours do, counted before and afterwards.
struct Acts {
  std::atomic<std::int64_t> begun{0}, ended{0};
};

int disturb(const UniqueName& name, bool removes, Acts& acts, Seen& seen) {
  test::Adversary adversary(name, removes ? 1 : 2);
  std::mt19937 random(removes ? 3 : 4);
  while (!seen.done) {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
    ++acts.begun;
    if (removes) {
      adversary.unlinkOne();
    } else {
      adversary.scribble(4);
    }
    ++acts.ended;
  }
  return 0;
}

/// Reads on whatever it is told.
template <Reader read>
int readOn(const std::string& name, Seen& seen) {
  for (;;) {
    try {
      return read(name, seen);
    } catch (const Error&) {
      ++seen.errors;
      --seen.ready;  // it comes again
    }
  }
}

bool sees(SharedMemReader& reader, std::uint32_t number) {
  const auto frame = reader.read(milliseconds(0));
  return frame && test::isWhole(frame->image.bytes()) &&
         test::numberIn(frame->image.bytes()) == number;
}

// A frame during which nobody did anything has to reach who follows the stream and who comes to it,
// whatever was done before. Words are written anywhere but into pixels, so that a frame that is not
// whole is a torn one.
void hammerAmong(bool removes, bool scribbles, const std::vector<Reader>& kinds) {
  UniqueName name;
  Shared<Seen> seen;
  Shared<Acts> removed, scribbled;
  Readers readers = startReaders(name, *seen, kinds);
  Readers neighbours;
  const auto add = [&](bool removing, Acts& acts) {
    neighbours.push_back(std::make_unique<Child>(
        [&name, &seen, &acts, removing] { return disturb(name, removing, acts, *seen); }));
  };
  if (removes) add(true, *removed);
  if (scribbles) add(false, *scribbled);
  const auto begun = [&] { return removed->begun + scribbled->begun; };
  const auto ended = [&] { return removed->ended + scribbled->ended; };
  SharedMemWriter writer(name);
  SharedMemReader follows(name);
  const auto end = Clock::now() + std::chrono::duration<double>(seconds());
  std::uint32_t count = 0;
  int quiet = 0, lost = 0, errors = 0, warnings = 0;
  while (Clock::now() < end || (count < 100000 && (seen->frames == 0 || quiet < 10))) {
    const std::int64_t before = ended();
    bool reaches = false;
    test::publishNumber(writer, {256, 64}, ++count);
    warnings += static_cast<int>(writer.takeWarnings().size());
    try {
      SharedMemReader comes(name);
      reaches = sees(follows, count) && sees(comes, count);
    } catch (const Error&) {
      ++errors;
    }
    if (begun() != before) continue;
    ++quiet;
    if (!reaches) ++lost;
  }
  seen->done = true;
  for (auto& reader : readers) EXPECT_EQ(reader->wait(), 0);
  for (auto& neighbour : neighbours) EXPECT_EQ(neighbour->wait(), 0);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(seen->torn, 0);
  EXPECT_EQ(seen->backwards, 0);
  EXPECT_GT(seen->frames, 0);
  EXPECT_TRUE(!removes || warnings > 0);
  std::printf(
      "%u frames, %lld removals, %lld scribbles; %d frames undisturbed, %d of those lost; "
      "read %lld, by old clients %lld, torn %d; %d errors, %d warnings\n",
      count, static_cast<long long>(removed->ended), static_cast<long long>(scribbled->ended),
      quiet, lost, static_cast<long long>(seen->frames), static_cast<long long>(seen->oldFrames),
      seen->torn.load(), seen->errors.load() + errors, warnings);
}

TEST(Hammering, AmongNeighboursThatRemoveAndScribbleLosesNothing) {
  hammerAmong(true, true,
              {readOn<test::readCopies>, readOn<test::readCopies>, readOn<test::readViews>});
}

// An old client follows what is written into the lock and the header to its own end; names it can
// lose.
TEST(Hammering, AmongNeighboursThatRemoveTearsNothingForOldClients) {
  hammerAmong(true, false,
              {readOn<test::readCopies>, readOn<test::readViews>, test::readAsOldClient});
}

TEST(ASenderKilledAtAnyMoment, IsReplacedWhileReadersGoOn) {
  UniqueName name;
  Shared<Seen> seen;
  Shared<std::atomic<std::uint32_t>> count;
  Readers readers =
      startReaders(name, *seen, {test::readCopies, test::readViews, test::readAsOldClient});
  std::mt19937 random(7);
  std::vector<double> restarts;
  for (int round = 0; round < kills(40); ++round) {
    const std::int64_t before = seen->frames;
    const auto start = Clock::now();
    Child sender([&] {
      SharedMemWriter writer(name);
      for (;;) {
        const std::uint32_t number = ++*count;
        test::publishNumber(writer, {64 + static_cast<int>(number % 97) * 4, 64}, number);
      }
      return 0;
    });
    EXPECT_TRUE(eventually([&] { return seen->frames > before; })) << "round " << round;
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    restarts.push_back(took.count());
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    sender.kill();
  }
  EXPECT_TRUE(eventually([&] { return seen->oldFrames > 0; }));
  expectSound(*seen, readers);
  std::ranges::sort(restarts);
  std::printf("%zu kills, %d told; start to first new frame: median %.1f, max %.1f ms\n",
              restarts.size(), seen->deaths.load(), restarts[restarts.size() / 2], restarts.back());
  EXPECT_LE(restarts[restarts.size() / 2], 250.0);
  { SharedMemWriter last(name); }
  EXPECT_TRUE(name.objects().empty()) << "what the killed ones left is gone too";
}

// Its own lock, held by a thread that dies with a half-written image.
TEST(ASenderKilledInTheLock, LeavesItAndNoHalfImageToOldClients) {
  std::vector<double> handovers;
  for (int round = 0; round < kills(20) * 3 / 10 + 1; ++round) {
    UniqueName name;
    Shared<std::atomic<bool>> inside, waiting;
    Shared<std::atomic<Clock::rep>> killed;
    Child sender([&] {
      SharedMemWriter writer(name);
      test::publishNumber(writer, {64, 64}, 1);
      auto lock = SharedMutex::open(lockName(name));
      auto data = SharedMemory::open(dataName(name), SharedMemory::Access::ReadWrite);
      data->map(data->size());
      if (!isLocked(lock->lock(milliseconds(1000)))) return 1;
      std::memset(data->bytes().data(), 0, 4);
      std::memset(data->bytes().data() + 48, 7, 64 * 32 * 4);
      *inside = true;
      for (;;) pause();
    });
    ASSERT_TRUE(eventually([&] { return inside->load(); }));
    Child killer([&] {
      while (!*waiting) std::this_thread::yield();
      std::this_thread::sleep_for(milliseconds(3));
      *killed = Clock::now().time_since_epoch().count();
      sender.signal(SIGKILL);
      return 0;
    });
    test::OldClient client(name.str());
    *waiting = true;
    ASSERT_TRUE(client.lock());
    const auto before = Clock::time_point(Clock::duration(*killed));
    const std::chrono::duration<double, std::milli> took = Clock::now() - before;
    handovers.push_back(took.count());
    client.unlock();
    EXPECT_FALSE(client.read()) << "half an image";
    EXPECT_EQ(test::numberIn(SharedMemReader(name).read()->image.bytes()), 1u);
    sender.wait();
    SharedMemWriter next(name);
    test::publishNumber(next, {64, 64}, 2);
    EXPECT_EQ(test::numberIn(*client.read()), 2u);
  }
  std::ranges::sort(handovers);
  std::printf("%zu kills in the lock; hand-over: median %.1f, max %.1f ms\n", handovers.size(),
              handovers[handovers.size() / 2], handovers.back());
  EXPECT_LE(handovers[handovers.size() / 2], 50.0);
}

}  // namespace
}  // namespace topknot::ipc
