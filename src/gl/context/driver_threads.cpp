// The threads of a software renderer, and the time that they have worked.
#include "gl/context/driver_threads.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "topknot/error.h"

namespace topknot::gl {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kRasterizer = "llvmpipe-";
// Between two looks at threads that may be at rest.
constexpr std::chrono::milliseconds kPause(5);

std::string firstLine(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

/// By their numbers, which grow with time.
std::map<int, std::string> namesOfThreads() {
  std::map<int, std::string> names;
  std::error_code error;
  for (fs::directory_iterator at("/proc/self/task", error), end; !error && at != end;
       at.increment(error)) {
    const std::string text = at->path().filename().string();
    int number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) continue;
    names[number] = firstLine(at->path() / "comm");
  }
  return names;
}

/// The kernel's number for the clock of a thread, as `pthread_getcpuclockid` makes it.
clockid_t clockOf(int thread) {
  constexpr unsigned kOfThread = 4, kScheduler = 2;
  return static_cast<clockid_t>((~static_cast<unsigned>(thread) << 3) | kOfThread | kScheduler);
}

double workOfOne(int thread) {
  timespec used{};
  if (clock_gettime(clockOf(thread), &used) != 0) return 0.0;
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// The state behind the name, which stands in brackets and may have any sign in it.
bool sleeps(int thread) {
  const std::string line = firstLine("/proc/self/task/" + std::to_string(thread) + "/stat");
  const std::size_t end = line.rfind(')');
  return end == std::string::npos || end + 2 >= line.size() || line[end + 2] == 'S';
}

struct Stuck {
  Threads threads;
  double work = -1.0;  // at the latest look
  Clock::time_point looked = {};
};

/// Groups that went apart or came together since still have threads in common.
bool overlap(const Threads& a, const Threads& b) {
  return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) != a.end();
}

struct StuckThreads {
  static StuckThreads& all() {
    static auto* const one = new StuckThreads;  // contexts with static lifetime end late
    return *one;
  }
  std::mutex mutex;
  std::vector<Stuck> groups;
};

/// Of EGL displays.
struct Claims {
  static Claims& all() {
    static auto* const one = new Claims;
    return *one;
  }
  std::mutex mutex;
  std::map<const void*, Threads> threads;
};

/// At rest: asleep now, and without any work for some time.
bool rests(Stuck& stuck) {
  const Clock::time_point now = Clock::now();
  if (now - stuck.looked < kPause) return false;
  const double work = workOf(stuck.threads);
  const bool idle =
      work == stuck.work && std::all_of(stuck.threads.begin(), stuck.threads.end(), sleeps);
  stuck.work = work;
  stuck.looked = now;
  return idle;
}

}  // namespace

int thisThread() {
  thread_local const int number = gettid();
  return number;
}

double workOf(const Threads& threads) {
  double sum = 0.0;
  for (const int thread : threads) sum += workOfOne(thread);
  return sum;
}

std::vector<Threads> rendererThreads() {
  std::vector<Threads> groups;
  std::size_t unnamed = 0;  // that belong to the latest group still
  for (const auto& [number, name] : namesOfThreads()) {
    if (name.starts_with(kRasterizer)) {
      if (groups.empty() || name == std::string(kRasterizer) + "0") groups.emplace_back();
      groups.back().push_back(number);
      unnamed = groups.back().size();
    } else if (unnamed > 0 && name.find(':') == std::string::npos) {
      // Those that compute come right behind, as many, and are named as who made them.
      groups.back().push_back(number);
      --unnamed;
    }
  }
  return groups;
}

void claimThreads(const void* display, const std::vector<Threads>& before,
                  const std::vector<Threads>& now) {
  Claims& claims = Claims::all();
  const std::lock_guard lock(claims.mutex);
  for (const Threads& group : now) {
    if (std::find(before.begin(), before.end(), group) != before.end()) continue;
    Threads& mine = claims.threads[display];
    mine.insert(mine.end(), group.begin(), group.end());
  }
}

Threads threadsOf(const void* display) {
  Claims& claims = Claims::all();
  const std::lock_guard lock(claims.mutex);
  const auto found = claims.threads.find(display);
  return found != claims.threads.end() ? found->second : Threads();
}

Threads unclaimedThreads() {
  Threads all;
  Claims& claims = Claims::all();
  const std::lock_guard lock(claims.mutex);
  for (const Threads& group : rendererThreads()) {
    const auto has = [&](const auto& claim) { return overlap(claim.second, group); };
    if (std::any_of(claims.threads.begin(), claims.threads.end(), has)) continue;
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

void markStuck(const Threads& threads) {
  if (threads.empty()) return;
  StuckThreads& all = StuckThreads::all();
  const std::lock_guard lock(all.mutex);
  std::erase_if(all.groups, [&](const Stuck& stuck) { return overlap(stuck.threads, threads); });
  all.groups.push_back({threads});
}

bool isStuck(const Threads& threads) {
  StuckThreads& all = StuckThreads::all();
  const std::lock_guard lock(all.mutex);
  std::erase_if(all.groups,
                [&](Stuck& stuck) { return overlap(stuck.threads, threads) && rests(stuck); });
  return std::any_of(all.groups.begin(), all.groups.end(),
                     [&](const Stuck& stuck) { return overlap(stuck.threads, threads); });
}

std::size_t waitForFree(const std::vector<Threads>& groups, std::chrono::duration<double> most) {
  const auto end = Clock::now() + most;
  for (;;) {
    const auto free = std::find_if_not(groups.begin(), groups.end(), isStuck);
    if (free != groups.end()) return static_cast<std::size_t>(free - groups.begin());
    if (Clock::now() >= end) {
      throw Error(
          "the renderer is still at what a context was given up for, and draws for all contexts of "
          "this process: wait for its end, or end the process");
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace topknot::gl
