// Programs by way of the shell, with their output in files.
#include "cli/support/command.h"

#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace topknot::test {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string contentOf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

Workshop::Workshop() {
  std::string name = (fs::temp_directory_path() / "topknot-cli-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder " + name);
  folder_ = name;
}

Workshop::~Workshop() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Result Workshop::topknot(const std::vector<std::string>& arguments,
                         const std::string& redirection) {
  std::vector<std::string> words = {TOPKNOT_BINARY_DIR "/topknot"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run(words, redirection);
}

Result Workshop::run(const std::vector<std::string>& words, const std::string& redirection) {
  const std::string log = folder_.string() + ".run" + std::to_string(++runs_);
  std::string line = "cd " + quoted(folder_.string()) + " && ";
  for (const std::string& word : words) line += quoted(word) + " ";
  line += ">" + quoted(log + ".out") + " 2>" + quoted(log + ".err") + " " + redirection;
  const int status = std::system(line.c_str());
  Result result{WIFEXITED(status) ? WEXITSTATUS(status) : -1, contentOf(log + ".out"),
                contentOf(log + ".err")};
  // The shell tells of a signal by a status of its own.
  if (result.status > 128) result.status = -1;
  fs::remove(log + ".out");
  fs::remove(log + ".err");
  return result;
}

void Workshop::write(const std::string& name, const std::string& content) const {
  std::ofstream stream(folder_ / name, std::ios::binary);
  stream << content;
  if (!stream.flush()) throw std::runtime_error("the test cannot write " + name);
}

std::string Workshop::read(const std::string& name) const {
  if (!has(name)) throw std::runtime_error("there is no file " + name);
  return contentOf(folder_ / name);
}

void PhotographTest::SetUp() {
  const char* given = std::getenv("TOPKNOT_SHARED");
  images_ = fs::path(given ? given : TOPKNOT_SOURCE_DIR "/../shared") / "images";
  if (fs::exists(images_)) return;
  const std::string sentence = "this test needs the photographs of " + images_.string();
  if (std::getenv("TOPKNOT_REQUIRE_SHARED")) FAIL() << sentence;
  GTEST_SKIP() << sentence;
}

testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "expected \"" << part << "\" in \"" << text << '"';
}

testing::AssertionResult complains(const Result& result, int status, const std::string& part) {
  if (result.status != status) {
    return testing::AssertionFailure()
           << "expected status " << status << ", found " << result.status << ": " << result.err;
  }
  if (!result.out.empty()) return testing::AssertionFailure() << "on stdout: " << result.out;
  if (!result.err.starts_with("topknot: ")) {
    return testing::AssertionFailure() << "on stderr: " << result.err;
  }
  return contains(result.err, part);
}

}  // namespace topknot::test
