// How large a shader's text becomes in a driver's hands.
#include "gl/shader_extent.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace topknot::gl {

namespace {

constexpr std::size_t kMaxTokens = 1 << 19;
constexpr int kMaxOperators = 8192;  // Mesa overflows 8 MiB of stack at some 30,000
constexpr int kMaxMacroDepth = 256;
constexpr std::int64_t kMaxElements = 65536;

bool isSpace(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}
bool isWord(std::string_view text) {
  return isWordCharacter(text.front());
}
bool isOperator(char c) {
  return std::string_view("+-*/%<>=!&|^~?:.").find(c) != std::string::npos;
}

struct Token {
  std::string_view text;  // a word, a number, or one other character
  int line;
};
using Tokens = std::vector<Token>;

void tokenize(std::string_view text, int line, Tokens& out) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (isWordCharacter(text[i])) {
      const bool number = isDigit(text[i]);
      while (end < text.size() && (isWordCharacter(text[end]) || (number && text[end] == '.')))
        ++end;
    }
    if (!isSpace(text[i])) out.push_back({text.substr(i, end - i), line});
    i = end;
  }
}

struct Macro {
  bool takesArguments = false;
  bool active = false;  // being expanded: its own name in there is a plain word
  std::vector<std::string_view> parameters;
  Tokens body;
};
using Macros = std::map<std::string_view, Macro>;

/// `NAME body` or `NAME(a, b) body`; a parenthesis counts only right behind the name.
void define(std::string_view text, Macros& macros) {
  Tokens tokens;
  tokenize(text, 0, tokens);
  if (tokens.empty() || !isWord(tokens[0].text)) return;
  Macro macro;
  std::size_t at = 1;
  const auto isOpening = [&](const Token& token) {
    return token.text == "(" && token.text.data() == tokens[0].text.data() + tokens[0].text.size();
  };
  if (tokens.size() > 1 && isOpening(tokens[1])) {
    macro.takesArguments = true;
    for (at = 2; at < tokens.size() && tokens[at].text != ")"; ++at) {
      if (isWord(tokens[at].text)) macro.parameters.push_back(tokens[at].text);
    }
    at = std::min(at + 1, tokens.size());
  }
  macro.body.assign(tokens.begin() + static_cast<std::ptrdiff_t>(at), tokens.end());
  macros.insert_or_assign(tokens[0].text, std::move(macro));
}

/// Replaces macros by what they stand for, and gives up where that has no end.
class Expander {
 public:
  explicit Expander(Macros macros) : macros_(std::move(macros)) {}

  void expand(std::span<const Token> in, Tokens& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (depth_ == 0) line_ = in[i].line;
      if (++steps_ > kMaxTokens) {
        throw ShaderExcess{line_, "the shader has more than " + std::to_string(kMaxTokens) +
                                      " words and signs, its macros expanded"};
      }
      const auto found = macros_.find(in[i].text);
      const bool called = i + 1 < in.size() && in[i + 1].text == "(";
      if (found == macros_.end() || found->second.active ||
          (found->second.takesArguments && !called)) {
        out.push_back({in[i].text, line_});
      } else if (!found->second.takesArguments) {
        rescan(found->second, found->second.body, out);
      } else {
        const std::vector<Tokens> arguments = takeArguments(in, i);
        rescan(found->second, substituted(found->second, arguments), out);
      }
    }
  }

 private:
  /// What stands between the parentheses behind `at`, expanded; leaves `at` at the closing one.
  std::vector<Tokens> takeArguments(std::span<const Token> in, std::size_t& at) {
    std::vector<Tokens> arguments;
    std::size_t begin = at + 2;
    int open = 0;
    for (++at; at < in.size(); ++at) {
      const std::string_view text = in[at].text;
      if (text == "(") ++open;
      if (text == ")") --open;
      if (open == 0 || (open == 1 && text == ",")) {
        enter();
        expand(in.subspan(begin, at - begin), arguments.emplace_back());
        --depth_;
        begin = at + 1;
      }
      if (open == 0) break;
    }
    return arguments;
  }

  static Tokens substituted(const Macro& macro, const std::vector<Tokens>& arguments) {
    Tokens out;
    for (const Token& token : macro.body) {
      const auto parameter =
          std::find(macro.parameters.begin(), macro.parameters.end(), token.text);
      const auto index = static_cast<std::size_t>(parameter - macro.parameters.begin());
      if (parameter == macro.parameters.end() || index >= arguments.size()) {
        out.push_back(token);
      } else {
        out.insert(out.end(), arguments[index].begin(), arguments[index].end());
      }
      if (out.size() > kMaxTokens) break;  // the rescan tells
    }
    return out;
  }

  void rescan(Macro& macro, const Tokens& tokens, Tokens& out) {
    enter();
    macro.active = true;
    expand(tokens, out);
    macro.active = false;
    --depth_;
  }

  void enter() {
    if (++depth_ > kMaxMacroDepth) {
      throw ShaderExcess{line_, "macros are nested deeper than " + std::to_string(kMaxMacroDepth)};
    }
  }

  Macros macros_;
  int depth_ = 0;
  int line_ = 0;
  std::size_t steps_ = 0;
};

