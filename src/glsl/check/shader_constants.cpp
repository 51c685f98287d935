// What constant expressions of a shader's text come to.
#include "glsl/check/shader_constants.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "base/text.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNumbers = 1 << 18;

/// `12`, `0x1F`, `017`, `12u`, `1.5`, `.5f`, `1e-3lf`.
std::optional<Numbers> literal(std::string_view text) {
  const std::string copy(text);
  const bool hexadecimal = copy.starts_with("0x") || copy.starts_with("0X");
  const bool whole = hexadecimal || copy.find_first_of(".eEfF") == std::string::npos;
  char* end = nullptr;
  double value = 0;
  if (whole) {
    const unsigned long long number = std::strtoull(copy.c_str(), &end, 0);
    value = static_cast<double>(number);
  } else {
    value = std::strtod(copy.c_str(), &end);
  }
  const std::string_view suffix = end;
  const bool fits =
      whole ? suffix.empty() || suffix == "u" || suffix == "U"
            : suffix.empty() || suffix == "f" || suffix == "F" || suffix == "lf" || suffix == "LF";
  if (!fits) return std::nullopt;
  return Numbers{{value}, whole};
}

bool isWholeType(std::string_view type) {
  return type == "int" || type == "uint" || type == "bool" || type.starts_with("ivec") ||
         type.starts_with("uvec") || type.starts_with("bvec");
}

/// `vec3(1)` → 1, 1, 1; `mat2(1)` → 1, 0, 0, 1.
Numbers constructed(std::string_view type, Numbers arguments) {
  std::vector<double>& values = arguments.values;
  const auto count = static_cast<std::size_t>(componentsOf(type));
  arguments.whole = isWholeType(type);
  if (values.size() == 1 && type.find("mat") != std::string_view::npos) {
    const double diagonal = values[0];
    const auto rows = static_cast<std::size_t>(type.back() - '0');
    values.assign(count, 0.0);
    for (std::size_t i = 0; i < count; i += rows + 1) values[i] = diagonal;
  } else if (values.size() == 1) {
    values.assign(count, values[0]);
  } else if (values.size() > count) {
    values.resize(count);
  }
  for (double& value : values) {
    if (type == "bool" || type.starts_with("bvec")) value = value != 0.0 ? 1.0 : 0.0;
    if (arguments.whole) value = std::trunc(value);
  }
  return arguments;
}

class Evaluator {
 public:
  Evaluator(std::span<const CodeToken> tokens, const KnownNumbers& known)
      : tokens_(tokens), known_(known) {}

  std::optional<Numbers> all() {
    std::optional<Numbers> value = sum();
    return at_ == tokens_.size() ? value : std::nullopt;
  }

 private:
  std::string_view here() const {
    return at_ < tokens_.size() ? tokens_[at_].text : std::string_view();
  }
  bool take(std::string_view text) {
    if (here() != text) return false;
    ++at_;
    return true;
  }

  std::optional<Numbers> sum() {
    std::optional<Numbers> left = product();
    while (left && (here() == "+" || here() == "-")) {
      const char sign = tokens_[at_++].text.front();
      left = combined(*left, sign, product());
    }
    return left;
  }

  std::optional<Numbers> product() {
    std::optional<Numbers> left = primary();
    while (left && (here() == "*" || here() == "/" || here() == "%")) {
      const char sign = tokens_[at_++].text.front();
      left = combined(*left, sign, primary());
    }
    return left;
  }

  /// Number by number; one number goes with all of the other side.
  static std::optional<Numbers> combined(const Numbers& left, char sign,
                                         const std::optional<Numbers>& right) {
    if (!right || left.values.empty() || right->values.empty()) return std::nullopt;
    const std::size_t count = std::max(left.values.size(), right->values.size());
    Numbers out{std::vector<double>(count), left.whole && right->whole};
    for (const auto& side : {left.values.size(), right->values.size()}) {
      if (side != 1 && side != count) return std::nullopt;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const double a = left.values[left.values.size() == 1 ? 0 : i];
      const double b = right->values[right->values.size() == 1 ? 0 : i];
      if (out.whole && b == 0.0 && (sign == '/' || sign == '%')) return std::nullopt;
      switch (sign) {
        case '+':
          out.values[i] = a + b;
          break;
        case '-':
          out.values[i] = a - b;
          break;
        case '*':
          out.values[i] = a * b;
          break;
        case '/':
          out.values[i] = out.whole ? std::trunc(a / b) : a / b;
          break;
        default:
          out.values[i] = std::fmod(a, b);
          break;
      }
    }
    return out;
  }

