// How large a shader becomes in a driver's hands.
#include "glsl/check/shader_extent.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxOperators = 8192;  // Mesa overflows 8 MiB of stack at some 30,000
constexpr std::int64_t kMaxElements = 65536;

bool isOperator(char c) {
  return std::string_view("+-*/%<>=!&|^~?:.").find(c) != std::string::npos;
}

/// Walks over a text and keeps count of how deep expressions can be, and of how much text functions
/// make where they are called.
class Measure {
 public:
  const std::optional<Excess>& excess() const { return excess_; }

  void take(const CodeToken& token) {
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
    } else if (base::isDigit(c) && before_ == "[") {
      checkElements(token);
    }
    before_ = token.text;
  }

 private:
  struct Level {
    bool listed = false;  // commas separate arguments or elements here
    int operators = 0;
  };

  void tell(const CodeToken& token, std::string message) {
    if (!excess_) excess_ = Excess{token.line, std::move(message)};
  }

  void countToken(const CodeToken& token) {
    ++size_;
    if (token.text != "(" || before_.empty() || !isWord(before_)) return;
    if (levels_.empty()) function_ = before_;
    const auto called = functions_.find(before_);
    if (called == functions_.end()) return;
    size_ += called->second;
    if (size_ > kMaxInlined) {
      tell(token, "the shader has more than " + std::to_string(kMaxInlined) +
                      " words and signs, its functions put where they are called");
    }
  }

  void open(char c) {
    if (c == '{' && levels_.empty()) {
      inFunction_ = before_ == ")";
      functionStart_ = size_;
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
      std::size_t& known = functions_[function_];
      known = std::max(known, size_ - functionStart_);
    }
  }

  void forget() {
    int& here = levels_.empty() ? outside_ : levels_.back().operators;
    operators_ -= here;
    here = 0;
  }

  void countOperator(const CodeToken& token) {
    ++(levels_.empty() ? outside_ : levels_.back().operators);
    if (++operators_ > kMaxOperators) {
      tell(token, "an expression has more than " + std::to_string(kMaxOperators) +
                      " operators, its macros expanded");
    }
  }

  void checkElements(const CodeToken& token) {
    std::int64_t count = 0;
    const char* const end = token.text.data() + token.text.size();
    const auto read = std::from_chars(token.text.data(), end, count);
    if (read.ec == std::errc() && count <= kMaxElements) return;
    tell(token, "an array of " + std::string(token.text.substr(0, 40)) +
                    " elements is not possible: the limit is " + std::to_string(kMaxElements));
  }

  std::vector<Level> levels_;
  int outside_ = 0;    // operators of the expression outside all brackets
  int operators_ = 0;  // of the expression and those around it
  std::string_view before_;
  std::size_t size_ = 0;
  std::map<std::string_view, std::size_t>
      functions_;  // with what they call; of overloads the largest
  std::optional<Excess> excess_;
  std::string_view function_;
  std::size_t functionStart_ = 0;
  bool inFunction_ = false;
};

}  // namespace

std::optional<Excess> findExcess(std::string_view code) {
  Measure measure;
  Tokens tokens;
  expandedTokens(code, tokens);  // it has no macros any more
  for (const CodeToken& token : tokens) {
    measure.take(token);
    if (measure.excess()) break;
  }
  return measure.excess();
}

}  // namespace topknot::glsl
