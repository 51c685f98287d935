// What functions of a shader do that hurts drivers: loops, large arrays, indices out of range.
#include "glsl/check/shader_body_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "glsl/check/shader_constants.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxDepth = 64;
constexpr double kEndless = std::numeric_limits<double>::infinity();

bool isVariableQualifier(std::string_view word) {
  return isOneOf(word, {"highp", "mediump", "lowp", "precise", "shared", "coherent", "volatile"});
}

std::string shortNumber(double value) {
  return value < 1e9 ? std::to_string(static_cast<std::int64_t>(value)) : "over 1000000000";
}

class BodyReader : TokenReader {
 public:
  BodyReader(std::string_view code, const ShaderLimits& limits)
      : TokenReader(code), limits_(limits) {}

  std::vector<BodyFinding> read() {
    readDeclarations();
    if (!shared_.empty()) checkIndices();
    if (limits_.software) readFunctions();
    return std::move(findings_);
  }

 private:
  void tell(bool error, std::size_t at, std::string message) {
    if (findings_.size() < 100) findings_.push_back({error, line(at), std::move(message)});
  }

  /// Goes over all places where a declaration may begin.
  void readDeclarations() {
    std::size_t bodyEnd = 0;  // of the function that it is in
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool behindBracket = i > 0 && text(i - 1) == ")";
      if (text(i) == "{" && behindBracket && i >= bodyEnd) bodyEnd = find(i + 1, {});
      if (text(i) == "const") readConstant(i + 1);
      const bool begins = i == 0 || behindBracket || isOneOf(text(i - 1), {";", "{", "}", "("});
      if (begins) readVariables(i, i < bodyEnd);
    }
  }

  void readConstant(std::size_t at) {
    while (isVariableQualifier(text(at))) ++at;
    if (componentsOf(text(at)) == 0 || text(at + 2) != "=") return;
    const std::size_t end = find(at + 3, {",", ";"});
    const std::optional<Numbers> numbers = evaluate(tokens(at + 3, end), known_);
    if (numbers && numbers->values.size() == 1) known_.insert_or_assign(text(at + 1), *numbers);
  }

  /// `shared float a[4], b[2][3];` or, in a function, `float a[4];`
  void readVariables(std::size_t at, bool inFunction) {
    bool shared = false;
    for (; isVariableQualifier(text(at)); ++at) shared = shared || text(at) == "shared";
    if (!inFunction && !shared) return;
    const std::string_view type = text(at);
    if (type.empty() || !isWord(type) || isOneOf(type, {"return", "else", "case", "const"})) return;
    ++at;
    const std::vector<int> ofType = sizes(at);
    while (!text(at).empty() && isWord(text(at))) {
      const std::size_t name = at++;
      std::vector<int> all = sizes(at);
      all.insert(all.end(), ofType.begin(), ofType.end());
      if (text(at) == "=") at = find(at, {",", ";"});
      if (shared) {
        shared_.insert_or_assign(text(name), withUnknown(std::move(all)));
      } else if (!all.empty()) {
        checkSize(name, all, std::max(componentsOf(type), 1));
      }
      if (text(at) != ",") return;
      ++at;
    }
  }

  /// `[4][2]` → 4, 2; goes past them. 0: not known.
  std::vector<int> sizes(std::size_t& at) const {
    std::vector<int> all;
    while (text(at) == "[") {
      const std::size_t end = std::min(find(at + 1, {}), tokens_.size());
      const int size = evaluateInt(tokens(at + 1, end), known_).value_or(0);
      all.push_back(std::max(size, 0));
      at = end + 1;
    }
    return all;
  }

  /// Any index is in an array whose size is not known.
  static std::vector<int> withUnknown(std::vector<int> all) {
    std::replace(all.begin(), all.end(), 0, std::numeric_limits<int>::max());
    return all;
  }

  void checkSize(std::size_t name, const std::vector<int>& all, int components) {
    double numbers = components;
    for (const int size : all) numbers *= size;
    const std::string holds =
        "the array '" + std::string(text(name)) + "' holds " + shortNumber(numbers) + " numbers";
    if (numbers > kMaxLocalNumbers) {
      tell(true, name,
           holds + ": at most " + std::to_string(kMaxLocalNumbers) +
               " are possible in a function; read them from a texture");
    } else if (numbers > kManyLocalNumbers && limits_.software) {
      tell(false, name, holds + ": the first picture takes software renderers seconds");
    }
  }

  /// Drivers that have the shared memory on the CPU write beyond it.
  void checkIndices() {
    for (std::size_t i = 1; i + 1 < tokens_.size(); ++i) {
      if (text(i + 1) != "[" || text(i - 1) == ".") continue;
      const auto found = shared_.find(text(i));
      if (found == shared_.end()) continue;
      std::size_t at = i + 1;
      for (const int size : found->second) {
        if (text(at) != "[") break;
        const std::size_t end = std::min(find(at + 1, {}), tokens_.size());
        const std::optional<int> index = evaluateInt(tokens(at + 1, end), known_);
        // The declaration itself has the size in the place of an index.
        if (index && (*index < 0 || *index >= size) && !isDeclaration(i)) {
          tell(true, i,
               "index " + std::to_string(*index) + " is not in the shared array '" +
                   std::string(text(i)) + "': it has " + std::to_string(size) + " elements");
        }
        at = end + 1;
      }
    }
  }

  /// True where a type, or another name of the same declaration, stands before the name.
  bool isDeclaration(std::size_t name) const {
    for (std::size_t i = name; i > 0; --i) {
      const std::string_view before = text(i - 1);
      if (before == "shared") return true;
      if (isOneOf(before, {";", "{", "}", "(", "="})) return false;
    }
    return false;
  }

  void readFunctions() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (text(i) == "{") {
        i = find(i + 1, {});
      } else if (isWord(text(i)) && text(i + 1) == "(") {
        const std::size_t body = find(i + 2, {}) + 1;
        if (text(body) != "{") continue;
        const std::size_t end = find(body + 1, {});
        worst_ = body;
        most_ = 0;
        double& rounds = rounds_[text(i)];
        rounds = std::max(rounds, roundsOf(body + 1, end, 0));
        if (text(i) == "main") tellRounds(rounds);
        i = end;
      }
    }
  }

  void tellRounds(double rounds) {
    if (!(rounds > kMaxLoopRounds)) return;
    const std::string count = rounds == kEndless ? "without end" : shortNumber(rounds) + " times";
    tell(false, worst_,
         "the loops of this shader may go round " + count + ": llvmpipe silently ends them after " +
             std::to_string(kMaxLoopRounds) + " rounds in all");
  }

  /// How often loops between those tokens go round. What is not known in numbers counts as once.
  double roundsOf(std::size_t at, std::size_t end, int depth) {
    double all = 0;
    for (; at < end; ++at) {
      const bool called = text(at + 1) == "(";
      if (!called) continue;
      if (const auto known = rounds_.find(text(at)); known != rounds_.end()) {
        add(all, known->second, at);
      } else if (isOneOf(text(at), {"for", "while"})) {
        const std::size_t close = std::min(find(at + 2, {}), end);
        const double rounds =
            text(at) == "for" ? forRounds(at + 2, close) : whileRounds(at + 2, close);
        const std::size_t bodyEnd = std::min(endOfStatement(close + 1), end);
        const double inner = depth < kMaxDepth ? roundsOf(close + 1, bodyEnd, depth + 1) : 0;
        add(all, rounds * (1 + inner), at);
        at = std::max(at, bodyEnd - 1);
      }
    }
    return all;
  }

  /// Remembers where the most rounds come from.
  void add(double& all, double rounds, std::size_t at) {
    all += rounds;
    if (rounds < most_) return;
    most_ = rounds;
    worst_ = at;
  }

  std::size_t endOfStatement(std::size_t at) const {
    while (isOneOf(text(at), {"for", "while", "if"}) && text(at + 1) == "(") {
      at = find(at + 2, {}) + 1;
    }
    return text(at) == "{" ? find(at + 1, {}) + 1 : find(at, {";"}) + 1;
  }

  double whileRounds(std::size_t condition, std::size_t end) const {
    return number(condition, end).value_or(0) != 0.0 ? kEndless : 1;
  }

  /// `int i = 0; i < 9; i += 2` → 5.
  double forRounds(std::size_t first, std::size_t close) const {
    const std::size_t condition = std::min(find(first, {";"}), close) + 1;
    const std::size_t step = std::min(find(condition, {";"}), close) + 1;
    if (condition > close || step > close) return 1;
    if (step == condition + 1) return kEndless;
    const std::size_t sign = find(condition, {"<", ">", "!"});
    if (sign >= step - 1) return whileRounds(condition, step - 1);
    const bool orEqual = text(sign + 1) == "=";
    const std::size_t bound = sign + (orEqual ? 2 : 1);
    const std::optional<double> to = number(std::min(bound, step - 1), step - 1);
    const std::size_t assigned = std::min(find(first, {"="}), condition - 1);
    const std::optional<double> from = number(std::min(assigned + 1, condition - 1), condition - 1);
    const double by = stepOf(step, close);
    if (!to || by == 0.0) return 1;
    const double rounds = std::ceil(std::abs(*to - from.value_or(0)) / by) + (orEqual ? 1 : 0);
    return std::clamp(rounds, 1.0, 1e12);
  }

  /// `i++`, `--i`, `i += 2`; 0 for others.
  double stepOf(std::size_t first, std::size_t end) const {
    for (std::size_t i = first; i + 1 < end; ++i) {
      const bool sign = text(i) == "+" || text(i) == "-";
      if (sign && text(i + 1) == text(i)) return 1;
      if (sign && text(i + 1) == "=") return std::abs(number(i + 2, end).value_or(0));
    }
    return 0;
  }

  std::optional<double> number(std::size_t first, std::size_t end) const {
    if (first >= end) return std::nullopt;
    const std::optional<Numbers> numbers = evaluate(tokens(first, end), known_);
    if (!numbers || numbers->values.size() != 1) return std::nullopt;
    return numbers->values[0];
  }

  const ShaderLimits& limits_;
  KnownNumbers known_;
  std::map<std::string_view, std::vector<int>> shared_;
  std::map<std::string_view, double> rounds_;  // of functions, those that they call included
  std::size_t worst_ = 0;
  double most_ = 0;
  std::vector<BodyFinding> findings_;
};

}  // namespace

std::vector<BodyFinding> checkBodies(std::string_view code, const ShaderLimits& limits) {
  return BodyReader(code, limits).read();
}

}  // namespace topknot::glsl
