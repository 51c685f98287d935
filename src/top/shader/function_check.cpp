// Whether a text is one pixel function, and nothing that could not stand beside others.
#include "top/shader/function_check.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot {

namespace {

struct Token {
  std::string_view text;
  int line;  // of the user's code, from 0
};

/// Words and signs, without directives.
std::vector<Token> tokensOf(std::string_view code) {
  std::vector<Token> tokens;
  int line = 0;
  bool lineBegins = true;
  for (std::size_t i = 0; i < code.size();) {
    const char c = code[i];
    if (c == '#' && lineBegins) {
      i = std::min(code.find('\n', i), code.size());
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      if (c == '\n') ++line;
      lineBegins = lineBegins || c == '\n';
      ++i;
    } else {
      std::size_t end = i + 1;
      while (base::isWordCharacter(c) && end < code.size() && base::isWordCharacter(code[end]))
        ++end;
      tokens.push_back({code.substr(i, end - i), line});
      lineBegins = false;
      i = end;
    }
  }
  return tokens;
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool isPlainQualifier(std::string_view word) {
  return isOneOf(word, {"const", "highp", "mediump", "lowp", "precise", "invariant"});
}

bool isNumberType(std::string_view type) {
  return isOneOf(type, {"float", "int", "uint", "bool", "vec2", "vec3", "vec4", "ivec2", "ivec3",
                        "ivec4", "uvec2", "uvec3", "uvec4", "bvec2", "bvec3", "bvec4"});
}

/// Looks through the declarations outside functions.
class Check {
 public:
  Check(glsl::MappedSource& text, int inputs)
      : text_(text), code_(text.userCode()), inputs_(inputs), tokens_(tokensOf(code_)) {}

  void run() {
    for (const Token& token : tokens_) {
      if (token.text == "discard") {
        problem(token,
                "discard is not possible in a pixel function, whose pixel may be one step "
                "of a larger pass: return vec4(0.0)");
      }
    }
    for (std::size_t at = 0; at < tokens_.size();) at = declaration(at);
    if (matches_ || refused_) return;
    text_.problemAt(found_ == nullptr ? 0 : found_->line, expectation());
  }

 private:
  void problem(const Token& token, const std::string& message) {
    text_.problemAt(token.line, message);
    refused_ = true;
  }

  std::string expectation() const {
    const std::string count = inputs_ == 0   ? "no input is connected"
                              : inputs_ == 1 ? "1 input is connected"
                                             : std::to_string(inputs_) + " inputs are connected";
    return "expected " + pixelSignature(inputs_) + ": " + count +
           (found_ == nullptr ? "; the text has no function pixel" : "");
  }

  /// Behind the bracket that closes the one at `at`.
  std::size_t behind(std::size_t at) const {
    int depth = 0;
    for (; at < tokens_.size(); ++at) {
      const std::string_view text = tokens_[at].text;
      if (isOneOf(text, {"(", "[", "{"})) ++depth;
      if (isOneOf(text, {")", "]", "}"}) && --depth == 0) return at + 1;
    }
    return at;
  }
  std::string_view textAt(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  /// One declaration from `at` on; returns where the next begins.
  std::size_t declaration(std::size_t at) {
    const std::size_t begin = at;
    bool uniform = false;
    for (; at < tokens_.size(); ++at) {
      const std::string_view word = textAt(at);
      if (isOneOf(word, {"in", "out", "buffer", "shared", "layout", "varying", "attribute"})) {
        problem(tokens_[at], "'" + std::string(word) +
                                 "' is not possible outside functions here: pixel() is given what "
                                 "it reads and returns its colour");
        return end(at);
      }
      if (word == "uniform") {
        uniform = true;
      } else if (!isPlainQualifier(word)) {
        break;
      }
    }
    if (uniform) return checkUniform(at);
    const std::size_t type = at++;
    // Names that a macro hides would not get a suffix.
    const bool named = !textAt(type).empty() && base::isWordCharacter(textAt(type)[0]);
    if (named && isOneOf(textAt(at), {"(", ";"})) {
      problem(tokens_[type], "'" + std::string(textAt(type)) +
                                 "' declares nothing that can be seen: macros cannot declare "
                                 "things outside functions here");
      return end(begin);
    }
    while (textAt(at) == "[") at = behind(at);
    const std::size_t name = at;
    const bool function = textAt(type) != "struct" && textAt(name + 1) == "(";
    if (!function) return std::max(end(begin), begin + 1);
    const std::size_t body = behind(name + 1);
    if (textAt(body) != "{") return end(body);
    checkFunction(type, name);
    return behind(body);
  }

  /// Behind the semicolon that ends a declaration.
  std::size_t end(std::size_t at) const {
    while (at < tokens_.size() && textAt(at) != ";") {
      at = isOneOf(textAt(at), {"(", "[", "{"}) ? behind(at) : at + 1;
    }
    return at + 1;
  }

  std::size_t checkUniform(std::size_t type) {
    const std::size_t next = end(type);
    if (type >= tokens_.size()) return next;
    const bool array =
        std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(type),
                    tokens_.begin() + static_cast<std::ptrdiff_t>(std::min(next, tokens_.size())),
                    [](const Token& token) { return token.text == "["; });
    if (!isNumberType(textAt(type)) || array) {
      problem(tokens_[type], "a uniform of type " + std::string(textAt(type)) +
                                 (array ? "[]" : "") +
                                 " is not possible in a pixel function: expected a float, vec, "
                                 "int, ivec, uint, uvec, bool or bvec");
    }
    return next;
  }

  void checkFunction(std::size_t type, std::size_t name) {
    if (textAt(name) == "main") {
      return problem(tokens_[name],
                     "main() is the library's in a pixel function; " + expectation());
    }
    if (textAt(name) != "pixel") return;
    found_ = &tokens_[name];
    const bool returns = name == type + 1 && textAt(type) == "vec4";
    std::vector<std::string_view> wanted(static_cast<std::size_t>(inputs_), "vec4");
    wanted.emplace_back("vec2");
    if (returns && parameters(name + 1) == wanted) matches_ = true;
  }

  /// Their types; of one that is written to, or an array, no type at all.
  std::vector<std::string_view> parameters(std::size_t open) const {
    std::vector<std::string_view> types;
    const std::size_t close = behind(open) - 1;
    for (std::size_t at = open + 1; at < close;) {
      while (textAt(at) == "in" || isPlainQualifier(textAt(at))) ++at;
      std::string_view type = textAt(at);
      while (at < close && textAt(at) != ",") {
        if (textAt(at) == "[") type = {};
        ++at;
      }
      types.push_back(type);
      ++at;
    }
    return types;
  }

  glsl::MappedSource& text_;
  const std::string code_;  // the tokens look into it
  int inputs_;
  std::vector<Token> tokens_;
  const Token* found_ = nullptr;  // a function pixel
  bool matches_ = false, refused_ = false;
};

}  // namespace

std::string pixelSignature(int inputs) {
  std::string text = "vec4 pixel(";
  for (int i = 0; i < inputs; ++i) text += std::string("vec4 ") + static_cast<char>('a' + i) + ", ";
  return text + "vec2 uv)";
}

void checkFunction(glsl::MappedSource& text, int inputs) {
  Check(text, inputs).run();
}

}  // namespace topknot
