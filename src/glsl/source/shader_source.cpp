// A user's shader text made ready for a driver: checked, includes expanded, lines kept apart.
#include "glsl/source/shader_source.h"

#include <algorithm>

#include "base/text.h"
#include "glsl/source/user_text.h"
#include "glsl/tokens/macro_calls.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

void addWords(std::string_view code, std::set<std::string, std::less<>>& words) {
  for (std::size_t at = 0; at < code.size();) {
    std::size_t end = at;
    while (end < code.size() && base::isWordCharacter(code[end])) ++end;
    if (end > at) words.emplace(code.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

void MappedSource::addLibrary(std::string_view text) {
  int line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    addLine(text.substr(0, end), {-1, ++line});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void MappedSource::addHead(const ShaderSource& source, const IncludeResolver& resolver) {
  UserText(*this, resolver, true).add(source);
}

void MappedSource::addUser(const ShaderSource& source, const IncludeResolver& resolver) {
  mainFile_ = static_cast<int>(files_.size());
  UserText(*this, resolver, false).add(source);
  if (!problems_.empty()) return;
  if (base::trimmed(userCode_).empty()) {
    problem(mainFile_, 1, "the shader is empty: expected at least one function");
  }
}

void MappedSource::problemAt(int userLine, std::string message) {
  const Origin origin = userLines_[static_cast<std::size_t>(userLine)];
  problem(origin.file, origin.line, std::move(message));
}

Diagnostic MappedSource::diagnosticAt(int userLine, bool error, std::string message) const {
  using Severity = Diagnostic::Severity;
  return messageOf(userLines_[static_cast<std::size_t>(userLine)],
                   error ? Severity::Error : Severity::Warning, std::move(message));
}

std::string_view MappedSource::commentOf(int userLine) const {
  const auto found = comments_.find(userLine);
  return found == comments_.end() ? std::string_view() : found->second;
}

MappedSource MappedSource::withUserCode(std::string code) const {
  MappedSource out = *this;
  out.body_.clear();
  std::string_view theirs = body_, ours = code;
  const auto takeLine = [](std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
  };
  std::size_t user = 0;
  for (std::size_t i = 0; i < bodyLines_.size(); ++i) {
    const bool isUsers = user < userBodyLines_.size() && userBodyLines_[user] == i;
    const std::string_view before = takeLine(theirs);
    out.body_ += isUsers ? takeLine(ours) : before;
    out.body_ += '\n';
    if (isUsers) ++user;
  }
  out.userCode_ = std::move(code);
  out.words_ = nullptr;
  return out;
}

void MappedSource::addFlat(const MappedSource& other,
                           const std::function<std::string(std::string_view)>& edit) {
  const int firstFile = static_cast<int>(files_.size());
  const auto moved = [firstFile](Origin origin) {
    return origin.file < 0 ? origin : Origin{origin.file + firstFile, origin.line};
  };
  if (mainFile_ < 0 && other.mainFile_ >= 0) mainFile_ = other.mainFile_ + firstFile;
  for (const File& file : other.files_) files_.push_back({file.name, file.text, moved(file.from)});
  head_ += other.head_;
  for (const Origin& origin : other.headLines_) headLines_.push_back(moved(origin));
  pre_ += other.pre_;
  words_ = nullptr;
  for (const Origin& origin : other.preLines_) preLines_.push_back(moved(origin));
  for (const auto& [origin, sentence] : other.missing_) {
    missing_.emplace_back(moved(origin), sentence);
  }
  std::string_view rest = other.body_;
  for (const Origin& origin : other.bodyLines_) {
    const std::size_t end = rest.find('\n');
    if (origin.file >= 0) addLine(edit(rest.substr(0, end)), moved(origin));
    rest.remove_prefix(end + 1);
  }
}

void MappedSource::addLine(std::string_view text, Origin origin) {
  body_ += text;
  body_ += '\n';
  bodyLines_.push_back(origin);
}

void MappedSource::addUserLine(const std::string& code, std::string_view comment, Origin origin) {
  if (!comment.empty()) comments_.emplace(static_cast<int>(userLines_.size()), comment);
  userBodyLines_.push_back(bodyLines_.size());
  addLine(code, origin);
  userCode_ += code + "\n";
  words_ = nullptr;
  userLines_.push_back(origin);
}

void MappedSource::addHeadLine(const std::string& code, Origin origin) {
  pre_ += code + "\n";
  words_ = nullptr;
  preLines_.push_back(origin);
}

void MappedSource::addExtension(const std::string& code, Origin origin) {
  head_ += code + "\n";
  headLines_.push_back(origin);
}

void MappedSource::problem(int file, int line, std::string message) {
  if (problems_.size() >= 100) return;
  problems_.push_back(messageOf({file, line}, Diagnostic::Severity::Error, std::move(message)));
}

Diagnostic MappedSource::messageOf(Origin origin, Diagnostic::Severity severity,
                                   std::string message) const {
  Diagnostic out;
  out.severity = severity;
  out.message = std::move(message);
  describe(out, origin);
  return out;
}

std::string MappedSource::text(int version) const {
  return "#version " + std::to_string(version) + " core\n" + oneLineCalls().text();
}

bool MappedSource::mentions(std::string_view identifier) const {
  if (!words_) {
    auto words = std::make_shared<std::set<std::string, std::less<>>>();
    addWords(userCode_, *words);
    addWords(pre_, *words);
    words_ = std::move(words);
  }
  return words_->contains(identifier);
}

}  // namespace topknot::glsl
