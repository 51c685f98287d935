// A user's shader text made ready for a driver: checked, includes expanded, lines kept apart.
#include "gl/shader_source.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>

#include "gl/shader_extent.h"
#include "topknot/error.h"

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr int kMaxIncludeDepth = 16;
constexpr int kMaxNesting = 256;

bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  constexpr const char* kBlanks = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// `#  include <x>` → `include`, and leaves ` <x>` in `rest`.
std::string_view directive(std::string_view code, std::string_view& rest) {
  code = trimmed(code);
  if (!code.starts_with('#')) return {};
  code = trimmed(code.substr(1));
  std::size_t end = 0;
  while (end < code.size() && isWordCharacter(code[end])) ++end;
  rest = trimmed(code.substr(end));
  return code.substr(0, end);
}

/// Extensions that the dialect has switched on and that OpenGL's compilers need not know: what they
/// give works without them.
bool isBuiltIn(std::string_view extension) {
  static constexpr std::string_view kNames[] = {
      "GL_EXT_nonuniform_qualifier", "GL_GOOGLE_include_directive",
      "GL_GOOGLE_cpp_style_line_directive", "GL_EXT_control_flow_attributes", "GL_KHR_vulkan_glsl"};
  std::size_t end = 0;
  while (end < extension.size() && isWordCharacter(extension[end])) ++end;
  const std::string_view name = extension.substr(0, end);
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace

/// Walks through one text of the user's; makes one of itself for each include.
class UserText {
 public:
  UserText(FlatShader& out, const IncludeResolver& resolver, std::vector<std::string>& including)
      : out_(out), resolver_(resolver), including_(including) {}

  void add(const ShaderSource& source) {
    name_ = source.name;
    file_ = static_cast<int>(out_.files_.size());
    out_.files_.push_back(source.name);
    std::string_view text = source.text;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    out_.userBytes_ += text.size();
    if (out_.userBytes_ > kMaxBytes) {
      return out_.problem(file_, 1,
                          "the shader and its includes are longer than " +
                              std::to_string(kMaxBytes) + " bytes");
    }
    including_.push_back(name_);
    while (!text.empty()) takeLine(text);
    including_.pop_back();
    if (inComment_) out_.problem(file_, commentLine_, "the comment that begins here never ends");
  }

 private:
  /// One line of the file, with those that a backslash joins to it.
  void takeLine(std::string_view& text) {
    const int first = line_ + 1;
    std::vector<std::string> parts;
    for (bool more = true; more;) {
      const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
      std::string_view part = text.substr(0, end);
      text.remove_prefix(end);
      text.remove_prefix(std::min<std::size_t>(text.starts_with("\r\n") ? 2 : 1, text.size()));
      ++line_;
      more = part.ends_with('\\') && !text.empty();
      if (more) part.remove_suffix(1);
      parts.emplace_back(part);
    }
    if (mayStayApart(parts)) {
      for (std::size_t i = 0; i < parts.size(); ++i) emit(parts[i], first + static_cast<int>(i));
      return;
    }
    std::string joined;
    for (const std::string& part : parts) joined += part;
    emit(joined, first);
    for (int line = first + 1; line <= line_; ++line) out_.addLine("", {file_, line});
  }

  /// True if ends of lines between the parts mean no more than blanks: no directive, no comment to
  /// the end of the line, and no word that goes on.
  static bool mayStayApart(const std::vector<std::string>& parts) {
    if (parts.size() == 1) return true;
    if (trimmed(parts.front()).starts_with('#')) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].find("//") != std::string::npos) return false;
      if (i == 0) continue;
      const std::string& left = parts[i - 1];
      const bool gap = left.empty() || parts[i].empty() || isBlank(left.back()) ||
                       isBlank(parts[i].front());
      if (!gap) return false;
    }
    return true;
  }

  /// The line with blanks for comments. The driver gets no more than this: a line that is taken out
  /// may begin a comment or end one.
  std::string withoutComments(std::string_view line, int number) {
    std::string code(line.size(), ' ');
    comment_.clear();
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto byte = static_cast<unsigned char>(line[i]);
      const char next = i + 1 < line.size() ? line[i + 1] : ' ';
      if (byte == 0) {
        out_.problem(file_, number,
                     "byte 0 at line " + std::to_string(number) + ": expected text, found a NUL");
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
        out_.problem(file_, number,
                     std::string("byte 0x") + kHex[byte >> 4] + kHex[byte & 15] +
                         " outside a comment: GLSL is written in ASCII");
      } else {
        code[i] = line[i];
        if (!isSpace(line[i]) && line[i] != ';') comment_.clear();
      }
    }
    return code;
  }

  void emit(std::string_view line, int number) {
    const std::string code = withoutComments(line, number);
    std::string_view rest;
    const std::string_view word = directive(code, rest);
    if (word == "include") return include(rest, number);
    if (word == "version" && !sawCode_) return takeVersion(rest, number);
    // It would lead messages astray: the lines are ours to count.
    if (word == "line") return out_.addLine("", {file_, number});
    if (word == "if" || word == "ifdef" || word == "ifndef") ++conditions_;
    if (word == "endif") --conditions_;
    if (word == "extension" && isBuiltIn(rest)) return out_.addLine("", {file_, number});
    if (word == "extension" && conditions_ == 0) {
      out_.head_ += code + "\n";
      out_.headLines_.push_back({file_, number});
      return out_.addLine("", {file_, number});
    }
    if (!trimmed(code).empty()) sawCode_ = true;
    countNesting(code, number);
    if (!trimmed(comment_).empty()) {
      out_.comments_.emplace(static_cast<int>(out_.userLines_.size()), trimmed(comment_));
    }
    out_.userBodyLines_.push_back(out_.bodyLines_.size());
    out_.addLine(code, {file_, number});
    out_.userCode_ += code + "\n";
    out_.userLines_.push_back({file_, number});
  }

  void countNesting(const std::string& code, int number) {
    for (const char c : code) {
      if (c == '(' || c == '[' || c == '{') {
        if (++out_.nesting_ == kMaxNesting + 1) {
          out_.problem(file_, number,
                       "brackets are nested deeper than " + std::to_string(kMaxNesting));
        }
      } else if (c == ')' || c == ']' || c == '}') {
        out_.nesting_ = std::max(out_.nesting_ - 1, 0);
      }
    }
  }

  /// The library writes the `#version`; one of the user's that it satisfies is let pass.
  void takeVersion(std::string_view rest, int number) {
    int version = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), version);
    const std::string_view profile =
        trimmed(rest.substr(static_cast<std::size_t>(end - rest.data())));
    const bool fits = error == std::errc() && version >= 0 && version <= 460;
    if (!fits || (!profile.empty() && profile != "core")) {
      out_.problem(file_, number,
                   "#version " + std::string(rest) +
                       " is not available: leave it out, or write at most #version 460 core");
    }
    if (out_.problems_.empty()) {
      out_.warnings_.push_back({false, name_, number, 0,
                                "#version " + std::string(rest) +
                                    " is not needed: the library writes a #version of its own"});
    }
    sawCode_ = true;
    out_.addLine("", {file_, number});
  }

  void include(std::string_view wanted, int number) {
    sawCode_ = true;
    const bool quoted = wanted.size() > 2 && wanted.front() == '"' && wanted.back() == '"';
    const bool angled = wanted.size() > 2 && wanted.front() == '<' && wanted.back() == '>';
    if (!quoted && !angled) {
      return out_.problem(file_, number,
                          "#include expects \"name\" or <name>, found '" + std::string(wanted) + "'");
    }
    wanted = wanted.substr(1, wanted.size() - 2);
    std::optional<ShaderSource> found;
    try {
      if (resolver_) found = resolver_(wanted, name_);
    } catch (const Error& error) {
      return out_.problem(file_, number, error.what());
    }
    if (!found) {
      // Left to the driver, so that it only matters where the line is not switched off.
      return out_.addLine("#error the include \"" + std::string(wanted) + "\" was not found",
                          {file_, number});
    }
    if (std::find(including_.begin(), including_.end(), found->name) != including_.end()) {
      std::string chain;
      for (const std::string& name : including_) chain += name + " > ";
      return out_.problem(file_, number, "includes go round in a circle: " + chain + found->name);
    }
    if (static_cast<int>(including_.size()) > kMaxIncludeDepth) {
      return out_.problem(file_, number,
                          "includes are nested deeper than " + std::to_string(kMaxIncludeDepth));
    }
    UserText(out_, resolver_, including_).add(*found);
  }

  FlatShader& out_;
  const IncludeResolver& resolver_;
  std::vector<std::string>& including_;
  std::string name_;
  int file_ = 0;
  int line_ = 0;
  bool inComment_ = false;
  int commentLine_ = 0;
  std::string comment_;  // of this line, behind its code
  bool sawCode_ = false;
  int conditions_ = 0;
};

