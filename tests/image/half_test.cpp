// Half floats against the definition of the format.
#include "image/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace topknot {
namespace {

double valueOf(int half) {
  const int exponent = half >> 10 & 31;
  const int mantissa = half & 1023;
  const double size =
      exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return half & 0x8000 ? -size : size;
}

bool isFinite(int half) {
  return (half & 0x7c00) != 0x7c00;
}

TEST(Half, EveryFiniteHalfHasItsValueAsAFloat) {
  for (int half = 0; half < 65536; ++half) {
    if (!isFinite(half)) continue;
    const float value = floatFromHalf(static_cast<std::uint16_t>(half));
    ASSERT_EQ(value, valueOf(half)) << half;
    ASSERT_EQ(std::signbit(value), (half & 0x8000) != 0) << half;
  }
}

TEST(Half, InfinitiesAndNaNsStayWhatTheyAre) {
  EXPECT_EQ(floatFromHalf(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(floatFromHalf(0xfc00), -std::numeric_limits<float>::infinity());
  for (int payload = 1; payload < 1024; ++payload) {
    ASSERT_TRUE(std::isnan(floatFromHalf(static_cast<std::uint16_t>(0x7c00 | payload))));
  }
}

TEST(Half, AllHalfsRoundTripBitForBit) {
  for (int half = 0; half < 65536; ++half) {
    const auto bits = static_cast<std::uint16_t>(half);
    ASSERT_EQ(halfFromFloat(floatFromHalf(bits)), bits);
  }
}

TEST(Half, MiddlesRoundToTheEvenNeighbourAndOthersToTheNearest) {
  for (int half = 0; half < 0x7bff; ++half) {
    const auto middle = static_cast<float>((valueOf(half) + valueOf(half + 1)) / 2);
    const int even = half % 2 == 0 ? half : half + 1;
    ASSERT_EQ(halfFromFloat(middle), even) << half;
    ASSERT_EQ(halfFromFloat(-middle), even | 0x8000) << half;
    ASSERT_EQ(halfFromFloat(std::nextafter(middle, 0.0f)), half);
    ASSERT_EQ(halfFromFloat(std::nextafter(middle, 1e9f)), half + 1);
  }
}

TEST(Half, WhatIsTooLargeBecomesInfinity) {
  EXPECT_EQ(halfFromFloat(65504.0f), 0x7bff);
  EXPECT_EQ(halfFromFloat(std::nextafter(65520.0f, 0.0f)), 0x7bff);
  EXPECT_EQ(halfFromFloat(65520.0f), 0x7c00);
  EXPECT_EQ(halfFromFloat(-1e30f), 0xfc00);
  EXPECT_EQ(halfFromFloat(std::numeric_limits<float>::infinity()), 0x7c00);
}

TEST(Half, ANaNWithALowPayloadStaysANaN) {
  EXPECT_EQ(halfFromFloat(std::bit_cast<float>(0x7f800001u)) & 0x7fff, 0x7e00);
  EXPECT_EQ(halfFromFloat(std::numeric_limits<float>::quiet_NaN()), 0x7e00);
}

TEST(Half, TinyFloatsBecomeZeroWithTheirSign) {
  EXPECT_EQ(halfFromFloat(1e-30f), 0);
  EXPECT_EQ(halfFromFloat(-1e-40f), 0x8000);
}

}  // namespace
}  // namespace topknot
