// Read-ahead: what is read, in which order, within which bounds, and what ends cleanly.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "io/files/read_ahead.h"
#include "io/support/pictures.h"

namespace topknot::io {
namespace {

using namespace std::chrono_literals;
using test::contains;

constexpr int kSide = 16;
constexpr std::uint64_t kBytes = kSide * kSide * 4;

class ReadAheads : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 10; ++i) write(i, i);
  }
  void write(int file, int value) {
    Image image(kSide, kSide, PixelFormat::Rgba8Fixed);
    for (std::byte& byte : image.bytes()) byte = static_cast<std::byte>(value);
    const auto path = scratch_ / (std::to_string(file) + ".png");
    saveImage(image, path);
    if (std::ranges::find(files_, path) == files_.end()) files_.push_back(path);
  }
  static int valueOf(const std::optional<ReadAhead::Frame>& frame) {
    return frame && frame->image ? static_cast<int>(frame->image->bytes()[0]) : -1;
  }
  static void want(ReadAhead& ahead, std::vector<std::size_t> files) { ahead.want(files); }
  /// Waits until so many were read in all.
  static void settle(const ReadAhead& ahead, int read) {
    for (int i = 0; i < 5000 && ahead.counts().read < read; ++i) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(5ms);
  }

  test::Scratch scratch_;
  std::vector<std::filesystem::path> files_;
};

TEST_F(ReadAheads, WhatIsTakenIsTheFile) {
  for (const int threads : {0, 1, 4}) {
    ReadAhead ahead(files_, {.threads = threads});
    for (std::size_t i = 0; i < 10; ++i) {
      want(ahead, {i, (i + 1) % 10, (i + 2) % 10});
      ASSERT_EQ(valueOf(ahead.take(i)), static_cast<int>(i)) << threads;
    }
    const ReadAhead::Counts counts = ahead.counts();
    EXPECT_EQ(counts.ready + counts.waited, 10);
    EXPECT_EQ(counts.late, 0);
  }
}

TEST_F(ReadAheads, WhatIsWantedIsReadBeforeItIsTakenAndOnlyOnce) {
  ReadAhead ahead(files_, {.threads = 2});
  want(ahead, {0, 1, 2});
  settle(ahead, 3);
  EXPECT_EQ(ahead.counts().read, 3);
  EXPECT_EQ(ahead.counts().kept, 3);
  EXPECT_EQ(ahead.counts().bytes, 3 * kBytes);
  EXPECT_EQ(valueOf(ahead.take(1)), 1);
  EXPECT_EQ(ahead.counts().ready, 1);
  want(ahead, {1, 2, 3, 3, 99});
  settle(ahead, 4);
  EXPECT_EQ(ahead.counts().read, 4) << "twice named is once read, what is not there is not";
  EXPECT_EQ(ahead.counts().kept, 3) << "the first is not wanted any more";
}

TEST_F(ReadAheads, NoMoreIsKeptThanTheBytesAllowButTheFirstIsRead) {
  ReadAhead ahead(files_, {.threads = 1, .bytes = 3 * kBytes});
  want(ahead, {0, 1, 2, 3, 4, 5});
  settle(ahead, 3);
  EXPECT_EQ(ahead.counts().kept, 3);
  EXPECT_EQ(valueOf(ahead.take(5)), 5) << "what is taken is read whatever room there is";
  EXPECT_EQ(ahead.counts().kept, 4);
  ahead.limitBytes(0);
  want(ahead, {7, 8});
  EXPECT_EQ(valueOf(ahead.take(7)), 7);
  settle(ahead, 5);
  EXPECT_EQ(ahead.counts().kept, 1);
  ahead.limitBytes(10 * kBytes);
  settle(ahead, 6);
  EXPECT_EQ(ahead.counts().kept, 2);
}

TEST_F(ReadAheads, ALoopKeepsNoMoreThanTheBytesAllow) {
  ReadAhead ahead(files_, {.threads = 1, .bytes = 3 * kBytes});
  for (std::size_t i = 0; i < 30; ++i) {
    want(ahead, {i % 5, (i + 1) % 5, (i + 2) % 5, (i + 3) % 5, (i + 4) % 5});
    ASSERT_EQ(valueOf(ahead.take(i % 5)), static_cast<int>(i % 5));
    ASSERT_LE(ahead.counts().bytes, 3 * kBytes);
  }
}

