// One line of a driver's log.
#include "glsl/log/log_line.h"

#include <cctype>
#include <charconv>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

using Severity = Diagnostic::Severity;

/// Walks over one line of a log.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool skipNoCase(std::string_view word) {
    if (lowered(rest_.substr(0, word.size())) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  /// A number without a sign.
  std::optional<int> number() {
    int value = 0;
    if (rest_.starts_with('-')) return std::nullopt;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  void blanks() {
    while (!rest_.empty() && base::isSpace(rest_.front())) rest_.remove_prefix(1);
  }
  bool atWord() const {
    return !rest_.empty() && std::isalnum(static_cast<unsigned char>(rest_[0]));
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// `error`, `warning`, with what drivers put before and after it.
std::optional<Severity> severity(Cursor& cursor) {
  cursor.skipNoCase("preprocessor ");
  cursor.skipNoCase("fatal ");
  std::optional<Severity> found;
  if (cursor.skipNoCase("error")) {
    found = Severity::Error;
  } else if (cursor.skipNoCase("warning")) {
    found = Severity::Warning;
  }
  return cursor.atWord() ? std::nullopt : found;
}

/// ` C1008: `, `(#143) `, `: `, ` - ` behind the severity; returns the code.
std::string takeCode(Cursor& cursor) {
  Cursor ahead = cursor;
  ahead.blanks();
  const std::string_view from = ahead.rest();
  std::string code;
  if (ahead.skip("(#") && ahead.number() && ahead.skip(")")) {
    code = from.substr(1, from.find(')') - 1);
    cursor = ahead;
  } else if ((ahead.skip("C") || ahead.skip("L")) && ahead.number() &&
             ahead.rest().starts_with(':')) {
    code = from.substr(0, from.find(':'));
    cursor = ahead;
  }
  cursor.blanks();
  cursor.skip(":");
  cursor.blanks();
  return code;
}

Diagnostic made(Severity severity, int line, int column, Cursor cursor, std::string code = {}) {
  cursor.skip("'#error' : ");
  cursor.skip("#error ");
  std::string message(cursor.rest());
  while (!message.empty() && base::isSpace(message.back())) message.pop_back();
  Diagnostic out;
  out.severity = severity;
  out.line = line;
  out.column = column;
  out.message = std::move(message);
  out.code = std::move(code);
  return out;
}

/// Mesa: `0:12(5): error: …`; Arm: `0:12: L0002: …`.
std::optional<Diagnostic> readMesa(Cursor c) {
  if (!c.number() || !c.skip(":")) return std::nullopt;
  const auto line = c.number();
  if (!line) return std::nullopt;
  int column = 0;
  const bool placed = c.skip("(");
  if (placed) {
    column = c.number().value_or(0);
    if (!c.skip(")")) return std::nullopt;
  }
  if (!c.skip(":")) return std::nullopt;
  c.blanks();
  const auto found = severity(c);
  std::string code = takeCode(c);
  if (!found && code.empty()) return std::nullopt;
  return made(found.value_or(Severity::Error), *line, column, c, std::move(code));
}

/// NVIDIA: `0(12) : error C1008: …`, `(0) : error C2003: …`; some print the column behind a colon.
std::optional<Diagnostic> readNvidia(Cursor c) {
  c.number();
  if (!c.skip("(")) return std::nullopt;
  const auto line = c.number();
  if (!line) return std::nullopt;
  int column = 0;
  if (c.skip(":") || c.skip(",")) column = c.number().value_or(0);
  if (!c.skip(")")) return std::nullopt;
  c.blanks();
  c.skip(":");
  c.blanks();
  const auto found = severity(c);
  if (!found) return std::nullopt;
  std::string code = takeCode(c);
  return made(*found, *line, column, c, std::move(code));
}

/// AMD: `ERROR: 0:12: error(#143) …`; Intel, glslang: `ERROR: 0:12: …`, with a column `0:12:5: …`.
std::optional<Diagnostic> readKhronos(Cursor c) {
  const auto found = severity(c);
  if (!found || !c.skip(":")) return std::nullopt;
  c.blanks();
  if (!c.number() || !c.skip(":")) return std::nullopt;
  const auto line = c.number();
  if (!line || !c.skip(":")) return std::nullopt;
  int column = 0;
  Cursor ahead = c;
  if (const auto number = ahead.number(); number && ahead.skip(":")) {
    column = *number;
    c = ahead;
  }
  c.blanks();
  ahead = c;
  std::string code;
  if (severity(ahead) && ahead.rest().starts_with("(#")) {
    code = takeCode(ahead);
    c = ahead;
  }
  return made(*found, *line, column, c, std::move(code));
}

/// `error: …`, `ERROR: error(#273) …` without a place, mostly from linkers.
std::optional<Diagnostic> readPlaceless(Cursor c) {
  const auto found = severity(c);
  if (!found) return std::nullopt;
  std::string code = takeCode(c);
  Cursor ahead = c;
  if (severity(ahead) && ahead.rest().starts_with("(#")) {
    code = takeCode(ahead);
    c = ahead;
  }
  return made(*found, 0, 0, c, std::move(code));
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::optional<Diagnostic> readLogLine(std::string_view line) {
  const Cursor cursor(line);
  auto found = readMesa(cursor);
  if (!found) found = readNvidia(cursor);
  if (!found) found = readKhronos(cursor);
  if (!found) found = readPlaceless(cursor);
  return found;
}

}  // namespace topknot::glsl
