// What an operator gives its shader function: constants and numbers.
#include "top/parameters/values.h"

#include "topknot/error.h"

namespace topknot {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  // Whole words at a time; the shift brings the high half back down.
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return mixed(hash, text.size());
}

void Values::menu(std::string_view name, int index, std::string_view item) {
  key_ = mixed(mixed(mixed(key_, name), item), static_cast<std::uint64_t>(index));
  constants_.push_back({std::string(name), index, std::string(item)});
}

void Values::add(std::string_view name, int components, int count, std::span<const float> numbers,
                 std::size_t align) {
  bytes_.resize((bytes_.size() + align - 1) / align * align);
  const std::size_t offset = bytes_.size();
  const auto* raw = reinterpret_cast<const std::byte*>(numbers.data());
  bytes_.insert(bytes_.end(), raw, raw + numbers.size_bytes());
  key_ = mixed(mixed(key_, name), static_cast<std::uint64_t>(components * 100000 + count));
  numbers_.push_back({std::string(name), components, count, offset, numbers.size_bytes()});
}

void Values::array(std::string_view name, std::span<const glm::vec4> values) {
  add(name, 4, static_cast<int>(values.size()), {&values.data()->x, values.size() * 4}, 16);
}

void Values::parameter(const Parameter& parameter) {
  const std::string& name = parameter.name();
  switch (parameter.style()) {
    case ParStyle::Menu: {
      const int index = parameter.menuIndex();
      menu(name, index, parameter.menu()[static_cast<std::size_t>(index)].name);
      break;
    }
    case ParStyle::Toggle:
      constant(name, parameter.on() ? 1 : 0);
      break;
    case ParStyle::Float:
    case ParStyle::Int: {
      const glm::vec4 v = parameter.value().vec4();
      if (parameter.size() == 1) number(name, v.x);
      if (parameter.size() == 2) number(name, glm::vec2(v));
      if (parameter.size() == 3) number(name, glm::vec3(v));
      if (parameter.size() == 4) number(name, v);
      break;
    }
    default:
      break;  // texts and pulses are not for shaders
  }
}

}  // namespace topknot
