// Parameter: what it is, assignment, bindings.
#include "topknot/parameter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "graph/messages.h"
#include "topknot/error.h"
#include "topknot/op.h"

namespace topknot {
namespace {

constexpr int kWhole = -1;
constexpr int kNotMine = -2;

}  // namespace

Parameter::Parameter(std::string name, std::string label, ParStyle style, Value defaultValue)
    : name_(std::move(name)), label_(std::move(label)), style_(style) {
  if (!isIdentifier(name_)) {
    throw Error("a parameter's name consists of letters, digits and _, not " + inQuotes(name_));
  }
  // A menu's items are not known yet; menu() looks at its default.
  if (style_ == ParStyle::Menu) {
    default_ = value_ = std::move(defaultValue);
    return;
  }
  if (!defaultValue.isText()) default_ = defaultValue;  // tells how many components there are
  default_ = value_ = checked(defaultValue, kWhole, default_);
}

std::string Parameter::componentName(int component) const {
  component = checkedComponent(component);
  if (component == kWhole) return name_;
  const auto index = static_cast<std::size_t>(component);
  return name_ + (suffixes_.empty() ? static_cast<char>('1' + component) : suffixes_[index]);
}

int Parameter::componentNamed(std::string_view name) const {
  if (name == name_) return kWhole;
  if (size() == 1 || name.size() != name_.size() + 1 || !name.starts_with(name_)) return kNotMine;
  const std::string_view letters = suffixes_.empty() ? "1234" : std::string_view(suffixes_);
  const std::size_t index = letters.substr(0, static_cast<std::size_t>(size())).find(name.back());
  return index == std::string_view::npos ? kNotMine : static_cast<int>(index);
}

int Parameter::checkedComponent(int component) const {
  if (component >= kWhole && component < size()) return size() == 1 ? kWhole : component;
  throw Error(describe(kWhole) + " has " + std::to_string(size()) +
              (size() == 1 ? " component, 0" : " components from 0") + "; there is no component " +
              std::to_string(component));
}

Parameter& Parameter::suffixes(std::string_view letters) {
  const bool fits = isIdentifier(letters) && static_cast<int>(letters.size()) == size();
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (!fits || letters.find(letters[i]) != i) {
      throw Error(describe(kWhole) + " needs " + std::to_string(size()) +
                  " different letters as suffixes, not " + inQuotes(letters));
    }
    const std::string part = name_ + letters[i];
    const Parameter* const other = set_ ? set_->named(part) : nullptr;
    if (other && other != this) {
      throw Error(describe(kWhole) + " cannot have a component " + inQuotes(part) +
                  ": there is a parameter of that name");
    }
  }
  suffixes_ = letters;
  return *this;
}

Parameter& Parameter::label(std::string text) {
  label_ = std::move(text);
  return *this;
}

Parameter& Parameter::help(std::string text) {
  help_ = std::move(text);
  return *this;
}

Parameter& Parameter::page(std::string name) {
  page_ = std::move(name);
  return *this;
}

Parameter& Parameter::limits(std::optional<double> min, std::optional<double> max) {
  const bool numbers = !std::isnan(min.value_or(0.0)) && !std::isnan(max.value_or(0.0));
  if (!numbers || (min && max && *min > *max)) {
    throw Error(describe(kWhole) + " cannot have a minimum of " + numberText(min.value_or(0.0)) +
                " and a maximum of " + numberText(max.value_or(0.0)));
  }
  const auto oldMin = std::exchange(min_, min);
  const auto oldMax = std::exchange(max_, max);
  try {
    checked(default_, kWhole, default_);
    checked(value_, kWhole, value_);
  } catch (...) {
    min_ = oldMin;
    max_ = oldMax;
    throw;
  }
  return *this;
}

Parameter& Parameter::defaultValue(const Value& value) {
  const Value next = checked(value, kWhole, default_);
  const bool follows = !bindings_ && value_ == default_;
  default_ = next;
  if (follows) assign(next);
  return *this;
}

Parameter& Parameter::slider(double min, double max) {
  sliderMin_ = min;
  sliderMax_ = max;
  return *this;
}

