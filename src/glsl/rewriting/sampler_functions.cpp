// Functions of a user's that take samplers, as ones that take the numbers of inputs.
#include "glsl/rewriting/sampler_functions.h"

#include <algorithm>

#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

struct Kind {
  std::string_view inputs, sampler;
};

// In the order of Dimension.
constexpr Kind kKinds[kDimensions] = {{"sTD2DInputs", "sampler2D"},
                                      {"sTD3DInputs", "sampler3D"},
                                      {"sTD2DArrayInputs", "sampler2DArray"},
                                      {"sTDCubeInputs", "samplerCube"}};

bool isParameterQualifier(std::string_view word) {
  return isOneOf(word, {"const", "in", "out", "inout", "highp", "mediump", "lowp", "precise"});
}

std::string polyfillName(std::string_view name,
                         const std::vector<SamplerFunctions::Position>& positions) {
  std::string own = "tk_at";
  for (const auto& each : positions) own += std::to_string(each.parameter) + "_";
  return own + std::string(name);
}

}  // namespace

std::size_t inputsKind(std::string_view word) {
  std::size_t kind = 0;
  while (kind < kDimensions && kKinds[kind].inputs != word) ++kind;
  return kind;
}

std::size_t samplersKind(std::string_view type) {
  std::size_t kind = 0;
  while (kind < kDimensions && kKinds[kind].sampler != type) ++kind;
  return kind;
}

std::string_view inputsName(std::size_t kind) {
  return kKinds[kind].inputs;
}

SamplerFunctions::SamplerFunctions(const std::string& code, const Tokens& tokens,
                                   const std::array<int, kDimensions>& inputs)
    : code_(code), tokens_(tokens), inputs_(inputs) {
  markDirectives();
  for (std::size_t i = 1; i + 1 < tokens_.size(); ++i) {
    if (text(i + 1) != "(" || directive_[i] || directive_[i - 1]) continue;
    if (!isWord(text(i)) || !isWord(text(i - 1)) || isOneOf(text(i - 1), {"return", "else"})) {
      continue;
    }
    declaration(i);
  }
}

void SamplerFunctions::markDirectives() {
  directive_.reserve(tokens_.size());
  std::size_t done = 0;
  bool inDirective = false;
  for (const CodeToken& token : tokens_) {
    const auto at = static_cast<std::size_t>(token.text.data() - code_.data());
    const bool newLine = code_.find('\n', done) < at || directive_.empty();
    inDirective = newLine ? token.text == "#" : inDirective;
    directive_.push_back(inDirective);
    done = at;
  }
}

/// Of `vec4 blur(in sampler2D s, vec2 p)`, if it takes samplers.
void SamplerFunctions::declaration(std::size_t name) {
  Function function{text(name), text(name - 1), {}, 0, false};
  std::size_t at = name + 2, first = at;
  bool samplers = false;
  for (int depth = 0; at < tokens_.size(); ++at) {
    if (depth == 0 && (text(at) == "," || text(at) == ")")) {
      if (at > first) function.parameters.push_back(parameter(first, at));
      if (text(at) == ")") break;
      first = at + 1;
    }
    samplers |= text(at).starts_with("sampler");
    if (text(at) == "(" || text(at) == "[") ++depth;
    if (text(at) == ")" || text(at) == "]") --depth;
    if (isOneOf(text(at), {";", "{", "}"})) return;
  }
  if (!samplers) return;
  ++at;
  function.hasBody = text(at) == "{";
  function.end = function.hasBody ? endOfBody(at) : at;
  if (function.end > 0 && (function.hasBody || text(at) == ";")) functions_.push_back(function);
}

SamplerFunctions::Parameter SamplerFunctions::parameter(std::size_t first, std::size_t end) const {
  Parameter out;
  for (; first < end && isParameterQualifier(text(first)); ++first) {
    out.before += std::string(text(first)) + " ";
  }
  out.type = text(first);
  out.before += out.type;
  bool named = false;
  for (std::size_t i = first + 1; i < end; ++i) {
    if (!named && isWord(text(i)) && text(i - 1) != "[") {
      named = true;
    } else {
      (named ? out.after : out.before) += text(i);
    }
  }
  return out;
}

