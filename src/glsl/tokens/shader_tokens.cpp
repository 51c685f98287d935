// A shader's text as words and signs, with its macros expanded.
#include "glsl/tokens/shader_tokens.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <span>
#include <utility>

#include "base/text.h"

namespace topknot::glsl {

namespace {

constexpr int kMaxMacroDepth = 256;

/// Where the word or number that begins at `at` ends. `1.5e-3` is one, and so is `.5`.
std::size_t endOfWord(std::string_view text, std::size_t at) {
  const bool number = !std::isalpha(static_cast<unsigned char>(text[at])) && text[at] != '_';
  const bool hexadecimal = text.substr(at, 2) == "0x" || text.substr(at, 2) == "0X";
  std::size_t end = at + 1;
  for (; end < text.size(); ++end) {
    const char c = text[end], before = text[end - 1];
    const bool sign = (c == '-' || c == '+') && (before == 'e' || before == 'E');
    if (base::isWordCharacter(c) || (number && (c == '.' || (sign && !hexadecimal)))) continue;
    break;
  }
  return end;
}

struct Macro {
  bool takesArguments = false;
  bool active = false;  // being expanded: its own name in there is a plain word
  std::vector<std::string_view> parameters;
  Tokens body;
};
using Macros = std::map<std::string_view, Macro>;

/// Replaces macros by what they stand for, and gives up where that has no end.
class Expander {
 public:
  /// `NAME body` or `NAME(a, b) body`; a parenthesis counts only right behind the name.
  void define(std::string_view text);
  void undefine(std::string_view text) {
    Tokens tokens;
    tokenize(text, 0, tokens);
    if (!tokens.empty()) macros_.erase(tokens[0].text);
  }

  void expand(std::span<const CodeToken> in, Tokens& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (depth_ == 0) line_ = in[i].line;
      if (++steps_ > kMaxTokens) {
        throw ShaderExcess(line_, "the shader has more than " + std::to_string(kMaxTokens) +
                                      " words and signs, its macros expanded");
      }
      const auto found = macros_.find(in[i].text);
      const bool called = i + 1 < in.size() && in[i + 1].text == "(";
      if (found == macros_.end() || found->second.active ||
          (found->second.takesArguments && !called)) {
        out.push_back({in[i].text, line_, depth_ > 0});
      } else if (!found->second.takesArguments) {
        rescan(found->second, found->second.body, out);
      } else {
        const std::vector<Tokens> arguments = takeArguments(in, i);
        rescan(found->second, substituted(found->second, arguments), out);
      }
    }
  }

  /// Begins anew after what was too much.
  void forget() {
    depth_ = 0;
    steps_ = 0;
    for (auto& [name, macro] : macros_) macro.active = false;
  }

 private:
  /// What stands between the parentheses behind `at`, expanded; leaves `at` at the closing one.
  std::vector<Tokens> takeArguments(std::span<const CodeToken> in, std::size_t& at) {
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
    for (const CodeToken& token : macro.body) {
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
      throw ShaderExcess(line_, "macros are nested deeper than " + std::to_string(kMaxMacroDepth));
    }
  }

  Macros macros_;
  int depth_ = 0;
  int line_ = 0;
  std::size_t steps_ = 0;
};

void Expander::define(std::string_view text) {
  Tokens tokens;
  tokenize(text, 0, tokens);
  if (tokens.empty() || !isWord(tokens[0].text)) return;
  Macro macro;
  std::size_t at = 1;
  const auto isOpening = [&](const CodeToken& token) {
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
  macros_.insert_or_assign(tokens[0].text, std::move(macro));
}

/// `#  define N 4` → `define`, and leaves ` N 4` in `rest`; nothing where there is no directive.
std::string_view directiveOf(std::string_view line, std::string_view& rest) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  std::size_t end = 0;
  while (end < line.size() && base::isWordCharacter(line[end])) ++end;
  rest = line.substr(end);
  return end == 0 ? std::string_view("#") : line.substr(0, end);
}

/// Keeps account of what stands under `#if 0`.
class DeadText {
 public:
  /// True if the line with that directive, or with none, is dead or ends what is dead.
  bool take(std::string_view directive, std::string_view rest) {
    if (depth_ == 0) {
      Tokens condition;
      if (directive == "if") tokenize(rest, 0, condition);
      depth_ = condition.size() == 1 && condition[0].text == "0" ? 1 : 0;
      return depth_ > 0;
    }
    if (directive == "if" || directive == "ifdef" || directive == "ifndef") ++depth_;
    if (directive == "endif") --depth_;
    if (depth_ == 1 && (directive == "else" || directive == "elif")) depth_ = 0;
    return true;
  }

 private:
  int depth_ = 0;  // of conditions, from the dead one on
};

}  // namespace

void tokenize(std::string_view text, int line, Tokens& out) {
  for (std::size_t i = 0; i < text.size();) {
    const bool point = text[i] == '.' && i + 1 < text.size() && base::isDigit(text[i + 1]);
    const std::size_t end = point || base::isWordCharacter(text[i]) ? endOfWord(text, i) : i + 1;
    if (!base::isSpace(text[i])) out.push_back({text.substr(i, end - i), line});
    i = end;
  }
}

void expandedTokens(std::string_view code, Tokens& out) {
  Expander expander;
  DeadText dead;
  Tokens plain;  // since the latest change of a macro
  const auto flush = [&] {
    const std::size_t before = out.size();
    try {
      expander.expand(plain, out);
    } catch (const ShaderExcess&) {
      out.resize(before);
      expander.forget();
    }
    plain.clear();
  };
  for (int line = 0; !code.empty(); ++line) {
    const std::size_t end = std::min(code.find('\n'), code.size());
    const std::string_view text = code.substr(0, end);
    code.remove_prefix(std::min(end + 1, code.size()));
    std::string_view rest;
    const std::string_view directive = directiveOf(text, rest);
    if (dead.take(directive, rest)) continue;
    if (directive.empty()) {
      tokenize(text, line, plain);
      continue;
    }
    flush();
    if (directive == "define") expander.define(rest);
    if (directive == "undef") expander.undefine(rest);
  }
  flush();
}

}  // namespace topknot::glsl
