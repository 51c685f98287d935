// What functions of a shader do that hurts drivers: loops, large arrays, indices out of range.
#pragma once

#include <string_view>
#include <vector>

#include "glsl/check/shader_check.h"

namespace topknot::glsl {

/// A message about a line of the text, counted from 0.
struct BodyFinding {
  bool error = true;
  int line = 0;
  std::string message;
};

/// For live code, macros expanded.
std::vector<BodyFinding> checkBodies(std::string_view code, const ShaderLimits& limits);

}  // namespace topknot::glsl
