// Reads of inputs whose index is not constant, as calls of functions with constant indices.
#include "gl/sampler_calls.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "gl/shader_tokens.h"

namespace topknot::gl {

namespace {

/// The types that calls have for a kind of input.
struct Kind {
  const char *suffix, *coordinate, *gradient, *texel, *size, *offset;
};

// In the order of Dimension.
constexpr Kind kKinds[kDimensions] = {
    {"2D", "vec2", "vec2", "ivec2", "ivec2", "ivec2"},
    {"3D", "vec3", "vec3", "ivec3", "ivec3", "ivec3"},
    {"2DArray", "vec3", "vec2", "ivec3", "ivec3", "ivec2"},
    {"Cube", "vec3", "vec3", "", "ivec2", ""},
};

/// A function to read a sampler with, and what it takes behind that: P a coordinate, G a gradient,
/// T a texel, O an offset, f a float, i an int, c the number of a channel, which has to be
/// constant.
struct Form {
  const char *name, *result, *parameters;
  bool pixelOnly = false;
};

constexpr Form kForms[] = {
    {"texture", "vec4", "P"},
    {"texture", "vec4", "Pf", true},
    {"textureLod", "vec4", "Pf"},
    {"textureGrad", "vec4", "PGG"},
    {"texelFetch", "vec4", "Ti"},
    {"textureSize", "S", "i"},
    {"textureQueryLevels", "int", ""},
    {"textureQueryLod", "vec2", "G", true},
    {"textureGather", "vec4", "P"},
    {"textureGather", "vec4", "Pc"},
    {"textureGatherOffset", "vec4", "PO"},
    {"textureGatherOffset", "vec4", "POc"},
    {"TDBicubicInterpolation", "vec4", "P"},
};

/// These take constant offsets, which no function can hand on: macros stand in for them.
constexpr const char* kOffsetForms[] = {"textureOffset", "textureLodOffset", "textureGradOffset",
                                        "texelFetchOffset"};

const char* typeOf(char letter, const Kind& kind) {
  switch (letter) {
    case 'P':
      return kind.coordinate;
    case 'G':
      return kind.gradient;
    case 'T':
      return kind.texel;
    case 'O':
      return kind.offset;
    case 'S':
      return kind.size;
    case 'f':
      return "float";
    default:
      return "int";
  }
}

bool exists(const Form& form, const Kind& kind) {
  const std::string_view name = form.name, suffix = kind.suffix;
  if (name.starts_with("textureGather") && suffix == "3D") return false;
  if (name.starts_with("TD") && suffix != "2D") return false;
  return std::all_of(form.parameters, form.parameters + std::string_view(form.parameters).size(),
                     [&](char letter) { return *typeOf(letter, kind) != '\0'; });
}

std::string sampler(const Kind& kind, int index) {
  return std::string("sTD") + kind.suffix + "Inputs[" + std::to_string(index) + "]";
}

std::string standInName(std::string_view name, const Kind& kind) {
  return "tk_" + std::string(name) + "_" + kind.suffix;
}

/// `texture(sTD2DInputs[0], a)`, with the channel that `c` names as a number.
std::string callOf(const Form& form, const Kind& kind, int index) {
  std::string call = std::string(form.name) + "(" + sampler(kind, index);
  const std::string_view parameters = form.parameters;
  const bool channel = parameters.ends_with('c');
  for (std::size_t i = 0; i < parameters.size() - (channel ? 1 : 0); ++i) {
    call += std::string(", ") + static_cast<char>('a' + i);
  }
  if (!channel) return call + ")";
  std::string text;
  for (int c = 0; c < 3; ++c) {
    text += "channel == " + std::to_string(c) + " ? " + call + ", " + std::to_string(c) + ") : ";
  }
  return text + call + ", 3)";
}

/// For int and uint. A row of conditions, not a tree of them or a switch: drivers have limits on
/// how deep they go.
std::string functionOf(const Form& form, const Kind& kind, int inputs) {
  const std::string result = *form.result == 'S' ? kind.size : form.result;
  const std::string name = standInName(form.name, kind);
  std::string parameters, arguments;
  char letter = 'a';
  for (const char* each = form.parameters; *each != '\0'; ++each, ++letter) {
    const std::string own = *each == 'c' ? "channel" : std::string(1, letter);
    parameters += std::string(", ") + typeOf(*each, kind) + " " + own;
    arguments += ", " + own;
  }
  std::string text =
      result + " " + name + "(int index" + parameters + ") { " + result + " r = " + result + "(0);";
  for (int i = 0; i < inputs; ++i) {
    text += " if (index == " + std::to_string(i) + ") r = " + callOf(form, kind, i) + ";";
  }
  text += " return r; }\n" + result + " " + name + "(uint index" + parameters + ") { return " +
          name + "(int(index)" + arguments + "); }\n";
  return form.pixelOnly ? "#ifdef TD_PIXEL_SHADER\n" + text + "#endif\n" : text;
}

/// `#define tk_textureOffset_2D_2(index, a, b) ((index) == 0 ? … : vec4(0))`
std::string macroOf(std::string_view name, const Kind& kind, std::size_t count, int inputs) {
  std::string arguments;
  for (std::size_t i = 0; i < count; ++i) {
    arguments += std::string(", ") + static_cast<char>('a' + i);
  }
  std::string text = "#define " + standInName(name, kind) + "_" + std::to_string(count) + "(index" +
                     arguments + ") (";
  for (int i = 0; i < inputs; ++i) {
    text += "(index) == " + std::to_string(i) + " ? " + std::string(name) + "(" + sampler(kind, i) +
            arguments + ") : ";
  }
  return text + "vec4(0))\n";
}

/// The names that stand for one and the same number wherever they are mentioned.
class ConstantNames {
 public:
  ConstantNames(std::string_view code, const Tokens& tokens) : code_(code), tokens_(tokens) {
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
      if (text(i) == "#" && text(i + 1) == "define") define(i + 2);
      if (text(i) == "int" || text(i) == "uint") declare(i + 1);
    }
    for (const std::string_view name : varying_) bodies_.erase(name);
    const auto varies = [this](const auto& entry) {
      return !std::all_of(entry.second.begin(), entry.second.end(),
                          [this](std::size_t at) { return isConstant(at); });
    };
    while (std::erase_if(bodies_, varies) > 0) {
    }
  }

