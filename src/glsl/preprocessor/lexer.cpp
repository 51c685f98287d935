// Splits text into words, numbers and signs.
#include "glsl/preprocessor/lexer.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/text.h"

namespace topknot::glsl {

namespace {

using base::isDigit;
using base::isSpace;
using base::isWordCharacter;

/// Signs of more than one character, longer ones first.
constexpr std::string_view kSigns[] = {
    "<<=", ">>=", "##", "++", "--", "<<", ">>", "<=", ">=", "==", "!=",
    "&&",  "||",  "^^", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};

bool beginsNumber(std::string_view text) {
  return isDigit(text[0]) || (text[0] == '.' && text.size() > 1 && isDigit(text[1]));
}

std::size_t numberLength(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  std::size_t end = 1;
  for (; end < text.size(); ++end) {
    const char c = text[end], before = text[end - 1];
    const bool exponent = !hexadecimal && (before == 'e' || before == 'E');
    if (!isWordCharacter(c) && c != '.' && !(exponent && (c == '+' || c == '-'))) break;
  }
  return end;
}

}  // namespace

std::size_t tokenLength(std::string_view text) {
  if (beginsNumber(text)) return numberLength(text);
  if (isWordCharacter(text[0])) return base::endOfWord(text, 0);
  const auto* const sign =
      std::find_if(std::begin(kSigns), std::end(kSigns),
                   [&](std::string_view each) { return text.starts_with(each); });
  return sign == std::end(kSigns) ? 1 : sign->size();
}

Token::Kind kindOf(std::string_view token) {
  if (beginsNumber(token)) return Token::Kind::Number;
  return isWordCharacter(token[0]) ? Token::Kind::Word : Token::Kind::Sign;
}

void readTokens(const CleanText& text, std::size_t begin, std::size_t end,
                std::vector<Token>& out) {
  const std::string_view all(text.text());
  bool gap = true;  // the end of the line before
  for (std::size_t at = begin; at < end;) {
    if (isSpace(all[at])) {
      gap = true;
      ++at;
      continue;
    }
    const std::string_view token = all.substr(at, tokenLength(all.substr(at, end - at)));
    out.push_back({token, text.placeOf(at), kindOf(token), gap});
    gap = false;
    at += token.size();
  }
}

bool wouldJoin(std::string_view left, std::string_view right) {
  if (left.empty() || right.empty()) return false;
  const std::string both = std::string(left) + std::string(right);
  // `/` and `*` would begin a comment, which the lexer never sees.
  if (both.starts_with("/*") || both.starts_with("//")) return true;
  return tokenLength(both) != left.size();
}

}  // namespace topknot::glsl
