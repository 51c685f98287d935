// Par and ParameterSet: parameters by name.
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
  if (contains(name))
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
    if (parameter->name_ == name) return Par(*parameter, -1);
  }
  for (const auto& parameter : all_) {
    const int component = parameter->componentNamed(name);
    if (component >= 0) return Par(*parameter, component);
  }
  std::vector<std::string_view> names;
  for (const auto& parameter : all_) names.push_back(parameter->name_);
  throw Error(owner_->describe() + " has no parameter " + quoted(name) +
              choices(name, std::move(names)));
}

bool ParameterSet::contains(std::string_view name) const {
  return named(name) != nullptr;
}

const Parameter* ParameterSet::named(std::string_view name) const {
  for (const auto& parameter : all_) {
    if (parameter->componentNamed(name) >= -1) return parameter.get();
  }
  return nullptr;
}

void ParameterSet::evaluate(const Frame& frame) {
  rebound_ = false;
  if (bound_ == 0) return;
  std::exception_ptr failure;
  for (std::size_t i = 0; i < all_.size(); ++i) {  // a binding may lead to new parameters
    try {
      all_[i]->evaluate(frame);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace topknot