void FlatShader::addLibrary(std::string_view text) {
  int line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    addLine(text.substr(0, end), {-1, ++line});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void FlatShader::addUser(const ShaderSource& source, const IncludeResolver& resolver) {
  std::vector<std::string> including;
  UserText(*this, resolver, including).add(source);
  if (!problems_.empty()) return;
  if (trimmed(userCode_).empty()) {
    return problem(0, 1, "the shader is empty: expected at least one function");
  }
  if (const std::optional<ShaderExcess> excess = findExcess(userCode_)) {
    problemAt(excess->line, excess->message);
  }
}

void FlatShader::problemAt(int userLine, std::string message) {
  const Origin origin = userLines_[static_cast<std::size_t>(userLine)];
  problem(origin.file, origin.line, std::move(message));
}

Diagnostic FlatShader::diagnosticAt(int userLine, bool error, std::string message) const {
  const Origin origin = userLines_[static_cast<std::size_t>(userLine)];
  return {error, files_[static_cast<std::size_t>(origin.file)], origin.line, 0,
          std::move(message)};
}

std::string_view FlatShader::commentOf(int userLine) const {
  const auto found = comments_.find(userLine);
  return found == comments_.end() ? std::string_view() : found->second;
}

FlatShader FlatShader::withUserCode(std::string code) const {
  FlatShader out = *this;
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
  return out;
}

void FlatShader::addFlat(const FlatShader& other,
                         const std::function<std::string(std::string_view)>& edit) {
  const int firstFile = static_cast<int>(files_.size());
  files_.insert(files_.end(), other.files_.begin(), other.files_.end());
  const auto moved = [firstFile](Origin origin) {
    return origin.file < 0 ? origin : Origin{origin.file + firstFile, origin.line};
  };
  head_ += other.head_;
  for (const Origin& origin : other.headLines_) headLines_.push_back(moved(origin));
  std::string_view rest = other.body_;
  for (const Origin& origin : other.bodyLines_) {
    const std::size_t end = rest.find('\n');
    if (origin.file >= 0) addLine(edit(rest.substr(0, end)), moved(origin));
    rest.remove_prefix(end + 1);
  }
}

void FlatShader::addLine(std::string_view text, Origin origin) {
  body_ += text;
  body_ += '\n';
  bodyLines_.push_back(origin);
}

void FlatShader::problem(int file, int line, std::string message) {
  if (problems_.size() >= 100) return;
  problems_.push_back({true, files_[static_cast<std::size_t>(file)], line, 0, std::move(message)});
}

std::string FlatShader::text(int version) const {
  return "#version " + std::to_string(version) + " core\n" + head_ + body_;
}

FlatShader::Origin FlatShader::originOf(int flatLine) const {
  const auto index = static_cast<std::size_t>(flatLine) - 2;  // the first line is `#version`
  if (index < headLines_.size()) return headLines_[index];
  const std::size_t bodyLine = index - headLines_.size();
  return bodyLine < bodyLines_.size() ? bodyLines_[bodyLine] : Origin{-1, 0};
}

void FlatShader::place(std::vector<Diagnostic>& messages) const {
  for (Diagnostic& message : messages) {
    const Origin origin = message.line < 2 ? Origin{-1, 0} : originOf(message.line);
    if (origin.file >= 0) {
      message.file = files_[static_cast<std::size_t>(origin.file)];
      message.line = origin.line;
    } else {
      // No place, or one in the library's own lines: it is about the user's text as a whole.
      message.file = files_.empty() ? std::string() : files_.front();
      message.line = 0;
      message.column = 0;
    }
  }
}

bool FlatShader::mentions(std::string_view identifier) const {
  for (std::size_t at = userCode_.find(identifier); at != std::string::npos;
       at = userCode_.find(identifier, at + 1)) {
    const std::size_t end = at + identifier.size();
    const bool starts = at == 0 || !isWordCharacter(userCode_[at - 1]);
    const bool ends = end == userCode_.size() || !isWordCharacter(userCode_[end]);
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace topknot::gl
