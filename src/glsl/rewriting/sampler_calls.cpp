// Reads of inputs whose index is not constant, as calls of functions with constant indices.
#include "glsl/rewriting/sampler_calls.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "glsl/rewriting/constant_names.h"
#include "glsl/rewriting/sampler_functions.h"
#include "glsl/tokens/token_reader.h"

namespace topknot::glsl {

namespace {

/// The types that calls have for a kind of input.
struct Kind {
  const char *suffix, *coordinate, *gradient, *texel, *size, *offset, *projected, *projected4;
};

// In the order of Dimension.
constexpr Kind kKinds[kDimensions] = {
    {"2D", "vec2", "vec2", "ivec2", "ivec2", "ivec2", "vec3", "vec4"},
    {"3D", "vec3", "vec3", "ivec3", "ivec3", "ivec3", "vec4", ""},
    {"2DArray", "vec3", "vec2", "ivec3", "ivec3", "ivec2", "", ""},
    {"Cube", "vec3", "vec3", "", "ivec2", "", "", ""},
};

/// A function to read a sampler with, and what it takes behind that: P a coordinate, Q and R ones
/// that are divided by their last component, G a gradient, T a texel, O an offset, f a float, i an
/// int, c the number of a channel, which has to be constant.
struct Form {
  const char *name, *result, *parameters;
  bool pixelOnly = false;
};

constexpr Form kForms[] = {
    {"texture", "vec4", "P"},
    {"texture", "vec4", "Pf", true},
    {"textureLod", "vec4", "Pf"},
    {"textureGrad", "vec4", "PGG"},
    {"textureProj", "vec4", "Q"},
    {"textureProj", "vec4", "R"},
    {"textureProjLod", "vec4", "Qf"},
    {"textureProjLod", "vec4", "Rf"},
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
                                        "texelFetchOffset", "textureGatherOffsets"};

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
    case 'Q':
      return kind.projected;
    case 'R':
      return kind.projected4;
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

std::string polyfillName(std::string_view name, const Kind& kind) {
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
  const std::string name = polyfillName(form.name, kind);
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
  std::string text = "#define " + polyfillName(name, kind) + "_" + std::to_string(count) +
                     "(index" + arguments + ") (";
  for (int i = 0; i < inputs; ++i) {
    text += "(index) == " + std::to_string(i) + " ? " + std::string(name) + "(" + sampler(kind, i) +
            arguments + ") : ";
  }
  return text + "vec4(0))\n";
}

class Replacer {
 public:
  Replacer(const std::string& code, const std::array<int, kDimensions>& inputs,
           std::vector<TextEdit>& edits)
      : code_(code),
        inputs_(inputs),
        edits_(edits),
        tokens_(tokenized(code)),
        own_(code, tokens_, inputs) {}

  std::string run() {
    const ConstantNames names(code_, tokens_);
    for (std::size_t i = 2; i + 3 < tokens_.size(); ++i) {
      const std::size_t kind = inputsKind(text(i));
      if (kind == kDimensions || inputs_[kind] == 0 || text(i + 1) != "[") continue;
      const std::size_t close = closing(i + 1);
      if (text(close + 1) != "," && text(close + 1) != ")") continue;
      if (!names.areConstant(i + 2, close)) argument({i, close, kind, 0});
    }
    for (const auto& [name, arguments] : calls_) callOwn(name, arguments);
    own_.addTo(edits_);
    return functions_;
  }

 private:
  /// `sTD2DInputs[E]` as an argument of a call.
  struct Argument {
    std::size_t first, close, kind, position;
  };

  static Tokens tokenized(const std::string& code) {
    Tokens tokens;
    tokenize(code, 0, tokens);
    return tokens;
  }

  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  void argument(Argument found) {
    std::size_t open = found.first - 1;
    for (int depth = 0; open > 0; --open) {
      if (depth == 0 && text(open) == "(") break;
      if (depth == 0 && text(open) == ",") ++found.position;
      if (isOneOf(text(open), {")", "]"})) ++depth;
      if (isOneOf(text(open), {"(", "["})) --depth;
      if (isOneOf(text(open), {";", "{", "}"})) return;
    }
    if (open == 0 || !isWord(text(open - 1))) return;
    const std::size_t at = open - 1;
    if (!isGlsls(text(at)) && own_.takes(text(at), found.kind, found.position)) {
      calls_[at].push_back(found);
      return;
    }
    if (found.position > 0) return;
    const std::string name = polyfill(at, found.kind);
    if (name.empty()) return;
    replace(at, at, name);
    replace(found.first, found.first + 1, "");
    replace(found.close, found.close, "");
  }

  static bool isGlsls(std::string_view name) {
    const auto isCalledSo = [name](const Form& form) { return form.name == name; };
    return std::any_of(std::begin(kForms), std::end(kForms), isCalledSo);
  }

  /// `blur(sTD2DInputs[i], p)` of a function of the user's.
  void callOwn(std::size_t at, const std::vector<Argument>& arguments) {
    std::vector<SamplerFunctions::Position> positions;
    for (const Argument& each : arguments) positions.push_back({each.position, each.kind});
    const std::string name = own_.polyfill(text(at), positions);
    if (name.empty()) return;
    replace(at, at, name);
    for (const Argument& each : arguments) {
      replace(each.first, each.first + 1, "int(");
      replace(each.close, each.close, ")");
    }
  }

  /// What to call in the place of the function there; none if that function is not known.
  std::string polyfill(std::size_t at, std::size_t kind) {
    const std::string_view name = text(at);
    const int inputs = inputs_[kind];
    if (std::find(std::begin(kOffsetForms), std::end(kOffsetForms), name) !=
        std::end(kOffsetForms)) {
      const std::size_t count = arguments(at + 1) - 1;
      if (count < 2 || count > 4) return {};
      std::string own = polyfillName(name, kKinds[kind]) + "_" + std::to_string(count);
      if (made_.insert(own).second) functions_ += macroOf(name, kKinds[kind], count, inputs);
      return own;
    }
    std::string own, text;
    for (const Form& form : kForms) {
      if (form.name != name || !exists(form, kKinds[kind])) continue;
      own = polyfillName(name, kKinds[kind]);
      text += functionOf(form, kKinds[kind], inputs);
    }
    if (!own.empty() && made_.insert(own).second) functions_ += text;
    return own;
  }

  /// The bracket that closes the one at `at`, or the end.
  std::size_t closing(std::size_t at) const { return closingBracket(tokens_, at, tokens_.size()); }

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
  const Tokens tokens_;
  SamplerFunctions own_;
  std::map<std::size_t, std::vector<Argument>> calls_;  // of the user's functions, by their names
  std::set<std::string> made_;
  std::string functions_;
};

}  // namespace

std::string replaceSamplerCalls(const std::string& code, const std::array<int, kDimensions>& inputs,
                                std::vector<TextEdit>& edits) {
  if (code.find("Inputs") == std::string::npos) return {};
  return Replacer(code, inputs, edits).run();
}

}  // namespace topknot::glsl
