// Under which conditions (`#if`) the lines of a shader's text stand.
#pragma once

#include <string_view>
#include <vector>

namespace topknot::glsl {

class LineConditions {
 public:
  /// A text without comments.
  explicit LineConditions(std::string_view code);

  /// True if the first of the lines counts wherever the second does. The `#ifndef` that guards an
  /// include is no condition: where it leaves the first line out, that was there before.
  bool implies(int second, int first) const;

 private:
  std::vector<std::vector<int>> lines_;  // the branches around each, by number; 0: a guard
};

}  // namespace topknot::glsl
