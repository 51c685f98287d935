// What an operator gives its shader function: constants and numbers.
#include "top/values.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "topknot/error.h"

namespace topknot {

namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

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

}  // namespace

void Values::constant(std::string name, int value) { menu(std::move(name), value, {}); }

void Values::menu(std::string name, int index, std::string item) {
  key_ += name + "=" + std::to_string(index) + ";";
  constants_.push_back({std::move(name), index, std::move(item)});
}

void Values::add(std::string name, const char* type, std::span<const float> numbers,
                 std::size_t align) {
  bytes_.resize((bytes_.size() + align - 1) / align * align);
  const auto* raw = reinterpret_cast<const std::byte*>(numbers.data());
  bytes_.insert(bytes_.end(), raw, raw + numbers.size_bytes());
  members_ += std::string("  ") + type + " " + name + ";\n";
  key_ += std::string(type) + " " + name + ";";
  numbers_.push_back(std::move(name));
}

void Values::array(std::string name, std::span<const glm::vec4> values) {
  const std::string size = "[" + std::to_string(values.size()) + "]";
  bytes_.resize((bytes_.size() + 15) / 16 * 16);
  const auto* raw = reinterpret_cast<const std::byte*>(values.data());
  bytes_.insert(bytes_.end(), raw, raw + values.size_bytes());
  members_ += "  vec4 " + name + size + ";\n";
  key_ += name + size + ";";
  numbers_.push_back(std::move(name));
}

void Values::parameter(const Parameter& parameter) {
  const std::string& name = parameter.name();
  switch (parameter.style()) {
    case ParStyle::Menu: {
      const int index = parameter.menuIndex();
      menu(name, index, parameter.menu()[static_cast<std::size_t>(index)].name);
      break;
    }
    case ParStyle::Toggle: constant(name, parameter.on() ? 1 : 0); break;
    case ParStyle::Float:
    case ParStyle::Int: {
      const glm::vec4 v = parameter.value().vec4();
      if (parameter.size() == 1) number(name, v.x);
      if (parameter.size() == 2) number(name, glm::vec2(v));
      if (parameter.size() == 3) number(name, glm::vec3(v));
      if (parameter.size() == 4) number(name, v);
      break;
    }
    default: break;  // texts and pulses are not for shaders
  }
}

std::string Values::valueOf(std::string_view name, std::string_view block) const {
  for (const Constant& constant : constants_) {
    if (constant.name == name) return std::to_string(constant.value);
  }
  if (std::find(numbers_.begin(), numbers_.end(), name) != numbers_.end()) {
    return std::string(block) + "." + std::string(name);
  }
  throw Error("a shader of the library asks for P." + std::string(name) + ", which is not given");
}

std::string Values::isItem(std::string_view menu, std::string_view item) const {
  for (const Constant& constant : constants_) {
    if (constant.name == menu) return constant.item == item ? "true" : "false";
  }
  throw Error("a shader of the library asks for the menu '" + std::string(menu) +
              "', which is not given");
}

std::string Values::itemFunction(std::string_view menu) const {
  for (const Constant& constant : constants_) {
    if (constant.name == menu) return constant.name + "_" + constant.item;
  }
  throw Error("a shader of the library calls the menu '" + std::string(menu) +
              "', which is not given");
}

std::string Values::resolve(std::string_view text, std::string_view block) const {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool starts = i == 0 || !isWord(text[i - 1]);
    if (starts && text.substr(i).starts_with("P_IS(")) {
      const std::size_t end = text.find(')', i);
      const std::string_view arguments = text.substr(i + 5, end - i - 5);
      const std::size_t comma = arguments.find(',');
      out += isItem(trimmed(arguments.substr(0, comma)), trimmed(arguments.substr(comma + 1)));
      i = end + 1;
    } else if (starts && text.substr(i).starts_with("P_CALL(")) {
      const std::size_t end = text.find(')', i);
      out += itemFunction(trimmed(text.substr(i + 7, end - i - 7)));
      i = end + 1;
    } else if (starts && text.substr(i).starts_with("P.")) {
      const std::string_view name = word(text, i + 2);
      out += valueOf(name, block);
      i += 2 + name.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace topknot
