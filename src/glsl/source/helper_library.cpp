// The dialect's helper functions: a shader gets those that it mentions, and what they need.
#include "glsl/source/helper_library.h"

#include <algorithm>
#include <set>
#include <vector>

#include "glsl/source/shader_library.h"
#include "glsl/source/shader_source.h"

namespace topknot::glsl {

namespace {

// What a file needs stands in the files before it, or further up in itself.
constexpr const char* kFiles[] = {"noise_functions", "td_noise", "td_math",     "td_quaternion",
                                  "td_rotation",     "td_color", "td_transfer", "td_sampling"};

// Not those of <cctype>, which ask for the locale at each character.
bool isWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool isBlank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Calls `take` with each word of a text, and where it begins.
template <class Take>
void forWords(std::string_view text, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    if (!isWord(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && isWord(text[end])) ++end;
    take(text.substr(at, end - at), at);
    at = end;
  }
}

/// The text without comments and empty lines.
std::string bare(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find("//"));
    while (!line.empty() && isBlank(line.back())) line.remove_suffix(1);
    if (!line.empty()) out.append(line) += '\n';
  }
  return out;
}

/// A declaration at the outermost level: a function, a structure, a constant, or an #ifndef block
/// that defines a macro.
struct Part {
  std::string name, text;
  std::string_view file;
  std::set<std::string, std::less<>> needs;
};

/// Behind the declaration at the start of `text`, which begins a line.
std::size_t endOfPart(std::string_view text) {
  if (text.front() == '#') return text.find('\n', text.find("#endif")) + 1;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{' || text[at] == '(') ++depth;
    if (text[at] == '}' || text[at] == ')') --depth;
    const bool ends = depth == 0 && (text[at] == ';' || (text[at] == '}' && text[at + 1] != ';'));
    if (ends) return text.find('\n', at) + 1;
  }
  return text.size();
}

/// `vec3 f(vec3 a)` → f; `struct S {` → S; `const float k = ` → k; `#ifndef M` → M.
std::string nameOfPart(std::string_view text) {
  std::string last;
  const std::size_t end = text.front() == '#' ? text.find('\n') : text.find_first_of("({=", 0);
  forWords(text.substr(0, end), [&](std::string_view word, std::size_t) { last = word; });
  return last;
}

class Index {
 public:
  Index() {
    for (const char* file : kFiles) add(file);
    std::set<std::string, std::less<>> names;
    for (const Part& part : parts_) names.insert(part.name);
    for (Part& part : parts_) {
      forWords(part.text, [&](std::string_view word, std::size_t) {
        if (word != part.name && names.contains(word)) part.needs.emplace(word);
      });
      if (part.name.starts_with("TD") && part.text.front() != '#') offered_.insert(part.name);
    }
  }

  /// The names of the functions that users know.
  const std::set<std::string, std::less<>>& offered() const { return offered_; }

  std::string text(std::set<std::string, std::less<>> wanted,
                   std::span<const std::string> present) const {
    // What is needed stands ahead of what needs it.
    for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
      if (wanted.contains(part->name)) wanted.insert(part->needs.begin(), part->needs.end());
    }
    std::string out;
    for (const Part& part : parts_) {
      const bool there = std::find(present.begin(), present.end(), part.file) != present.end();
      if (wanted.contains(part.name) && !there) out += part.text;
    }
    return out;
  }

 private:
  void add(std::string_view file) {
    const std::string text = bare(libraryShader(file));
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(endOfPart(rest), rest.size());
      parts_.push_back({nameOfPart(rest), std::string(rest.substr(0, end)), file, {}});
      rest.remove_prefix(end);
    }
  }

  std::vector<Part> parts_;
  std::set<std::string, std::less<>> offered_;
};

const Index& index() {
  static const Index index;
  return index;
}

/// Behind the bracket that closes the one at `at`.
std::size_t behind(std::string_view code, std::size_t at) {
  int depth = 0;
  for (; at < code.size(); ++at) {
    if (code[at] == '(') ++depth;
    if (code[at] == ')' && --depth == 0) return at + 1;
  }
  return at;
}

std::size_t afterBlanks(std::string_view code, std::size_t at) {
  while (at < code.size() && isBlank(code[at])) ++at;
  return at;
}

}  // namespace

bool definesFunction(std::string_view code, std::string_view name) {
  for (std::size_t at = code.find(name); at != code.npos; at = code.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at > 0 && isWord(code[at - 1])) || (end < code.size() && isWord(code[end]))) continue;
    const std::size_t open = afterBlanks(code, end);
    if (open == code.size() || code[open] != '(') continue;
    const std::size_t body = afterBlanks(code, behind(code, open));
    if (body < code.size() && code[body] == '{') return true;
  }
  return false;
}

std::string helperLibrary(const std::function<bool(std::string_view)>& mentions,
                          std::span<const std::string> present) {
  std::set<std::string, std::less<>> wanted;
  for (const std::string& name : index().offered()) {
    if (mentions(name)) wanted.insert(name);
  }
  return index().text(std::move(wanted), present);
}

std::string helperLibrary(const MappedSource& user) {
  const std::string& code = user.userCode();
  std::set<std::string, std::less<>> wanted;
  forWords(code, [&](std::string_view word, std::size_t) {
    if (word.starts_with("TD") && index().offered().contains(word)) wanted.emplace(word);
  });
  std::erase_if(wanted, [&](const std::string& name) { return definesFunction(code, name); });
  return index().text(std::move(wanted), {});
}

}  // namespace topknot::glsl
