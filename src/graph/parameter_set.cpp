// Par and ParameterSet: parameters by name.
#include <algorithm>
#include <exception>
#include <utility>

#include "graph/words.h"
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
    throw Error(owner_->describe() + " has a parameter " + quoted(name) + " already");
  auto parameter = std::make_unique<Parameter>(std::move(name), std::move(label), style,
                                               std::move(defaultValue));
  parameter->page_ = page_;
  parameter->set_ = this;
  all_.push_back(std::move(parameter));
  return *all_.back();
}

Par ParameterSet::find(std::string_view name) const {
  for (const auto& parameter : all_) {
    if (!parameter->hidden_ && parameter->name_ == name) return Par(*parameter, -1);
  }
  for (const auto& parameter : all_) {
    const int component = parameter->hidden_ ? -2 : parameter->componentNamed(name);
    if (component >= 0) return Par(*parameter, component);
  }
  throw Error(owner_->describe() + " has no parameter " + quoted(name) + absence(name));
}

std::string ParameterSet::absence(std::string_view name) const {
  int block = 0;
  if (const Sequence* sequence = sequenceOf(name, block)) {
    const std::string count = sequence->count->name_;
    const std::string room = block < kMaxBlocks
                                 ? "raise it to " + std::to_string(block + 1) + " to get it"
                                 : "it can be " + std::to_string(kMaxBlocks) + " at most";
    return " while " + quoted(count) + " is " + sequence->count->value().text() + "; " + room;
  }
  std::vector<std::string_view> names;
  for (const auto& parameter : all_) {
    if (!parameter->hidden_) names.push_back(parameter->name_);
  }
  return choices(name, std::move(names));
}

bool ParameterSet::contains(std::string_view name) const {
  return std::any_of(all_.begin(), all_.end(), [&](const auto& parameter) {
    return !parameter->hidden_ && parameter->componentNamed(name) >= -1;
  });
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
  for (const auto& parameter : all_) {
    if (parameter->componentNamed(name) >= -1) return parameter.get();
  }
  return nullptr;
}

void ParameterSet::retire(Parameter& parameter) {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const auto& each) { return each.get() == &parameter; });
  if (found == all_.end()) return;
  parameter.take(nullptr);
  parameter.hidden_ = true;
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
