// The files that fuzzing found, and their kin: each is a picture or a clear error, soon and within
// memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "fuzz/limits.h"
#include "io/codecs/codec.h"
#include "io/support/pictures.h"

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

/// The pictures among them; `shader` has no part in this.
std::vector<fs::path> corpus() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(TOPKNOT_SOURCE_DIR "/tests/fuzz/corpus")) {
    const bool shader = entry.path().parent_path().filename() == "shader";
    if (entry.is_regular_file() && !shader) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

long peakKilobytes() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(Corpus, EveryFileIsAPictureOrAClearErrorSoonAndWithinMemory) {
  const std::vector<fs::path> files = corpus();
  ASSERT_GE(files.size(), 20u);
  for (const fs::path& file : files) {
    const auto began = std::chrono::steady_clock::now();
    const long before = peakKilobytes();
    const std::string error = errorOf([&] { fuzz::check(loadImage(file, fuzz::kLimits)); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took.count(), 5.0) << file;
    EXPECT_LT(peakKilobytes() - before, 256 * 1024) << file;
    if (error != "no error") {
      EXPECT_TRUE(error.starts_with("\"" + file.string() + "\" ")) << error;
      EXPECT_TRUE(std::ranges::all_of(error, [](unsigned char c) { return c >= 0x20; })) << error;
    }
  }
}

// OpenEXR 3.1.5 allocates two gigabytes for the first two, which have less than 3 kB.
TEST(Corpus, AnExrThatPromisesMoreThanItHoldsIsRefusedBeforeOpenEXRReadsIt) {
  const auto error = [](const std::string& name) {
    return errorOf(
        [&] { loadImage(fs::path(TOPKNOT_SOURCE_DIR "/tests/fuzz/corpus/exr") / name); });
  };
  EXPECT_TRUE(contains(error("attribute_of_gigabytes.exr"), {"attribute", "more than the file"}));
  EXPECT_TRUE(contains(error("channels_shorter_than_said.exr"),
                       {"attribute \"channels\" has 55 bytes; expected "}));
  EXPECT_TRUE(contains(error("tiles_of_one_pixel.exr"),
                       {"its table of 268435456 blocks is longer than the file"}));
  EXPECT_TRUE(contains(error("window_of_everything.exr"), {"4294967296 x 4294967296 pixels"}));
  EXPECT_TRUE(contains(error("preview_of_gigabytes.exr"), {"expected 14400000008"}));
}

TEST(Corpus, EveryDecoderBearsTheFilesOfAllOthers) {
  for (const fs::path& file : corpus()) {
    const Bytes bytes = readBytes(file);
    if (bytes.empty()) continue;
    for (const io::Codec* codec : io::codecs()) {
      try {
        io::Warnings warnings;
        const Image image = codec->decode(bytes, fuzz::kLimits, warnings);
        EXPECT_GE(image.width(), 1) << file << " as " << codec->name;
      } catch (const std::exception& error) {
        EXPECT_STRNE(error.what(), "") << file << " as " << codec->name;
      }
    }
  }
}

}  // namespace
}  // namespace topknot::test
