// Users' overloads of GLSL's own functions.
#include "glsl/rewriting/builtin_overloads.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "glsl/tokens/shader_tokens.h"

namespace topknot::glsl {

namespace {

/// The result and then the parameters: F, I, U, B stand for a float, an int, a uint, a bool or a
/// vector of as many components as all others have; f, i, u, b for a single one; M for a square
/// matrix; 3 for a vec3.
struct Builtins {
  const char *names, *forms;
  int leastComponents = 1;
};

constexpr Builtins kBuiltins[] = {
    {"radians degrees sin cos tan asin acos sinh cosh tanh asinh acosh atanh exp log exp2 log2 "
     "sqrt inversesqrt floor ceil trunc round roundEven fract normalize",
     "FF"},
    {"atan", "FF FFF"},
    {"pow reflect", "FFF"},
    {"abs sign", "FF II"},
    {"mod", "FFF FFf"},
    {"min max", "FFF FFf III IIi UUU UUu"},
    {"clamp", "FFFF FFff IIII IIii UUUU UUuu"},
    {"mix", "FFFF FFFf FFFB IIIB UUUB BBBB"},
    {"step", "FFF FfF"},
    {"smoothstep", "FFFF FffF"},
    {"length", "fF"},
    {"distance dot", "fFF"},
    {"refract", "FFFf"},
    {"faceforward fma", "FFFF"},
    {"isnan isinf", "BF"},
    {"transpose inverse", "MM"},
    {"determinant", "fM"},
    {"cross", "333"},
    {"lessThan lessThanEqual greaterThan greaterThanEqual", "BFF BII BUU", 2},
    {"equal notEqual", "BFF BII BUU BBB", 2},
    {"any all", "bB", 2},
    {"not", "BB", 2},
};

/// Of functions that take samplers.
struct SamplerBuiltin {
  const char *name, *result, *parameters;
  bool pixelOnly = false;
};

constexpr SamplerBuiltin kSamplerBuiltins[] = {
    {"texture", "vec4", "sampler2D, vec2"},
    {"texture", "vec4", "sampler3D, vec3"},
    {"texture", "vec4", "sampler2DArray, vec3"},
    {"texture", "vec4", "samplerCube, vec3"},
    {"texture", "vec4", "sampler1D, float"},
    {"texture", "vec4", "sampler2D, vec2, float", true},
    {"texture", "vec4", "sampler3D, vec3, float", true},
    {"texture", "vec4", "sampler2DArray, vec3, float", true},
    {"texture", "vec4", "samplerCube, vec3, float", true},
    {"textureLod", "vec4", "sampler2D, vec2, float"},
    {"textureLod", "vec4", "sampler3D, vec3, float"},
    {"textureLod", "vec4", "sampler2DArray, vec3, float"},
    {"textureLod", "vec4", "samplerCube, vec3, float"},
    {"texelFetch", "vec4", "sampler2D, ivec2, int"},
    {"texelFetch", "vec4", "sampler3D, ivec3, int"},
    {"texelFetch", "vec4", "sampler2DArray, ivec3, int"},
    {"texelFetch", "vec4", "samplerBuffer, int"},
    {"textureSize", "ivec2", "sampler2D, int"},
    {"textureSize", "ivec3", "sampler3D, int"},
    {"textureSize", "ivec3", "sampler2DArray, int"},
    {"textureSize", "ivec2", "samplerCube, int"},
    {"textureGrad", "vec4", "sampler2D, vec2, vec2, vec2"},
    {"textureGrad", "vec4", "sampler3D, vec3, vec3, vec3"},
    {"textureGrad", "vec4", "samplerCube, vec3, vec3, vec3"},
};

/// The type of a letter of a form, of so many components.
std::string typeOf(char letter, int components) {
  const std::string count = std::to_string(components);
  const bool single = components == 1;
  switch (letter) {
    case 'F':
      return single ? "float" : "vec" + count;
    case 'I':
      return single ? "int" : "ivec" + count;
    case 'U':
      return single ? "uint" : "uvec" + count;
    case 'B':
      return single ? "bool" : "bvec" + count;
    case 'M':
      return "mat" + count;
    case 'f':
      return "float";
    case 'i':
      return "int";
    case 'u':
      return "uint";
    case 'b':
      return "bool";
    default:
      return "vec3";
  }
}

bool isListed(std::string_view names, std::string_view name) {
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    if (names.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

/// The functions that hand on to those that GLSL has by one name.
class Polyfills {
 public:
  /// `taken`: the parameters of those that the user writes.
  Polyfills(std::string_view name, std::set<std::string> taken)
      : name_(name), taken_(std::move(taken)) {
    for (const Builtins& row : kBuiltins) {
      if (isListed(row.names, name)) addForms(row.forms, row.leastComponents);
    }
    for (const SamplerBuiltin& row : kSamplerBuiltins) {
      if (name != row.name) continue;
      if (row.pixelOnly) text_ += "#ifdef TD_PIXEL_SHADER\n";
      add(row.result, row.parameters);
      if (row.pixelOnly) text_ += "#endif\n";
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void addForms(std::string_view forms, int least) {
    while (!forms.empty()) {
      const std::string_view form = forms.substr(0, forms.find(' '));
      forms.remove_prefix(std::min(form.size() + 1, forms.size()));
      const bool matrix = form.find('M') != std::string_view::npos;
      for (int components = matrix ? 2 : least; components <= 4; ++components) {
        std::string parameters;
        for (const char letter : form.substr(1)) {
          if (!parameters.empty()) parameters += ", ";
          parameters += typeOf(letter, components);
        }
        add(typeOf(form[0], components), parameters);
      }
    }
  }

  /// `vec2 tk_mod(vec2 a, float b) { return mod(a, b); }`
  void add(const std::string& result, const std::string& parameters) {
    if (!taken_.insert(parameters).second) return;
    std::string named, arguments;
    char letter = 'a';
    for (std::size_t at = 0; at < parameters.size(); ++letter) {
      const std::size_t end = std::min(parameters.find(", ", at), parameters.size());
      if (at > 0) named += ", ", arguments += ", ";
      named += parameters.substr(at, end - at) + " " + letter;
      arguments += letter;
      at = end + 2;
    }
    text_ +=
        result + " tk_" + name_ + "(" + named + ") { return " + name_ + "(" + arguments + "); }\n";
  }

  const std::string name_;
  std::set<std::string> taken_;
  std::string text_;
};

/// Calls, and the bodies of macros; not what is a member of something.
void rename(const std::string& code, const std::set<std::string>& names,
            std::vector<TextEdit>& edits) {
  Tokens tokens;
  tokenize(code, 0, tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    if (!isWord(word) || !names.contains(std::string(word))) continue;
    if (i > 0 && tokens[i - 1].text == ".") continue;
    const auto at = static_cast<std::size_t>(word.data() - code.data());
    const bool called = i + 1 < tokens.size() && tokens[i + 1].text == "(";
    const std::size_t line = code.rfind('\n', at) + 1;
    const bool directive = code.find_first_not_of(" \t", line) == code.find('#', line);
    if (called || directive) edits.push_back({at, word.size(), "tk_" + std::string(word)});
  }
}

}  // namespace

std::string replaceOverloads(const std::string& code, const Declarations& declared,
                             std::vector<TextEdit>& edits) {
  std::map<std::string, std::set<std::string>> taken;
  for (const FunctionDeclaration& function : declared.functions) {
    taken[function.name].insert(function.parameters);
  }
  std::set<std::string> names;
  std::string text;
  for (auto& [name, parameters] : taken) {
    std::string own = Polyfills(name, std::move(parameters)).take();
    if (own.empty()) continue;
    names.insert(name);
    text += own;
  }
  if (!names.empty()) rename(code, names, edits);
  return text;
}

}  // namespace topknot::glsl
