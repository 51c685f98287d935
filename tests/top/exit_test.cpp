// A program that ends while pictures are on their way into files.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/forking.h"
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

constexpr unsigned kLongest = 30;  // seconds, after which a child that hangs is ended

/// How a child ends that saves and calls exit().
int statusOfChild(const std::filesystem::path& file, bool asynchronous, bool waits, bool nests) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kLongest);
    const Image plain(64, 64, PixelFormat::Rgba8Fixed);
    const FileSaveStatus saved = saveImage(plain, file, {.asynchronous = asynchronous});
    if (waits) saved.wait();
    if (nests && statusOfChild(file.string() + ".bmp", asynchronous, waits, false) != 0) ::_exit(1);
    std::exit(0);
  }
  int status = -1;
  return ::waitpid(child, &status, 0) == child ? status : -1;
}

/// A parent with a context, of which its children have nothing but memory.
[[noreturn]] void saveInChildren(const std::filesystem::path& folder, bool queueFirst) {
  // Called last: a leak checker would take what the parent's threads own for lost.
  static const pid_t parent = ::getpid();
  std::atexit([] {
    if (::getpid() != parent) ::_exit(0);
  });
  const Image plain(4, 4, PixelFormat::Rgba8Fixed);
  if (queueFirst) saveImage(plain, folder / "first.png", {.asynchronous = true}).wait();
  const Context context = Context::headless();
  Graph graph;
  Top& constant = graph.add("constant").as<Top>();
  constant.save(folder / "parent.png", {.asynchronous = true}).wait();
  constant.save(folder / "later.png", {.asynchronous = true});
  int number = 0;
  for (const bool asynchronous : {false, true}) {
    for (const bool waits : {true, false}) {
      const auto file = numbered(folder, number++);
      const bool nested = !waits && (test::kMayForkWhileThreadsAllocate || !asynchronous);
      if (const int status = statusOfChild(file, asynchronous, waits, nested)) {
        std::fprintf(stderr, "child %d: status %x\n", number, static_cast<unsigned>(status));
        std::exit(1);
      }
    }
  }
  std::exit(0);
}

void checkChildren(bool queueFirst) {
  ::setenv("MALLOC_PERTURB_", "165", 1);
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const char* const variable = "TOPKNOT_EXIT_TEST";
  const test::Folder folder;
  if (std::getenv(variable) == nullptr) ::setenv(variable, folder.path().c_str(), 1);
  EXPECT_EXIT(saveInChildren(std::getenv(variable), queueFirst), ::testing::ExitedWithCode(0), "");
  ::unsetenv(variable);
  ::unsetenv("MALLOC_PERTURB_");
  for (int i = 0; i < 4; ++i) EXPECT_NO_THROW(loadImage(numbered(folder.path(), i))) << i;
}

TEST(Exit, AChildThatSavesAfterItsParentDidEndsAsItShould) {
  checkChildren(false);
}

TEST(Exit, AChildDoesSoWhereTheQueueIsOlderThanTheDriver) {
  checkChildren(true);
}

TEST(Exit, WaitsForThePicturesThatAreOnTheirWay) {
  checkExit(false);
}

TEST(Exit, WaitsForThemWhereTheQueueIsOlderThanTheDriver) {
  checkExit(true);
}

}  // namespace
}  // namespace topknot