std::size_t SamplerFunctions::endOfBody(std::size_t at) const {
  int depth = 0;
  std::vector<int> branches;  // of conditions: how deep they began
  for (; at < tokens_.size(); ++at) {
    if (directive_[at]) {
      if (text(at) != "#") continue;
      if (isOneOf(text(at + 1), {"if", "ifdef", "ifndef"})) branches.push_back(depth);
      if (branches.empty()) continue;
      if (isOneOf(text(at + 1), {"else", "elif"})) depth = branches.back();
      if (text(at + 1) == "endif") branches.pop_back();
      continue;
    }
    if (text(at) == "{") ++depth;
    if (text(at) == "}" && --depth == 0) return at;
  }
  return 0;
}

bool SamplerFunctions::fits(const Function& function,
                            const std::vector<Position>& positions) const {
  return std::all_of(positions.begin(), positions.end(), [&](const Position& each) {
    return each.parameter < function.parameters.size() &&
           function.parameters[each.parameter].type == kKinds[each.kind].sampler &&
           function.parameters[each.parameter].after.empty();
  });
}

bool SamplerFunctions::takes(std::string_view name, std::size_t kind, std::size_t parameter) const {
  return std::any_of(functions_.begin(), functions_.end(), [&](const Function& each) {
    return each.name == name && fits(each, {{parameter, kind}});
  });
}

std::string SamplerFunctions::polyfill(std::string_view name,
                                       const std::vector<Position>& positions) {
  const auto function = std::find_if(
      functions_.begin(), functions_.end(),
      [&](const Function& each) { return each.name == name && fits(each, positions); });
  if (function == functions_.end()) return {};
  // With fewer numbers first: those with more call them.
  for (std::size_t first = positions.size(); first-- > 0;) {
    const auto from = positions.begin() + static_cast<std::ptrdiff_t>(first);
    std::vector<Position> some(from, positions.end());
    auto& wanted = wanted_[function->name];
    if (std::find(wanted.begin(), wanted.end(), some) == wanted.end()) {
      wanted.push_back(std::move(some));
    }
  }
  return polyfillName(name, positions);
}

void SamplerFunctions::addTo(std::vector<TextEdit>& edits) const {
  for (const Function& function : functions_) {
    const auto wanted = wanted_.find(function.name);
    if (wanted == wanted_.end()) continue;
    std::string made;
    for (const auto& positions : wanted->second) {
      if (fits(function, positions)) made += " " + written(function, positions);
    }
    const std::string_view last = text(function.end);
    const auto at = static_cast<std::size_t>(last.data() - code_.data()) + last.size();
    if (!made.empty()) edits.push_back({at, 0, std::move(made)});
  }
}

/// In one line, so that the others stay where they are.
std::string SamplerFunctions::written(const Function& function,
                                      const std::vector<Position>& positions) const {
  const std::size_t number = positions.front().parameter, kind = positions.front().kind;
  std::string parameters, arguments[2];  // before the input and behind it
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const Parameter& each = function.parameters[i];
    const std::string own = "p" + std::to_string(i), comma = i == 0 ? "" : ", ";
    const bool isNumber = std::any_of(positions.begin(), positions.end(),
                                      [i](const Position& p) { return p.parameter == i; });
    parameters += comma + (isNumber ? "int" : each.before) + " " + own + each.after;
    if (i != number) arguments[i > number ? 1 : 0] += i > number ? ", " + own : own + ", ";
  }
  const std::string result(function.result);
  std::string text = result + " " + polyfillName(function.name, positions) + "(" + parameters + ")";
  if (!function.hasBody) return text + ";";
  const std::vector<Position> others(positions.begin() + 1, positions.end());
  const std::string callee =
      others.empty() ? std::string(function.name) : polyfillName(function.name, others);
  const bool returns = result != "void";
  text += returns ? " { " + result + " r;" : " {";
  for (int i = 0; i < inputs_[kind]; ++i) {
    text += " if (p" + std::to_string(number) + " == " + std::to_string(i) + ") " +
            (returns ? "r = " : "") + callee + "(" + arguments[0] +
            std::string(kKinds[kind].inputs) + "[" + std::to_string(i) + "]" + arguments[1] + ");";
  }
  return text + (returns ? " return r; }" : " }");
}

}  // namespace topknot::glsl
