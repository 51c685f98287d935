// Runs programs through a shell with quoted arguments.
#include "io/support/program.h"

#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>

namespace topknot::test {
namespace {

struct Outcome {
  int status;
  std::string output;
};

Outcome outcomeOf(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) {
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += "' ";
  }
  FILE* pipe = ::popen((line + "2>&1").c_str(), "r");
  if (!pipe) throw std::runtime_error("the test cannot start " + line);
  Outcome outcome;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    outcome.output.append(buffer, got);
  }
  const int status = ::pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

std::string findMagick() {
  for (const char* name : {"magick", "convert-im6.q16", "convert"}) {
    const Outcome outcome = outcomeOf({name, "-version"});
    const bool real = outcome.output.find("ImageMagick") != std::string::npos &&
                      outcome.output.find("Copyright") != std::string::npos;
    if (outcome.status == 0 && real) return name;
  }
  throw std::runtime_error("this test needs ImageMagick (Debian package imagemagick)");
}

}  // namespace

std::string run(const std::vector<std::string>& command) {
  const Outcome outcome = outcomeOf(command);
  if (outcome.status == 127) {
    throw std::runtime_error("this test needs the program " + command[0] +
                             ", which is not installed");
  }
  if (outcome.status != 0) {
    throw std::runtime_error(command[0] + " failed: " + outcome.output);
  }
  return outcome.output;
}

std::string magick(std::vector<std::string> arguments) {
  static const std::string kProgram = findMagick();
  arguments.insert(arguments.begin(), kProgram);
  return run(arguments);
}

}  // namespace topknot::test