  std::optional<Numbers> primary() {
    if (++depth_ > kMaxDepth) return std::nullopt;
    std::optional<Numbers> value = deepPrimary();
    --depth_;
    return value;
  }

  std::optional<Numbers> deepPrimary() {
    if (take("+")) return primary();
    if (take("-")) return combined({{-1.0}, true}, '*', primary());
    if (take("(")) {
      std::optional<Numbers> value = sum();
      return take(")") ? value : std::nullopt;
    }
    if (take("{")) return list("}");
    if (at_ >= tokens_.size() || (!isWord(here()) && here().front() != '.')) return std::nullopt;
    const std::string_view word = tokens_[at_++].text;
    if (base::isDigit(word.front()) || word.front() == '.') return literal(word);
    if (word == "true" || word == "false") return Numbers{{word == "true" ? 1.0 : 0.0}, true};
    if (componentsOf(word) > 0) return constructor(word);
    const auto found = known_.find(word);
    if (found == known_.end() || here() == "(" || here() == "[") return std::nullopt;
    return found->second;
  }

  /// `vec3(…)` or `vec3[2](…)`.
  std::optional<Numbers> constructor(std::string_view type) {
    const bool array = take("[");
    if (array) {
      while (at_ < tokens_.size() && here() != "]") ++at_;
      ++at_;
    }
    if (!take("(")) return std::nullopt;
    std::optional<Numbers> values = list(")");
    if (values && !array && !values->values.empty()) return constructed(type, *std::move(values));
    if (values) values->whole = isWholeType(type);
    return values;
  }

  std::optional<Numbers> list(std::string_view end) {
    Numbers all{{}, true};
    if (take(end)) return all;
    do {
      if (!all.values.empty() && here() == end) break;  // `{1, 2,}`
      const std::optional<Numbers> value = sum();
      if (!value || all.values.size() > kMaxNumbers) return std::nullopt;
      all.values.insert(all.values.end(), value->values.begin(), value->values.end());
      all.whole = all.whole && value->whole;
    } while (take(","));
    if (!take(end)) return std::nullopt;
    return all;
  }

  std::span<const CodeToken> tokens_;
  const KnownNumbers& known_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

int componentsOf(std::string_view type) {
  for (const std::string_view scalar : {"float", "int", "uint", "bool", "double"}) {
    if (type == scalar) return 1;
  }
  if (!type.empty() && std::string_view("iubd").find(type.front()) != std::string_view::npos) {
    if (type.substr(1).starts_with("vec") || type.starts_with("dmat")) type.remove_prefix(1);
  }
  const auto size = [](char c) { return c >= '2' && c <= '4' ? c - '0' : 0; };
  if (type.size() == 4 && type.starts_with("vec")) return size(type[3]);
  if (type.size() == 4 && type.starts_with("mat")) return size(type[3]) * size(type[3]);
  if (type.size() == 6 && type.starts_with("mat") && type[4] == 'x') {
    return size(type[3]) * size(type[5]);
  }
  return 0;
}

std::optional<Numbers> evaluate(std::span<const CodeToken> expression, const KnownNumbers& known) {
  return Evaluator(expression, known).all();
}

std::optional<int> evaluateInt(std::span<const CodeToken> expression, const KnownNumbers& known) {
  const std::optional<Numbers> numbers = evaluate(expression, known);
  if (!numbers || !numbers->whole || numbers->values.size() != 1) return std::nullopt;
  const double value = numbers->values[0];
  if (!(std::abs(value) <= std::numeric_limits<int>::max())) return std::nullopt;
  return static_cast<int>(value);
}

}  // namespace topknot::glsl
