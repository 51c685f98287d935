// Macros that hide which input is read, written out.
#include "glsl/rewriting/sampler_macros.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "glsl/rewriting/constant_names.h"
#include "glsl/rewriting/sampler_functions.h"
#include "glsl/tokens/text_edits.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxRounds = 16;                // macros in macros
constexpr std::size_t kMaxWritten = 1 << 22;  // bytes in a round; more than that stays

struct Macro {
  bool function = false, plain = true;  // plain: made once, and not of itself
  std::vector<std::string_view> parameters;
  std::size_t first = 0, end = 0;  // tokens of its body
};

/// One round: of macros in macros the outermost.
class Round {
 public:
  explicit Round(const std::string& code) : code_(code) {
    tokenize(code, 0, tokens_);
    lines();
  }

  std::vector<TextEdit> edits() {
    const ConstantNames names(code_, tokens_);
    for (const auto& [name, macro] : macros_) {
      if (macro.plain && hides(macro, names)) hiding_.insert(name);
    }
    for (std::size_t i = 0; i < tokens_.size() && written_ <= kMaxWritten;) i = use(i, names);
    return written_ <= kMaxWritten ? std::move(edits_) : std::vector<TextEdit>();
  }

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  std::size_t offset(std::size_t at) const {
    return static_cast<std::size_t>(text(at).data() - code_.data());
  }

