// A small file costs little, whatever its header promises; and an honest one is read.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <climits>
#include <ctime>

#include "io/support/bombs.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

/// KiB at most so far.
long peakMemory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Of this thread, so that a loaded machine does not count.
double processorSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TEST(Bombs, AreRefusedForLittleTimeAndMemory) {
  const auto files = bombs();
  ASSERT_GT(files.size(), 40u);
  const long before = peakMemory();
  for (const auto& [name, file] : files) {
    const double start = processorSeconds();
    const std::string error =
        errorOf([&, &bytes = file, &title = name] { decodeImage(bytes, title); });
    EXPECT_TRUE(contains(error, {"\"" + name + "\" is t"})) << "truncated, or too large";
    EXPECT_LE(file.size(), 2048u) << name;
    EXPECT_LT(processorSeconds() - start, 0.5) << name;
  }
  EXPECT_LT(peakMemory() - before, 64 << 10);
}

TEST(Bombs, OneOfDeflateIsToldWhatDeflateCanMake) {
  EXPECT_EQ(
      errorOf([] { decodeImage(pngOf(8192, 8192, 8, 0, zerosByZlib(1000)), "a.png"); }),
      "\"a.png\" is truncated or damaged: its header promises 67117056 bytes of pixels, and it "
      "has 17 bytes; deflate makes at most 1032 of each");
}

TEST(Bombs, WideLimitsDoNotLetSizesOverflow) {
  const ReadLimits wide{.side = INT_MAX, .imageBytes = ~std::uint64_t{0}};
  Bytes dds(148);
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) dds[at + i] = static_cast<std::byte>(value >> 8 * i);
  };
  std::ranges::copy(bytesOf("DDS "), dds.begin());
  std::ranges::copy(bytesOf("DX10"), dds.begin() + 84);
  put(76, 32);
  put(80, 4);
  for (const std::uint32_t format : {2u, 10u, 61u, 71u, 80u}) {  // floats, halfs, grey, BC1, BC4
    put(128, format);
    for (const auto& [width, height] : {std::pair{1u << 30, 1u << 30},
                                        {0x7fffffffu, 0x7fffffffu},
                                        {0x7ffffffdu, 4u},
                                        {1u << 31, 1u << 29}}) {
      put(12, height);
      put(16, width);
      EXPECT_NE(errorOf([&] { decodeImage(dds, "a.dds", wide); }), "no error") << format;
    }
  }
  for (const auto& [name, file] : bombs()) {
    if (name == "display.exr") continue;  // its limit is its own
    EXPECT_TRUE(
        contains(errorOf([&, &bytes = file, &title = name] { decodeImage(bytes, title, wide); }),
                 {"\"" + name + "\" "}));
  }
}

TEST(Bombs, TheRatioCanBeSetLower) {
  const Image flat(2300, 2000, PixelFormat::Rgba8Fixed);
  const Bytes png = encodeImage(flat, ".png");
  EXPECT_EQ(decodeImage(png, "a.png"), flat);
  EXPECT_EQ(decodeImage(png, "a.png", {.ratio = 5000}), flat) << "more than deflate's own";
  EXPECT_TRUE(contains(errorOf([&] { decodeImage(png, "a.png", {.ratio = 20}); }),
                       {"\"a.png\" is too large: its header promises 18402000 bytes of pixels",
                        "the limit is 20 times as many"}));
  const Image small(1000, 1000, PixelFormat::Rgba8Fixed);
  EXPECT_EQ(decodeImage(encodeImage(small, ".png"), "b.png", {.ratio = 1}), small);
}

TEST(Bombs, AnExrMayLeaveAWholeFrameEmptyAndNoMore) {
  const Image frame = decodeImage(exrOfOnePixel(3839, 2159), "a.exr");
  EXPECT_EQ(frame.width(), 3840);
  EXPECT_EQ(frame.pixel(0, 2159), glm::vec4(1.0f));
  EXPECT_EQ(frame.pixel(3839, 0), glm::vec4(0.0f));
  const Bytes large = exrOfOnePixel(8191, 8191);
  EXPECT_TRUE(
      contains(errorOf([&] { decodeImage(large, "b.exr"); }),
               {"\"b.exr\" is too large: its display window is 8192 x 8192 pixels, of which "
                "it stores 1; the limit is 33554432"}));
  const Bytes small = exrOfOnePixel(9, 9);
  EXPECT_EQ(decodeImage(small, "c.exr", {.emptyPixels = 99}).width(), 10);
  EXPECT_TRUE(
      contains(errorOf([&] { decodeImage(exrOfOnePixel(399, 399), "d.exr", {.emptyPixels = 99}); }),
               {"the limit is 99"}));
}

}  // namespace
}  // namespace topknot::test
