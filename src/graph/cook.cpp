// Graph: the clock and the work of a frame.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "graph/plan.h"
#include "graph/words.h"
#include "topknot/graph.h"

namespace topknot {
namespace {

using Clock = std::chrono::steady_clock;

double wallMilliseconds() {
  return std::chrono::duration<double, std::milli>(Clock::now().time_since_epoch()).count();
}

// Of this thread's CPU; of the wall where the system does not tell.
double threadMilliseconds() {
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec now{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0) {
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
  }
#endif
  return wallMilliseconds();
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
  const Frame before = std::exchange(frame_, frame);
  const bool startedBefore = std::exchange(started_, true);
  ++tick_;
  const Mark mark(cooking_, current_);
  try {
    run(planner_->wanting(ops_, frame_, tick_), nullptr);
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

void Graph::run(std::span<Op* const> wanted, const Op* forced) {
  const double begin = wallMilliseconds();
  for (Op* op : wanted) op->onAsk();
  report_.frame = frame_;
  report_.cooked.clear();
  for (const Step& step : planner_->plan(wanted, forced, frame_, tick_)) {
    current_ = step.op;
    if (Planner::stillNeeded(step)) cookOne(*step.op);
  }
  report_.milliseconds = wallMilliseconds() - begin;
}

void Graph::cookOne(Op& op) {
  // The state before the work: what the operator changes in itself makes it dirty again.
  op.cookedResults_ = results_;
  op.cookedTick_ = tick_;
  op.cookedRevision_ = op.revision_;
  op.cookedWiring_ = op.wiring_;
  op.cookedReferences_ = op.references_;
  op.cookedParameters_ = op.parameters_.revision();
  op.errors_.clear();
  op.warnings_.clear();
  if (!op.fault_.empty()) return op.addError(op.fault_);
  if (lacksInput(op)) return op.addError("Not enough sources specified");

  report_.cooked.push_back(op.name_);
  const double begin = threadMilliseconds();
  try {
    op.onCook(frame_);
    op.result_ = ++results_;
  } catch (...) {
    op.addError(currentFailure());
  }
  op.cookTime_ = threadMilliseconds() - begin;
  op.cookFrame_ = frame_.index;
  ++op.totalCooks_;
}

}  // namespace topknot
