// The plan of a cook: which operators have to work, in which order, and why.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "topknot/frame.h"
#include "topknot/op.h"

namespace topknot {

/// Why an operator has to cook.
enum class Reason : std::uint8_t {
  None,  ///< it need not
  NeverCooked,
  Parameter,  ///< a parameter has another value, or a pulse was fired
  Wire,       ///< it is wired to, or refers to, others than before
  State,      ///< it said so (markDirty), or what kept it from cooking changed
  Time,       ///< it depends on the frame
  Forced,
  Upstream,  ///< something that it depends on has, or is about to have, a new result
};

struct Step {
  Op* op;
  Reason reason;
  std::uint32_t references = 0, referencesEnd = 0;  ///< a range in the plan; for the planner
};

/// Finds out what has to cook: walks up from the operators that are wanted, without recursion, and
/// touches each once. Stops at those that are locked. Changes nothing of an operator but the
/// planner's own marks, and the values of bound parameters. Once it has seen a graph, it allocates
/// nothing.
///
/// Thread: that of the graph.
class Planner {
 public:
  /// What must cook for `wanted` to be up to date, in an order in which each comes after what it
  /// depends on. `forced` (or null) cooks in any case if it is wanted. `tick` identifies the frame.
  /// Valid until the next call.
  std::span<const Step> plan(std::span<Op* const> wanted, const Op* forced, const Frame& frame,
                             std::uint64_t tick);

  /// The operators that want to cook without being asked. Valid until the next call.
  std::span<Op* const> wanting(std::span<const std::unique_ptr<Op>> ops, const Frame& frame,
                               std::uint64_t tick);

  /// False if the step was planned for the sake of results that have not come, since all failed.
  bool stillNeeded(const Step& step) const {
    return step.reason != Reason::Upstream || hasNewUpstream(step);
  }

  /// True if any of them has references, or fails to tell.
  bool referencesAmong(std::span<const std::unique_ptr<Op>> ops);

  /// Whether all that was looked at since then is at rest: nothing has to cook, follows time, is
  /// bound to a function or failed to answer.
  void beginLook() { moving_ = false; }
  bool foundRest() const { return !moving_; }
  /// What `wanting` returned latest.
  std::span<Op* const> wantedLatest() const { return wanting_; }

  /// If `from` depends on `to`: the operators from `to` down to `from`, each feeding the next.
  std::vector<Op*> path(Op& to, Op& from);

 private:
  struct Level {  // an operator on the walk, and which of its dependencies are still to be walked
    Op* op;
    Op* const* next;  // of its inputs
    Op* const* end;
    std::uint32_t references;  // its range in references_
    std::uint32_t referencesEnd;
    std::uint32_t nextReference;
    bool timely;
  };

  void walk(Op& root);
  void enter(Op& op);
  void leave(const Level& level);
  void closeLoop(const Op& first);
  void refresh(Op& op);
  void ask(Level& level);
  bool wants(Op& op);
  void setAskFault(Op& op);
  void settleFault(Op& op);
  Reason reasonOf(const Level& level) const;
  bool isUpstreamNew(const Level& level) const;
  bool hasNewUpstream(const Step& step) const;
  static std::span<Op* const> inputsOf(const Op& op);
  void push(Op& op, std::span<Op* const> inputs);
  void pop();
  void askReferences(Level& level);
  void keepAnswer(Level& level);
  std::span<Op* const> referencesOf(const Level& level) const;
  Op* nextOf(Level& level) const;

  std::uint64_t open_ = 0;  // the mark of operators on the walk; one more: walked
  std::uint64_t tick_ = 0;
  Frame frame_;
  const Op* forced_ = nullptr;
  std::vector<Level> levels_;
  std::vector<Op*> references_;  // of all levels
  std::vector<Op*> answer_;      // of the operator that was asked last
  std::vector<Step> steps_;
  std::vector<Op*> stepReferences_;
  std::vector<Op*> wanting_;
  bool moving_ = false;
  std::unordered_map<const Op*, std::string> faults_;  // found in this plan; rare
};

inline bool Planner::hasNewUpstream(const Step& step) const {
  const auto isNew = [&](const Op* upstream) {
    return upstream && upstream->result_ > step.op->cookedResults_;
  };
  const auto references = stepReferences_.begin();
  return std::any_of(step.op->inputs_.begin(), step.op->inputs_.end(), isNew) ||
         std::any_of(references + step.references, references + step.referencesEnd, isNew);
}

}  // namespace topknot
