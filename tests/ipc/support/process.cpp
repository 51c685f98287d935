// Forking, stopping, and cleaning up after helper processes.
#include "ipc/support/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <thread>

#include "topknot/error.h"

namespace topknot::test {

UniqueName::UniqueName() {
  static int count = 0;
  name_ = "test" + std::to_string(getpid()) + "n" + std::to_string(++count) + "z";
}

UniqueName::~UniqueName() {
  for (const std::string& object : objects()) std::filesystem::remove_all("/dev/shm/" + object);
}

std::vector<std::string> UniqueName::objects() const {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    std::string object = entry.path().filename().string();
    if (object.find(name_) != object.npos) found.push_back(std::move(object));
  }
  return found;
}

Child::Child(const std::function<int()>& body) {
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int code = 99;
  try {
    code = body();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "helper process: %s\n", error.what());
  }
  std::fflush(nullptr);
  _exit(code);
}

Child::~Child() {
  kill();
}

void Child::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void Child::kill() {
  signal(SIGKILL);
  wait();
}

void Child::stop() {
  signal(SIGSTOP);
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
}

int Child::wait() {
  if (pid_ <= 0) return code_;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return code_;
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::string errorOf(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::byte byte : bytes) {
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
  }
  return hash;
}

void follow(std::string_view name) {
  std::fstream info("/dev/shm/TouchSHMTouchSHM" + std::string(name) + "4jhd783h",
                    std::ios::binary | std::ios::in | std::ios::out);
  info.seekp(8);
  info.put('\1');
}

std::string outputOf(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) {
    text.append(buffer, count);
  }
  const int status = pclose(pipe);
  if (status != 0) text += "(exit status " + std::to_string(WEXITSTATUS(status)) + ")";
  return text;
}

}  // namespace topknot::test
