// Par and ParameterSet: parameters by name.
#include <algorithm>
#include <exception>
#include <utility>

#include "graph/messages.h"
#include "topknot/error.h"
#include "topknot/op.h"
#include "topknot/parameter.h"

namespace topknot {

Value Par::eval() const {
  const Value& value = parameter_->value();
  return component_ < 0 || value.isText() ? value : Value(value.number(component_));
}

void Par::reset() const {
  const Value& value = parameter_->defaultValue();
  const bool part = component_ >= 0 && !value.isText();
  parameter_->set(part ? Value(value.number(component_)) : value, component_);
}

void Par::bind(std::function<Value(const Frame&)> function) const {
  parameter_->bind(std::move(function), component_);
}

std::string Par::name() const {
  return parameter_->componentName(component_);
}

Parameter& ParameterSet::add(std::string name, std::string label, ParStyle style,
                             Value defaultValue) {
  if (named(name) != nullptr)
    throw Error(owner_->describe() + " has a parameter " + inQuotes(name) + " already");
  auto parameter = std::make_unique<Parameter>(std::move(name), std::move(label), style,
                                               std::move(defaultValue));
  parameter->page_ = page_;
  parameter->set_ = this;
  all_.push_back(std::move(parameter));
  byName_.emplace(all_.back()->name_, all_.back().get());
  return *all_.back();
}

Par ParameterSet::find(std::string_view name) const {
  Parameter* const parameter = named(name);
  if (parameter != nullptr && !parameter->hidden_) {
    return Par(*parameter, parameter->componentNamed(name));
  }
  throw Error(owner_->describe() + " has no parameter " + inQuotes(name) + absence(name));
}

std::string ParameterSet::absence(std::string_view name) const {
  int block = 0;
  if (const Sequence* sequence = sequenceOf(name, block)) {
    const std::string count = sequence->count->name_;
    const std::string room = block < kMaxBlocks
                                 ? "raise it to " + std::to_string(block + 1) + " to get it"
                                 : "it can be " + std::to_string(kMaxBlocks) + " at most";
    return " while " + inQuotes(count) + " is " + sequence->count->value().text() + "; " + room;
  }
  std::vector<std::string_view> names;
  for (const auto& parameter : all_) {
    if (!parameter->hidden_) names.push_back(parameter->name_);
  }
  return choices(name, std::move(names));
}

bool ParameterSet::contains(std::string_view name) const {
  const Parameter* const parameter = named(name);
  return parameter != nullptr && !parameter->hidden_;
}

bool ParameterSet::taken(std::string_view name) const {
  int block = 0;
  return named(name) != nullptr || sequenceOf(name, block) != nullptr;
}

std::vector<Parameter*> ParameterSet::all() const {
  std::vector<Parameter*> shown;
  shown.reserve(all_.size());
  for (const auto& parameter : all_) {
    if (!parameter->hidden_) shown.push_back(parameter.get());
  }
  return shown;
}

Parameter* ParameterSet::named(std::string_view name) const {
  if (const auto whole = byName_.find(name); whole != byName_.end()) return whole->second;
  // A component's name is one character longer.
  const auto owner = name.empty() ? byName_.end() : byName_.find(name.substr(0, name.size() - 1));
  const bool has = owner != byName_.end() && owner->second->componentNamed(name) >= 0;
  return has ? owner->second : nullptr;
}

void ParameterSet::retire(Parameter& parameter) {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const auto& each) { return each.get() == &parameter; });
  if (found == all_.end()) return;
  parameter.take(nullptr);
  parameter.hidden_ = true;
  byName_.erase(parameter.name_);
  retired_.push_back(std::move(*found));
  all_.erase(found);
}

void ParameterSet::evaluate(const Frame& frame) {
  rebound_ = false;
  if (bound_ == 0) return;
  std::exception_ptr failure;
  for (std::size_t i = 0; i < all_.size(); ++i) {  // a binding may lead to new parameters
    if (all_[i]->hidden_) continue;
    try {
      all_[i]->evaluate(frame);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace topknot
