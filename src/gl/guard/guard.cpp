// Tries shaders in a process of their own: the host's side.
#include "gl/guard/guard.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gl/guard/guard_child.h"
#include "gl/guard/guard_wire.h"
#include "image/text_or.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using Outcome = GuardVerdict::Outcome;

constexpr std::size_t kMaxLog = 1 << 16;
constexpr std::size_t kMaxVerdicts = 10'000;

std::mutex gMutex;
std::atomic<const char*> gInstalled = nullptr;  // by the header, before main, maybe
fs::path& programNamed() {
  static auto* const file = new fs::path;
  return *file;
}
std::unordered_map<std::string, GuardVerdict>& verdicts() {
  static auto* const map = new std::unordered_map<std::string, GuardVerdict>;
  return *map;
}

std::string requestOf(const GuardShader& shader, const GuardLimits& limits) {
  std::string request;
  guard::put(request, guard::kMagic);
  guard::put(request, limits.memory);
  guard::put(request, std::int64_t{limits.processorSeconds});
  const double most = limits.seconds * (shader.software ? guard::kPatience : 1.0);
  guard::put(request, static_cast<std::int64_t>(std::ceil(std::min(most, 1e6))));
  guard::put(request, std::int64_t{shader.software});
  guard::put(request, static_cast<std::int64_t>(shader.targets.size()));
  for (const PixelFormat format : shader.targets) {
    guard::put(request, static_cast<std::int64_t>(format));
  }
  for (const std::string* text : {&shader.vertex, &shader.pixel, &shader.compute}) {
    guard::put(request, *text);
  }
  return request;
}

/// 128 bits, by two different hashes of the same kind.
std::string hashOf(std::string_view bytes) {
  std::uint64_t a = 0xcbf29ce484222325u, b = 0x9e3779b97f4a7c15u;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    a = (a ^ value) * 0x100000001b3u;
    b = (b ^ value ^ (b >> 29)) * 0xbf58476d1ce4e5b9u;
  }
  return std::to_string(a) + " " + std::to_string(b) + " " + std::to_string(bytes.size());
}

fs::path folderOfThisCode() {
  Dl_info info{};
  static const char here = 0;
  if (dladdr(&here, &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code none;
  return fs::canonical(info.dli_fname, none).parent_path();
}

/// The one that was named, or else wherever it may be.
std::vector<fs::path> placesOfGuard() {
  {
    const std::lock_guard lock(gMutex);
    if (!programNamed().empty()) return {programNamed()};
  }
  const char* named = std::getenv("TOPKNOT_GUARD");
  if (named != nullptr && *named != '\0') return {named};
  std::vector<fs::path> places;
  const auto add = [&](fs::path place) {
    if (std::find(places.begin(), places.end(), place) == places.end()) {
      places.push_back(std::move(place));
    }
  };
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
  for (const fs::path& folder : {program, folderOfThisCode()}) {
    if (folder.empty()) continue;
    add(folder / "topknot-guard");
    add((folder / TOPKNOT_GUARD_FROM_LIBRARY).lexically_normal());
  }
  if (const char* file = gInstalled.load(std::memory_order_acquire)) add(file);
  add(TOPKNOT_GUARD_INSTALLED);
  return places;
}

/// What it said, and how it ended.
GuardVerdict verdictOf(const guard::Process& process, bool inTime) {
  GuardVerdict verdict;
  bool done = false;
  guard::Reader reader(process.answers());
  char tag = 0;
  std::string text;
  while (reader.get(tag) && reader.get(text)) {
    switch (static_cast<guard::Tag>(tag)) {
      case guard::Tag::Phase:
        verdict.during = text;
        break;
      case guard::Tag::Log:
        verdict.log += text;
        break;
      case guard::Tag::Fine:
        done = true;
        break;
      case guard::Tag::Memory:
        verdict.outcome = Outcome::OutOfMemory;
        return verdict;
      case guard::Tag::Useless:
        throw Error("a shader cannot be tried in a process of its own: " + text);
    }
  }
  if (done) return verdict;
  verdict.log += process.complaints();
  const int status = process.status();
  if (inTime && status != -1 && WIFSIGNALED(status)) verdict.signal = WTERMSIG(status);
  const bool late = !inTime || verdict.signal == SIGXCPU || verdict.signal == SIGALRM;
  verdict.outcome = late ? Outcome::OutOfTime : Outcome::Crashed;
  return verdict;
}

}  // namespace

std::string GuardVerdict::sentence() const {
  const std::string where = during == "draw"    ? " in the first draw"
                            : during == "start" ? " before it saw the shader"
                                                : " while it should " + during + " the shader";
  switch (outcome) {
    case Outcome::Fine:
      return "";
    case Outcome::OutOfTime:
      return "the driver does not come back in time" + where;
    case Outcome::OutOfMemory:
      return "the driver runs out of memory" + where;
    case Outcome::Crashed:
      break;
  }
  if (signal == 0) return "the driver ends the program" + where;
  return "the driver crashes (signal " + std::to_string(signal) + ", " +
         textOr(strsignal(signal), "unknown") + ")" + where;
}

GuardVerdict tryShader(const GuardShader& shader, const GuardLimits& limits) {
  if (!(limits.seconds > 0.0) || limits.memory < 1 || limits.processorSeconds < 1) {
    throw Error("the limits of a shader that is tried must all be above 0");
  }
  const std::string request = requestOf(shader, limits);
  const std::string key = hashOf(request);
  {
    const std::lock_guard lock(gMutex);
    const auto known = verdicts().find(key);
    if (known != verdicts().end()) return known->second;
  }
  const Clock::time_point start = Clock::now();
  guard::Process process(guardProgram(), request);
  const bool inTime = process.listen(start, std::min(limits.seconds, 1e6), shader.software);
  GuardVerdict verdict = verdictOf(process, inTime);
  if (verdict.log.size() > kMaxLog) verdict.log.resize(kMaxLog);
  verdict.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const std::lock_guard lock(gMutex);
  if (verdicts().size() >= kMaxVerdicts) verdicts().clear();
  verdicts()[key] = verdict;
  return verdict;
}

void forgetVerdicts() {
  const std::lock_guard lock(gMutex);
  verdicts().clear();
}

}  // namespace topknot::gl

namespace topknot {

void guardProgram(std::filesystem::path file) {
  const std::lock_guard lock(gl::gMutex);
  gl::programNamed() = std::move(file);
}

bool guardInstalled(const char* file) noexcept {
  gl::gInstalled.store(file, std::memory_order_release);
  return true;
}

std::filesystem::path guardProgram() {
  std::string tried;
  for (const std::filesystem::path& place : gl::placesOfGuard()) {
    if (access(place.c_str(), X_OK) == 0 && !std::filesystem::is_directory(place)) return place;
    tried += (tried.empty() ? "\"" : ", \"") + place.string() + "\"";
  }
  throw Error("the guard program that tries shaders is not there (looked for " + tried +
              "): name it in the environment variable TOPKNOT_GUARD");
}

}  // namespace topknot
