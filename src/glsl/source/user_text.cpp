// The walk through one text of a user's, and through what it includes.
#include "glsl/source/user_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"
#include "topknot/error.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxIncludeDepth = 16;
constexpr int kMaxNesting = 256;

bool isBlank(char c) {
  return c == ' ' || c == '\t';
}

/// `#  include <x>` → `include`, and leaves ` <x>` in `rest`.
std::string_view directive(std::string_view code, std::string_view& rest) {
  code = base::trimmed(code);
  if (!code.starts_with('#')) return {};
  code = base::trimmed(code.substr(1));
  std::size_t end = 0;
  while (end < code.size() && base::isWordCharacter(code[end])) ++end;
  rest = base::trimmed(code.substr(end));
  return code.substr(0, end);
}

/// Extensions that the dialect has switched on and that OpenGL's compilers need not know: what
/// they give works without them.
bool isBuiltIn(std::string_view extension) {
  static constexpr std::string_view kNames[] = {
      "GL_EXT_nonuniform_qualifier", "GL_GOOGLE_include_directive",
      "GL_GOOGLE_cpp_style_line_directive", "GL_EXT_control_flow_attributes", "GL_KHR_vulkan_glsl"};
  std::size_t end = 0;
  while (end < extension.size() && base::isWordCharacter(extension[end])) ++end;
  const std::string_view name = extension.substr(0, end);
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

/// True if ends of lines between the parts mean no more than blanks: no directive, no comment to
/// the end of the line, and no word that goes on.
bool mayStayApart(const std::vector<std::string>& parts) {
  if (parts.size() == 1) return true;
  if (base::trimmed(parts.front()).starts_with('#')) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].find("//") != std::string::npos) return false;
    if (i == 0) continue;
    const std::string& left = parts[i - 1];
    const bool gap =
        left.empty() || parts[i].empty() || isBlank(left.back()) || isBlank(parts[i].front());
    if (!gap) return false;
  }
  return true;
}

/// True for a line in which a `/* … ` begins that does not end there.
bool endsInComment(std::string_view line) {
  bool open = false;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const std::string_view sign = line.substr(i, 2);
    if (!open && sign == "//") return false;
    if (sign != (open ? "*/" : "/*")) continue;
    open = !open;
    ++i;
  }
  return open;
}

/// `__LINE__` as the line of the user's own text: the driver would count that of the flat one.
void writeLineNumber(std::string& code, int number) {
  constexpr std::string_view kWord = "__LINE__";
  for (std::size_t at = code.find(kWord); at != std::string::npos; at = code.find(kWord, at + 1)) {
    const std::size_t end = at + kWord.size();
    if (at > 0 && base::isWordCharacter(code[at - 1])) continue;
    if (end < code.size() && base::isWordCharacter(code[end])) continue;
    std::string digits = std::to_string(number);
    digits.resize(std::max(digits.size(), kWord.size()), ' ');  // what follows keeps its column
    code.replace(at, kWord.size(), digits);
  }
}

}  // namespace

UserText::UserText(UserText& parent, Origin from)
    : out_(parent.out_),
      resolver_(parent.resolver_),
      toHead_(parent.toHead_),
      parent_(&parent),
      depth_(parent.depth_ + 1),
      from_(from) {}

void UserText::add(const ShaderSource& source) {
  name_ = source.name;
  file_ = static_cast<int>(out_.files_.size());
  auto own = std::make_shared<std::string>(source.text);
  if (own->starts_with("\xEF\xBB\xBF")) own->erase(0, 3);
  out_.files_.push_back({source.name, own, from_});
  out_.userBytes_ += own->size();
  if (out_.userBytes_ > kMaxUserBytes) {
    return problem(1, withChain("the shader and its includes are longer than " +
                                std::to_string(kMaxUserBytes) + " bytes"));
  }
  std::string_view text = *own;
  while (!text.empty()) takeLine(text);
  if (inComment_) problem(commentLine_, "the comment that begins here never ends");
  // The library's own lines would be in it.
  if (toHead_ && !parent_ && !conditions_.empty()) {
    problem(conditions_.back(), "the condition that begins here has no #endif");
  }
}

/// One line of the file, with those that a backslash or a directive's comment joins to it.
void UserText::takeLine(std::string_view& text) {
  const int first = line_ + 1;
  std::vector<std::string> parts;
  std::string joined;
  for (bool more = true; more;) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(end);
    text.remove_prefix(std::min<std::size_t>(text.starts_with("\r\n") ? 2 : 1, text.size()));
    ++line_;
    more = part.ends_with('\\') && !text.empty();
    if (more) part.remove_suffix(1);
    parts.emplace_back(part);
    joined += part;
    // A directive goes on behind a comment that goes over lines.
    const bool directive = !inComment_ && base::trimmed(parts.front()).starts_with('#');
    more = more || (directive && !text.empty() && endsInComment(joined));
  }
  if (mayStayApart(parts)) {
    for (std::size_t i = 0; i < parts.size(); ++i) emit(parts[i], first + static_cast<int>(i));
    return;
  }
  emit(joined, first);
  for (int line = first + 1; line <= line_; ++line) emitBlank(line);
}

