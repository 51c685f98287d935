// Graph: the clock and the work of a frame.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "graph/messages.h"
#include "graph/plan.h"
#include "topknot/graph.h"

namespace topknot {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Marks the graph as cooking for as long as it lives.
class Mark {
 public:
  Mark(bool& cooking, const Op*& current) : cooking_(cooking), current_(current) {
    cooking_ = true;
  }
  ~Mark() {
    cooking_ = false;
    current_ = nullptr;
  }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

 private:
  bool& cooking_;
  const Op*& current_;
};

bool lacksInput(const Op& op) {
  if (op.bypass()) return false;
  for (int i = 0; i < op.type().minInputs; ++i) {
    if (!op.input(i)) return true;
  }
  return false;
}

}  // namespace

std::string CookReport::text() const {
  std::string text;
  for (const std::string& name : cooked) text += (text.empty() ? "" : " ") + name;
  return text;
}

const CookReport& Graph::cook() {
  constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  if (started_ && frame_.index == kLast) throw Error("the graph's clock is at its last frame");
  const std::int64_t index = started_ ? frame_.index + 1 : 0;
  return cook(Frame{index, static_cast<double>(index) / rate_, 1.0 / rate_});
}

const CookReport& Graph::cook(const Frame& frame) {
  checkIdle("a cook cannot start in the same graph");
  if (!std::isfinite(frame.seconds) || !std::isfinite(frame.delta)) {
    throw Error("a frame's seconds and delta are finite numbers, not " + numberText(frame.seconds) +
                " and " + numberText(frame.delta));
  }
  if (mayFail_) endFailedFrame();
  const Frame before = std::exchange(frame_, frame);
  const bool startedBefore = std::exchange(started_, true);
  ++tick_;
  const Mark mark(cooking_, current_);
  try {
    if (rests()) return report_;
    const std::uint64_t changesBefore = changes_;
    planner_->beginLook();
    run(planner_->wanting(ops_, frame_, tick_), nullptr);
    settled_ = !foreign_ && planner_->foundRest() && changes_ == changesBefore;
    settledChanges_ = changes_;
    settledResults_ = results_;
  } catch (...) {
    // Refused (onAsk): the frame has not happened.
    frame_ = before;
    started_ = startedBefore;
    throw;
  }
  return report_;
}

const CookReport& Graph::cook(Op& op, bool force) {
  checkMine(op, "cooked in");
  checkIdle("a cook cannot start in the same graph");
  const Mark mark(cooking_, current_);
  Op* const wanted[] = {&op};
  run(wanted, force ? &op : nullptr);
  return report_;
}

// Inline: in a shared library it would really be called otherwise.
inline bool Graph::cookOne(Op& op) {
  // The state before the work: what the operator changes in itself makes it dirty again.
  op.cookedResults_ = results_;
  op.cookedTick_ = tick_;
  op.cookedRevision_ = op.revision_;
  op.cookedWiring_ = op.wiring_;
  op.cookedReferences_ = op.references_;
  op.cookedParameters_ = op.parameters_.revision();
  op.errors_.clear();
  op.warnings_.clear();
  op.failed_ = false;
  op.past_.reset();
  op.worked_ = op.fault_.empty() && !lacksInput(op);
  if (!op.worked_) {
    missInput(op);
    return false;
  }
  try {
    op.onCook(frame_);
    op.result_ = ++results_;
  } catch (...) {
    op.addError(currentFailure());
    op.onFault();
  }
  op.cookFrame_ = frame_.index;
  ++op.totalCooks_;
  return true;
}

/// It could not begin.
void Graph::missInput(Op& op) {
  op.addError(op.fault_.empty() ? "Not enough sources specified" : op.fault_);
  if (!op.fault_.empty()) return op.onFault();
  try {
    if (op.onMissingInput(frame_)) op.result_ = ++results_;
  } catch (...) {
    op.addError(currentFailure());
    op.onFault();
  }
}

/// What failed is looked for as long as something did. The frame's results are complete now.
void Graph::endFailedFrame() {
  bool failed = false;
  for (const auto& op : ops_) {
    op->onFailedFrame();
    failed = failed || op->failed_ || op->past_;
  }
  mayFail_ = failed;
}

/// True if this frame has nothing to do for certain, and no plan is needed.
bool Graph::rests() {
  const auto same = [this] {
    return settled_ && !profiling_ && changes_ == settledChanges_ && results_ == settledResults_;
  };
  if (!same()) return false;
  for (Op* op : planner_->wantedLatest()) op->onAsk();
  if (!same()) return false;
  cooked_.clear();
  report_.frame = frame_;
  report_.cooked.clear();
  report_.milliseconds = 0.0;
  return true;
}

void Graph::run(std::span<Op* const> wanted, const Op* forced) {
  const Clock::time_point begin = Clock::now();
  for (Op* op : wanted) op->onAsk();
  const std::span<const Step> steps = planner_->plan(wanted, forced, frame_, tick_);
  cooked_.clear();
  if (profiling_) profileRun();
  // One look at the clock for each cook: the end of one is the beginning of the next.
  Clock::time_point now = Clock::now();
  for (const Step& step : steps) {
    if (!planner_->stillNeeded(step)) continue;
    current_ = step.op;
    step.op->reason_ = step.reason;
    if (!cookOne(*step.op)) continue;
    const Clock::time_point end = Clock::now();
    step.op->cookTime_ = milliseconds(end - now);
    if (profiling_) profile_.add(step.op->id_, *step.op, now, end);
    now = end;
    cooked_.push_back(step.op);
  }
  reportTick_ = tick_;
  report_.frame = frame_;
  report_.cooked.resize(cooked_.size());
  for (std::size_t i = 0; i < cooked_.size(); ++i) report_.cooked[i] = cooked_[i]->name_;
  report_.milliseconds = milliseconds(Clock::now() - begin);
}

}  // namespace topknot
