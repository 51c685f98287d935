// Runs the real topknot binary and other people's programs, in folders that go with the test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace topknot::test {

/// What a program left behind.
struct Result {
  int status = -1;  ///< exit status, or −1 if it was killed
  std::string out, err;
};

/// A fresh folder, in which programs run; removed with all it holds at the end.
class Workshop {
 public:
  Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop();

  /// Runs the binary under test. `redirection` is for the shell and comes last, e.g. `>&-`.
  Result topknot(const std::vector<std::string>& arguments, const std::string& redirection = "");
  /// Runs any program.
  Result run(const std::vector<std::string>& words, const std::string& redirection = "");

  void write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const { return std::filesystem::exists(folder_ / name); }
  /// Writes an 8-bit RGB png with ImageMagick; `rgb` is top row first.
  void writePng(const std::string& name, int width, int height, const std::string& rgb);
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  int runs_ = 0;
};

/// A test that runs programs.
class CommandTest : public testing::Test {
 protected:
  Workshop shop_;
};

/// A test with a picture out of ../shared/images, or one out of TOPKNOT_SHARED/images.
class PhotographTest : public CommandTest {
 protected:
  void SetUp() override;
  std::filesystem::path images_;
};

/// One sentence of the program on stderr.
testing::AssertionResult complains(const Result& result, int status, const std::string& part);
testing::AssertionResult contains(const std::string& text, const std::string& part);

}  // namespace topknot::test
