// The main of a room's tests: <room>_tests [--file=STEM] [GoogleTest's options]
//
// A room's tests are one program, since linking a program for each file takes longer than compiling
// it. With
// `--file=cross_test` it runs the tests of cross_test.cpp alone, as CTest does, so that what one
// file does to its process is no other file's affair.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace {

std::string testsOfFile(std::string_view stem) {
  std::string filter;
  const ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const ::testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const ::testing::TestInfo& test = *suite.GetTestInfo(j);
      if (std::filesystem::path(test.file()).stem() != stem) continue;
      filter += (filter.empty() ? "" : ":") + std::string(suite.name()) + "." + test.name();
    }
  }
  return filter;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view kFile = "--file=";
  ::testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::string filter =
        word.starts_with(kFile) ? testsOfFile(word.substr(kFile.size())) : "";
    if (filter.empty()) {
      std::fprintf(stderr,
                   "there is no test for '%s'; usage: %s [--file=STEM] [options of GoogleTest]\n",
                   argv[i], argv[0]);
      return 2;
    }
    // The child of a death test is told its one test by GoogleTest.
    if (GTEST_FLAG_GET(filter) == "*") GTEST_FLAG_SET(filter, filter);
  }
  return RUN_ALL_TESTS();
}
