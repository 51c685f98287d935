// Characters, words and lines of texts, as all rooms read them.
#pragma once

#include <algorithm>
#include <string_view>

namespace topknot::base {

// The functions of <cctype> ask for the locale at each character; these know ASCII alone.
constexpr bool isSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/// True for what identifiers consist of: letters, digits and `_`.
constexpr bool isWordCharacter(char c) {
  return isLetter(c) || isDigit(c) || c == '_';
}

/// Where the run of word characters ends that begins at `at`; `at` itself where there is none.
constexpr std::size_t endOfWord(std::string_view text, std::size_t at) {
  while (at < text.size() && isWordCharacter(text[at])) ++at;
  return at;
}

/// The text without the blanks at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the first line off a text whose lines end with `\n`, and returns it without that.
constexpr std::string_view takeLine(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace topknot::base
