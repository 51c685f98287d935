// Order between the memory of different processes.
#pragma once

#include <atomic>

namespace topknot::ipc {

/// An atomic_thread_fence. The thread sanitizer does not know fences and GCC says so; what they
/// order here are other processes' mappings, which it cannot see anyway.
inline void fence(std::memory_order order) {
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wtsan"
#endif
  std::atomic_thread_fence(order);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

/// A word of a mapping that others write or read at the same time.
template <class Word>
std::atomic_ref<Word> shared(const Word& word) {
  // atomic_ref of const comes with C++26. A load does not write, also in a mapping for reading.
  return std::atomic_ref<Word>(const_cast<Word&>(word));
}

}  // namespace topknot::ipc
