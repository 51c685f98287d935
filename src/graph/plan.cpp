// The plan of a cook: which operators have to work, in which order, and why.
#include "graph/plan.h"

#include <algorithm>

#include "graph/messages.h"

namespace topknot {
namespace {

// FNV-1a, over the order of creation: an address may come back.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t id) {
  return (hash ^ id) * 1099511628211u;
}

}  // namespace

// What the operator needs of what is wired to it.
inline std::span<Op* const> Planner::inputsOf(const Op& op) {
  const std::size_t size = op.inputs_.size();
  return {op.inputs_.data(), op.bypassed_ && size > 1 ? 1 : size};
}

std::span<const Step> Planner::plan(std::span<Op* const> wanted, const Op* forced,
                                    const Frame& frame, std::uint64_t tick) {
  frame_ = frame;
  tick_ = tick;
  forced_ = forced;
  open_ += 2;
  levels_.clear();
  references_.clear();
  steps_.clear();
  stepReferences_.clear();
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
  if (op.locked_) return false;
  if (op.pinned_ || op.bypassed_) return op.pinned_;
  try {
    return op.isActiveOutput();
  } catch (...) {
    setAskFault(op);
    return true;
  }
}

void Planner::setAskFault(Op& op) {
  op.askFault_ = currentFailure();
  moving_ = true;
  op.evaluatedTick_ = tick_;
  op.faulty_ = true;
}

// What the walk calls is inline: in a shared library other functions could be replaced from
// outside, and so would really be called, for each operator.

// Depth first, with a stack of its own: a graph may be deeper than the thread's.
void Planner::walk(Op& root) {
  enter(root);
  while (!levels_.empty()) {
    Op* const next = nextOf(levels_.back());
    if (!next) {
      leave(levels_.back());
      pop();
    } else if (next->visit_ < open_) {
      enter(*next);
    } else if (next->visit_ == open_) {
      closeLoop(*next);
    }
  }
}

inline void Planner::push(Op& op, std::span<Op* const> inputs) {
  const auto end = static_cast<std::uint32_t>(references_.size());
  Op* const* const next = inputs.data();
  levels_.push_back({&op, next, next + inputs.size(), end, end, end, false});
}

inline void Planner::pop() {
  const Level& level = levels_.back();
  if (level.referencesEnd > level.references) references_.resize(level.references);
  levels_.pop_back();
}

inline std::span<Op* const> Planner::referencesOf(const Level& level) const {
  return {references_.data() + level.references, references_.data() + level.referencesEnd};
}

inline Op* Planner::nextOf(Level& level) const {
  while (level.next != level.end) {
    if (Op* const op = *level.next++) return op;
  }
  while (level.nextReference < level.referencesEnd) {
    if (Op* const op = references_[level.nextReference++]) return op;
  }
  return nullptr;
}

inline void Planner::enter(Op& op) {
  op.visit_ = op.locked_ ? open_ + 1 : open_;
  if (op.locked_) return;
  refresh(op);
  push(op, inputsOf(op));
  ask(levels_.back());
}

inline void Planner::refresh(Op& op) {
  if (op.parameters_.bound_ == 0 && !op.parameters_.rebound_ && !op.faulty_) return;
  moving_ = true;
  if (op.evaluatedTick_ == tick_ && !op.parameters_.rebound_) return;
  op.evaluatedTick_ = tick_;
  op.askFault_.clear();
  if (op.parameters_.bound_ == 0 && !op.parameters_.rebound_) return;
  try {
    op.parameters_.evaluate(frame_);
  } catch (...) {
    setAskFault(op);
  }
}

// The questions to the operator's own code, which may throw.
inline void Planner::ask(Level& level) {
  Op& op = *level.op;
  op.references_ = 0;
  if (op.bypassed_) return;
  try {
    askReferences(level);
    level.timely = op.cookedTick_ != tick_ && op.isTimeDependent();
    moving_ = moving_ || level.timely || op.isWatching();
  } catch (...) {
    references_.resize(level.references);
    level.referencesEnd = level.references;
    op.references_ = 0;
    moving_ = true;
    faults_.insert_or_assign(&op, currentFailure());
  }
}

inline void Planner::askReferences(Level& level) {
  answer_.clear();
  level.op->references(answer_);
  if (!answer_.empty()) keepAnswer(level);
}

void Planner::keepAnswer(Level& level) {
  Op& op = *level.op;
  std::uint64_t hash = 0;
  for (const Op* referred : answer_) {
    if (referred && referred->graph_ != op.graph_) {
      throw Error(op.describe() + " refers to an operator of another graph");
    }
    hash = mixed(hash, referred ? referred->id_ : 0);
  }
  references_.insert(references_.end(), answer_.begin(), answer_.end());
  level.referencesEnd = static_cast<std::uint32_t>(references_.size());
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

inline void Planner::leave(const Level& level) {
  Op& op = *level.op;
  op.visit_ = open_ + 1;
  op.askedTick_ = tick_;
  if (op.faulty_ || !faults_.empty()) settleFault(op);
  const Reason reason = reasonOf(level);
  if (reason == Reason::None) return;
  op.planned_ = open_;
  moving_ = true;
  const auto begin = static_cast<std::uint32_t>(stepReferences_.size());
  for (Op* referred : referencesOf(level)) stepReferences_.push_back(referred);
  steps_.push_back({&op, reason, begin, static_cast<std::uint32_t>(stepReferences_.size())});
}

void Planner::settleFault(Op& op) {
  const auto found = faults_.find(&op);
  const std::string& fault = found == faults_.end() ? op.askFault_ : found->second;
  if (fault != op.fault_) {
    op.fault_ = fault;
    ++op.revision_;
  }
  op.faulty_ = !op.fault_.empty() || !op.askFault_.empty();
}

inline Reason Planner::reasonOf(const Level& level) const {
  const Op& op = *level.op;
  if (op.cookedRevision_ == 0) return Reason::NeverCooked;
  if (op.cookedParameters_ != op.parameters_.revision_) return Reason::Parameter;
  if (op.cookedWiring_ != op.wiring_ || op.cookedReferences_ != op.references_) return Reason::Wire;
  if (op.cookedRevision_ != op.revision_) return Reason::State;
  if (level.timely) return Reason::Time;
  if (&op == forced_) return Reason::Forced;
  if (isUpstreamNew(level)) return Reason::Upstream;
  return Reason::None;
}

inline bool Planner::isUpstreamNew(const Level& level) const {
  const auto isNew = [&](const Op* upstream) {
    return upstream &&
           (upstream->planned_ == open_ || upstream->result_ > level.op->cookedResults_);
  };
  const std::span<Op* const> inputs = inputsOf(*level.op);
  const std::span<Op* const> references = referencesOf(level);
  return std::any_of(inputs.begin(), inputs.end(), isNew) ||
         std::any_of(references.begin(), references.end(), isNew);
}

bool Planner::referencesAmong(std::span<const std::unique_ptr<Op>> ops) {
  return std::any_of(ops.begin(), ops.end(), [this](const std::unique_ptr<Op>& op) {
    answer_.clear();
    try {
      op->references(answer_);
      return !answer_.empty();
    } catch (...) {
      return true;
    }
  });
}

std::vector<Op*> Planner::path(Op& to, Op& from) {
  open_ += 2;
  levels_.clear();
  references_.clear();
  const auto enterQuietly = [&](Op& op) {
    op.visit_ = open_;
    push(op, op.inputs_);
    try {
      askReferences(levels_.back());
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
      pop();
    } else if (next->visit_ != open_) {
      enterQuietly(*next);
    }
  }
  return {};
}

}  // namespace topknot
