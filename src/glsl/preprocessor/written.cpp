// Tokens, written down as a text again.
#include "glsl/preprocessor/written.h"

#include <algorithm>
#include <string_view>

#include "glsl/preprocessor/lexer.h"

namespace topknot::glsl {

namespace {

/// One line that grows.
class Line {
 public:
  Line(std::string& text, std::size_t& plain) : text_(text), plain_(plain) {}

  void add(const Token& token, std::string_view before) {
    const auto column = static_cast<std::size_t>(std::max(token.place.column, 1)) - 1;
    if (!token.made && text_.size() < column) text_.resize(column, ' ');
    const bool touches = !text_.empty() && text_.back() != ' ';
    if (touches && (token.gap || wouldJoin(before, token.text))) text_ += ' ';
    if (token.made || text_.size() != column) plain_ = std::min(plain_, text_.size());
    text_ += token.text;
  }

 private:
  std::string& text_;
  std::size_t& plain_;
};

}  // namespace

WrittenLines written(std::span<const Token> tokens, int file, std::size_t lines) {
  WrittenLines out;
  out.lines.resize(lines);
  out.plain.assign(lines, std::string::npos);
  std::size_t line = 0;
  std::string_view before;
  for (const Token& token : tokens) {
    if (token.place.file != file || lines == 0) continue;
    const auto own = static_cast<std::size_t>(std::max(token.place.line, 1)) - 1;
    line = std::clamp(own, line, lines - 1);
    Line(out.lines[line], out.plain[line]).add(token, before);
    before = token.text;
  }
  return out;
}

std::string writtenPlain(std::span<const Token> tokens) {
  std::string out;
  std::string_view before;
  for (const Token& token : tokens) {
    if (!out.empty() && (token.gap || wouldJoin(before, token.text))) out += ' ';
    out += token.text;
    before = token.text;
  }
  return out;
}

}  // namespace topknot::glsl
