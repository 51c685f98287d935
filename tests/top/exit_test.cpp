// A program that ends while pictures are on their way into files.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/pictures.h"
#include "topknot/topknot.h"

namespace topknot {
namespace {

constexpr int kFiles = 9;

std::filesystem::path numbered(const std::filesystem::path& folder, int number) {
  return folder / (std::to_string(number) + ".bmp");
}

/// Ends the program by exit(), which leaves the context and the graph as they are.
[[noreturn]] void saveAndExit(const std::filesystem::path& folder, bool queueFirst) {
  const Image plain(4, 4, PixelFormat::Rgba8Fixed);
  if (queueFirst) saveImage(plain, folder / "first.png", {.asynchronous = true}).wait();
  const Context context = Context::headless();
  Graph graph;
  Top& constant = graph.add("constant").as<Top>();
  constant.par("outputresolution") = "custom";
  constant.par("resolution") = 1024;
  for (int i = 0; i < kFiles; ++i) {
    constant.par("colorr") = i / 10.0;
    constant.save(numbered(folder, i), {.asynchronous = true});
  }
  std::exit(0);
}

void checkExit(bool queueFirst) {
  // In the child, memory that was given back is overwritten, so that whoever is late is found out.
  ::setenv("MALLOC_PERTURB_", "165", 1);
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const char* const variable = "TOPKNOT_EXIT_TEST";
  const test::Folder folder;
  if (std::getenv(variable) == nullptr) ::setenv(variable, folder.path().c_str(), 1);
  EXPECT_EXIT(saveAndExit(std::getenv(variable), queueFirst), ::testing::ExitedWithCode(0), "");
  ::unsetenv(variable);
  ::unsetenv("MALLOC_PERTURB_");
  for (int i = 0; i < kFiles; ++i) {
    const Image image = loadImage(numbered(folder.path(), i));
    EXPECT_NEAR(image.pixel(1000, 1000).r, i / 10.0, 0.003) << i;
  }
  const std::filesystem::directory_iterator first(folder.path()), end;
  EXPECT_EQ(std::distance(first, end), kFiles + (queueFirst ? 1 : 0)) << "and no temporary file";
}

TEST(Exit, WaitsForThePicturesThatAreOnTheirWay) {
  checkExit(false);
}

TEST(Exit, WaitsForThemWhereTheQueueIsOlderThanTheDriver) {
  checkExit(true);
}

}  // namespace
}  // namespace topknot
