// The graph: who is connected, and who must work.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/explanation.h"
#include "topknot/frame.h"
#include "topknot/op.h"
#include "topknot/profile.h"

namespace topknot {

class Names;
class Planner;

/// What the latest cook of a graph did.
struct CookReport {
  Frame frame;
  std::vector<std::string> cooked;  ///< names of the operators that cooked, in order
  double milliseconds = 0.0;        ///< wall clock of the whole cook
  std::string text() const;         ///< the names with a space between: `photo warp out`
};

/// Owns operators, wires them, and cooks what is wanted.
///
/// Memory: the graph owns its operators; a Context that TOPs draw with must outlive them (if it
/// does not, they turn into errors, never into crashes). Thread: one at a time, and once TOPs have
/// cooked, the thread of their Context. Several graphs on several threads are independent.
class Graph {
 public:
  Graph();   ///< with the operators of this library
  ~Graph();  ///< removes all operators
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  /// Makes an operator of that type (`glsl`). Without a name it is called after the type with a
  /// number (`glsl1`). Throws Error if the type does not exist (listing those that do), or the name
  /// is taken or has other characters than letters, digits and _.
  Op& add(std::string_view type, std::string_view name = {});
  /// The same by C++ type: `graph.add<GlslTop>("warp")`.
  template <class T>
  T& add(std::string_view name = {}) {
    return static_cast<T&>(add(T::kTypeName, name));
  }
  /// Makes an operator of a type that is not built in. `type` must outlive the graph.
  Op& add(const OpType& type, std::string_view name = {});

  Op& op(std::string_view name) const;    ///< Throws Error naming those that exist. `/` may lead.
  Op* find(std::string_view name) const;  ///< null if there is none. `/` may lead.
  std::vector<Op*> ops() const;           ///< in order of creation
  int size() const;
  void remove(Op& op);  ///< deletes it; its wires go with it

  /// The built-in operator types, sorted by name.
  static std::span<const OpType* const> types();

  double rate() const { return rate_; }  ///< frames a second, 60 by default
  /// Sets the rate; `seconds` of coming frames are index / rate. Throws Error unless above 0.
  void rate(double framesPerSecond);
  const Frame& frame() const { return frame_; }  ///< the current one

  /// Steps the clock by one frame (the first call cooks frame 0) and cooks what active outputs and
  /// pinned operators want. Operators' failures are in the operators; this does not throw for them.
  /// Throws Error if called by an operator that is cooking in this graph.
  const CookReport& cook();
  /// The same for a frame of the caller's: index and seconds are taken as they are.
  const CookReport& cook(const Frame& frame);
  /// Cooks one operator and what it needs, in the current frame.
  const CookReport& cook(Op& op, bool force = false);
  const CookReport& report() const { return report_; }

  /// The errors of all operators, in order of creation, each behind its operator's name:
  /// `moviefilein 'photo': Failed to open file. …`. Cooks nothing.
  std::vector<std::string> errors() const;

  /// What the latest cook(), and what was asked for since, did with each operator, and why. Cooks
  /// nothing.
  Explanation explain() const;

  /// While it is on, each cook is recorded in the profile, and TOPs measure their passes. Switching
  /// it on begins a new profile; switching it off completes and keeps it: times of the GPU, which
  /// come some frames late, are waited for. Off at first, and then it costs nothing. Throws Error
  /// while the graph cooks.
  void profiling(bool on);
  bool profiling() const { return profiling_; }
  /// Profile::now() of the profile; cheap.
  double profileClock() const;
  const Profile& profile() const;
  Profile& profile();
  /// For operators that draw: adds a pass to the profile, also when its frame is some frames ago or
  /// profiling has ended since. A frame that is no longer in the profile: nothing happens. Throws
  /// Error if the operator is not of this graph, or a time is below 0 or not finite.
  void recordPass(const PassTime& pass);

  /// Multiplies the resolution of every TOP whose `resmult` is on. 1 by default; above 0. A change
  /// makes every operator dirty.
  double resolutionMultiplier() const { return resolutionMultiplier_; }
  void resolutionMultiplier(double factor);

  /// Whether neighbouring operators that only look at their own pixel are drawn as one pass. On by
  /// default; the pictures are the same but for rounding. A change makes every operator dirty.
  bool fusion() const { return fusion_; }
  void fusion(bool on);

 private:
  friend class Op;
  friend class Connector;
  friend class OutputConnectors;

  void connect(Op& from, Op& to, int input);
  void disconnect(Op& to, int input);
  void setInput(Op& to, int input, Op* from);
  void detach(Op& op);
  void rename(Op& op, std::string_view name);
  void run(std::span<Op* const> wanted, const Op* forced);
  bool rests();
  bool cookOne(Op& op);  // false if it could not begin
  void missInput(Op& op);
  void endFailedFrame();
  void profileRun();
  static Drawing drawingOf(const Op& op);  // an empty one if it cannot tell
  std::string stateOf(const Op& op, bool fused) const;
  OpExplanation explain(const Op& op) const;
  void checkName(std::string_view name) const;
  void checkMine(const Op& op, std::string_view deed) const;
  void checkIdle(std::string_view deed) const;
  void checkWire(Op& from, Op& to, int input) const;

  std::vector<std::unique_ptr<Op>> ops_;  // in order of creation
  std::unique_ptr<Names> names_;
  std::unique_ptr<Planner> planner_;
  Frame frame_;
  std::uint64_t tick_ = 1;        // counts frames, whatever their index
  std::uint64_t reportTick_ = 1;  // of the latest frame that was not refused
  std::uint64_t results_ = 0;     // counts results of operators
  std::uint64_t changes_ = 0;     // counts changes of operators that a plan may depend on
  // The latest plan of a frame found nothing to do and nothing that moves by itself: while these
  // stay what they were, neither will the next.
  bool settled_ = false;
  std::uint64_t settledResults_ = 0, settledChanges_ = 0;
  bool foreign_ = false;  // has operators that are not built in; what they ask for is unknown
  std::uint64_t lastId_ = 0;
  bool started_ = false;
  bool cooking_ = false;
  bool mayFail_ = false;           // an operator failed, or did so in the latest frame
  const Op* current_ = nullptr;    // the operator that is cooking
  std::vector<const Op*> cooked_;  // in the latest run; some may be gone
  double rate_ = 60.0;
  double resolutionMultiplier_ = 1.0;
  bool fusion_ = true;
  bool profiling_ = false;
  std::uint64_t profiledTick_ = 0;  // the frame that the profile is in
  mutable Profile profile_;         // profile() looks up how much memory there is now
  CookReport report_;
};

}  // namespace topknot
