// A piece of GL work that the watchdog looks after.
#pragma once

#include "gl/context/context_state.h"

namespace topknot::gl {

/// Uses the context, watched, in the name of `who`. Throws Error if it was given up, also when the
/// driver says that it has reset the GPU.
///
/// The thread that is stuck inside the driver comes back when the driver does; other threads learn
/// of it from Context::lost() meanwhile. Where the waiting is ours (waitForGpu) it ends in time.
class Work {
 public:
  Work(StatePtr state, const void* who, Watch::Describe describe);
  /// Throws Error if the context was given up meanwhile.
  void check() const;
  /// Waits until all that was drawn is there. Throws Error once the context is given up.
  void waitForGpu() const;

 private:
  StatePtr state_;
  Use use_;
  Watched watched_;
};

/// Around what takes time within a piece of work and is not the driver's: a file, a queue's turn.
/// The watchdog does not count it.
class Unwatched {
 public:
  Unwatched();
  ~Unwatched();
  Unwatched(const Unwatched&) = delete;
  Unwatched& operator=(const Unwatched&) = delete;

 private:
  StatePtr state_;  // of the work on this thread, if there is any
};

/// Throws Error if the context was given up.
void refuseIfLost(const Context::State& state);

}  // namespace topknot::gl
