// Writes to the standard streams, whatever state they are in.
#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace topknot::cli {

void guardStandardStreams() {
  // A closed stream's number would go to the next file that is opened, and output into that file.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    if (::open("/dev/null", O_RDONLY) < 0) return;
  }
  // Whoever writes is told by an error: a pipe without a reader, a file over the limit.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void print(const std::string& text) {
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!whole || std::fflush(stdout) != 0) {
    if (errno == EPIPE) throw ReaderGone();
    throw Error(std::string("stdout cannot be written: ") + std::strerror(errno));
  }
}

void print(const Json& json) {
  print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void printLine(const Json& json) {
  print(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void complain(const std::string& sentence) {
  printError("topknot: " + sentence + "\n");
}

void printError(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::string describePicture(int width, int height, std::string_view format, int depth) {
  std::string size = std::to_string(width) + "x" + std::to_string(height);
  if (depth > 1) size += "x" + std::to_string(depth);
  return size + ", " + std::string(format);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace topknot::cli
