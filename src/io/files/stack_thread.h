// A thread whose stack is its owner's.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace topknot::io {

/// A thread for processes that were forked from others with threads.
///
/// The C library keeps the stacks of ended threads, with what it knows of each thread in them, for
/// threads to come. In a forked child it keeps those of all threads of the parent. At exit() some
/// libraries wait for threads that only the parent has, e.g. Mesa; that is harmless as long as
/// their stacks are as the fork left them. A usual thread takes one of them, or has them given back
/// to the system when it ends, and exit() crashes or waits for ever. This one brings memory of its
/// own.
///
/// Thread: the one that made it, or who joins.
class StackThread {
 public:
  /// Throws std::system_error or std::bad_alloc if there can be none.
  explicit StackThread(std::function<void()> work);
  /// Waits for its end.
  ~StackThread();
  StackThread(const StackThread&) = delete;
  StackThread& operator=(const StackThread&) = delete;

 private:
  struct Stack {
    Stack();
    ~Stack();
    std::size_t guard, bytes;  // the guard lies below
    std::byte* memory;
  };
  static void* run(void* self);

  const std::function<void()> work_;
  const Stack stack_;
  pthread_t thread_{};
};

}  // namespace topknot::io
