// The plan of a cook: which operators have to work, in which order, and why.
#include "graph/plan.h"

#include <algorithm>

#include "graph/words.h"

namespace topknot {
namespace {

// FNV-1a, over the order of creation: an address may come back.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t id) {
  return (hash ^ id) * 1099511628211u;
}

}  // namespace

std::span<const Step> Planner::plan(std::span<Op* const> wanted, const Op* forced,
                                    const Frame& frame, std::uint64_t tick) {
  frame_ = frame;
  tick_ = tick;
  forced_ = forced;
  open_ += 2;
  levels_.clear();
  steps_.clear();
  faults_.clear();
  for (Op* op : wanted) {
    if (op->visit_ < open_) walk(*op);
  }
  return steps_;
}

std::span<Op* const> Planner::wanting(std::span<const std::unique_ptr<Op>> ops, const Frame& frame,
                                      std::uint64_t tick) {
  frame_ = frame;
  tick_ = tick;
  wanting_.clear();
  for (const auto& op : ops) {
    refresh(*op);  // whether it is active may itself be bound
    if (wants(*op)) wanting_.push_back(op.get());
  }
  return wanting_;
}

bool Planner::wants(Op& op) {
  if (op.pinned_) return true;
  try {
    return op.isActiveOutput();
  } catch (...) {
    setAskFault(op);
    return true;
  }
}

void Planner::setAskFault(Op& op) {
  op.askFault_ = currentFailure();
  op.faulty_ = true;
}

// Depth first, with a stack of its own: a graph may be deeper than the thread's.
void Planner::walk(Op& root) {
  enter(root);
  while (!levels_.empty()) {
    Op* const next = nextOf(levels_.back());
    if (!next) {
      leave(levels_.back());
      levels_.pop_back();
    } else if (next->visit_ < open_) {
      enter(*next);
    } else if (next->visit_ == open_) {
      closeLoop(*next);
    }
  }
}

Op* Planner::nextOf(Level& level) {
  const std::vector<Op*>& inputs = level.op->inputs_;
  const std::size_t count = inputs.size() + level.references.size();
  while (level.next < count) {
    const std::size_t i = level.next++;
    Op* const op = i < inputs.size() ? inputs[i] : level.references[i - inputs.size()];
    if (op) return op;
  }
  return nullptr;
}

void Planner::enter(Op& op) {
  op.visit_ = open_;
  refresh(op);
  levels_.push_back({.op = &op, .references = {}});
  ask(levels_.back());
}

void Planner::refresh(Op& op) {
  if (op.evaluatedTick_ == tick_ && !op.parameters_.rebound_) return;
  op.evaluatedTick_ = tick_;
  if (op.faulty_) op.askFault_.clear();
  if (op.parameters_.bound_ == 0 && !op.parameters_.rebound_) return;
  try {
    op.parameters_.evaluate(frame_);
  } catch (...) {
    setAskFault(op);
  }
}

// The questions to the operator's own code, which may throw.
void Planner::ask(Level& level) {
  Op& op = *level.op;
  try {
    level.references = op.references();
    for (Op*& referred : level.references) {
      if (referred && referred->graph_ != op.graph_) {
        referred = nullptr;
        throw Error(op.describe() + " refers to an operator of another graph");
      }
    }
    level.timely = op.cookedTick_ != tick_ && op.isTimeDependent();
  } catch (...) {
    level.references.clear();
    faults_.insert_or_assign(&op, currentFailure());
  }
  std::uint64_t hash = 0;
  for (const Op* referred : level.references) hash = mixed(hash, referred ? referred->id_ : 0);
  op.references_ = hash;
}

// Wires alone cannot form a loop, references can. Nobody in the loop cooks.
void Planner::closeLoop(const Op& first) {
  std::vector<Op*> loop;  // each feeds the next
  do {
    loop.push_back(levels_[levels_.size() - 1 - loop.size()].op);
  } while (loop.back() != &first);
  // The same words wherever the walk came from.
  std::rotate(loop.begin(),
              std::min_element(loop.begin(), loop.end(),
                               [](const Op* a, const Op* b) { return a->id_ < b->id_; }),
              loop.end());
  const std::string fault = "It depends on itself: " + loopText(loop);
  for (const Op* op : loop) faults_.try_emplace(op, fault);
}

void Planner::leave(const Level& level) {
  Op& op = *level.op;
  op.visit_ = open_ + 1;
  settleFault(op);
  if (const std::optional<Reason> reason = reasonOf(level)) {
    op.planned_ = open_;
    steps_.push_back({&op, *reason});
  }
}

void Planner::settleFault(Op& op) {
  if (!op.faulty_ && faults_.empty()) return;
  const auto found = faults_.find(&op);
  const std::string& fault = found == faults_.end() ? op.askFault_ : found->second;
  if (fault != op.fault_) {
    op.fault_ = fault;
    ++op.revision_;
  }
  op.faulty_ = !op.fault_.empty() || !op.askFault_.empty();
}

std::optional<Reason> Planner::reasonOf(const Level& level) const {
  const Op& op = *level.op;
  if (op.cookedRevision_ == 0) return Reason::NeverCooked;
  if (op.cookedParameters_ != op.parameters_.revision_) return Reason::Parameter;
  if (op.cookedWiring_ != op.wiring_ || op.cookedReferences_ != op.references_) return Reason::Wire;
  if (op.cookedRevision_ != op.revision_) return Reason::State;
  if (level.timely) return Reason::Time;
  if (&op == forced_) return Reason::Forced;
  if (isUpstreamNew(level)) return Reason::Upstream;
  return std::nullopt;
}

bool Planner::isUpstreamNew(const Level& level) const {
  const auto isNew = [&](const Op* upstream) {
    return upstream &&
           (upstream->planned_ == open_ || upstream->result_ > level.op->cookedResults_);
  };
  return std::any_of(level.op->inputs_.begin(), level.op->inputs_.end(), isNew) ||
         std::any_of(level.references.begin(), level.references.end(), isNew);
}

bool Planner::stillNeeded(const Step& step) {
  if (step.reason != Reason::Upstream) return true;
  const auto isNew = [&](const Op* upstream) {
    return upstream && upstream->result_ > step.op->cookedResults_;
  };
  if (std::any_of(step.op->inputs_.begin(), step.op->inputs_.end(), isNew)) return true;
  try {
    const std::vector<Op*> references = step.op->references();
    return std::any_of(references.begin(), references.end(), isNew);
  } catch (...) {
    return true;
  }
}

bool Planner::referencesAmong(std::span<const std::unique_ptr<Op>> ops) {
  return std::any_of(ops.begin(), ops.end(), [](const std::unique_ptr<Op>& op) {
    try {
      return !op->references().empty();
    } catch (...) {
      return true;
    }
  });
}

std::vector<Op*> Planner::path(Op& to, Op& from) {
  open_ += 2;
  levels_.clear();
  const auto enterQuietly = [&](Op& op) {
    op.visit_ = open_;
    levels_.push_back({.op = &op, .references = {}});
    try {
      levels_.back().references = op.references();
    } catch (...) {  // the next plan makes an error of it
    }
  };
  enterQuietly(from);
  while (!levels_.empty()) {
    Op* const next = nextOf(levels_.back());
    if (next == &to) {
      std::vector<Op*> ops = {&to};
      for (; !levels_.empty(); levels_.pop_back()) ops.push_back(levels_.back().op);
      return ops;
    }
    if (!next) {
      levels_.pop_back();
    } else if (next->visit_ != open_) {
      enterQuietly(*next);
    }
  }
  return {};
}

}  // namespace topknot
