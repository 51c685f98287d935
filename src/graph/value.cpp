// Value: one to four numbers, or a text.
#include <charconv>
#include <ostream>

#include "graph/messages.h"
#include "topknot/error.h"
#include "topknot/parameter.h"

namespace topknot {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::optional<double> parseNumber(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0.0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Value> Value::parse(std::string_view text) {
  Value value;
  for (value.size_ = 0; value.size_ < 4;) {
    const std::size_t comma = text.find(',');
    const std::optional<double> number = parseNumber(text.substr(0, comma));
    if (!number) return std::nullopt;
    value.numbers_[static_cast<std::size_t>(value.size_++)] = *number;
    if (comma == std::string_view::npos) return value;
    text.remove_prefix(comma + 1);
  }
  return std::nullopt;
}

double Value::number(int component) const {
  const int held = isText() ? 1 : size_;
  if (component < 0 || component >= held) {
    throw Error("there is no component " + std::to_string(component) + " in " + inQuotes(text()) +
                ", which holds " + std::to_string(held));
  }
  if (!isText()) return numbers_[static_cast<std::size_t>(component)];
  if (const std::optional<double> number = parseNumber(text_)) return *number;
  throw Error(inQuotes(text_) + " is no number");
}

std::string Value::text() const {
  if (isText()) return text_;
  std::string text;
  for (int i = 0; i < size_; ++i) text += (i == 0 ? "" : ",") + numberText(number(i));
  return text;
}

glm::vec4 Value::vec4() const {
  std::optional<Value> numbers = isText() ? parse(text_) : *this;
  if (!numbers) throw Error(inQuotes(text_) + " is no number");
  glm::vec4 result(0.0f);
  for (int i = 0; i < numbers->size_; ++i) result[i] = saturated<float>(numbers->number(i));
  return result;
}

bool operator==(const Value& a, const Value& b) {
  if (a.size_ != b.size_) return false;
  if (a.isText()) return a.text_ == b.text_;
  for (int i = 0; i < a.size_; ++i) {
    if (a.number(i) != b.number(i)) return false;
  }
  return true;
}

std::ostream& operator<<(std::ostream& out, const Value& value) {
  return out << value.text();
}

}  // namespace topknot
