// A shader function with the names of what it is given: what a picture is made by.
#include "top/cook/shader_function.h"

#include <cctype>
#include <cmath>
#include <cstring>
#include <locale>
#include <sstream>

#include "glsl/source/shader_library.h"
#include "topknot/error.h"

namespace topknot {

namespace {

bool isWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

std::string_view word(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && isWord(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A float that GLSL reads as the very same one.
std::string literal(float value) {
  if (!std::isfinite(value)) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    return "uintBitsToFloat(" + std::to_string(bits) + "u)";
  }
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.precision(9);
  text << std::showpoint << value;
  return value < 0.0f || std::signbit(value) ? "(" + text.str() + ")" : text.str();
}

std::string literal(const float* values, int components) {
  if (components == 1) return literal(values[0]);
  std::string text = "vec" + std::to_string(components) + "(";
  for (int i = 0; i < components; ++i) text += (i > 0 ? ", " : "") + literal(values[i]);
  return text + ")";
}

/// Replaces the words of one function's text.
class Resolver {
 public:
  Resolver(const ShaderFunction& shaderFunction, std::string_view block, const Frozen& frozen,
           std::string& declarations)
      : shaderFunction_(shaderFunction),
        block_(block),
        frozen_(frozen),
        declarations_(declarations) {}

  std::string resolve(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      const bool starts = text[i] == 'P' && (i == 0 || !isWord(text[i - 1]));
      if (starts && text.substr(i).starts_with("P_IS(")) {
        const std::size_t end = text.find(')', i);
        const std::string_view arguments = text.substr(i + 5, end - i - 5);
        const std::size_t comma = arguments.find(',');
        const std::string_view item = trimmed(arguments.substr(comma + 1));
        out += menu(trimmed(arguments.substr(0, comma))).item == item ? "true" : "false";
        i = end + 1;
      } else if (starts && text.substr(i).starts_with("P_CALL(")) {
        const std::size_t end = text.find(')', i);
        const Values::Constant& called = menu(trimmed(text.substr(i + 7, end - i - 7)));
        out += called.name + "_" + called.item;
        i = end + 1;
      } else if (starts && text.substr(i).starts_with("P.")) {
        const std::string_view name = word(text, i + 2);
        out += value(name);
        i += 2 + name.size();
      } else {
        out += text[i++];
      }
    }
    return out;
  }

 private:
  const Values::Constant& menu(std::string_view name) const {
    for (const Values::Constant& constant : shaderFunction_.constants) {
      if (constant.name == name) return constant;
    }
    throw Error("a shader of the library asks for the menu '" + std::string(name) +
                "', which is not given");
  }

  std::string value(std::string_view name) {
    for (const Values::Constant& constant : shaderFunction_.constants) {
      if (constant.name == name) return std::to_string(constant.value);
    }
    for (std::size_t i = 0; i < shaderFunction_.numbers.size(); ++i) {
      if (shaderFunction_.numbers[i].name != name) continue;
      const bool frozen = i < frozen_.numbers.size() && frozen_.numbers[i];
      return frozen ? constantOf(shaderFunction_.numbers[i])
                    : std::string(block_) + "." + std::string(name);
    }
    throw Error("a shader of the library asks for P." + std::string(name) + ", which is not given");
  }

  std::string constantOf(const NumberInfo& number) {
    std::vector<float> values(number.bytes / sizeof(float));
    std::memcpy(values.data(), frozen_.bytes + number.offset, number.bytes);
    if (number.count == 0) return literal(values.data(), number.components);
    const std::string name = std::string(block_) + "_" + number.name;
    if (declarations_.find(" " + name + "[") == std::string::npos) {
      const std::string type = "vec4[" + std::to_string(number.count) + "]";
      declarations_ +=
          "const vec4 " + name + "[" + std::to_string(number.count) + "] = " + type + "(";
      for (int i = 0; i < number.count; ++i) {
        declarations_ += (i > 0 ? ", " : "") + literal(values.data() + i * 4, 4);
      }
      declarations_ += ");\n";
    }
    return name;
  }

  const ShaderFunction& shaderFunction_;
  std::string_view block_;
  const Frozen& frozen_;
  std::string& declarations_;
};

}  // namespace

ShaderFunction::ShaderFunction(std::string_view name, FunctionKind what, const Values& values,
                               gl::ChannelMask channels, std::shared_ptr<const UserFunction> theirs)
    : function(name),
      kind(what),
      constants(values.constants()),
      numbers(values.numbers()),
      mask(channels),
      user(std::move(theirs)),
      id(idOf(name, what, values, channels, user.get())),
      weight(user ? user->text.userCode().size() : glsl::libraryShader(name).size()) {}

std::uint64_t ShaderFunction::idOf(std::string_view function, FunctionKind kind,
                                   const Values& values, gl::ChannelMask mask,
                                   const UserFunction* user) {
  const auto bits = static_cast<std::uint64_t>(mask.r | mask.g << 1 | mask.b << 2 | mask.a << 3);
  std::uint64_t id = mixed(values.key(), function);
  id = mixed(id, bits * 16 + static_cast<std::uint64_t>(kind));
  return user == nullptr ? id : mixed(id, user->id);
}

std::string resolved(const ShaderFunction& shaderFunction, std::string_view text,
                     std::string_view block, const Frozen& frozen, std::string& declarations) {
  return Resolver(shaderFunction, block, frozen, declarations).resolve(text);
}

std::string members(const ShaderFunction& shaderFunction) {
  std::string text;
  for (const NumberInfo& number : shaderFunction.numbers) {
    const std::string type =
        number.components == 1 ? "float" : "vec" + std::to_string(number.components);
    text += "  " + type + " " + number.name;
    if (number.count > 0) text += "[" + std::to_string(number.count) + "]";
    text += ";\n";
  }
  return text;
}

}  // namespace topknot
