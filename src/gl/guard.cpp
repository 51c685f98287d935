// Tries shaders in a process of their own: the host's side.
#include "gl/guard.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "gl/guard_wire.h"
#include "topknot/error.h"

extern char** environ;  // NOLINT: as the system has it

namespace topknot::gl {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using Outcome = GuardVerdict::Outcome;

constexpr std::size_t kMaxLog = 1 << 16;
constexpr std::size_t kMaxVerdicts = 10'000;

std::mutex gMutex;
fs::path gProgram;
std::unordered_map<std::string, GuardVerdict>& verdicts() {
  static auto* const map = new std::unordered_map<std::string, GuardVerdict>;
  return *map;
}

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

[[noreturn]] void cannot(const std::string& what, int error) {
  throw Error("a shader cannot be tried in a process of its own: " + what + ": " +
              std::strerror(error));
}

std::string requestOf(const GuardShader& shader, const GuardLimits& limits) {
  std::string request;
  guard::put(request, guard::kMagic);
  guard::put(request, limits.memory);
  guard::put(request, std::int64_t{limits.processorSeconds});
  guard::put(request, static_cast<std::int64_t>(std::ceil(limits.seconds)));
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

/// The request as a file from its beginning, so that nobody waits for its reader.
void writeRequest(File& file, const std::string& request) {
  file.take(memfd_create("topknot guard", MFD_CLOEXEC));
  if (!file.isOpen()) cannot("no memory file", errno);
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t written = ::write(file.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) cannot("no memory file", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.number(), 0, SEEK_SET);
}

void makePipe(File& reading, File& writing) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) cannot("no pipe", errno);
  reading.take(ends[0]);
  writing.take(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

/// The guard process, from its start to its end.
class Process {
 public:
  Process(const fs::path& program, const std::string& request);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// Takes what it says until its end; false if that is not there in time.
  bool listen(Clock::time_point end);
  int status() const { return status_; }
  const std::string& answers() const { return answers_; }
  const std::string& complaints() const { return complaints_; }

 private:
  static bool drain(File& file, std::string& into, std::size_t most);
  bool ended();

  File answersFile_, complaintsFile_;
  std::string answers_, complaints_;
  pid_t pid_ = -1;
  int status_ = -1;  // −1 where somebody else in the host took it
};

Process::Process(const fs::path& program, const std::string& request) {
  File in, out, err;
  writeRequest(in, request);
  makePipe(answersFile_, out);
  makePipe(complaintsFile_, err);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, in.number(), 0);
  posix_spawn_file_actions_adddup2(&files, out.number(), 1);
  posix_spawn_file_actions_adddup2(&files, err.number(), 2);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string name = program.string();
  char* const arguments[] = {name.data(), nullptr};
  const int error = posix_spawn(&pid_, name.c_str(), &files, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return;
  pid_ = -1;
  cannot("\"" + name + "\" does not start", error);
}

Process::~Process() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
}

/// False at the end of the file.
bool Process::drain(File& file, std::string& into, std::size_t most) {
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(file.number(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno == EAGAIN;
    if (size == 0) return false;
    if (into.size() < most) into.append(buffer, static_cast<std::size_t>(size));
  }
}

bool Process::ended() {
  const pid_t done = waitpid(pid_, &status_, WNOHANG);
  if (done == 0 || (done < 0 && errno == EINTR)) return false;
  if (done < 0) status_ = -1;  // the host lets others wait for its children
  pid_ = -1;
  return true;
}

bool Process::listen(Clock::time_point end) {
  while (Clock::now() < end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    std::array<pollfd, 2> files{};
    files[0] = {answersFile_.number(), POLLIN, 0};
    files[1] = {complaintsFile_.number(), POLLIN, 0};
    const bool open = answersFile_.isOpen() || complaintsFile_.isOpen();
    if (open) poll(files.data(), files.size(), static_cast<int>(std::min<long>(left.count() + 1, 1000)));
    // Grandchildren may hold the files longer.
    if (answersFile_.isOpen() && !drain(answersFile_, answers_, 1 << 20)) answersFile_.close();
    if (complaintsFile_.isOpen() && !drain(complaintsFile_, complaints_, kMaxLog)) {
      complaintsFile_.close();
    }
    if (ended()) {
      if (answersFile_.isOpen()) drain(answersFile_, answers_, 1 << 20);
      return true;
    }
    if (!open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

/// What it said, and how it ended.
GuardVerdict verdictOf(const Process& process, bool inTime) {
  GuardVerdict verdict;
  bool done = false;
  guard::Reader reader(process.answers());
  char tag = 0;
  std::string text;
  while (reader.get(tag) && reader.get(text)) {
    switch (static_cast<guard::Tag>(tag)) {
      case guard::Tag::Phase: verdict.during = text; break;
      case guard::Tag::Log: verdict.log += text; break;
      case guard::Tag::Fine: done = true; break;
      case guard::Tag::Memory: verdict.outcome = Outcome::OutOfMemory; return verdict;
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
  const std::string where = during == "draw"   ? " in the first draw"
                            : during == "start" ? " before it saw the shader"
                                                : " while it should " + during + " the shader";
  switch (outcome) {
    case Outcome::Fine: return "";
    case Outcome::OutOfTime: return "the driver does not come back in time" + where;
    case Outcome::OutOfMemory: return "the driver runs out of memory" + where;
    case Outcome::Crashed: break;
  }
  if (signal == 0) return "the driver ends the program" + where;
  return "the driver crashes (signal " + std::to_string(signal) + ", " + strsignal(signal) + ")" + where;
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
  Process process(guardProgram(), request);
  const auto allowed = std::chrono::duration<double>(std::min(limits.seconds, 1e6));
  const bool inTime =
      process.listen(start + std::chrono::duration_cast<Clock::duration>(allowed));
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

void guardProgram(fs::path file) {
  const std::lock_guard lock(gMutex);
  gProgram = std::move(file);
}

fs::path guardProgram() {
  std::vector<fs::path> places;
  {
    const std::lock_guard lock(gMutex);
    if (!gProgram.empty()) places.push_back(gProgram);
  }
  const char* named = std::getenv("TOPKNOT_GUARD");
  if (places.empty() && named != nullptr && *named != '\0') places.emplace_back(named);
  if (places.empty()) {
    std::error_code none;
    const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
    for (const fs::path& folder : {program, folderOfThisCode()}) {
      if (folder.empty()) continue;
      places.push_back(folder / "topknot-guard");
      places.push_back((folder / TOPKNOT_GUARD_FROM_LIBRARY).lexically_normal());
    }
    places.emplace_back(TOPKNOT_GUARD_INSTALLED);
  }
  std::string tried;
  for (const fs::path& place : places) {
    if (access(place.c_str(), X_OK) == 0 && !fs::is_directory(place)) return place;
    tried += (tried.empty() ? "\"" : ", \"") + place.string() + "\"";
  }
  throw Error("the guard program that tries shaders is not there (looked for " + tried +
              "): name it in the environment variable TOPKNOT_GUARD");
}

}  // namespace topknot::gl
