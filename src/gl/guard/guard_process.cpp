// Tries shaders in a process of their own: what happens there.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>

#include "gl/guard/guard.h"
#include "gl/guard/guard_trial.h"
#include "gl/guard/guard_wire.h"
#include "topknot/context.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

std::int64_t gMemory = 0, gMemoryLimit = 0;  // that it may take; of the whole address space

void sendAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(1, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(3);  // nobody listens
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void answer(guard::Tag tag, std::string_view text = {}) {
  std::string message(1, static_cast<char>(tag));
  guard::put(message, text);
  sendAll(message);
}

/// Allocates nothing.
[[noreturn]] void endOutOfMemory() {
  constexpr std::array<char, 1 + sizeof(std::int64_t)> kMessage{
      static_cast<char>(guard::Tag::Memory)};
  sendAll({kMessage.data(), kMessage.size()});
  _exit(0);
}

/// Bytes of address space in use. Allocates nothing, so that a signal handler may ask.
std::int64_t addressSpace() {
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[32] = {};
  const ssize_t size = ::read(file, text, sizeof(text) - 1);
  ::close(file);
  std::int64_t pages = 0;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) {
    pages = pages * 10 + (text[i] - '0');
  }
  return pages * sysconf(_SC_PAGESIZE);
}

/// Drivers fall over when they get no memory, each in its own way.
void onCrash(int number) {
  if (addressSpace() > gMemoryLimit - gMemory / 8) endOutOfMemory();
  ::signal(number, SIG_DFL);
  ::raise(number);
}

/// A handler needs a stack of its own when the usual one has run over.
void watchCrashes() {
  static std::array<char, 1 << 16> stack;
  stack_t place{};
  place.ss_sp = stack.data();
  place.ss_size = stack.size();
  sigaltstack(&place, nullptr);
  struct sigaction action {};
  action.sa_handler = onCrash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_RESETHAND;
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE}) {
    sigaction(number, &action, nullptr);
  }
  std::set_new_handler([] { endOutOfMemory(); });
}

void setLimit(decltype(RLIMIT_AS) what, std::int64_t most) {
  rlimit limit{};
  getrlimit(what, &limit);
  limit.rlim_cur = std::min(static_cast<rlim_t>(most), limit.rlim_max);
  setrlimit(what, &limit);
}

/// Counted from here, as drivers of GPUs reserve far more addresses than there is memory.
void limitMemory(std::int64_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  gMemory = bytes;
  gMemoryLimit = addressSpace() + bytes;
  setLimit(RLIMIT_AS, gMemoryLimit);
#else
  gMemoryLimit = bytes + (std::int64_t{1} << 60);  // sanitizers take all addresses
#endif
}

std::string readAll() {
  std::string all;
  char buffer[65536];
  for (;;) {
    const ssize_t size = ::read(0, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(size));
  }
}

struct Request {
  GuardShader shader;
  std::int64_t memory = 0, processorSeconds = 0, seconds = 0;
};

bool parse(std::string_view bytes, Request& request) {
  guard::Reader reader(bytes);
  std::string magic;
  std::int64_t software = 0, count = 0;
  if (!reader.get(magic) || magic != guard::kMagic) return false;
  if (!reader.get(request.memory) || !reader.get(request.processorSeconds)) return false;
  if (!reader.get(request.seconds) || !reader.get(software) || !reader.get(count)) return false;
  request.shader.software = software != 0;
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t format = 0;
    if (!reader.get(format)) return false;
    request.shader.targets.push_back(static_cast<PixelFormat>(format));
  }
  GuardShader& shader = request.shader;
  return reader.get(shader.vertex) && reader.get(shader.pixel) && reader.get(shader.compute);
}

void run(const Request& request) {
  answer(guard::Tag::Phase, "start");
  const Context context = Context::headless({.allowHardware = !request.shader.software});
  limitMemory(request.memory);
  watchCrashes();
  tryHere(
      request.shader, [](const char* phase) { answer(guard::Tag::Phase, phase); },
      [](const std::string& log) { answer(guard::Tag::Log, log); });
  answer(guard::Tag::Fine);
  _exit(0);  // the end of a driver is of no interest
}

}  // namespace

int guardMain() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setLimit(RLIMIT_CORE, 0);
  ::signal(SIGXFSZ, SIG_IGN);  // drivers write what they made into files
  Request request;
  if (!parse(readAll(), request)) {
    answer(guard::Tag::Useless,
           "the guard program is of another version of Topknot, or was not "
           "started by it");
    return 2;
  }
  setLimit(RLIMIT_CPU, request.processorSeconds);
  alarm(static_cast<unsigned>(std::min<std::int64_t>(request.seconds + 2, 1'000'000)));
  try {
    run(request);
  } catch (const std::bad_alloc&) {
    endOutOfMemory();
  } catch (const std::exception& error) {
    answer(guard::Tag::Useless, error.what());
  }
  return 2;
}

}  // namespace topknot::gl
