// Under which conditions (`#if`) the lines of a shader's text stand.
#include "glsl/tokens/line_conditions.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

std::vector<std::string> wordsOf(std::string_view line) {
  Tokens tokens;
  if (line.find('#') != std::string_view::npos) tokenize(line, 0, tokens);
  std::vector<std::string> words;
  for (const CodeToken& token : tokens) words.emplace_back(token.text);
  words.resize(std::max<std::size_t>(words.size(), 3));
  return words;
}

}  // namespace

LineConditions::LineConditions(std::string_view code) {
  std::vector<int> open;
  std::string guard;  // of the #ifndef in the line with code before
  int branches = 0;
  while (!code.empty()) {
    const std::size_t end = std::min(code.find('\n'), code.size());
    const std::string_view line = code.substr(0, end);
    code.remove_prefix(std::min(end + 1, code.size()));
    const std::vector<std::string> words = wordsOf(line);
    const std::string word = words[0] == "#" ? words[1] : "";
    if (word == "endif" && !open.empty()) open.pop_back();
    if ((word == "else" || word == "elif") && !open.empty()) open.back() = ++branches;
    const bool guards = word == "define" && !guard.empty() && words[2] == guard;
    if (guards && !open.empty()) open.back() = 0;
    const bool blank =
        std::all_of(line.begin(), line.end(), [](char c) { return base::isSpace(c); });
    if (!blank) guard = word == "ifndef" ? words[2] : "";
    if (word == "if" || word == "ifdef" || word == "ifndef") open.push_back(++branches);
    lines_.push_back(open);
  }
}

bool LineConditions::implies(int second, int first) const {
  const auto& needs = lines_.at(static_cast<std::size_t>(first));
  const auto& has = lines_.at(static_cast<std::size_t>(second));
  return std::all_of(needs.begin(), needs.end(), [&](int branch) {
    return branch == 0 || std::find(has.begin(), has.end(), branch) != has.end();
  });
}

}  // namespace topknot::glsl
