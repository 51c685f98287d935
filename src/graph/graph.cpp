// Graph: owning, naming and wiring operators.
#include "topknot/graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "graph/messages.h"
#include "graph/names.h"
#include "graph/op_table.h"
#include "graph/plan.h"

namespace topknot {
namespace {

constexpr std::size_t kLongestName = 200;

std::string_view withoutSlash(std::string_view name) {
  return name.substr(name.starts_with('/') ? 1 : 0);
}

}  // namespace

Graph::Graph() : names_(std::make_unique<Names>()), planner_(std::make_unique<Planner>()) {}

Graph::~Graph() {
  while (!ops_.empty()) {
    detach(*ops_.back());
    names_->erase(ops_.back()->name_);
    const std::unique_ptr<Op> last = std::move(ops_.back());
    ops_.pop_back();
  }
}

std::span<const OpType* const> Graph::types() {
  return builtinOpTypes();
}

Op& Graph::add(std::string_view type, std::string_view name) {
  std::vector<std::string_view> known;
  for (const OpType* builtin : types()) {
    if (builtin->name == type) return add(*builtin, name);
    known.push_back(builtin->name);
  }
  throw Error("there is no operator type " + inQuotes(type) + choices(type, std::move(known)));
}

Op& Graph::add(const OpType& type, std::string_view name) {
  checkIdle("operators cannot be added");
  const std::string chosen = name.empty() ? names_->firstFree(type.name) : std::string(name);
  checkName(chosen);
  std::unique_ptr<Op> op = type.make();
  if (!op) throw Error("the operator type " + inQuotes(type.name) + " made no operator");
  op->type_ = &type;
  op->graph_ = this;
  op->parameters_.changes_ = &changes_;
  ++changes_;
  const auto builtins = types();
  foreign_ = foreign_ || std::find(builtins.begin(), builtins.end(), &type) == builtins.end();
  op->name_ = chosen;
  op->id_ = ++lastId_;
  op->inputs_.resize(static_cast<std::size_t>(type.maxInputs < 0 ? type.sockets : type.maxInputs));
  if (ops_.size() == ops_.capacity()) ops_.reserve(2 * ops_.size() + 16);
  names_->insert(chosen, *op);
  ops_.push_back(std::move(op));
  return *ops_.back();
}

Op* Graph::find(std::string_view name) const {
  return names_->find(withoutSlash(name));
}

Op& Graph::op(std::string_view name) const {
  if (Op* found = find(name)) return *found;
  std::vector<std::string_view> names;
  for (const auto& op : ops_) names.push_back(op->name_);
  throw Error("there is no operator " + inQuotes(name) +
              choices(withoutSlash(name), std::move(names)));
}

std::vector<Op*> Graph::ops() const {
  std::vector<Op*> result;
  for (const auto& op : ops_) result.push_back(op.get());
  return result;
}

int Graph::size() const {
  return static_cast<int>(ops_.size());
}

void Graph::remove(Op& op) {
  checkMine(op, "removed from");
  checkIdle(op.describe() + " cannot be removed");
  const auto found =
      std::lower_bound(ops_.begin(), ops_.end(), op.id_,
                       [](const std::unique_ptr<Op>& a, std::uint64_t id) { return a->id_ < id; });
  detach(op);
  ++changes_;
  names_->erase(op.name_);
  const std::unique_ptr<Op> removed = std::move(*found);
  ops_.erase(found);
}

void Graph::rename(Op& op, std::string_view name) {
  if (name == op.name_) return;
  checkIdle(op.describe() + " cannot be renamed");
  checkName(name);
  ++changes_;
  std::string next(name);
  names_->insert(next, op);
  names_->erase(op.name_);
  op.name_ = std::move(next);
}

void Graph::checkName(std::string_view name) const {
  if (!isIdentifier(name) || name.size() > kLongestName) {
    throw Error("an operator's name consists of 1 to " + std::to_string(kLongestName) +
                " letters, digits and _, not " + inQuotes(name));
  }
  if (const Op* other = find(name)) {
    throw Error("the name " + inQuotes(name) + " is taken by " + other->describe());
  }
}

void Graph::checkMine(const Op& op, std::string_view deed) const {
  if (op.graph_ == this) return;
  throw Error(op.describe() + " belongs to another graph; it cannot be " + std::string(deed) +
              " this one");
}

void Graph::checkIdle(std::string_view deed) const {
  if (!cooking_) return;
  throw Error(std::string(deed) + " while " +
              (current_ ? current_->describe() + " cooks" : "the graph plans its cook"));
}

void Graph::checkWire(Op& from, Op& to, int input) const {
  checkIdle("wires cannot be changed");
  checkMine(from, "wired in");
  to.inputConnectors()[input];  // throws if there is none
  if (&from == &to) throw Error(from.describe() + " cannot be wired to itself");
  // The way a chain grows; each search would walk all of it.
  const auto isWire = [](const Op* op) { return op != nullptr; };
  const bool isLong = std::any_of(from.inputs_.begin(), from.inputs_.end(), isWire);
  if (isLong && to.outputs_.empty() && !planner_->referencesAmong(ops_)) return;
  const std::vector<Op*> loop = planner_->path(to, from);
  if (loop.empty()) return;
  throw Error("wiring " + from.describe() + " to input " + std::to_string(input) + " of " +
              to.describe() + " would close a cycle: " + loopText(loop));
}

void Graph::connect(Op& from, Op& to, int input) {
  checkWire(from, to, input);
  if (to.input(input) != &from) setInput(to, input, &from);
}

void Graph::disconnect(Op& to, int input) {
  if (!to.input(input)) return;
  checkIdle("wires cannot be changed");
  setInput(to, input, nullptr);
}

void Graph::setInput(Op& to, int input, Op* from) {
  const auto index = static_cast<std::size_t>(input);
  if (from) from->outputs_.push_back(&to);
  if (index >= to.inputs_.size()) to.inputs_.resize(index + 1);
  if (Op* const old = std::exchange(to.inputs_[index], from)) {
    // The latest wire first: operators mostly go in reverse order.
    auto& fed = old->outputs_;
    fed.erase(std::prev(std::find(fed.rbegin(), fed.rend(), &to).base()));
  }
  if (to.type_->maxInputs < 0) {
    const auto least = static_cast<std::size_t>(to.type_->sockets);
    while (to.inputs_.size() > least && !to.inputs_.back()) to.inputs_.pop_back();
  }
  ++to.wiring_;
  ++changes_;
}

void Graph::detach(Op& op) {
  for (int i = static_cast<int>(op.inputs_.size()) - 1; i >= 0; --i) {
    if (op.input(i)) setInput(op, i, nullptr);
  }
  while (!op.outputs_.empty()) {
    Op& fed = *op.outputs_.back();
    const auto wire = std::find(fed.inputs_.begin(), fed.inputs_.end(), &op);
    setInput(fed, static_cast<int>(wire - fed.inputs_.begin()), nullptr);
  }
}

void Graph::rate(double framesPerSecond) {
  if (!std::isfinite(framesPerSecond) || framesPerSecond <= 0.0) {
    throw Error("a graph's rate is above 0 frames a second, not " + numberText(framesPerSecond));
  }
  rate_ = framesPerSecond;
}

void Graph::resolutionMultiplier(double factor) {
  if (!std::isfinite(factor) || factor <= 0.0) {
    throw Error("the resolution multiplier is above 0, not " + numberText(factor));
  }
  if (std::exchange(resolutionMultiplier_, factor) == factor) return;
  for (const auto& op : ops_) op->markDirty();
}

void Graph::fusion(bool on) {
  if (std::exchange(fusion_, on) == on) return;
  for (const auto& op : ops_) op->markDirty();
}

}  // namespace topknot
