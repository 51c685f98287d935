// The expressions behind `#if` and `#elif`.
#include "glsl/preprocessor/condition.h"

#include <charconv>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace topknot::glsl {

namespace {

using Value = std::optional<std::int64_t>;

constexpr int kMaxDepth = 256;  // of brackets and signs

struct Operator {
  std::string_view sign;
  int rank;  // those of a higher one take their operands first
};
constexpr Operator kOperators[] = {{"||", 1}, {"&&", 2}, {"|", 3}, {"^", 4},  {"&", 5},  {"==", 6},
                                   {"!=", 6}, {"<", 7},  {">", 7}, {"<=", 7}, {">=", 7}, {"<<", 8},
                                   {">>", 8}, {"+", 9},  {"-", 9}, {"*", 10}, {"/", 10}, {"%", 10}};

int rankOf(std::string_view sign) {
  for (const Operator& each : kOperators) {
    if (each.sign == sign) return each.rank;
  }
  return 0;
}

/// Answers of 64 bits, of which the excess is cut off.
std::int64_t wrapped(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::int64_t shifted(std::int64_t value, std::int64_t by, bool left) {
  if (by < 0 || by > 63) return 0;
  return left ? wrapped(static_cast<std::uint64_t>(value) << by) : value >> by;
}

/// By 0 it is 0, where that does not count.
std::int64_t divided(std::string_view sign, std::int64_t a, std::int64_t b) {
  if (b == 0) return 0;
  if (b == -1) return sign == "/" ? wrapped(0 - static_cast<std::uint64_t>(a)) : 0;
  return sign == "/" ? a / b : a % b;
}

/// Of operators that have an answer for all numbers.
std::int64_t applied(std::string_view sign, std::int64_t a, std::int64_t b) {
  const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
  if (sign == "||") return a != 0 || b != 0;
  if (sign == "&&") return a != 0 && b != 0;
  if (sign == "|") return a | b;
  if (sign == "^") return a ^ b;
  if (sign == "&") return a & b;
  if (sign == "==") return a == b;
  if (sign == "!=") return a != b;
  if (sign == "<") return a < b;
  if (sign == ">") return a > b;
  if (sign == "<=") return a <= b;
  if (sign == ">=") return a >= b;
  if (sign == "<<" || sign == ">>") return shifted(a, b, sign == "<<");
  if (sign == "+") return wrapped(ua + ub);
  if (sign == "-") return wrapped(ua - ub);
  return wrapped(ua * ub);
}

/// Reads an expression by the ranks of its operators.
class Reader {
 public:
  Reader(const std::vector<Token>& tokens, Place directive, Findings& findings)
      : tokens_(tokens), directive_(directive), findings_(findings) {}

  Value read() {
    Value value = operation(1, true);
    if (value && at_ < tokens_.size()) {
      return fault("the condition goes on with '" + std::string(here()) + "', where it should end");
    }
    return value;
  }

 private:
  std::string_view here() const {
    return at_ < tokens_.size() ? tokens_[at_].text : std::string_view();
  }

  Value fault(std::string message) { return fault(at_, std::move(message)); }
  Value fault(std::size_t at, std::string message) {
    const std::size_t last = std::min(at, tokens_.size() - 1);
    findings_.add(tokens_.empty() ? directive_ : tokens_[last].place, std::move(message));
    return std::nullopt;
  }

  /// Operands and operators of at least that rank. `counts`: false in what `&&` or `||` leaves out.
  Value operation(int rank, bool counts) {
    Value left = operand(counts);
    while (left && rankOf(here()) >= rank) {
      const std::size_t operatorAt = at_++;
      const std::string_view sign = tokens_[operatorAt].text;
      const bool decided = (sign == "&&" && *left == 0) || (sign == "||" && *left != 0);
      const Value right = operation(rankOf(sign) + 1, counts && !decided);
      if (!right) return std::nullopt;
      const bool divides = sign == "/" || sign == "%";
      if (divides && *right == 0 && counts) return fault(operatorAt, "the condition divides by 0");
      left = divides ? divided(sign, *left, *right) : applied(sign, *left, *right);
    }
    return left;
  }

  Value operand(bool counts) {
    if (at_ >= tokens_.size()) return fault("the condition ends where a number was expected");
    const Token& token = tokens_[at_];
    if (++depth_ > kMaxDepth) {
      return fault("the condition is nested deeper than " + std::to_string(kMaxDepth));
    }
    ++at_;
    Value value = token.is("(") ? bracketed(counts) : single(token, counts);
    --depth_;
    return value;
  }

  Value bracketed(bool counts) {
    const Value value = operation(1, counts);
    if (!value) return std::nullopt;
    if (here() != ")") return fault("the condition lacks a ')'");
    ++at_;
    return value;
  }

  Value single(const Token& token, bool counts) {
    if (token.isWord()) return 0;
    if (token.kind == Token::Kind::Number) {
      if (const Value value = integerOf(token.text)) return value;
    } else if (token.is("+") || token.is("-") || token.is("!") || token.is("~")) {
      const Value value = operand(counts);
      if (!value || token.is("+")) return value;
      if (token.is("-")) return wrapped(0 - static_cast<std::uint64_t>(*value));
      return token.is("!") ? std::int64_t{*value == 0} : ~*value;
    }
    --at_;
    return fault("a condition consists of whole numbers, found '" + std::string(token.text) + "'");
  }

  const std::vector<Token>& tokens_;
  const Place directive_;
  Findings& findings_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

/// The answer to `defined NAME` or `defined(NAME)`; nothing where that is not what follows.
std::optional<Token> answer(Token word, Expander& expander, MacroTable& macros,
                            Findings& findings) {
  std::optional<Token> name = expander.nextPlain();
  const bool bracket = name && name->is("(");
  if (bracket) name = expander.nextPlain();
  const bool named = name && name->isWord();
  const std::optional<Token> close = bracket ? expander.nextPlain() : std::nullopt;
  if (!named || (bracket && !(close && close->is(")")))) {
    findings.add(word.place, "expected defined NAME or defined(NAME)");
    return std::nullopt;
  }
  word.text = macros.isDefined(name->text) ? "1" : "0";
  word.kind = Token::Kind::Number;
  return word;
}

}  // namespace

Value integerOf(std::string_view text) {
  if (text.ends_with('u') || text.ends_with('U')) text.remove_suffix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return wrapped(value);
}

Value evaluateCondition(TokenSource& tokens, Place directive, MacroTable& macros,
                        Findings& findings) {
  Expander expander(tokens, macros, findings);
  std::vector<Token> expanded;
  while (std::optional<Token> token = expander.next()) {
    findings.countSteps(1, directive);
    if (token->isWord() && token->is("defined")) {
      token = answer(*token, expander, macros, findings);
      if (!token) return std::nullopt;
    }
    expanded.push_back(*token);
  }
  if (findings.stopped()) return std::nullopt;
  return Reader(expanded, directive, findings).read();
}

}  // namespace topknot::glsl