  bool isConstant(std::size_t at) const {
    const std::string_view word = text(at);
    if (!isWord(word) || isDigit(word.front())) return true;
    return word == "int" || word == "uint" || word.starts_with("TD_NUM_") || bodies_.contains(word);
  }

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  /// `#define NAME body`; a name with several bodies has to be constant with all of them.
  void define(std::size_t at) {
    const auto start = static_cast<std::size_t>(text(at).data() - code_.data());
    const std::size_t end = std::min(code_.find('\n', start), code_.size());
    const bool function = code_.substr(start + text(at).size()).starts_with('(');
    if (function) varying_.insert(text(at));
    auto& body = bodies_[text(at)];
    for (std::size_t i = at + 1; i < tokens_.size() && text(i).data() < code_.data() + end; ++i) {
      if (function && text(i) == ")") break;
      if (function) varying_.insert(text(i));  // a parameter
      body.push_back(i);
    }
  }

  /// `const int NAME = value`; without the const, it varies.
  void declare(std::size_t at) {
    if (!isWord(text(at))) return;
    if (at < 2 || text(at - 2) != "const" || text(at + 1) != "=") {
      varying_.insert(text(at));
      return;
    }
    auto& body = bodies_[text(at)];
    for (std::size_t i = at + 2; i < tokens_.size() && text(i) != ";" && text(i) != ","; ++i) {
      body.push_back(i);
    }
  }

