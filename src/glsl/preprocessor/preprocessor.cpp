// Shader text as the compiler proper sees it: includes, conditions and macros are done with.
#include "glsl/preprocessor/preprocessor.h"

#include <algorithm>
#include <utility>

#include "glsl/preprocessor/expander.h"
#include "glsl/preprocessor/line_reader.h"

namespace topknot::glsl {

Preprocessor::Preprocessor(PreprocessorSettings settings) : settings_(std::move(settings)) {
  macros_.addBuiltin("__VERSION__", std::to_string(settings_.version));
  macros_.addBuiltin("GL_core_profile", "1");
  for (const std::string& extension : settings_.extensions) macros_.addBuiltin(extension, "1");
}

Preprocessor::~Preprocessor() = default;

void Preprocessor::add(const Source& source) {
  const std::size_t most = tokens_.size() + kMaxLiveTokens;
  LineReader lines(*this, source);
  Expander expander(lines, macros_, findings_);
  while (const std::optional<Token> token = expander.next()) {
    tokens_.push_back(*token);
    checkSign(*token);
    if (tokens_.size() < most) continue;
    findings_.stop(token->place, "the shader has more than " + std::to_string(kMaxLiveTokens) +
                                     " words and signs, its macros expanded");
  }
  std::vector<Finding> found = findings_.take();
  if (settings_.everyGroup && !findings_.stopped()) found.clear();
  std::move(found.begin(), found.end(), std::back_inserter(found_));
}

const std::vector<int>& Preprocessor::skippedLines(int file) const {
  return files_[static_cast<std::size_t>(file)].skipped;
}

/// Written down again it could begin a directive or join lines.
void Preprocessor::checkSign(const Token& token) {
  if (!token.is("#") && !token.is("##") && !token.is("\\")) return;
  findings_.add(token.place, "'" + std::string(token.text) + "' is no sign of GLSL here");
}

std::vector<Diagnostic> Preprocessor::diagnostics() const {
  std::vector<Diagnostic> all;
  for (const Finding& finding : found_) {
    Diagnostic each;
    each.file = fileName(finding.place.file);
    each.line = finding.place.line;
    each.column = finding.place.column;
    each.message = finding.message;
    each.includedFrom = includedFrom(finding.place.file);
    all.push_back(std::move(each));
  }
  return all;
}

const std::string& Preprocessor::fileName(int file) const {
  return files_[static_cast<std::size_t>(file)].name;
}

std::vector<SourcePlace> Preprocessor::includedFrom(int file) const {
  std::vector<SourcePlace> all;
  for (std::optional<Place> from = files_[static_cast<std::size_t>(file)].from; from;) {
    all.push_back({fileName(from->file), from->line});
    from = files_[static_cast<std::size_t>(from->file)].from;
  }
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace topknot::glsl
