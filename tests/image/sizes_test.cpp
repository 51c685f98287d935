// Sizes whose product does not fit, and texts that are not there.
#include "image/sizes.h"

#include <gtest/gtest.h>

#include <array>
#include <climits>
#include <memory>

#include "image/text_or.h"
#include "topknot/error.h"
#include "topknot/image.h"

namespace topknot {
namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0};

TEST(Sizes, AProductIsThereUpToItsLimit) {
  EXPECT_EQ(productWithin(24, {2, 3, 4}), 24u);
  EXPECT_EQ(productWithin(23, {2, 3, 4}), std::nullopt);
  EXPECT_EQ(productWithin(0, {5, 0}), std::nullopt);
  EXPECT_EQ(productWithin(5, {5, 0}), 0u);
  EXPECT_EQ(productWithin(7, {}), 1u);
}

TEST(Sizes, WhatWouldWrapAroundIsNothing) {
  EXPECT_EQ(productWithin(kAll, {1 << 30, 1 << 30, 16}), std::nullopt);
  EXPECT_EQ(productWithin(kAll, {std::int64_t{1} << 32, std::int64_t{1} << 32}), std::nullopt);
  EXPECT_EQ(productWithin(kAll, {std::int64_t{1} << 32, (std::int64_t{1} << 32) - 1}),
            0xffffffff00000000u);
  EXPECT_EQ(productWithin(kAll, {INT64_MAX, 3}), std::nullopt);
}

TEST(Sizes, NegativeOnesGiveNothing) {
  EXPECT_EQ(productWithin(kAll, {-1, -1}), std::nullopt);
  EXPECT_EQ(imageBytes(-4, 4, 1, PixelFormat::Rgba8Fixed), std::nullopt);
}

TEST(Sizes, APictureTakesUpTo2To40Bytes) {
  EXPECT_EQ(imageBytes(3, 2, 5, PixelFormat::Rgba32Float), 480u);
  EXPECT_EQ(imageBytes(1 << 18, 1 << 18, 1, PixelFormat::Rgba32Float), std::uint64_t{1} << 40);
  EXPECT_EQ(imageBytes(1 << 18, (1 << 18) + 1, 1, PixelFormat::Rgba32Float), std::nullopt);
}

TEST(Sizes, ImagesBeyondThatAreRefusedHoweverTheSizesAreSplit) {
  for (const auto& [width, height, depth] : {std::array{1 << 30, 1 << 30, 1},
                                             {1 << 30, 1 << 30, 1 << 30},
                                             {INT_MAX, INT_MAX, INT_MAX},
                                             {1 << 30, 1, 1 << 30},
                                             {1, 1 << 30, 1 << 30},
                                             {INT_MAX, 1 << 16, 1}}) {
    EXPECT_THROW(Image(width, height, PixelFormat::Rgba32Float, depth), Error);
    EXPECT_THROW(Image::uninitialised(width, height, PixelFormat::Rgba32Float, depth), Error);
    EXPECT_THROW(Image::borrowed(width, height, PixelFormat::Rgba32Float, depth, {},
                                 std::make_shared<int>()),
                 Error);
  }
}

TEST(TextOr, WhatALibraryDoesNotSayIsReplaced) {
  EXPECT_EQ(textOr("bad SIG", "no reason"), "bad SIG");
  EXPECT_EQ(textOr(nullptr, "no reason"), "no reason");
  EXPECT_EQ(textOr("", "no reason"), "no reason");
}

}  // namespace
}  // namespace topknot
