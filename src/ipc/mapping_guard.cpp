// Answering SIGBUS in ranges that are known.
#include "ipc/mapping_guard.h"

#include <signal.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <utility>

namespace topknot::ipc {

/// A handler may look at it at any moment, so that it stays where it is.
struct MappingGuard::Place {
  std::atomic<std::uintptr_t> start{0};  // 0: free
  std::atomic<std::size_t> bytes{0};
  std::atomic<bool> fell{false};
};

/// The handler, and what it looks at.
struct MappingGuardHandler {
  // Beyond so many mappings at a time they are as before.
  static inline std::array<MappingGuard::Place, 1024> places;
  static inline struct sigaction before = {};

  static bool answer(std::uintptr_t address) {
    for (MappingGuard::Place& place : places) {
      const std::uintptr_t start = place.start.load(std::memory_order_acquire);
      const std::size_t bytes = place.bytes.load(std::memory_order_relaxed);
      if (start == 0 || address < start || address - start >= bytes) continue;
      place.fell = true;
      return mmap(reinterpret_cast<void*>(start), bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    }
    return false;
  }

  static void handle(int signal, siginfo_t* info, void* context) {
    const int code = errno;
    if (!answer(reinterpret_cast<std::uintptr_t>(info->si_addr))) pass(signal, info, context);
    errno = code;
  }

  static void pass(int signal, siginfo_t* info, void* context) {
    if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(signal, info, context);
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
      return before.sa_handler(signal);
    }
    // The fault comes again when this returns, and ends the process as it would have.
    sigaction(signal, &before, nullptr);
  }

  static void install() {
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, nullptr, &before);
    sigaction(SIGBUS, &action, nullptr);
  }
};

MappingGuard::MappingGuard(std::span<std::byte> range) {
  static std::mutex mutex;
  static bool installed = false;
  const std::lock_guard lock(mutex);
  if (!std::exchange(installed, true)) MappingGuardHandler::install();
  for (Place& place : MappingGuardHandler::places) {
    if (place.start != 0) continue;
    place.fell = false;
    place.bytes = range.size();
    place.start.store(reinterpret_cast<std::uintptr_t>(range.data()), std::memory_order_release);
    place_ = &place;
    return;
  }
}

MappingGuard::MappingGuard(MappingGuard&& other) noexcept
    : place_(std::exchange(other.place_, nullptr)) {}

MappingGuard& MappingGuard::operator=(MappingGuard&& other) noexcept {
  if (this != &other) {
    release();
    place_ = std::exchange(other.place_, nullptr);
  }
  return *this;
}

bool MappingGuard::fell() const {
  return place_ != nullptr && place_->fell;
}

void MappingGuard::release() {
  if (place_ != nullptr) std::exchange(place_, nullptr)->start = 0;
}

}  // namespace topknot::ipc
