// The beginning of a shader's text, as a text of its own.
#include "glsl/source/shader_prefix.h"

#include <algorithm>

namespace topknot::glsl {

namespace {

/// Reads a text line by line and keeps account of what is open.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// False at the end of the text.
  bool next() {
    if (at_ == text_.size()) return false;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    take(text_.substr(at_, end - at_));
    at_ = std::min(end + 1, text_.size());
    return true;
  }
  std::size_t statements() const { return statements_; }
  bool endsStatement() const {
    return parentheses_ == 0 && !comment_ && (last_ == ';' || last_ == '}');
  }

  std::string closed() const {
    std::string out(text_.substr(0, at_));
    out.append(static_cast<std::size_t>(std::max(braces_, 0)), '}');
    out += '\n';
    for (int i = 0; i < conditions_; ++i) out += "#endif\n";
    return out;
  }

 private:
  void take(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return;
    if (!comment_ && line[first] == '#') return takeDirective(line.substr(first + 1));
    for (std::size_t i = first; i < line.size(); ++i) {
      const std::string_view two = line.substr(i, 2);
      if (comment_) {
        if (two == "*/") comment_ = false, ++i;
      } else if (two == "//") {
        return;
      } else if (two == "/*") {
        comment_ = true;
        ++i;
      } else {
        takeSign(line[i]);
      }
    }
  }

  void takeDirective(std::string_view words) {
    words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
    if (words.starts_with("if")) ++conditions_;
    if (words.starts_with("endif")) --conditions_;
  }

  void takeSign(char sign) {
    if (sign == ' ' || sign == '\t' || sign == '\r') return;
    last_ = sign;
    if (sign == ';') ++statements_;
    if (sign == '(') ++parentheses_;
    if (sign == ')') --parentheses_;
    if (sign == '{') ++braces_;
    if (sign == '}') --braces_;
  }

  std::string_view text_;
  std::size_t at_ = 0, statements_ = 0;
  int braces_ = 0, parentheses_ = 0, conditions_ = 0;
  bool comment_ = false;
  char last_ = 0;
};

}  // namespace

std::size_t statementsIn(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ';'));
}

std::optional<std::string> prefixOf(std::string_view text, std::size_t statements) {
  Lines lines(text);
  while (lines.next()) {
    if (lines.statements() >= statements && lines.endsStatement()) return lines.closed();
  }
  return std::nullopt;
}

}  // namespace topknot::glsl
