// What of a user's text the compiler will really see.
#include "glsl/source/live_code.h"

#include <algorithm>

#include "base/text.h"
#include "glsl/preprocessor/preprocessor.h"
#include "glsl/preprocessor/written.h"

namespace topknot::glsl {

namespace {

constexpr int kUser = 2;  // the text that is read after those of the head and of the library

/// The text with those lines empty, which are counted from 1.
std::string without(const std::vector<int>& skipped, std::string_view code) {
  std::string out;
  auto next = skipped.begin();
  for (int line = 1; !code.empty(); ++line) {
    const std::string_view own = base::takeLine(code);
    const bool isSkipped = next != skipped.end() && *next == line;
    if (isSkipped) ++next;
    out += isSkipped ? std::string_view() : own;
    out += '\n';
  }
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

}  // namespace

LiveCode liveCode(const MappedSource& user, const MappedSource& ahead,
                  const std::vector<std::string>& extensions) {
  const std::string& code = user.userCode();
  glsl::Preprocessor preprocessor({.extensions = extensions});
  preprocessor.add({"", user.headCode()});
  preprocessor.add({"", ahead.text(0)});
  preprocessor.add({"", code});
  const auto lines = static_cast<std::size_t>(std::count(code.begin(), code.end(), '\n'));
  const std::vector<int>& skipped = preprocessor.skippedLines(kUser);
  LiveCode live{
      skipped.empty() ? user : user.withUserCode(without(skipped, code)),
      user.withUserCode(joined(glsl::written(preprocessor.tokens(), kUser, lines).lines))};
  if (preprocessor.stopped()) {
    const glsl::Finding& why = preprocessor.findings().back();
    const int line = why.place.file == kUser ? why.place.line - 1 : 0;
    live.expanded.problemAt(line, why.message);
  }
  return live;
}

}  // namespace topknot::glsl