TEST_F(ReadAheads, WhatCannotBeReadIsToldInItsPlaceAndTheOthersGoOn) {
  test::writeBytes(files_[2], test::bytesOf("no picture"));
  std::filesystem::remove(files_[3]);
  ReadAhead ahead(files_, {.threads = 2});
  want(ahead, {1, 2, 3, 4});
  EXPECT_EQ(valueOf(ahead.take(1)), 1);
  EXPECT_TRUE(contains(ahead.take(2)->error, {"2.png", "is not a picture"}));
  EXPECT_TRUE(contains(ahead.take(3)->error, {"3.png", "does not exist"}));
  EXPECT_EQ(valueOf(ahead.take(4)), 4);
}

TEST_F(ReadAheads, LimitsHold) {
  ReadAhead ahead(files_, {.threads = 1, .limits = {.side = 8}});
  want(ahead, {0});
  EXPECT_TRUE(contains(ahead.take(0)->error, {"16 x 16", "the limit is 8"}));
  ahead.open(files_, {});
  want(ahead, {0});
  EXPECT_EQ(valueOf(ahead.take(0)), 0);
}

TEST_F(ReadAheads, WhatIsForgottenIsReadAnew) {
  ReadAhead ahead(files_, {.threads = 2});
  want(ahead, {0, 1});
  EXPECT_EQ(valueOf(ahead.take(0)), 0);
  write(0, 77);
  EXPECT_EQ(valueOf(ahead.take(0)), 0) << "as it was read";
  ahead.forget(0);
  ahead.forget(5);
  EXPECT_EQ(valueOf(ahead.take(0)), 77);
}

TEST_F(ReadAheads, WhatIsNotWantedIsNotGiven) {
  ReadAhead ahead(files_, {.threads = 1});
  EXPECT_FALSE(ahead.take(0));
  want(ahead, {1});
  EXPECT_FALSE(ahead.take(0));
}

TEST_F(ReadAheads, OneThatIsLateIsCountedAndComesLater) {
  const Image large = test::noisePicture(700, 700, PixelFormat::Rgba8Fixed, 1);
  saveImage(large, files_[0]);
  ReadAhead ahead(files_, {.threads = 1});
  want(ahead, {0});
  EXPECT_FALSE(ahead.take(0, 0ms));
  EXPECT_EQ(ahead.counts().late, 1);
  EXPECT_EQ(*ahead.take(0)->image, large);
  EXPECT_EQ(*ahead.take(0, 0ms)->image, large);
}

TEST_F(ReadAheads, OtherFilesDoNotWaitForThoseThatAreBeingRead) {
  ReadAhead ahead(files_, {.threads = 3});
  for (int round = 0; round < 50; ++round) {
    ahead.open(files_, {});
    want(ahead, {0, 1, 2, 3});
    if (round % 2 == 0) want(ahead, {4, 0});
    ahead.open({files_[9]}, {});
    want(ahead, {0});
    ASSERT_EQ(valueOf(ahead.take(0)), 9);
    ASSERT_EQ(ahead.counts().kept, 1);
  }
}

TEST_F(ReadAheads, EndsWithLoadsInFlight) {
  for (int round = 0; round < 100; ++round) {
    ReadAhead ahead(files_, {.threads = 1 + round % 4});
    want(ahead, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    if (round % 3 == 0) ahead.take(static_cast<std::size_t>(round % 10));
    if (round % 5 == 0) want(ahead, {9, 3});
  }
}

TEST_F(ReadAheads, TwoOfThemAndWritersOfTheirFilesGetAlongWithEachOther) {
  std::atomic<bool> ending = false;
  std::thread writer([&] {
    for (int i = 0; !ending; ++i) write(i % 10, i % 10);
  });
  const auto play = [&] {
    ReadAhead ahead(files_, {.threads = 2});
    for (std::size_t i = 0; i < 200; ++i) {
      want(ahead, {i % 10, (i + 1) % 10, (i + 2) % 10});
      EXPECT_EQ(valueOf(ahead.take(i % 10)), static_cast<int>(i % 10));
    }
  };
  std::thread other(play);
  play();
  other.join();
  ending = true;
  writer.join();
}

}  // namespace
}  // namespace topknot::io
