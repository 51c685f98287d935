// What an operator gives its shader function: constants and numbers.
#pragma once

#include <cstddef>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/parameter.h"

namespace topknot {

/// The values of one function in one cook, by name. A shader reads them as `P.name`.
///
/// Constants are compiled in: another constant is another program. Numbers are uniforms: they may
/// change each frame. Menus are constants; `P_IS(menu, item)` is true or false at compile time, and
/// `P_CALL(menu)` names the function `menu_item` of the item that is chosen.
class Values {
 public:
  void constant(std::string name, int value);
  /// A menu: its index as a constant, its item for P_IS.
  void menu(std::string name, int index, std::string item);
  void number(std::string name, float value) { add(std::move(name), "float", {&value, 1}, 4); }
  void number(std::string name, glm::vec2 v) { add(std::move(name), "vec2", {&v.x, 2}, 8); }
  void number(std::string name, glm::vec3 v) { add(std::move(name), "vec3", {&v.x, 3}, 16); }
  void number(std::string name, glm::vec4 v) { add(std::move(name), "vec4", {&v.x, 4}, 16); }
  /// `vec4 name[count]`; the values in groups of four. The count is part of the program.
  void array(std::string name, std::span<const glm::vec4> values);

  /// A parameter as its style suggests: menus and toggles as constants, the rest as numbers.
  void parameter(const Parameter& parameter);

  /// Members of the function's block, as GLSL: `float gain; vec2 t;`. Empty if there are no numbers.
  const std::string& members() const { return members_; }
  /// The numbers, laid out as std140 has a structure of these members.
  const std::vector<std::byte>& bytes() const { return bytes_; }
  /// What makes another program: constants and members.
  const std::string& key() const { return key_; }

  /// The shader's text with `P.name`, `P_IS(…)` and `P_CALL(…)` replaced by what they are here; `block` is the
  /// name of the function's own structure. Throws Error naming a value that is not there.
  std::string resolve(std::string_view text, std::string_view block) const;

 private:
  struct Constant {
    std::string name;
    int value;
    std::string item;
  };
  void add(std::string name, const char* type, std::span<const float> numbers, std::size_t align);
  std::string valueOf(std::string_view name, std::string_view block) const;
  std::string isItem(std::string_view menu, std::string_view item) const;
  std::string itemFunction(std::string_view menu) const;

  std::vector<Constant> constants_;
  std::vector<std::string> numbers_;
  std::string members_, key_;
  std::vector<std::byte> bytes_;
};

}  // namespace topknot