  /// Finds the macros, and where they may be used: in the text and in macros.
  void lines() {
    mayUse_.assign(tokens_.size(), true);
    std::size_t begin = 0;  // behind the latest directive
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool first = i == 0 || code_.find('\n', offset(i - 1)) < offset(i);
      if (!first || text(i) != "#") {
        if (i > begin && isWord(text(i)) && isWord(text(i - 1)) && !mayFollow(text(i - 1))) {
          declared_.insert(text(i));
        }
        continue;
      }
      const std::size_t lineEnd = std::min(code_.find('\n', offset(i)), code_.size());
      std::size_t end = i;
      while (end < tokens_.size() && offset(end) < lineEnd) ++end;
      const std::size_t body = text(i + 1) == "define" && i + 2 < end ? define(i + 2, end) : end;
      if (text(i + 1) == "undef") macros_[text(i + 2)].plain = false;
      for (std::size_t k = i; k < body; ++k) mayUse_[k] = false;
      i = end - 1;
      begin = end;
    }
    for (const std::string_view name : declared_) {
      if (const auto macro = macros_.find(name); macro != macros_.end())
        macro->second.plain = false;
    }
  }

  /// True if what follows that word is used there, not declared.
  static bool mayFollow(std::string_view word) {
    return isOneOf(word, {"return", "else", "case", "in", "out", "inout", "const", "uniform",
                          "highp", "mediump", "lowp", "precise"});
  }

  /// `NAME(a, b) body`; returns where its body begins.
  std::size_t define(std::size_t name, std::size_t end) {
    const bool known = macros_.contains(text(name));
    Macro& macro = macros_[text(name)];
    macro.plain = macro.plain && !known;
    macro.end = end;
    std::size_t at = name + 1;
    macro.function = at < end && text(at) == "(" && offset(at) == offset(name) + text(name).size();
    if (macro.function) {
      for (++at; at < end && text(at) != ")"; ++at) {
        if (isWord(text(at))) macro.parameters.push_back(text(at));
      }
      at = std::min(at + 1, end);
    }
    macro.first = at;
    for (; at < end; ++at) macro.plain = macro.plain && text(at) != text(name);
    return macro.first;
  }

  /// `##`
  bool pastes(std::size_t at) const { return text(at) == "#" && text(at + 1) == "#"; }

  /// True for a macro that has to be written out to be understood: it names the type of samplers,
  /// or inputs that it reads itself through a function that it is given, or not at all.
  bool hides(const Macro& macro, const ConstantNames& names) const {
    std::size_t first = macro.first, end = macro.end;
    while (end > first + 1 && text(first) == "(" && text(end - 1) == ")") ++first, --end;
    std::vector<std::size_t> open;  // brackets
    for (std::size_t i = first; i < end; ++i) {
      if (samplersKind(text(i)) != kDimensions) return true;
      if (isOneOf(text(i), {"(", "["})) open.push_back(i);
      if (isOneOf(text(i), {")", "]"}) && !open.empty()) open.pop_back();
      if (inputsKind(text(i)) == kDimensions) continue;
      if (text(i + 1) == "[") {
        const std::size_t close = closingBracket(tokens_, i + 1, end);
        if (close == end) return false;
        if (names.areConstant(i + 2, close)) continue;
      }
      const std::string_view reader = open.empty() || open.back() == 0 ? "" : text(open.back() - 1);
      const auto& given = macro.parameters;
      if (open.empty() || std::find(given.begin(), given.end(), reader) != given.end()) return true;
    }
    return false;
  }

  /// `sTD2DInputs[E]`
  bool isElement(std::size_t first, std::size_t end) const {
    return inputsKind(text(first)) != kDimensions && text(first + 1) == "[" &&
           closing(first + 1) + 1 == end;
  }

  /// `#define texture2D texture`, where it is called with an input.
  bool isOtherName(std::size_t at, const Macro& macro) const {
    return macro.end == macro.first + 1 && isWord(text(macro.first)) && text(at + 1) == "(" &&
           inputsKind(text(at + 2)) != kDimensions;
  }

  /// Returns where to go on.
  std::size_t use(std::size_t at, const ConstantNames& names) {
    const auto found = mayUse_[at] ? macros_.find(text(at)) : macros_.end();
    if (found == macros_.end() || !found->second.plain) return at + 1;
    const Macro& macro = found->second;
    if (!macro.function) {
      if (hiding_.contains(text(at)) || isOtherName(at, macro)) write(at, at, macro, {});
      return at + 1;
    }
    const std::size_t close = closing(at + 1);
    if (text(at + 1) != "(" || text(close) != ")") return at + 1;
    const std::vector<std::pair<std::size_t, std::size_t>> given = arguments(at + 1, close);
    const bool reads = std::any_of(given.begin(), given.end(), [&](const auto& each) {
      const auto [first, end] = each;
      if (end == first + 1) return inputsKind(text(first)) != kDimensions;
      return isElement(first, end) && !names.areConstant(first + 2, end - 1);
    });
    if (given.size() != macro.parameters.size() || !(reads || hiding_.contains(text(at)))) {
      return at + 1;
    }
    write(at, close, macro, given);
    return close + 1;
  }

  void write(std::size_t first, std::size_t last, const Macro& macro,
             const std::vector<std::pair<std::size_t, std::size_t>>& given) {
    std::string body;
    bool pasted = false;
    for (std::size_t i = macro.first; i < macro.end; ++i) {
      if (pastes(i)) {
        body.resize(body.find_last_not_of(' ') + 1);
        pasted = true;
        ++i;
        continue;
      }
      const auto parameter = std::find(macro.parameters.begin(), macro.parameters.end(), text(i));
      const bool gap = i > macro.first && offset(i) > offset(i - 1) + text(i - 1).size();
      if (gap && !pasted) body += ' ';
      if (parameter == macro.parameters.end()) {
        body += text(i);
      } else {
        const auto [from, end] =
            given[static_cast<std::size_t>(parameter - macro.parameters.begin())];
        body += (pasted ? "" : " ") + between(from, end) + ' ';
      }
      pasted = false;
    }
    written_ += body.size();
    const std::size_t at = offset(first);
    edits_.push_back({at, offset(last) + text(last).size() - at, std::move(body)});
  }

  /// The text of those tokens, in one line.
  std::string between(std::size_t first, std::size_t end) const {
    if (first == end) return {};
    std::string out =
        code_.substr(offset(first), offset(end - 1) + text(end - 1).size() - offset(first));
    std::replace(out.begin(), out.end(), '\n', ' ');
    return out;
  }

  std::size_t closing(std::size_t at) const { return closingBracket(tokens_, at, tokens_.size()); }

  std::vector<std::pair<std::size_t, std::size_t>> arguments(std::size_t open,
                                                             std::size_t close) const {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    std::size_t first = open + 1;
    int depth = 0;
    for (std::size_t i = first; i <= close; ++i) {
      if ((text(i) == "," && depth == 0) || i == close) {
        out.emplace_back(first, i);
        first = i + 1;
      }
      if (text(i) == "(") ++depth;
      if (text(i) == ")") --depth;
    }
    return out;
  }

  const std::string& code_;
  Tokens tokens_;
  std::vector<bool> mayUse_;
  std::map<std::string_view, Macro> macros_;
  std::set<std::string_view> declared_, hiding_;
  std::vector<TextEdit> edits_;
  std::size_t written_ = 0;
};

}  // namespace

std::string withoutSamplerMacros(std::string code) {
  if (code.find("Inputs") == std::string::npos || code.find("define") == std::string::npos) {
    return code;
  }
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<TextEdit> edits = Round(code).edits();
    if (edits.empty()) break;
    code = applied(code, std::move(edits));
  }
  return code;
}

}  // namespace topknot::glsl
