// Op: what is not work of the graph.
#include "topknot/op.h"

#include <utility>

#include "graph/fault_walk.h"
#include "graph/messages.h"
#include "topknot/graph.h"

namespace topknot {

Op::Op() : parameters_(*this) {}

Op::~Op() = default;

Graph& Op::graph() const {
  if (graph_) return *graph_;
  throw Error(describe() + " is in no graph");
}

void Op::rename(std::string_view name) {
  graph().rename(*this, name);
}

void Op::destroy() {
  graph().remove(*this);
}

Op* Op::input(int index) const {
  const bool wired = index >= 0 && static_cast<std::size_t>(index) < inputs_.size();
  return wired ? inputs_[static_cast<std::size_t>(index)] : nullptr;
}

void Op::cook(bool force) {
  graph().cook(*this, force);
}

void Op::bypass(bool on) {
  if (graph_) graph_->checkIdle(describe() + " cannot be bypassed");
  if (std::exchange(bypassed_, on) != on) markDirty();
}

void Op::lock(bool on) {
  graph().checkIdle(describe() + (on ? " cannot be locked" : " cannot be unlocked"));
  if (on == locked_) return;
  if (on) cook();
  onLock(on);
  if (on) past_ = FaultWalk::of(*this, FaultWalk::Of::WhatItIsMadeFrom);
  locked_ = on;
  tellGraph();
  if (!on) markDirty();
}

std::string Op::describe() const {
  if (!type_) return "an operator that is being made";
  return std::string(type_->name) + " " + inQuotes(name_);
}

bool Op::onMissingInput(const Frame&) {
  onFault();
  return false;
}

std::uint64_t Op::tick() const {
  return graph().tick_;
}

void Op::addError(std::string sentence) {
  addOutputError(std::move(sentence));
  failed_ = true;
  if (graph_) graph_->mayFail_ = true;
}

void Op::addOutputError(std::string sentence) {
  errors_.push_back(std::move(sentence));
}

void Op::addWarning(std::string sentence) {
  warnings_.push_back(std::move(sentence));
}

}  // namespace topknot
