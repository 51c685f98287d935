// Walks through the tokens of a shader.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>

#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

inline bool isOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Where the bracket that opens at `at` closes, or the end; braces do not count.
inline std::size_t closingBracket(const Tokens& tokens, std::size_t at, std::size_t end) {
  int open = 0;
  for (; at < end; ++at) {
    if (isOneOf(tokens[at].text, {"(", "["})) ++open;
    if (isOneOf(tokens[at].text, {")", "]"}) && --open <= 0) break;
  }
  return at;
}

/// Beyond the last token stand empty texts.
class TokenReader {
 public:
  /// The tokens of a text without comments, as far as its macros have an end.
  explicit TokenReader(std::string_view code) { expandedTokens(code, tokens_); }

 protected:
  std::string_view here() const { return text(at_); }
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  bool take(std::string_view expected) {
    if (here() != expected) return false;
    ++at_;
    return true;
  }
  std::span<const CodeToken> tokens(std::size_t first, std::size_t end) const {
    return std::span(tokens_).subspan(first, end - first);
  }

  /// The first of the signs behind `at` that stands in no brackets opened there, or the end.
  std::size_t find(std::size_t at, std::initializer_list<std::string_view> signs) const {
    int open = 0;
    for (; at < tokens_.size(); ++at) {
      const std::string_view sign = text(at);
      if (open == 0 && isOneOf(sign, signs)) return at;
      if (isOneOf(sign, {"(", "[", "{"})) ++open;
      if (isOneOf(sign, {")", "]", "}"})) --open;
      if (open < 0) return at;
    }
    return at;
  }

  /// Past the brackets that begin here.
  void skipBrackets() { at_ = std::min(find(at_ + 1, {}) + 1, tokens_.size()); }

  void skipStatement() {
    at_ = find(at_, {";", "{"});
    if (here() == "{") skipBrackets();
    take(";");
  }

  int line(std::size_t at) const { return at < tokens_.size() ? tokens_[at].line : 0; }

  Tokens tokens_;
  std::size_t at_ = 0;
};

}  // namespace topknot::glsl