/// The line with blanks for comments. The driver gets no more than this: a line that is taken out
/// may begin a comment or end one.
std::string UserText::withoutComments(std::string_view line, int number) {
  std::string code(line.size(), ' ');
  comment_.clear();
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const char next = i + 1 < line.size() ? line[i + 1] : ' ';
    if (byte == 0) {
      problem(number, "byte 0 at line " + std::to_string(number) + ": expected text, found a NUL");
    } else if (inComment_) {
      if (line[i] == '*' && next == '/') {
        inComment_ = false;
        comment_ += ' ';
        ++i;
      } else {
        comment_ += line[i];
      }
    } else if (line[i] == '/' && next == '*') {
      inComment_ = true;
      commentLine_ = number;
      ++i;
    } else if (line[i] == '/' && next == '/') {
      comment_ += line.substr(i + 2);
      break;
    } else if (byte >= 0x80) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      problem(number, std::string("byte 0x") + kHex[byte >> 4] + kHex[byte & 15] +
                          " outside a comment: GLSL is written in ASCII");
    } else {
      code[i] = line[i];
      if (!base::isSpace(line[i]) && line[i] != ';') comment_.clear();
    }
  }
  return code;
}

void UserText::emitBlank(int number) {
  if (toHead_) return out_.addHeadLine("", {file_, number});
  out_.addLine("", {file_, number});
}

void UserText::emit(std::string_view line, int number) {
  std::string code = withoutComments(line, number);
  std::string_view rest;
  const std::string_view word = directive(code, rest);
  if (word == "include") return include(rest, number);
  if (word == "version" && !sawCode_) return takeVersion(rest, number);
  // It would lead messages astray: the lines are ours to count.
  if (word == "line") return emitBlank(number);
  countConditions(word, number);
  if (word == "extension" && isBuiltIn(rest)) return emitBlank(number);
  if (word == "extension" && !inCondition()) {
    out_.addExtension(code, {file_, number});
    return emitBlank(number);
  }
  if (word != "define") writeLineNumber(code, number);
  if (!base::trimmed(code).empty()) sawCode_ = true;
  countNesting(code, number);
  if (toHead_) return out_.addHeadLine(code, {file_, number});
  out_.addUserLine(code, base::trimmed(comment_), {file_, number});
}

bool UserText::inCondition() const {
  return !conditions_.empty() || (parent_ && parent_->inCondition());
}

void UserText::countConditions(std::string_view directive, int number) {
  if (directive == "if" || directive == "ifdef" || directive == "ifndef") {
    conditions_.push_back(number);
  } else if (directive == "endif" && !conditions_.empty()) {
    conditions_.pop_back();
  }
}

void UserText::countNesting(const std::string& code, int number) {
  for (const char c : code) {
    if (c == '(' || c == '[' || c == '{') {
      if (++out_.nesting_ == kMaxNesting + 1) {
        problem(number, "brackets are nested deeper than " + std::to_string(kMaxNesting));
      }
    } else if (c == ')' || c == ']' || c == '}') {
      out_.nesting_ = std::max(out_.nesting_ - 1, 0);
    }
  }
}

/// The library writes the `#version`; one of the user's that it satisfies is let pass.
void UserText::takeVersion(std::string_view rest, int number) {
  int version = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), version);
  const std::string_view profile =
      base::trimmed(rest.substr(static_cast<std::size_t>(end - rest.data())));
  const bool fits = error == std::errc() && version >= 0 && version <= 460;
  if (!fits || (!profile.empty() && profile != "core")) {
    problem(number, "#version " + std::string(rest) +
                        " is not available: leave it out, or write at most #version 460 core");
  }
  if (out_.problems_.empty()) {
    out_.warnings_.push_back(
        out_.messageOf({file_, number}, Diagnostic::Severity::Warning,
                       "#version " + std::string(rest) +
                           " is not needed: the library writes a #version of its own"));
  }
  sawCode_ = true;
  emitBlank(number);
}

void UserText::include(std::string_view wanted, int number) {
  sawCode_ = true;
  const bool quoted = wanted.size() > 2 && wanted.front() == '"' && wanted.back() == '"';
  const bool angled = wanted.size() > 2 && wanted.front() == '<' && wanted.back() == '>';
  if (!quoted && !angled) {
    return problem(number,
                   "#include expects \"name\" or <name>, found '" + std::string(wanted) + "'");
  }
  if (out_.userBytes_ > kMaxUserBytes) return;
  wanted = wanted.substr(1, wanted.size() - 2);
  std::string missing = "the include \"" + std::string(wanted) + "\" was not found";
  try {
    if (resolver_) {
      if (const std::optional<ShaderSource> found = resolver_(wanted, name_)) {
        return addIncluded(*found, number);
      }
    }
  } catch (const MissingInclude& why) {
    missing = why.what();
  } catch (const Error& error) {
    return problem(number, withChain(error.what()));
  }
  // Left to the driver, so that it only matters where the line is not switched off.
  const Origin here{file_, number};
  out_.missing_.emplace_back(here, withChain(missing));
  const std::string line = "#error the include \"" + std::string(wanted) + "\" was not found";
  toHead_ ? out_.addHeadLine(line, here) : out_.addLine(line, here);
}

void UserText::addIncluded(const ShaderSource& found, int number) {
  for (const UserText* text = this; text != nullptr; text = text->parent_) {
    if (text->name_ != found.name) continue;
    return problem(number, "includes go round in a circle: " + chain() + " > " + found.name);
  }
  if (depth_ == kMaxIncludeDepth) {
    return problem(
        number, withChain("includes are nested deeper than " + std::to_string(kMaxIncludeDepth)));
  }
  UserText(*this, {file_, number}).add(found);
}

std::string UserText::chain() const {
  return parent_ ? parent_->chain() + " > " + name_ : name_;
}

std::string UserText::withChain(std::string sentence) const {
  if (parent_) sentence += "; the includes that lead there: " + chain();
  return sentence;
}

}  // namespace topknot::glsl
