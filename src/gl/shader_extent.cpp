// How large a shader's text becomes in a driver's hands.
#include "gl/shader_extent.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <vector>

namespace topknot::gl {

namespace {

constexpr int kMaxOperators = 8192;  // Mesa overflows 8 MiB of stack at some 30,000
constexpr std::int64_t kMaxElements = 65536;

bool isOperator(char c) {
  return std::string_view("+-*/%<>=!&|^~?:.").find(c) != std::string::npos;
}

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
  try {
    Tokens tokens;
    expandedTokens(code, tokens);
    Measure measure;
    for (const Token& token : tokens) measure.take(token);
  } catch (const ShaderExcess& excess) {
    return excess;
  }
  return std::nullopt;
}

}  // namespace topknot::gl