/// Walks over expanded text and keeps count of how deep expressions can be, and of how much text
/// functions make where they are called.
class Measure {
 public:
  void take(const Token& token) {
    const char c = token.text.front();
    countToken(token);
    if (c == '(' || c == '[' || c == '{') {
      open(c);
    } else if (c == ')' || c == ']' || c == '}') {
      close(c);
    } else if (c == ';' || (c == ',' && !levels_.empty() && levels_.back().listed)) {
      forget();
    } else if (isOperator(c) || c == ',') {
      countOperator(token);
    } else if (isDigit(c) && before_ == "[") {
      checkElements(token);
    }
    before_ = token.text;
  }

 private:
  struct Level {
    bool listed = false;  // commas separate arguments or elements here
    int operators = 0;
  };

  void countToken(const Token& token) {
    ++tokens_;
    if (token.text == "(" && !before_.empty() && isWord(before_)) {
      if (const auto known = functions_.find(before_); known != functions_.end()) {
        tokens_ += known->second;
      }
      if (levels_.empty()) function_ = before_;
    }
    if (tokens_ > kMaxTokens) {
      throw ShaderExcess{token.line,
                         "the shader has more than " + std::to_string(kMaxTokens) +
                             " words and signs, its functions put where they are called"};
    }
  }

  void open(char c) {
    if (c == '{' && levels_.empty()) {
      inFunction_ = before_ == ")";
      functionStart_ = tokens_;
    }
    const bool call = c == '(' && !before_.empty() && (isWord(before_) || before_ == "]");
    levels_.push_back({c == '{' || call, 0});
  }

  void close(char c) {
    if (levels_.empty()) return;
    operators_ -= levels_.back().operators;
    levels_.pop_back();
    if (c != '}') return;
    forget();
    if (levels_.empty() && inFunction_) {
      std::size_t& size = functions_[function_];
      size = std::max(size, tokens_ - functionStart_);
    }
  }

  void forget() {
    int& here = levels_.empty() ? outside_ : levels_.back().operators;
    operators_ -= here;
    here = 0;
  }

  void countOperator(const Token& token) {
    ++(levels_.empty() ? outside_ : levels_.back().operators);
    if (++operators_ > kMaxOperators) {
      throw ShaderExcess{token.line, "an expression has more than " +
                                         std::to_string(kMaxOperators) +
                                         " operators, its macros expanded"};
    }
  }

  static void checkElements(const Token& token) {
    std::int64_t count = 0;
    const char* const end = token.text.data() + token.text.size();
    const auto read = std::from_chars(token.text.data(), end, count);
    if (read.ec == std::errc() && count <= kMaxElements) return;
    throw ShaderExcess{token.line, "an array of " + std::string(token.text.substr(0, 40)) +
                                       " elements is not possible: the limit is " +
                                       std::to_string(kMaxElements)};
  }

  std::vector<Level> levels_;
  int outside_ = 0;    // operators of the expression outside all brackets
  int operators_ = 0;  // of the expression and those around it
  std::string_view before_;
  std::size_t tokens_ = 0;
  std::map<std::string_view, std::size_t> functions_;  // with what they call
  std::string_view function_;
  std::size_t functionStart_ = 0;
  bool inFunction_ = false;
};

}  // namespace

std::optional<ShaderExcess> findExcess(std::string_view code) {
  Macros macros;
  Tokens tokens;
  for (int line = 0; !code.empty(); ++line) {
    const std::size_t end = std::min(code.find('\n'), code.size());
    std::string_view text = code.substr(0, end);
    code.remove_prefix(std::min(end + 1, code.size()));
    const auto first = std::find_if_not(text.begin(), text.end(), isSpace);
    if (first == text.end() || *first != '#') {
      tokenize(text, line, tokens);
      continue;
    }
    text.remove_prefix(static_cast<std::size_t>(first - text.begin()) + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    constexpr std::string_view kDefine = "define";
    if (text.starts_with(kDefine)) define(text.substr(kDefine.size()), macros);
  }
  try {
    Tokens expanded;
    Expander(std::move(macros)).expand(tokens, expanded);
    Measure measure;
    for (const Token& token : expanded) measure.take(token);
  } catch (const ShaderExcess& excess) {
    return excess;
  }
  return std::nullopt;
}

}  // namespace topknot::gl
