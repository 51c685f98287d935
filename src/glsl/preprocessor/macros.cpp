// The macros that are defined at one place of a shader.
#include "glsl/preprocessor/macros.h"

#include <algorithm>
#include <utility>

#include "glsl/preprocessor/lexer.h"

namespace topknot::glsl {

namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

/// `a, b)` behind the opening bracket; leaves `at` behind the closing one.
std::string readParameters(std::span<const Token> tokens, std::size_t& at, Macro& macro) {
  const std::string wanted = "a macro's parameters are names with commas between, then ')'";
  macro.takesArguments = true;
  if (at < tokens.size() && tokens[at].is(")")) {
    ++at;
    return {};
  }
  for (;; ++at) {
    if (at >= tokens.size() || !tokens[at].isWord()) return wanted;
    if (macro.parameter(tokens[at]) >= 0) {
      return "the macro has two parameters called " + quoted(tokens[at].text);
    }
    macro.parameters.push_back(tokens[at++].text);
    if (at < tokens.size() && tokens[at].is(")")) break;
    if (at >= tokens.size() || !tokens[at].is(",")) return wanted;
  }
  ++at;
  return {};
}

}  // namespace

int Macro::parameter(const Token& token) const {
  if (!token.isWord()) return -1;
  const auto found = std::find(parameters.begin(), parameters.end(), token.text);
  return found == parameters.end() ? -1 : static_cast<int>(found - parameters.begin());
}

bool Macro::sameAs(const Macro& other) const {
  const auto same = [](const Token& left, const Token& right) {
    return left.text == right.text && left.gap == right.gap;
  };
  return takesArguments == other.takesArguments && parameters == other.parameters &&
         std::equal(body.begin(), body.end(), other.body.begin(), other.body.end(), same);
}

std::string_view MacroTable::keep(std::string text) {
  return texts_.emplace_back(std::move(text));
}

void MacroTable::addBuiltin(const std::string& name, const std::string& value) {
  auto macro = std::make_shared<Macro>();
  const std::string_view text = keep(value);
  macro->body.push_back({text, {}, kindOf(text)});
  const std::string_view kept = keep(name);
  macros_.insert_or_assign(kept, std::move(macro));
  builtins_.insert(kept);
}

std::string MacroTable::nameFault(std::span<const Token> tokens, std::string_view directive) const {
  if (tokens.empty() || !tokens[0].isWord()) {
    return std::string(directive) + " expects the name of a macro";
  }
  const std::string_view name = tokens[0].text;
  const bool own = name == "defined" || name == "__LINE__" || name == "__FILE__";
  if (own || builtins_.contains(name)) {
    return std::string(directive) + ": " + quoted(name) + " is the compiler's own";
  }
  return {};
}

std::string MacroTable::define(std::span<const Token> tokens, bool anew) {
  if (std::string fault = nameFault(tokens, "#define"); !fault.empty()) return fault;
  auto macro = std::make_shared<Macro>();
  std::size_t at = 1;
  // A bracket begins parameters only right behind the name.
  if (tokens.size() > 1 && tokens[1].is("(") && !tokens[1].gap) {
    at = 2;
    if (std::string fault = readParameters(tokens, at, *macro); !fault.empty()) return fault;
  }
  macro->body.assign(tokens.begin() + static_cast<std::ptrdiff_t>(at), tokens.end());
  if (!macro->body.empty()) macro->body.front().gap = false;
  const auto& body = macro->body;
  if (!body.empty() && (body.front().is("##") || body.back().is("##"))) {
    return "## joins what stands on both of its sides: a macro neither begins nor ends with it";
  }
  if (const MacroPtr known = find(tokens[0].text); !anew && known && !known->sameAs(*macro)) {
    return "the macro " + quoted(tokens[0].text) +
           " is defined as something else already: #undef it first";
  }
  macros_.insert_or_assign(tokens[0].text, std::move(macro));
  return {};
}

std::string MacroTable::undefine(std::span<const Token> tokens) {
  if (std::string fault = nameFault(tokens, "#undef"); !fault.empty()) return fault;
  macros_.erase(tokens[0].text);
  return {};
}

MacroPtr MacroTable::find(std::string_view name) const {
  const auto found = macros_.find(name);
  return found == macros_.end() ? nullptr : found->second;
}

bool MacroTable::isDefined(std::string_view name) const {
  return macros_.contains(name) || name == "__LINE__" || name == "__FILE__";
}

std::vector<std::string> MacroTable::names() const {
  std::vector<std::string> all;
  for (const auto& [name, macro] : macros_) {
    if (!builtins_.contains(name)) all.emplace_back(name);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace topknot::glsl
