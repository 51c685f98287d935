// Texts and numbers as JSON has them.
#include "graph/json.h"

#include <cmath>
#include <cstdint>

#include "graph/messages.h"

namespace topknot {
namespace {

// Bytes of the character that the text begins with, or 0 if that is no UTF-8.
std::size_t characterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Longer than need be, surrogates, beyond U+10FFFF.
  const std::uint8_t second = byte(1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : length;
}

std::string escaped(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<std::uint8_t>(c);
  if (c == '"' || c == '\\') return std::string("\\") + c;
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  if (code >= 0x20 && code != 0x7F) return std::string(1, c);
  return std::string("\\u00") + kHex[code >> 4] + kHex[code & 15];
}

}  // namespace

std::string jsonText(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const std::size_t length = characterLength(text);
    if (length == 0) result += "\\ufffd";
    if (length == 1) result += escaped(text[0]);
    if (length > 1) result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result + "\"";
}

std::string jsonNumber(double number) {
  return std::isfinite(number) ? numberText(number) : "null";
}

std::string jsonTexts(std::span<const std::string> texts) {
  std::string result = "[";
  for (const std::string& text : texts) result += (result.size() > 1 ? ", " : "") + jsonText(text);
  return result + "]";
}

}  // namespace topknot
