// What an operator gives its shader function: constants and numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <glm/vec4.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/parameter.h"

namespace topknot {

/// One number of a function's block, or an array of them.
struct NumberInfo {
  std::string name;
  int components = 1;      // of each: float, vec2, vec3, vec4
  int count = 0;           // of an array of vec4; 0: no array
  std::size_t offset = 0;  // in the block, as std140 lays it out
  std::size_t bytes = 0;
};

/// The values of one function in one cook, by name. A shader reads them as `P.name`.
///
/// Constants are compiled in: another constant is another program. Numbers are uniforms: they may
/// change each frame. Menus are constants; `P_IS(menu, item)` is true or false at compile time, and
/// `P_CALL(menu)` names the function `menu_item` of the item that is chosen.
class Values {
 public:
  void constant(std::string_view name, int value) { menu(name, value, {}); }
  /// A menu: its index as a constant, its item for P_IS.
  void menu(std::string_view name, int index, std::string_view item);
  void number(std::string_view name, float value) { add(name, 1, 0, {&value, 1}, 4); }
  void number(std::string_view name, glm::vec2 v) { add(name, 2, 0, {&v.x, 2}, 8); }
  void number(std::string_view name, glm::vec3 v) { add(name, 3, 0, {&v.x, 3}, 16); }
  void number(std::string_view name, glm::vec4 v) { add(name, 4, 0, {&v.x, 4}, 16); }
  /// `vec4 name[count]`; the values in groups of four. The count is part of the program.
  void array(std::string_view name, std::span<const glm::vec4> values);

  /// A parameter as its style suggests: menus and toggles as constants, the rest as numbers.
  void parameter(const Parameter& parameter);

  struct Constant {
    std::string name;
    int value;
    std::string item;
  };
  const std::vector<Constant>& constants() const { return constants_; }
  const std::vector<NumberInfo>& numbers() const { return numbers_; }
  /// The numbers, laid out as std140 has a structure of these members.
  const std::vector<std::byte>& bytes() const { return bytes_; }
  /// A hash of what makes another program: constants, and the names and kinds of the numbers.
  std::uint64_t key() const { return key_; }

 private:
  void add(std::string_view name, int components, int count, std::span<const float> numbers,
           std::size_t align);

  std::vector<Constant> constants_;
  std::vector<NumberInfo> numbers_;
  std::vector<std::byte> bytes_;
  std::uint64_t key_ = 14695981039346656037u;
};

/// FNV-1a, for keys of programs.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t value);
std::uint64_t mixed(std::uint64_t hash, std::string_view text);

}  // namespace topknot
