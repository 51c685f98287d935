// The guard process as its host sees it, from its start to its end.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

namespace topknot::gl::guard {

/// A file that is closed.
class File {
 public:
  explicit File(int number = -1) : number_(number) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }
  int number() const { return number_; }
  bool isOpen() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  void take(int number) {
    close();
    number_ = number;
  }

 private:
  int number_;
};

/// A running guard; killed when this ends.
class Process {
 public:
  /// Throws Error saying why it does not start.
  Process(const std::filesystem::path& program, const std::string& request);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Takes what it says until its end; false if that is not there in time: so many seconds after
  /// `start` by the clock, or, if work counts, once its threads have worked that long as well, or
  /// at ten times that.
  bool listen(std::chrono::steady_clock::time_point start, double seconds, bool countsWork);
  int status() const { return status_; }
  const std::string& answers() const { return answers_; }
  const std::string& complaints() const { return complaints_; }

 private:
  static bool drain(File& file, std::string& into, std::size_t most);
  bool ended();
  double work() const;

  File answersFile_, complaintsFile_;
  std::string answers_, complaints_;
  pid_t pid_ = -1;
  int status_ = -1;  // −1 where somebody else in the host took it
};

}  // namespace topknot::gl::guard
