// What drivers say about shaders, in one shape for all of them.
#include "glsl/log/shader_log.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "glsl/log/log_line.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

using Stage = Diagnostic::Stage;
using Severity = Diagnostic::Severity;

constexpr std::size_t kMaxMessages = 100;
constexpr std::size_t kMaxLog = 64 * 1024;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool isUnknownName(std::string_view message) {
  static constexpr std::array<std::string_view, 7> kPhrases = {
      "undeclared",  "Undeclared",  "undefined variable",       "no function with name",
      "no matching", "No matching", "unable to find compatible"};
  return std::any_of(kPhrases.begin(), kPhrases.end(),
                     [&](std::string_view phrase) { return has(message, phrase); });
}

/// True if it says once more what was said, or what only comes of it: of an unknown name some
/// drivers go on to tell that it has no type, is no array and cannot be returned, others do not.
bool follows(const Diagnostic& message, const Diagnostic& before) {
  if (message.line != before.line || message.stage != before.stage) return false;
  if (message.message == before.message) return message.severity == before.severity;
  if (message.line == 0 || !message.isError() || !isUnknownName(before.message)) return false;
  return message.name.empty() || message.name == before.name ||
         has(message.message, "return value");
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
    while (!line.empty() && base::isSpace(line.back())) line.remove_suffix(1);
    if (line.find_first_not_of("-= \t") == std::string_view::npos) return true;
    if (line.starts_with("-- internal assembly text")) return false;  // hundreds of lines
    if (isCandidate(line)) return true;
    if (auto found = readLogLine(line)) {
      add(std::move(*found));
    } else if (!out_.empty() && base::isSpace(line.front())) {
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
    std::vector<Diagnostic> kept;
    for (Diagnostic& message : out_) {
      message.name = nameIn(message.message);
      const bool known = std::any_of(kept.begin(), kept.end(), [&](const Diagnostic& before) {
        return follows(message, before);
      });
      if (!known) kept.push_back(std::move(message));
    }
    return kept;
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

}  // namespace topknot::glsl
