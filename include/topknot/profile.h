// Where the time of a graph goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace topknot {

class Op;

/// A pass, as the operator that drew it reports it to `Graph::recordPass`. Results of the GPU may
/// come some frames later.
struct PassTime {
  const Op* op = nullptr;
  std::int64_t frame = 0;        ///< Frame::index in which it was drawn
  double startMilliseconds = 0;  ///< Profile::now() at its beginning
  double cpuMilliseconds = 0;    ///< of asking for it; a part of a cook
  double gpuMilliseconds = 0;
  std::string timer = {};  ///< `GPU timer queries`, `wall clock with a sync per pass (llvmpipe)`
  std::int64_t bytes = 0;  ///< of what was drawn to
  std::vector<std::string> with = {};  ///< names of the other operators that were drawn in it
};

/// What one operator cost. Milliseconds are those of a frame, not of a cook: the mean is over all
/// frames of the profile, whether it worked in them or not, the maximum that of the dearest frame.
struct OpProfile {
  std::string name, type;
  std::int64_t frames = 0;  ///< in which it cooked, or had a pass
  std::int64_t cooks = 0;
  std::int64_t passes = 0;
  double cpuMean = 0, cpuMax = 0;  ///< wall clock of its cooks
  double gpuMean = 0, gpuMax = 0;  ///< of its passes
  std::int64_t gpuMemory = 0;      ///< bytes, when Graph::profile() was called last
};

/// The cooks and passes of the latest frames of a graph: at most 600 frames, and at most a million
/// cooks and passes; the oldest go first. A value: a copy stays as it is.
///
/// Thread: that of the graph.
class Profile {
 public:
  std::int64_t frames() const { return static_cast<std::int64_t>(frames_.size()); }
  /// The dearest first, CPU and GPU together. Operators that are gone are among them.
  std::vector<OpProfile> ops() const;
  /// A table of the same.
  std::string text() const;
  /// Trace events as Chrome's about:tracing and Perfetto read them: cooks on one line, passes on
  /// another. Where a pass was asked for while another was drawn, it begins when that one ends.
  std::string chromeTrace() const;
  /// Milliseconds since profiling began.
  double now() const;
  void clear();  ///< forgets all frames; the clock goes on

 private:
  friend class Graph;

  using Clock = std::chrono::steady_clock;
  struct Cook {
    std::uint64_t op;  // by order of creation, as all below
    double start, milliseconds;
  };
  struct Pass {
    std::uint64_t op;
    PassTime time;
  };
  struct FrameEvents {
    std::int64_t index;
    std::vector<Cook> cooks;
    std::vector<Pass> passes;
    std::size_t size() const { return cooks.size() + passes.size(); }
  };
  struct Named {
    std::string name, type;
    std::int64_t gpuMemory = 0;
  };

  void begin();
  void beginFrame(std::int64_t index);
  void add(std::uint64_t id, const Op& op, Clock::time_point start, Clock::time_point end);
  void add(std::uint64_t id, const PassTime& pass);
  void know(std::uint64_t id, const Op& op);
  bool makeRoom();
  void dropOldest();
  void forgetUnused();
  const Named& named(std::uint64_t id) const { return ops_.at(id); }
  std::string timers() const;

  Clock::time_point begin_ = Clock::now();
  std::deque<FrameEvents> frames_;
  std::size_t events_ = 0;
  std::unordered_map<std::uint64_t, Named> ops_;
  std::size_t enough_ = 1024;  // operators known, beyond which those without events are forgotten
};

}  // namespace topknot