Parameter& Parameter::menu(std::vector<MenuItem> items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto same = [&](const MenuItem& item) { return item.name == items[i].name; };
    if (std::any_of(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      throw Error(describe(kWhole) + " has two menu items called " + inQuotes(items[i].name));
    }
  }
  std::swap(menu_, items);
  if (style_ != ParStyle::Menu) return *this;  // there it only offers
  try {
    default_ = checkedItem(default_);
  } catch (...) {
    std::swap(menu_, items);
    throw;
  }
  assign(default_);
  menuIndex_ = itemNamed(value_.text_);
  return *this;
}

Parameter& Parameter::spellings(std::function<std::string(const std::string&)> function) {
  spellings_ = std::move(function);
  return *this;
}

Parameter& Parameter::momentary() {
  momentary_ = true;
  return *this;
}

int Parameter::itemNamed(std::string_view name) const {
  const auto found = std::find_if(menu_.begin(), menu_.end(),
                                  [&](const MenuItem& item) { return item.name == name; });
  return found == menu_.end() ? -1 : static_cast<int>(found - menu_.begin());
}

std::string Parameter::describe(int component) const {
  const std::string own = "parameter " + inQuotes(componentName(component));
  return set_ ? set_->owner_->describe() + ": " + own : own;
}

void Parameter::set(const Value& value, int component) {
  component = checkedComponent(component);
  Value next = checked(value, component, value_);
  take(without(component));
  if (style_ != ParStyle::Pulse) {
    assign(std::move(next));
  } else if (next.number() != 0.0) {
    pulse();
  }
}

bool Parameter::assign(Value value) {
  if (value == value_) return false;
  value_ = std::move(value);
  if (style_ == ParStyle::Menu) menuIndex_ = itemNamed(value_.text_);
  changed();
  if (sequence_ >= 0) set_->resize(set_->sequences_[static_cast<std::size_t>(sequence_)]);
  if (onChange_) onChange_(*this);
  return true;
}

Parameter& Parameter::onChange(std::function<void(Parameter&)> function) {
  onChange_ = std::move(function);
  return *this;
}

void Parameter::changed() {
  ++revision_;
  if (set_) ++set_->revision_;
  if (set_ && set_->changes_) ++*set_->changes_;
}

void Parameter::bind(std::function<Value(const Frame&)> function, int component) {
  component = checkedComponent(component);
  Bindings next = without(component);
  if (function) {
    auto list = next ? *next : std::vector<Binding>();
    list.push_back({component, std::move(function)});
    next = std::make_shared<const std::vector<Binding>>(std::move(list));
  }
  take(std::move(next));
}

// What stays bound when a component is assigned: bindings of other components only.
Parameter::Bindings Parameter::without(int component) const {
  if (!bindings_ || component == kWhole) return nullptr;
  std::vector<Binding> rest;
  for (const Binding& binding : *bindings_) {
    if (binding.component != kWhole && binding.component != component) rest.push_back(binding);
  }
  if (rest.size() == bindings_->size()) return bindings_;
  return rest.empty() ? nullptr : std::make_shared<const std::vector<Binding>>(std::move(rest));
}

void Parameter::take(Bindings bindings) {
  if (bindings == bindings_) return;
  if (set_) {
    set_->bound_ += (bindings ? 1 : 0) - (bindings_ ? 1 : 0);
    set_->rebound_ = true;
    if (set_->changes_) ++*set_->changes_;
  }
  bindings_ = std::move(bindings);
}

Value Parameter::call(const Binding& binding, const Frame& frame) const {
  try {
    return binding.function(frame);
  } catch (...) {
    throw Error(describe(binding.component) + " cannot be computed: " + currentFailure());
  }
}

bool Parameter::evaluate(const Frame& frame) {
  const Bindings held = bindings_;  // a function may assign this parameter and so end itself
  if (!held) return false;
  Value next = value_;
  for (const Binding& binding : *held) {
    const Value result = call(binding, frame);
    if (bindings_ != held) return false;
    next = checked(result, binding.component, next);
  }
  if (style_ != ParStyle::Pulse) return assign(std::move(next));
  const bool fires = next.number() != 0.0;
  if (fires) pulse();
  return fires;
}

void Parameter::pulse() {
  if (style_ != ParStyle::Pulse && !momentary_) throw Error(describe(kWhole) + " is no pulse");
  pulsed_ = true;
  changed();
  if (onChange_) onChange_(*this);
}

bool Parameter::takePulse() {
  return std::exchange(pulsed_, false);
}

}  // namespace topknot
