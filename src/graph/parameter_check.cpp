// Which values a parameter takes, by its style.
#include <cmath>
#include <limits>

#include "graph/messages.h"
#include "topknot/error.h"
#include "topknot/parameter.h"

namespace topknot {
namespace {

constexpr double kLeastInt = std::numeric_limits<std::int32_t>::min();
constexpr double kGreatestInt = std::numeric_limits<std::int32_t>::max();

bool isTextStyle(ParStyle style) {
  return style == ParStyle::Str || style == ParStyle::File || style == ParStyle::OpName;
}

bool isSwitch(ParStyle style) {
  return style == ParStyle::Toggle || style == ParStyle::Pulse;
}

bool allFinite(const Value& value) {
  for (int i = 0; i < value.size(); ++i) {
    if (!std::isfinite(value.number(i))) return false;
  }
  return true;
}

std::optional<Value> switchOf(std::string_view text) {
  if (text == "on" || text == "true" || text == "1") return Value(1);
  if (text == "off" || text == "false" || text == "0") return Value(0);
  return std::nullopt;
}

std::string rangeText(std::optional<double> min, std::optional<double> max) {
  if (min && max) return numberText(*min) + " to " + numberText(*max);
  return min ? numberText(*min) + " or more" : numberText(*max) + " or less";
}

}  // namespace

Value Parameter::checked(const Value& value, int component, const Value& whole) const {
  if (!allFinite(value)) {
    throw Error(describe(component) + " takes finite numbers, not " + value.text());
  }
  if (isTextStyle(style_)) return Value(value.text());
  if (style_ == ParStyle::Menu) return checkedItem(value);
  return checkedNumbers(numbersOf(value, component), component, whole);
}

Value Parameter::numbersOf(const Value& value, int component) const {
  if (!value.isText()) return value;
  const std::optional<Value> read =
      isSwitch(style_) ? switchOf(value.text_) : Value::parse(value.text_);
  if (!read) {
    throw Error(
        describe(component) +
        (isSwitch(style_) ? " takes on, off, true, false, 1 or 0, not " : " takes a number, not ") +
        inQuotes(value.text_));
  }
  return *read;
}

Value Parameter::checkedNumbers(const Value& value, int component, const Value& whole) const {
  const int expected = component < 0 ? whole.size_ : 1;
  if (value.size_ != 1 && value.size_ != expected) {
    throw Error(
        describe(component) + " takes " +
        (expected == 1 ? "one number" : std::to_string(expected) + " numbers, or one for all") +
        ", not " + std::to_string(value.size_));
  }
  Value result = whole;
  for (int i = 0; i < result.size_; ++i) {
    if (component >= 0 && i != component) continue;
    const double number = value.number(value.size_ == 1 ? 0 : i);
    result.numbers_[static_cast<std::size_t>(i)] = checkedNumber(number, i);
  }
  return result;
}

double Parameter::checkedNumber(double number, int component) const {
  if (!std::isfinite(number)) {
    throw Error(describe(component) + " takes finite numbers, not " + numberText(number));
  }
  if (isSwitch(style_)) return number != 0.0 ? 1.0 : 0.0;
  const double given = number;
  if (style_ == ParStyle::Int) {
    number = std::trunc(number);
    if (number < kLeastInt || number > kGreatestInt) {
      throw Error(describe(component) + " takes whole numbers from " +
                  rangeText(kLeastInt, kGreatestInt) + ", not " + numberText(given));
    }
  }
  if ((min_ && number < *min_) || (max_ && number > *max_)) {
    throw Error(describe(component) + " takes " + rangeText(min_, max_) + ", not " +
                numberText(given));
  }
  return number + 0.0;  // no negative zero
}

Value Parameter::checkedItem(const Value& value) const {
  if (value.isText()) {
    if (itemNamed(value.text_) >= 0) return value;
    if (spellings_) {
      std::string name = spellings_(value.text_);
      if (itemNamed(name) >= 0) return Value(std::move(name));
    }
    std::vector<std::string_view> names;
    for (const MenuItem& item : menu_) names.push_back(item.name);
    throw Error(describe(-1) + " has no menu item " + inQuotes(value.text_) +
                choices(value.text_, std::move(names)));
  }
  if (value.size_ != 1) throw Error(describe(-1) + " takes one menu item, not " + value.text());
  const double index = std::trunc(value.number());
  if (index < 0.0 || index >= static_cast<double>(menu_.size())) {
    throw Error(describe(-1) + " has " + std::to_string(menu_.size()) +
                " menu items, counted from 0; there is no item " + value.text());
  }
  return Value(menu_[static_cast<std::size_t>(index)].name);
}

}  // namespace topknot
