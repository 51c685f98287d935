// The memory of images: used again, never twice at once, and no more of it kept than said.
#include "image/memory.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "topknot/image.h"

namespace topknot {
namespace {

constexpr std::size_t kSize = std::size_t{3} << 20;
constexpr std::chrono::hours kLong{1};

/// A picture of 4 MiB with one value in all bytes.
Image filled(std::byte value) {
  Image image = Image::uninitialised(1024, 1024, PixelFormat::Rgba8Fixed);
  std::memset(image.bytes().data(), std::to_integer<int>(value), image.bytes().size());
  return image;
}

bool isAll(const Image& image, std::byte value) {
  const auto bytes = image.bytes();
  return bytes[0] == value && std::memcmp(&bytes[0], &bytes[1], bytes.size() - 1) == 0;
}

TEST(BlockStore, ABlockGoesToTheNextThatAsksForItsSize) {
  BlockStore store(4 * kSize, kLong);
  std::byte* first = store.take(kSize);
  std::byte* second = store.take(kSize);
  EXPECT_NE(first, second);
  store.give(first, kSize);
  EXPECT_EQ(store.waitingBytes(), kSize);
  std::byte* larger = store.take(kSize + 1);
  EXPECT_NE(larger, first);
  EXPECT_EQ(store.waitingBytes(), kSize) << "another size leaves it there";
  EXPECT_EQ(store.take(kSize), first);
  EXPECT_EQ(store.waitingBytes(), 0u);
  store.give(first, kSize);
  store.give(second, kSize);
  store.give(larger, kSize + 1);
  EXPECT_EQ(store.take(kSize), second) << "the latest, which may still be in the cache";
  store.give(second, kSize);
}

TEST(BlockStore, NoMoreWaitsThanItMayKeepAndTheOldestGoes) {
  BlockStore store(2 * kSize, kLong);
  std::vector<std::byte*> blocks;
  for (std::size_t i = 0; i < 4; ++i) blocks.push_back(store.take(kSize - i));
  for (std::size_t i = 0; i < 4; ++i) {
    store.give(blocks[i], kSize - i);
    EXPECT_LE(store.waitingBytes(), 2 * kSize);
  }
  EXPECT_EQ(store.waitingBytes(), 2 * kSize - 5) << "the last two";
  EXPECT_EQ(store.take(kSize - 3), blocks[3]);
  store.give(blocks[3], kSize - 3);
}

TEST(BlockStore, WhatIsLargerThanAllThatItMayKeepIsNotKept) {
  BlockStore store(kSize, kLong);
  std::byte* small = store.take(kSize);
  store.give(small, kSize);
  store.give(store.take(kSize + 1), kSize + 1);
  EXPECT_EQ(store.take(kSize), small) << "nor does it drive out what is";
  store.give(small, kSize);
}

TEST(BlockStore, WhatHasWaitedTooLongGoesWhenTheStoreIsUsed) {
  BlockStore store(4 * kSize, std::chrono::milliseconds(1));
  store.give(store.take(kSize), kSize);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::byte* other = store.take(kSize + 1);
  EXPECT_EQ(store.waitingBytes(), 0u);
  store.give(other, kSize + 1);
}

TEST(BlockStore, ClearGivesAllOfItBack) {
  BlockStore store(4 * kSize, kLong);
  std::byte* first = store.take(kSize);
  store.give(store.take(kSize), kSize);
  store.give(first, kSize);
  store.clear();
  EXPECT_EQ(store.waitingBytes(), 0u);
}

TEST(BlockStore, ThreadsNeverHoldOneBlockTogether) {
  BlockStore store(4 * kSize, kLong);
  const auto work = [&](unsigned char own) {
    for (int i = 0; i < 200; ++i) {
      const std::size_t bytes = kSize + static_cast<std::size_t>(i % 3);
      std::byte* memory = store.take(bytes);
      for (std::size_t at = 0; at < bytes; at += 4096) memory[at] = std::byte{own};
      std::this_thread::yield();
      for (std::size_t at = 0; at < bytes; at += 4096) ASSERT_EQ(memory[at], std::byte{own});
      store.give(memory, bytes);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned char i = 1; i <= 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(store.waitingBytes(), 4 * kSize);
}

TEST(ImageMemory, ANewImageIsZeroWhereAnotherOneLay) {
  for (int i = 0; i < 3; ++i) {
    filled(std::byte{0xff});
    EXPECT_TRUE(isAll(Image(1024, 1024, PixelFormat::Rgba8Fixed), std::byte{0}));
  }
}

TEST(ImageMemory, ImagesOfOneSizeKeepTheirOwnPixels) {
  const Image first = filled(std::byte{1});
  Image second = first;
  {
    Image third = second;
    third.bytes()[0] = std::byte{3};
  }
  second = filled(std::byte{2});
  Image moved = std::move(second);
  Image::releaseMemory();
  const Image fourth = filled(std::byte{4});
  EXPECT_TRUE(isAll(first, std::byte{1}));
  EXPECT_TRUE(isAll(moved, std::byte{2}));
  EXPECT_TRUE(isAll(fourth, std::byte{4}));
}

// Made by one thread and gone by another, as when files are saved.
TEST(ImageMemory, ImagesMayEndOnOtherThreads) {
  for (int i = 0; i < 20; ++i) {
    const auto value = static_cast<std::byte>(i);
    std::thread other([image = filled(value), value] { EXPECT_TRUE(isAll(image, value)); });
    const Image own = filled(static_cast<std::byte>(i + 100));
    other.join();
    EXPECT_TRUE(isAll(own, static_cast<std::byte>(i + 100)));
  }
}

}  // namespace
}  // namespace topknot
