// What is told of a failure is the failure's own reason, also where a library gives none.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "io/support/bombs.h"
#include "io/support/numbers.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

std::string decodeError(const Bytes& file, const std::string& name) {
  return errorOf([&] { decodeImage(file, name); });
}

TEST(Reasons, APngThatStbHasNoReasonForIsRefusedWithASentence) {
  // Its rows have more bytes than an int counts.
  EXPECT_TRUE(contains(
      decodeError(pngOf(16384, 16384, 16, 6, bytes8({0x78, 0x9c, 3, 0, 0, 0, 0, 1})), "huge16.png"),
      {"\"huge16.png\" is too large: its decoder reads up to",
       "16384 x 16384 pixels of 4 x 16 bits"}));
}

TEST(Reasons, AnEarlierFilesReasonIsNotTold) {
  const Bytes unknownFilter = [] {
    Bytes rows(5 * 4);
    rows[0] = std::byte{9};
    return rows;
  }();
  // stored deflate: no compression
  const Bytes stream = bytes8({0x78, 1, 1, 20, 0, 235, 255}) + unknownFilter + Bytes(4);
  EXPECT_TRUE(contains(decodeError(pngOf(4, 4, 8, 0, stream), "filter.png"),
                       {"cannot be decoded: invalid filter"}));
  // A block that is larger than the picture's: stb returns without a reason.
  const Bytes tooMuch = pngOf(4, 4, 8, 0, zerosByZlib(8 << 20));
  const std::string error = decodeError(tooMuch, "long.png");
  EXPECT_EQ(error.find("invalid filter"), std::string::npos) << error;
  EXPECT_TRUE(contains(error, {"\"long.png\" "}));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Sanitizers end the process where memory ends.

/// Bytes that the process has mapped.
rlim_t mappedBytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

/// The sentence, in a child with so much more memory; empty if it crashed.
std::string errorWithin(rlim_t more, const Bytes& file, const std::string& name) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{mappedBytes() + more, mappedBytes() + more};
    ::setrlimit(RLIMIT_AS, &limit);
    const std::string error = decodeError(file, name);
    ::_exit(::write(ends[1], error.data(), error.size()) < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  char text[512];
  const ssize_t size = ::read(ends[0], text, sizeof text);
  ::close(ends[0]);
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << name;
  return std::string(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

TEST(Reasons, AValidPictureForWhichThereIsNoMemorySaysSo) {
  const Image flat(6000, 6000, PixelFormat::Rgba8Fixed);
  for (const char* suffix : {".png", ".jpg", ".bmp", ".exr", ".dds"}) {
    const std::string name = std::string("large") + suffix;
    const Bytes file = encodeImage(flat, suffix);
    Image::releaseMemory();
    for (const rlim_t more : {rlim_t{8} << 20, rlim_t{64} << 20, rlim_t{130} << 20}) {
      EXPECT_EQ(errorWithin(more, file, name), "\"" + name + "\" needs more memory than there is")
          << more;
    }
  }
}
#endif

}  // namespace
}  // namespace topknot::test
