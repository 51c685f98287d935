// The plan of a cook: which operators have to work, in which order, and why.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "topknot/frame.h"
#include "topknot/op.h"

namespace topknot {

/// Why an operator has to cook.
enum class Reason {
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
};

/// Finds out what has to cook: walks up from the operators that are wanted, without recursion, and
/// touches each once. Changes nothing of an operator but the planner's own marks, and the values of
/// bound parameters. Allocates nothing for operators that are up to date and have no references.
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
  static bool stillNeeded(const Step& step);

  /// True if any of them has references, or fails to tell.
  static bool referencesAmong(std::span<const std::unique_ptr<Op>> ops);

  /// If `from` depends on `to`: the operators from `to` down to `from`, each feeding the next.
  std::vector<Op*> path(Op& to, Op& from);

 private:
  struct Level {  // an operator on the walk, and how many of its dependencies were walked
    Op* op;
    std::vector<Op*> references;
    std::size_t next = 0;
    bool timely = false;
  };

  void walk(Op& root);
  void enter(Op& op);
  void leave(const Level& level);
  void closeLoop(const Op& first);
  void refresh(Op& op);
  void ask(Level& level);
  bool wants(Op& op);
  static void setAskFault(Op& op);
  void settleFault(Op& op);
  std::optional<Reason> reasonOf(const Level& level) const;
  bool isUpstreamNew(const Level& level) const;
  static Op* nextOf(Level& level);

  std::uint64_t open_ = 0;  // the mark of operators on the walk; one more: walked
  std::uint64_t tick_ = 0;
  Frame frame_;
  const Op* forced_ = nullptr;
  std::vector<Level> levels_;
  std::vector<Step> steps_;
  std::vector<Op*> wanting_;
  std::unordered_map<const Op*, std::string> faults_;  // found in this plan; rare
};

}  // namespace topknot
