// A shader's text as words and signs, with its macros expanded.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace topknot::glsl {

/// What is too large about a text, and in which of its lines, counted from 0.
class ShaderExcess : public std::runtime_error {
 public:
  ShaderExcess(int textLine, const std::string& message)
      : std::runtime_error(message), line(textLine) {}

  int line;
};

struct CodeToken {
  std::string_view text;  // a word, a number, or one other character; lies in the text
  int line = 0;       // of the text, counted from 0; where a macro is used, not where it is made
  bool made = false;  // a macro put it there
};
using Tokens = std::vector<CodeToken>;

constexpr std::size_t kMaxTokens = 1 << 19;

/// True for a word or a number.
inline bool isWord(std::string_view text) {
  return base::isWordCharacter(text.front());
}

/// Adds the tokens of a text without comments and directives.
void tokenize(std::string_view text, int line, Tokens& out);

/// Appends the tokens of a text without comments. A macro holds from its `#define` on; other
/// directives are skipped, so all branches of conditions count but what stands under `#if 0`.
/// Lines of which macros make too much are left out, up to the next directive.
void expandedTokens(std::string_view code, Tokens& out);

}  // namespace topknot::glsl
