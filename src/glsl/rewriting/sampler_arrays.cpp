// Functions that take all inputs at once, as ones that read them by name.
#include "glsl/rewriting/sampler_arrays.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "glsl/rewriting/sampler_functions.h"
#include "glsl/tokens/text_edits.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

// Beyond that nobody would wait for it.
constexpr std::size_t kMaxParameters = 32;
constexpr int kMaxRounds = 8;

/// `sampler2D s[3]` in the brackets of a function.
struct Taken {
  std::string_view function, name;
  std::size_t kind, position;
  std::size_t declared;       // where the function's name stands
  std::size_t body, bodyEnd;  // tokens; the same where there is none
  bool holds = true;          // it is always inputs
};

class Arrays {
 public:
  explicit Arrays(const std::string& code) : code_(code) {
    tokenize(code, 0, tokens_);
    for (std::size_t i = 0; i < tokens_.size() && all_.size() <= kMaxParameters; ++i) find(i);
  }

  std::vector<TextEdit> edits() {
    if (all_.size() > kMaxParameters) return {};
    int rounds = 0;
    while (drop()) {
      if (++rounds > kMaxRounds) return {};
    }
    TextEdits edits(code_, tokens_);
    for (const Taken& each : all_) {
      if (!each.holds) continue;
      for (std::size_t i = each.body; i < each.bodyEnd; ++i) {
        if (isUse(i, each)) edits.replace(i, i, std::string(inputsName(each.kind)));
      }
    }
    return edits.take();
  }

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  bool isWordAt(std::size_t at) const { return at < tokens_.size() && isWord(text(at)); }

  bool isUse(std::size_t at, const Taken& taken) const {
    return text(at) == taken.name && text(at - 1) != ".";
  }

  /// Behind the bracket that closes the one at `at`, or the end.
  std::size_t behind(std::size_t at) const {
    int open = 0;
    for (; at < tokens_.size(); ++at) {
      if (isOneOf(text(at), {"(", "[", "{"})) ++open;
      if (isOneOf(text(at), {")", "]", "}"}) && --open <= 0) return at + 1;
    }
    return at;
  }

  /// The bracket that is open at `at`, and the commas between; the end if there is none.
  std::pair<std::size_t, std::size_t> openBefore(std::size_t at) const {
    std::size_t commas = 0;
    for (int depth = 0; at-- > 0;) {
      if (isOneOf(text(at), {";", "{", "}"})) break;
      if (depth == 0 && isOneOf(text(at), {"(", "["})) return {at, commas};
      if (depth == 0 && text(at) == ",") ++commas;
      if (isOneOf(text(at), {")", "]"})) ++depth;
      if (isOneOf(text(at), {"(", "["})) --depth;
    }
    return {tokens_.size(), 0};
  }

  /// A parameter whose type stands at `at`.
  void find(std::size_t at) {
    const std::size_t kind = samplersKind(text(at));
    if (kind == kDimensions) return;
    const bool before = text(at + 1) == "[";
    const std::size_t name = before ? behind(at + 1) : at + 1;
    if (!isWordAt(name) || (!before && text(name + 1) != "[")) return;
    const auto [open, commas] = openBefore(at);
    if (open < 2 || text(open) != "(" || !isWordAt(open - 1) || !isWordAt(open - 2)) return;
    Taken taken{text(open - 1), text(name), kind, commas, open - 1, behind(open), 0};
    const bool hasBody = text(taken.body) == "{";
    taken.bodyEnd = hasBody ? behind(taken.body) : taken.body;
    for (std::size_t i = taken.body; i < taken.bodyEnd; ++i) {
      // Another variable of that name: where it holds is not looked for.
      const bool again =
          isUse(i, taken) && isWordAt(i - 1) && !isOneOf(text(i - 1), {"return", "else", "case"});
      taken.holds = taken.holds && !again;
    }
    all_.push_back(taken);
  }

  /// Lets go of those that are called with something else; false if all are sound.
  bool drop() {
    bool any = false;
    for (Taken& each : all_) {
      if (!each.holds || isAlwaysInputs(each)) continue;
      each.holds = false;
      any = true;
    }
    return any;
  }

  bool isAlwaysInputs(const Taken& taken) const {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (text(i) != taken.function || text(i + 1) != "(" || isDeclaration(i)) continue;
      if (!isInputs(argument(i + 1, taken.position), taken.kind)) return false;
    }
    return true;
  }

  bool isDeclaration(std::size_t name) const {
    return std::any_of(all_.begin(), all_.end(),
                       [name](const Taken& each) { return each.declared == name; });
  }

  /// The only token of an argument; the end if there are more.
  std::size_t argument(std::size_t open, std::size_t position) const {
    std::size_t first = open + 1;
    for (std::size_t at = first; at < tokens_.size();) {
      const bool end = text(at) == "," || text(at) == ")";
      if (end && position == 0) return at == first + 1 ? first : tokens_.size();
      if (text(at) == ")") break;
      if (text(at) == ",") --position, first = at + 1;
      at = isOneOf(text(at), {"(", "[", "{"}) ? behind(at) : at + 1;
    }
    return tokens_.size();
  }

  /// True for inputs, for what stands for them in a function, and for what is no name and so
  /// belongs to an overload.
  bool isInputs(std::size_t at, std::size_t kind) const {
    if (at == tokens_.size() || inputsKind(text(at)) == kind) return true;
    return std::any_of(all_.begin(), all_.end(), [&](const Taken& each) {
      return each.holds && each.kind == kind && each.name == text(at) && at > each.body &&
             at < each.bodyEnd;
    });
  }

  const std::string& code_;
  Tokens tokens_;
  std::vector<Taken> all_;
};

}  // namespace

std::string withoutSamplerArrays(std::string code) {
  if (code.find("Inputs") == std::string::npos || code.find("sampler") == std::string::npos) {
    return code;
  }
  std::vector<TextEdit> edits = Arrays(code).edits();
  return edits.empty() ? code : applied(code, std::move(edits));
}

}  // namespace topknot::glsl