  std::string_view code_;
  const Tokens& tokens_;
  std::map<std::string_view, std::vector<std::size_t>> bodies_;
  std::set<std::string_view> varying_;
};

class Replacer {
 public:
  Replacer(const std::string& code, const std::array<int, kDimensions>& inputs,
           std::vector<TextEdit>& edits)
      : code_(code), inputs_(inputs), edits_(edits) {
    tokenize(code, 0, tokens_);
  }

  std::string run() {
    const ConstantNames names(code_, tokens_);
    for (std::size_t i = 0; i + 4 < tokens_.size(); ++i) {
      if (text(i + 1) == "(" && text(i + 3) == "[") call(i, names);
    }
    return functions_;
  }

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  /// Of `NAME(sTD2DInputs[E]…`.
  void call(std::size_t at, const ConstantNames& names) {
    std::size_t kind = 0;
    while (kind < kDimensions &&
           text(at + 2) != std::string("sTD") + kKinds[kind].suffix + "Inputs") {
      ++kind;
    }
    if (kind == kDimensions || inputs_[kind] == 0) return;
    const std::size_t close = closing(at + 3);
    if (text(close + 1) != "," && text(close + 1) != ")") return;
    bool constant = true;
    for (std::size_t i = at + 4; i < close; ++i) constant = constant && names.isConstant(i);
    if (constant) return;
    const std::string name = standIn(at, kind);
    if (name.empty()) return;
    replace(at, at, name);
    replace(at + 2, at + 3, "");
    replace(close, close, "");
  }

  /// What to call in the place of the function there; none if that function is not known.
  std::string standIn(std::size_t at, std::size_t kind) {
    const std::string_view name = text(at);
    const int inputs = inputs_[kind];
    if (std::find(std::begin(kOffsetForms), std::end(kOffsetForms), name) !=
        std::end(kOffsetForms)) {
      const std::size_t count = arguments(at + 1) - 1;
      if (count < 2 || count > 4) return {};
      std::string own = standInName(name, kKinds[kind]) + "_" + std::to_string(count);
      if (made_.insert(own).second) functions_ += macroOf(name, kKinds[kind], count, inputs);
      return own;
    }
    std::string own, text;
    for (const Form& form : kForms) {
      if (form.name != name || !exists(form, kKinds[kind])) continue;
      own = standInName(name, kKinds[kind]);
      text += functionOf(form, kKinds[kind], inputs);
    }
    if (!own.empty() && made_.insert(own).second) functions_ += text;
    return own;
  }

  /// The bracket that closes the one at `at`, or the end.
  std::size_t closing(std::size_t at) const {
    int open = 0;
    for (; at < tokens_.size(); ++at) {
      if (text(at) == "(" || text(at) == "[") ++open;
      if ((text(at) == ")" || text(at) == "]") && --open == 0) break;
    }
    return at;
  }

  /// How many stand between the brackets that begin there; 1 if these have no end.
  std::size_t arguments(std::size_t at) const {
    const std::size_t end = closing(at);
    if (end == tokens_.size()) return 1;
    std::size_t count = 1;
    for (++at; at < end; ++at) {
      if (text(at) == ",") ++count;
      if (text(at) == "(" || text(at) == "[") at = closing(at);
    }
    return count;
  }

  void replace(std::size_t first, std::size_t last, std::string with) {
    const auto start = static_cast<std::size_t>(text(first).data() - code_.data());
    const auto end = static_cast<std::size_t>(text(last).data() - code_.data()) + text(last).size();
    edits_.push_back({start, end - start, std::move(with)});
  }

  const std::string& code_;
  const std::array<int, kDimensions>& inputs_;
  std::vector<TextEdit>& edits_;
  Tokens tokens_;
  std::set<std::string> made_;
  std::string functions_;
};

}  // namespace

std::string replaceSamplerCalls(const std::string& code, const std::array<int, kDimensions>& inputs,
                                std::vector<TextEdit>& edits) {
  if (code.find("Inputs") == std::string::npos) return {};
  return Replacer(code, inputs, edits).run();
}

}  // namespace topknot::gl
