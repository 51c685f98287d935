// What drivers say about shaders, in one shape for all of them.
#include "gl/shader_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxMessages = 100;
constexpr std::size_t kMaxLog = 64 * 1024;

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
    if (rest_.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (std::tolower(static_cast<unsigned char>(rest_[i])) != word[i]) return false;
    }
    rest_.remove_prefix(word.size());
    return true;
  }
  std::optional<int> number() {
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  void blanks() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front()))) {
      rest_.remove_prefix(1);
    }
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// `error`, `warning`, with what drivers put before and after it.
std::optional<bool> severity(Cursor& cursor) {
  cursor.skipNoCase("preprocessor ");
  cursor.skipNoCase("fatal ");
  if (cursor.skipNoCase("error")) return true;
  if (cursor.skipNoCase("warning")) return false;
  return std::nullopt;
}

/// ` C1008: `, `: `, ` - ` behind the severity.
void skipCode(Cursor& cursor) {
  Cursor ahead = cursor;
  ahead.blanks();
  if (ahead.skip("C") && ahead.number()) cursor = ahead;
  cursor.blanks();
  cursor.skip(":");
  cursor.blanks();
  cursor.skip("#error ");
}

Diagnostic made(bool error, int line, int column, const Cursor& cursor) {
  std::string message(cursor.rest());
  while (!message.empty() && std::isspace(static_cast<unsigned char>(message.back()))) {
    message.pop_back();
  }
  return {error, {}, line, column, std::move(message)};
}

/// Mesa: `0:12(5): error: …`.
std::optional<Diagnostic> readMesa(Cursor c) {
  if (!c.number() || !c.skip(":")) return std::nullopt;
  const auto line = c.number();
  if (!line || !c.skip("(")) return std::nullopt;
  const auto column = c.number();
  if (!column || !c.skip("):")) return std::nullopt;
  c.blanks();
  const auto error = severity(c);
  if (!error) return std::nullopt;
  skipCode(c);
  return made(*error, *line, *column, c);
}

/// NVIDIA: `0(12) : error C1008: …`; some print the column behind a colon.
std::optional<Diagnostic> readNvidia(Cursor c) {
  if (!c.number() || !c.skip("(")) return std::nullopt;
  const auto line = c.number();
  if (!line) return std::nullopt;
  int column = 0;
  if (c.skip(":") || c.skip(",")) column = c.number().value_or(0);
  if (!c.skip(")")) return std::nullopt;
  c.blanks();
  c.skip(":");
  c.blanks();
  const auto error = severity(c);
  if (!error) return std::nullopt;
  skipCode(c);
  return made(*error, *line, column, c);
}

/// AMD, Intel, glslang: `ERROR: 0:12: …`.
std::optional<Diagnostic> readKhronos(Cursor c) {
  const auto error = severity(c);
  if (!error || !c.skip(":")) return std::nullopt;
  c.blanks();
  if (!c.number() || !c.skip(":")) return std::nullopt;
  const auto line = c.number();
  if (!line || !c.skip(":")) return std::nullopt;
  c.blanks();
  return made(*error, *line, 0, c);
}

/// `error: …` without a place, mostly from linkers.
std::optional<Diagnostic> readPlaceless(Cursor c) {
  const auto error = severity(c);
  if (!error) return std::nullopt;
  skipCode(c);
  return made(*error, 0, 0, c);
}

/// Mesa lists every overload of a function that does not fit, each as an error of its own.
bool isCandidate(const std::vector<Diagnostic>& before, std::string_view line) {
  if (before.empty() || line.find("error:    ") == std::string_view::npos) return false;
  return before.back().message.ends_with("candidates are:");
}

bool isSummary(std::string_view line) {
  static constexpr std::array<std::string_view, 4> kSummaries = {
      "compilation errors", "compilation terminated", "No code generated", "Link info"};
  return std::any_of(kSummaries.begin(), kSummaries.end(), [&](std::string_view word) {
    return line.find(word) != std::string_view::npos;
  }) || line.find_first_not_of("-= \t\r") == std::string_view::npos;
}

}  // namespace

std::vector<Diagnostic> parseShaderLog(std::string_view log) {
  log = log.substr(0, std::min(log.size(), kMaxLog));
  if (const auto end = log.find('\0'); end != std::string_view::npos) log = log.substr(0, end);
  std::vector<Diagnostic> out;
  while (!log.empty() && out.size() < kMaxMessages) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    const std::string_view line = log.substr(0, end);
    log.remove_prefix(std::min(end + 1, log.size()));
    if (isSummary(line) || isCandidate(out, line)) continue;
    const Cursor cursor(line);
    auto found = readMesa(cursor);
    if (!found) found = readNvidia(cursor);
    if (!found) found = readKhronos(cursor);
    if (!found) found = readPlaceless(cursor);
    if (found) {
      out.push_back(std::move(*found));
    } else if (!out.empty() && std::isspace(static_cast<unsigned char>(line.front()))) {
      out.back().message += " " + std::string(line.substr(line.find_first_not_of(" \t")));
    } else {
      out.push_back({true, {}, 0, 0, std::string(line)});
    }
  }
  return out;
}

}  // namespace topknot::gl
