// Calls of macros that go over several lines, put on one.
#include "glsl/tokens/macro_calls.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

constexpr std::size_t kMaxLines = 1000;  // of one call

std::string_view withoutIndent(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(" \t\r\v\f"), line.size()));
}

bool isDirective(std::string_view line) {
  return withoutIndent(line).starts_with('#');
}

std::size_t endOfWord(std::string_view line, std::size_t at) {
  while (at < line.size() && base::isWordCharacter(line[at])) ++at;
  return at;
}

}  // namespace

OneLineCalls::OneLineCalls(std::string_view text, std::vector<bool> mayJoin)
    : mayJoin_(std::move(mayJoin)) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines_.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  spans_.assign(lines_.size(), 1);
  mayJoin_.resize(lines_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (isDirective(lines_[i])) {
      define(lines_[i]);
      continue;
    }
    if (!mayJoin_[i]) continue;
    // What was joined may begin another call.
    while (const std::size_t more = wanted(i)) {
      const auto first = i + static_cast<std::size_t>(spans_[i]);
      for (std::size_t next = first; next < first + more; ++next) {
        lines_[i] += ' ';
        lines_[i] += lines_[next];
        lines_[next].clear();
      }
      spans_[i] += static_cast<int>(more);
    }
    i += static_cast<std::size_t>(spans_[i]) - 1;
  }
}

void OneLineCalls::define(std::string_view line) {
  line = withoutIndent(withoutIndent(line).substr(1));
  if (!line.starts_with("define")) return;
  line = withoutIndent(line.substr(6));
  const std::size_t end = endOfWord(line, 0);
  names_.emplace(line.substr(0, end));
  if (line.substr(end).starts_with('(')) functions_.emplace(line.substr(0, end));
}

std::size_t OneLineCalls::wanted(std::size_t line) const {
  const std::string_view text = lines_[line];
  const std::size_t next = line + static_cast<std::size_t>(spans_[line]);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!base::isWordCharacter(text[at])) continue;
    const std::size_t end = endOfWord(text, at);
    const std::string_view word = text.substr(at, end - at);
    at = end - 1;
    if (!isMacro(word)) continue;
    const std::size_t more = linesOfCall(text.substr(end), next, functions_.contains(word));
    if (more > 0) return more;
  }
  return 0;
}

std::size_t OneLineCalls::linesOfCall(std::string_view rest, std::size_t next,
                                      bool function) const {
  int depth = 0;
  for (std::size_t taken = 0; taken <= kMaxLines; ++taken) {
    for (const char c : rest) {
      if (c == '(') {
        ++depth;
      } else if (c == ')' && depth > 0) {
        if (--depth == 0) return taken;
      } else if (depth == 0 && !base::isSpace(c)) {
        return 0;
      }
    }
    if (depth == 0 && !function) return 0;
    const std::size_t line = next + taken;
    if (line >= lines_.size() || !mayJoin_[line] || isDirective(lines_[line])) return 0;
    rest = lines_[line];
  }
  return 0;
}

std::string OneLineCalls::text() const {
  std::string out;
  for (const std::string& line : lines_) {
    out += line;
    out += '\n';
  }
  return out;
}

}  // namespace topknot::glsl
