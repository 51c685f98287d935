// What drivers say about shaders, in one shape for all of them.
#include "gl/shader_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "gl/shader_tokens.h"

namespace topknot::gl {

namespace {

using Stage = Diagnostic::Stage;
using Severity = Diagnostic::Severity;

constexpr std::size_t kMaxMessages = 100;
constexpr std::size_t kMaxLog = 64 * 1024;

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

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
    while (!rest_.empty() && isSpace(rest_.front())) rest_.remove_prefix(1);
  }
  bool atWord() const { return !rest_.empty() && std::isalnum(static_cast<unsigned char>(rest_[0])); }
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
  } else if ((ahead.skip("C") || ahead.skip("L")) && ahead.number() && ahead.rest().starts_with(':')) {
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
  while (!message.empty() && isSpace(message.back())) message.pop_back();
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

/// The stage that a line begins with the name of.
std::optional<Stage> stageAtStart(std::string_view lower) {
  if (lower.starts_with("vertex ")) return Stage::Vertex;
  if (lower.starts_with("fragment ")) return Stage::Pixel;
  if (lower.starts_with("compute ")) return Stage::Compute;
  return std::nullopt;
}

/// Reads a log line by line.
class LogReader {
 public:
  LogReader(Stage stage, bool succeeded) : stage_(stage), succeeded_(succeeded) {}

  /// False if what follows is of no interest.
  bool take(std::string_view line) {
    while (!line.empty() && isSpace(line.back())) line.remove_suffix(1);
    if (line.find_first_not_of("-= \t") == std::string_view::npos) return true;
    if (line.starts_with("-- internal assembly text")) return false;  // hundreds of lines
    if (isCandidate(line)) return true;
    const Cursor cursor(line);
    auto found = readMesa(cursor);
    if (!found) found = readNvidia(cursor);
    if (!found) found = readKhronos(cursor);
    if (!found) found = readPlaceless(cursor);
    if (found) {
      add(std::move(*found));
    } else if (!out_.empty() && isSpace(line.front())) {
      out_.back().message += " " + std::string(line.substr(line.find_first_not_of(" \t\r\v\f")));
    } else {
      takeProse(line);
    }
    return out_.size() < kMaxMessages;
  }

  std::vector<Diagnostic> finish() {
    const bool told = std::any_of(out_.begin(), out_.end(),
                                  [](const Diagnostic& message) { return message.isError(); });
    if (!told && !failure_.message.empty()) {
      if (out_.size() == kMaxMessages) out_.pop_back();
      out_.push_back(std::move(failure_));
    }
    for (Diagnostic& message : out_) message.name = nameIn(message.message);
    return std::move(out_);
  }

 private:
  void add(Diagnostic message) {
    const std::string& text = message.message;
    const bool general = message.line == 0 || text.starts_with("''");
    if (general && (has(text, "No code generated") || has(text, "ompilation terminated"))) return;
    message.stage = stage_;
    takeLinkedStage(message);
    out_.push_back(std::move(message));
  }

  /// glslang: `Linking fragment stage: Missing entry point: …`.
  static void takeLinkedStage(Diagnostic& message) {
    constexpr std::string_view kLinking = "Linking ";
    if (message.line > 0 || !message.message.starts_with(kLinking)) return;
    const std::size_t colon = message.message.find(" stage: ");
    const auto stage = stageAtStart(lowered(message.message.substr(kLinking.size())));
    if (!stage || colon == std::string::npos) return;
    message.message.erase(0, colon + 8);
    message.stage = *stage;
  }

  /// What has neither place nor severity: headings, success, and what nobody foresaw.
  void takeProse(std::string_view line) {
    const std::string lower = lowered(line);
    if (const auto stage = stageAtStart(lower)) {
      const bool linkHeading = has(lower, " link error:");
      if (linkHeading || lower.ends_with(" info") || has(lower, "with the following")) {
        stage_ = *stage;
        if (linkHeading) keepFailure(line);
        return;
      }
      const bool fails = has(lower, "fail") || has(lower, "not ") || has(lower, "error");
      if (!fails && (has(lower, "successfully compiled") || has(lower, "linked"))) return;
    }
    static constexpr std::array<std::string_view, 6> kIdle = {
        "link info", "linked ", "no errors", "success", "-- error message", "program linked"};
    for (const std::string_view word : kIdle) {
      if (lower.starts_with(word)) return;
    }
    const bool summary = has(lower, "failed to") || lower.starts_with("compile failed") ||
                         lower.starts_with("link failed");
    if (summary) return keepFailure(line);
    Diagnostic& message = out_.emplace_back();
    message.severity = succeeded_ ? Severity::Warning : Severity::Error;
    message.stage = stage_;
    message.message = line;
  }

  /// "Fragment shader(s) failed to link": only worth saying if nothing else is said.
  void keepFailure(std::string_view line) {
    if (succeeded_ || !failure_.message.empty()) return;
    failure_.stage = stage_;
    failure_.message = line;
  }

  /// Mesa lists every overload of a function that does not fit, each as an error of its own.
  bool isCandidate(std::string_view line) const {
    if (out_.empty() || !has(line, "error:    ")) return false;
    return out_.back().message.ends_with("candidates are:");
  }

  Stage stage_;
  bool succeeded_;
  std::vector<Diagnostic> out_;
  Diagnostic failure_;
};

}  // namespace

std::vector<Diagnostic> parseShaderLog(std::string_view log, Stage stage, bool succeeded) {
  log = log.substr(0, std::min(log.size(), kMaxLog));
  if (const auto end = log.find('\0'); end != std::string_view::npos) log = log.substr(0, end);
  LogReader reader(stage, succeeded);
  for (bool more = true; more && !log.empty();) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    more = reader.take(log.substr(0, end));
    log.remove_prefix(std::min(end + 1, log.size()));
  }
  return reader.finish();
}

}  // namespace topknot::gl
