// Files that are written while the memory of their pictures goes round between threads.
#include <gtest/gtest.h>

#include <cstring>

#include "io/support/pictures.h"

namespace topknot::test {
namespace {

constexpr int kFiles = 200;

/// A picture of 2 MiB, whose memory is used again; all of its bytes are one number.
Image plain(int number) {
  Image image = Image::uninitialised(1024, 512, PixelFormat::Rgba8Fixed);
  std::memset(image.bytes().data(), number, image.bytes().size());
  return image;
}

TEST(SaveThreads, TwoHundredFilesAreWholeAlthoughTheirMemoryIsUsedAgain) {
  const Scratch scratch;
  std::vector<FileSaveStatus> files;
  const auto check = [&](int number) {
    const auto& file = files[static_cast<std::size_t>(number)];
    file.wait();
    EXPECT_TRUE(loadImage(file) == plain(number)) << number;
    std::filesystem::remove(file.path());
  };
  constexpr int kBehind = 10;
  for (int i = 0; i < kFiles; ++i) {
    // Pixels as they are, or through the encoder's own memory.
    const std::string suffix = i % 8 == 0 ? ".png" : ".dds";
    files.push_back(
        saveImage(plain(i), scratch / ("a" + std::to_string(i) + suffix), {.asynchronous = true}));
    plain(255);  // whoever still looked at memory that was given back would see this
    if (i == kFiles / 2) Image::releaseMemory();
    if (i >= kBehind) check(i - kBehind);
  }
  for (int i = kFiles - kBehind; i < kFiles; ++i) check(i);
  EXPECT_TRUE(scratch.names().empty());
}

}  // namespace
}  // namespace topknot::test
