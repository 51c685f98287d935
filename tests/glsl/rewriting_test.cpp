// The shaders that fuzzing found, and their kin, go through the rewriting soon.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/rewriting.h"

namespace topknot::test {
namespace {

TEST(Rewriting, EveryShaderOfTheCorpusIsDoneSoon) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(TOPKNOT_SOURCE_DIR "/tests/fuzz/corpus/shader")) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto began = std::chrono::steady_clock::now();
    fuzz::rewriteShader(text);  // ends the process if something does not fit together
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took.count(), 5.0) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 5);
}

}  // namespace
}  // namespace topknot::test
