// Components as floats: every value, by plain code and by the processor's own instructions.
#include "image/widen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "image/half.h"

namespace topknot {
namespace {

template <class Stored>
std::vector<Stored> allValues() {
  std::vector<Stored> values(std::size_t{1} << (8 * sizeof(Stored)));
  std::iota(values.begin(), values.end(), Stored{0});
  return values;
}

template <class Stored>
std::vector<float> widened(Widener widen, const std::vector<Stored>& values, std::size_t skip = 0) {
  std::vector<float> floats(values.size(), -1.0f);
  widen(reinterpret_cast<const std::byte*>(values.data() + skip), values.size() - skip,
        floats.data() + skip);
  return floats;
}

void expectSameBits(const std::vector<float>& floats, const std::vector<float>& expected) {
  ASSERT_EQ(floats.size(), expected.size());
  for (std::size_t i = 0; i < floats.size(); ++i) {
    ASSERT_EQ(std::bit_cast<std::uint32_t>(floats[i]), std::bit_cast<std::uint32_t>(expected[i]))
        << i;
  }
}

TEST(Widen, EveryFixedValueIsTheNearestFloat) {
  for (const auto which : {+[](Component c) { return widener(c); }, plainWidener}) {
    const auto narrow = widened(which(Component::Fixed8), allValues<std::uint8_t>());
    for (std::size_t i = 0; i < narrow.size(); ++i) {
      ASSERT_EQ(narrow[i], static_cast<float>(static_cast<double>(i) / 255.0)) << i;
    }
    const auto wide = widened(which(Component::Fixed16), allValues<std::uint16_t>());
    for (std::size_t i = 0; i < wide.size(); ++i) {
      ASSERT_EQ(wide[i], static_cast<float>(static_cast<double>(i) / 65535.0)) << i;
    }
  }
}

TEST(Widen, EveryHalfKeepsItsValueAndItsPayload) {
  const auto halfs = allValues<std::uint16_t>();
  std::vector<float> expected;
  for (const std::uint16_t half : halfs) expected.push_back(floatFromHalf(half));
  expectSameBits(widened(widener(Component::Float16), halfs), expected);
  expectSameBits(widened(plainWidener(Component::Float16), halfs), expected);
}

TEST(Widen, FloatsStayAsTheyAre) {
  const std::vector<float> floats = {0.0f, -0.0f, 1.5f, std::bit_cast<float>(0x7f800001u)};
  expectSameBits(widened(widener(Component::Float32), floats), floats);
}

TEST(Widen, AnyLengthAndPlaceWillDo) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::vector<std::uint16_t> values(length);
    std::iota(values.begin(), values.end(), std::uint16_t{1});
    for (std::size_t skip = 0; skip <= std::min<std::size_t>(length, 9); ++skip) {
      const auto floats = widened(widener(Component::Fixed16), values, skip);
      for (std::size_t i = 0; i < length; ++i) {
        ASSERT_EQ(floats[i], i < skip ? -1.0f : static_cast<float>(i + 1) / 65535.0f) << length;
      }
    }
  }
}

TEST(Widen, WhatIsWrittenPastTheCacheIsNoDifferent) {
  constexpr std::size_t kMany = 100'000'000;
  std::vector<std::uint8_t> values(1003);
  std::iota(values.begin(), values.end(), std::uint8_t{0});
  for (const std::size_t skip : {0u, 1u, 7u, 1000u, 1003u}) {
    expectSameBits(widened(widener(Component::Fixed8, kMany), values, skip),
                   widened(plainWidener(Component::Fixed8), values, skip));
  }
  const auto wide = allValues<std::uint16_t>();
  for (const Component component : {Component::Fixed16, Component::Float16}) {
    expectSameBits(widened(widener(component, kMany), wide),
                   widened(plainWidener(component), wide));
  }
}

TEST(Widen, PackedComponentsCannotBeWidened) {
  EXPECT_EQ(widener(Component::Packed1010102), nullptr);
  EXPECT_EQ(widener(Component::Packed111110), nullptr);
}

}  // namespace
}  // namespace topknot
