// How long passes take.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gl/context/context_state.h"

namespace topknot::gl {

/// Times stretches of GL work. On hardware by timer queries, which are asked for when they are
/// done, frames later, and make nobody wait. On a software renderer, whose queries know nothing of
/// the threads that draw, by a wall clock, with the renderer's work finished before and after: that
/// costs what it measures.
///
/// Thread: that of the context that is current when it is made.
class PassTimer {
 public:
  using Tag = std::uint64_t;
  enum class Method { Automatic, Queries, WallClock };

  explicit PassTimer(Method method = Method::Automatic);

  /// Starts a stretch; one that was started and not ended is forgotten.
  void begin();
  /// Ends it and keeps its time under the tag. Throws Error without a `begin`.
  void end(Tag tag);
  /// Hands over what is known by now, in the order of the ends, each once.
  void collect(const std::function<void(Tag, double gpuMilliseconds)>& take);

  /// Stretches that were not timed, since more than 4096 waited to be collected.
  std::int64_t skipped() const { return skipped_; }
  /// `GPU timer queries`, or `wall clock with a sync per pass (<renderer>)`.
  const char* method() const { return method_.c_str(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Queries {
    Object begin, end;
  };
  struct Stretch {
    Tag tag;
    Queries queries;
    double milliseconds;
  };
  Queries spare();
  bool known(Stretch& stretch) const;

  std::string method_;
  bool queries_ = false;
  bool begun_ = false;
  Clock::time_point start_;
  std::optional<Queries> open_;
  std::deque<Stretch> waiting_;  // oldest first
  std::vector<Queries> spare_;
  std::int64_t skipped_ = 0;
};

}  // namespace topknot::gl
