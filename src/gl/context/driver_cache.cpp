// The driver's cache of compiled shaders.
#include "gl/context/driver_cache.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace topknot::gl {

namespace {

/// The thread's name and its state, of a line like `12 (name) S 1 …`.
bool writes(const std::string& line) {
  const std::size_t close = line.rfind(')');
  if (close == std::string::npos || line.find("disk$") >= close) return false;
  return line.compare(close, 3, ") S") != 0;
}

bool anyThreadWrites() {
  std::error_code error;
  std::filesystem::directory_iterator task("/proc/self/task", error), end;
  for (; !error && task != end; task.increment(error)) {
    std::ifstream file(task->path() / "stat");
    std::string line;
    if (std::getline(file, line) && writes(line)) return true;
  }
  return false;
}

}  // namespace

bool waitForDriverCache(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (anyThreadWrites()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace topknot::gl
