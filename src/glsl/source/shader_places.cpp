// From lines of the driver's text to places in the user's own.
#include <algorithm>

#include "base/text.h"
#include "glsl/source/shader_source.h"
#include "glsl/source/user_text.h"
#include "glsl/tokens/macro_calls.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

constexpr std::size_t kMaxSource = 1000;  // bytes of a line that a message quotes

/// Where that identifier begins, from that byte on; npos if it does not stand there.
std::size_t findWord(std::string_view text, std::string_view word, std::size_t from = 0) {
  for (std::size_t at = text.find(word, from); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !base::isWordCharacter(text[at - 1]);
    if (starts && (end == text.size() || !base::isWordCharacter(text[end]))) return at;
  }
  return std::string_view::npos;
}

/// Only Mesa tells columns, and those of a text in which each run of blanks is one. The byte that
/// it means, from 0; npos if it lies behind a macro, which was expanded before it counted.
std::size_t byteOfColumn(std::string_view line, int column, const OneLineCalls& calls) {
  std::size_t at = 0;
  for (int seen = 1; seen < column && at < line.size(); ++seen) {
    if (base::isSpace(line[at])) {
      while (at < line.size() && base::isSpace(line[at])) ++at;
      continue;
    }
    const std::size_t word = at++;
    if (!base::isWordCharacter(line[word]) || (word > 0 && base::isWordCharacter(line[word - 1])))
      continue;
    std::size_t end = at;
    while (end < line.size() && base::isWordCharacter(line[end])) ++end;
    if (calls.isMacro(line.substr(word, end - word))) return std::string_view::npos;
  }
  return column > 0 && at < line.size() ? at : std::string_view::npos;
}

std::string_view wordAt(std::string_view line, std::size_t at) {
  if (at >= line.size() || base::isDigit(line[at])) return {};
  std::size_t end = at;
  while (end < line.size() && base::isWordCharacter(line[end])) ++end;
  return line.substr(at, end - at);
}

}  // namespace

bool hasWord(std::string_view text, std::string_view word) {
  return findWord(text, word) != std::string_view::npos;
}

MappedSource::Origin MappedSource::originOf(int line) const {
  if (line < 0) return kLibrary;
  auto index = static_cast<std::size_t>(line);
  for (const auto* lines : {&headLines_, &preLines_, &bodyLines_}) {
    if (index < lines->size()) return (*lines)[index];
    index -= lines->size();
  }
  return kLibrary;
}

OneLineCalls MappedSource::oneLineCalls() const {
  std::vector<bool> users;
  for (const auto* lines : {&headLines_, &preLines_, &bodyLines_}) {
    for (const Origin& origin : *lines) users.push_back(origin.file >= 0);
  }
  return {head_ + pre_ + body_, std::move(users)};
}

void MappedSource::place(std::vector<Diagnostic>& messages,
                         std::optional<Diagnostic::Stage> only) const {
  if (messages.empty()) return;
  const OneLineCalls calls = oneLineCalls();
  for (Diagnostic& message : messages) {
    if (!message.file.empty() || (only && message.stage != *only)) continue;
    placeOne(message, calls);
    if (!message.name.empty() && !isInSources(message.name)) message.name.clear();
  }
}

void MappedSource::placeOne(Diagnostic& message, const OneLineCalls& calls) const {
  const int line = message.line - 2;  // the first is `#version`
  const Origin origin = originOf(line);
  if (origin.file < 0) {
    if (const auto definition = definitionOf(message.name)) {
      message.line = message.column = 0;
      return describe(message, *definition);
    }
    // No place, or one in the library's own lines: it is about the user's text as a whole.
    message.line = 0;
    message.column = 0;
    if (mainFile_ >= 0) message.file = files_[static_cast<std::size_t>(mainFile_)].name;
    return;
  }
  for (const auto& [place, sentence] : missing_) {
    if (place.file != origin.file || place.line != origin.line) continue;
    message.message = sentence;
    message.name.clear();
    message.column = 0;
    return describe(message, origin);
  }
  locate(message, line, calls);
}

/// Where the user's text defines what is called so: the function with its body, else the first
/// declaration.
std::optional<MappedSource::Origin> MappedSource::definitionOf(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  Tokens tokens;
  std::string_view rest = body_;
  for (std::size_t i = 0; i < bodyLines_.size(); ++i) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const bool directive = base::trimmed(line).starts_with('#');
    if (bodyLines_[i].file >= 0 && !directive) tokenize(line, static_cast<int>(i), tokens);
  }
  std::optional<Origin> first;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const std::string_view before = tokens[i - 1].text;
    if (tokens[i].text != name || !isWord(before) || before == "return" || before == "else")
      continue;
    const Origin here = bodyLines_[static_cast<std::size_t>(tokens[i].line)];
    std::size_t end = i + 1;
    while (end < tokens.size() && tokens[end].text != "{" && tokens[end].text != ";") ++end;
    const bool function = end > i + 1 && tokens[i + 1].text == "(";
    if (function && end < tokens.size() && tokens[end].text == "{") return here;
    if (!first) first = here;
  }
  return first;
}

/// Finds the column by the name, if that stands in the line once; else by what the driver says.
void MappedSource::locate(Diagnostic& message, int line, const OneLineCalls& calls) const {
  const std::string_view flat = calls.line(static_cast<std::size_t>(line));
  const std::size_t told = byteOfColumn(flat, message.column, calls);
  const bool syntax = message.message.find("syntax error") != std::string::npos;
  if (message.name.empty() && syntax) message.name = wordAt(flat, told);
  Origin found = originOf(line);
  const std::string_view first = sourceLine(found);
  int hits = 0;
  message.column = 0;
  if (told < first.size() && told < flat.size() && first[told] == flat[told]) {
    message.column = static_cast<int>(told) + 1;
  }
  std::size_t column = 0;
  for (int i = 0; i < calls.span(static_cast<std::size_t>(line)) && !message.name.empty(); ++i) {
    const Origin origin = originOf(line + i);
    const std::string_view source = sourceLine(origin);
    const std::string_view code = source.substr(0, source.find("//"));
    for (std::size_t at = findWord(code, message.name); at != std::string_view::npos;
         at = findWord(code, message.name, at + 1)) {
      if (++hits > 1) break;
      column = at + 1;
      found = origin;
    }
  }
  if (hits == 1) {
    message.column = static_cast<int>(column);
  } else {
    found = originOf(line);
  }
  describe(message, found);
}

void MappedSource::describe(Diagnostic& message, Origin origin) const {
  const File& file = files_[static_cast<std::size_t>(origin.file)];
  message.file = file.name;
  message.line = origin.line;
  message.source = sourceLine(origin).substr(0, kMaxSource);
  message.includedFrom.clear();
  for (Origin from = file.from; from.file >= 0;) {
    const File& includer = files_[static_cast<std::size_t>(from.file)];
    message.includedFrom.push_back({includer.name, from.line});
    from = includer.from;
  }
  std::reverse(message.includedFrom.begin(), message.includedFrom.end());
}

std::string_view MappedSource::sourceLine(Origin origin) const {
  std::string_view text = *files_[static_cast<std::size_t>(origin.file)].text;
  for (int line = 1;; ++line) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (line == origin.line) return text.substr(0, end);
    if (end == text.size()) return {};
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
  }
}

bool MappedSource::isInSources(std::string_view name) const {
  return std::any_of(files_.begin(), files_.end(),
                     [&](const File& file) { return hasWord(*file.text, name); });
}

}  // namespace topknot::glsl
