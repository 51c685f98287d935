// Connectors: wires as their users see them.
#include <algorithm>

#include "topknot/graph.h"

namespace topknot {
namespace {

std::string countOfInputs(int count) {
  if (count == 0) return "no inputs";
  if (count == 1) return "1 input, 0";
  return std::to_string(count) + " inputs, 0 " + (count == 2 ? "and " : "to ") +
         std::to_string(count - 1);
}

int firstFreeInput(const Op& op) {
  const auto inputs = op.inputs();
  const auto free = std::find(inputs.begin(), inputs.end(), nullptr);
  return static_cast<int>(free - inputs.begin());
}

}  // namespace

void Connector::connect(Op& other) const {
  owner_->graph().connect(other, *owner_, index_);
}

void Connector::disconnect() const {
  owner_->graph().disconnect(*owner_, index_);
}

Op* Connector::op() const {
  return owner_->input(index_);
}

Connector InputConnectors::operator[](int index) const {
  if (index >= 0 && index < size()) return Connector(*owner_, index);
  throw Error(owner_->describe() + " has " + countOfInputs(size()) + "; there is no input " +
              std::to_string(index));
}

int InputConnectors::size() const {
  const int held = static_cast<int>(owner_->inputs().size());
  return owner_->type().maxInputs < 0 ? held + 1 : held;
}

OutputConnectors::OutputConnector OutputConnectors::operator[](int index) const {
  if (index == 0) return OutputConnector(*owner_);
  throw Error(owner_->describe() + " has 1 output, 0; there is no output " + std::to_string(index));
}

void OutputConnectors::OutputConnector::connect(Op& other) const {
  const InputConnectors inputs = other.inputConnectors();
  const int index = firstFreeInput(other);
  if (index < inputs.size()) return inputs[index].connect(*owner_);
  throw Error(owner_->describe() + " cannot be wired to " + other.describe() + ", which has " +
              countOfInputs(inputs.size()) + (index == 0 ? "" : "; none is free"));
}

void OutputConnectors::OutputConnector::disconnect() const {
  for (Op* fed : ops()) {
    for (int i = 0; i < static_cast<int>(fed->inputs().size()); ++i) {
      if (fed->input(i) == owner_) fed->graph().disconnect(*fed, i);
    }
  }
}

std::vector<Op*> OutputConnectors::OutputConnector::ops() const {
  std::vector<Op*> fed = owner_->outputs_;
  std::sort(fed.begin(), fed.end(), [](const Op* a, const Op* b) { return a->id_ < b->id_; });
  fed.erase(std::unique(fed.begin(), fed.end()), fed.end());
  return fed;
}

Op& operator>>(Op& from, Op& to) {
  from.outputConnectors()[0].connect(to);
  return to;
}

}  // namespace topknot
