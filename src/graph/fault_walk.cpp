// Why a result is not what it should be: the errors of all that it is made from.
#include "graph/fault_walk.h"

#include <algorithm>
#include <utility>

#include "topknot/graph.h"

namespace topknot {

void FaultWalk::tell(const Op& op, std::vector<std::string>& sentences) {
  for (const std::string& error : op.errors_) sentences.push_back(op.describe() + ": " + error);
}

Op::Faults FaultWalk::of(const Op& op, Of what) {
  FaultWalk walk(op);
  if (what == Of::Result && op.failed_) tell(op, walk.found_);
  walk.collect();
  if (walk.found_.empty()) return nullptr;
  return std::make_shared<const std::vector<std::string>>(std::move(walk.found_));
}

std::string FaultWalk::text(const std::vector<std::string>& sentences) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, sentences.size()); ++i) {
    text += (i == 0 ? "" : "; ") + sentences[i];
  }
  if (sentences.size() <= kMost) return text;
  return text + "; and " + std::to_string(sentences.size() - kMost) + " more, see inputErrors()";
}

void FaultWalk::collect() {
  for (push(root_); !open_.empty();) {
    const Op& op = *open_.back();
    open_.pop_back();
    visit(op);
  }
  followLoops();
}

void FaultWalk::visit(const Op& op) {
  if (op.failed_ && &op != root_) tell(op, found_);
  const Op* const back = op.locked_ || op.bypassed_ ? nullptr : op.looksBackAt();
  if (back != nullptr && leads(*back, op)) {
    loops_.push_back(back);
  } else if (op.past_) {
    for (const std::string& sentence : *op.past_) {
      const bool known = std::find(found_.begin(), found_.end(), sentence) != found_.end();
      if (!known) found_.push_back(sentence);
    }
  }
  std::vector<Op*> next;
  addMadeFrom(op, next);
  std::for_each(next.rbegin(), next.rend(), [this](const Op* each) { push(each); });
}

/// Earlier frames do not count there: they would come round again.
void FaultWalk::followLoops() {
  for (const Op* op : loops_) push(op);
  while (!open_.empty()) {
    const Op& op = *open_.back();
    open_.pop_back();
    if (op.failed_ && &op != root_) tell(op, found_);
    std::vector<Op*> next;
    addMadeFrom(op, next);
    if (!op.locked_) next.push_back(op.looksBackAt());
    std::for_each(next.rbegin(), next.rend(), [this](const Op* each) { push(each); });
  }
}

void FaultWalk::push(const Op* op) {
  if (op != nullptr && seen_.insert(op).second) open_.push_back(op);
}

void FaultWalk::addMadeFrom(const Op& op, std::vector<Op*>& ops) {
  if (op.locked_) return;
  const std::size_t inputs =
      op.bypassed_ ? std::min<std::size_t>(1, op.inputs_.size()) : op.inputs_.size();
  for (std::size_t i = 0; i < inputs; ++i) {
    if (op.bypassed_ || op.usesInput(static_cast<int>(i))) ops.push_back(op.inputs_[i]);
  }
  if (op.bypassed_) return;
  try {
    op.references(ops);
  } catch (...) {  // the next plan makes an error of it
  }
}

/// Whether an operator depends on `to`, be it by way of earlier frames.
bool FaultWalk::leads(const Op& from, const Op& to) {
  FaultWalk walk(from);
  for (walk.push(&from); !walk.open_.empty();) {
    const Op& op = *walk.open_.back();
    walk.open_.pop_back();
    if (&op == &to) return true;
    std::vector<Op*> next;
    addMadeFrom(op, next);
    if (!op.locked_) next.push_back(op.looksBackAt());
    for (const Op* each : next) walk.push(each);
  }
  return false;
}

Op::Faults Op::faultsOf(const Op& op) {
  if (op.graph_ == nullptr || !op.graph_->mayFail_) return nullptr;
  return FaultWalk::of(op, FaultWalk::Of::Result);
}

std::vector<std::string> Op::inputErrors() const {
  const Faults found = FaultWalk::of(*this, FaultWalk::Of::WhatItIsMadeFrom);
  return found ? *found : std::vector<std::string>();
}

void Op::keepFaults(const Faults& faults) {
  if (!faults || faults == past_) return;
  if (graph_) graph_->mayFail_ = true;
  if (!past_) {
    past_ = faults;
    return;
  }
  std::vector<std::string> all = *past_;
  for (const std::string& sentence : *faults) {
    if (std::find(all.begin(), all.end(), sentence) == all.end()) all.push_back(sentence);
  }
  past_ = std::make_shared<const std::vector<std::string>>(std::move(all));
}

std::vector<std::string> Graph::errors() const {
  std::vector<std::string> sentences;
  for (const auto& op : ops_) FaultWalk::tell(*op, sentences);
  return sentences;
}

}  // namespace topknot
