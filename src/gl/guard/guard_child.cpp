// The guard process as its host sees it, from its start to its end.
#include "gl/guard/guard_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>

#include "gl/guard/guard_wire.h"
#include "image/held_signal.h"
#include "topknot/error.h"

extern char** environ;  // NOLINT: as the system has it

namespace topknot::gl::guard {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxAnswers = 1 << 20, kMaxComplaints = 1 << 16;

[[noreturn]] void cannot(const std::string& what, int error) {
  throw Error("a shader cannot be tried in a process of its own: " + what + ": " +
              std::strerror(error));
}

/// The request as a file from its beginning, so that nobody waits for its reader.
void writeRequest(File& file, const std::string& request) {
  file.take(memfd_create("topknot guard", MFD_CLOEXEC));
  if (!file.isOpen()) cannot("no memory file", errno);
  std::string_view rest = request;
  const HeldSignal held(SIGXFSZ);  // limits on files hold in memory as well
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

}  // namespace

Process::Process(const std::filesystem::path& program, const std::string& request) {
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

/// Seconds of a processor that its threads have used.
double Process::work() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0.0;
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

bool Process::listen(Clock::time_point start, double seconds, bool countsWork) {
  const auto late = [&] {
    const double passed = std::chrono::duration<double>(Clock::now() - start).count();
    if (passed < seconds) return false;
    return !countsWork || passed >= kPatience * seconds || work() >= seconds;
  };
  while (!late()) {
    std::array<pollfd, 2> files{};
    files[0] = {answersFile_.number(), POLLIN, 0};
    files[1] = {complaintsFile_.number(), POLLIN, 0};
    const bool open = answersFile_.isOpen() || complaintsFile_.isOpen();
    constexpr int kLook = 50;  // milliseconds
    if (open) poll(files.data(), files.size(), kLook);
    // Grandchildren may hold the files longer.
    if (answersFile_.isOpen() && !drain(answersFile_, answers_, kMaxAnswers)) answersFile_.close();
    if (complaintsFile_.isOpen() && !drain(complaintsFile_, complaints_, kMaxComplaints)) {
      complaintsFile_.close();
    }
    if (ended()) {
      if (answersFile_.isOpen()) drain(answersFile_, answers_, kMaxAnswers);
      return true;
    }
    if (!open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace topknot::gl::guard
