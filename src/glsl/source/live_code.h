// What of a user's text the compiler will really see.
#pragma once

#include <string>
#include <vector>

#include "glsl/source/shader_source.h"

namespace topknot::glsl {

/// A user's text after conditions: what stands in groups that are skipped is judged by nobody, and
/// given to no driver, which might see it otherwise.
struct LiveCode {
  /// For the driver: skipped lines are empty, all others as they were.
  MappedSource text;
  /// For those who judge: as many lines, macros expanded as well.
  MappedSource expanded;
};

/// Reads the text behind `ahead`, which has the library's lines and their macros. `extensions` are
/// those of the context. What is wrong about conditions and macros the driver tells; but macros
/// that make more than a shader may hold are a problem of `expanded`.
LiveCode liveCode(const MappedSource& user, const MappedSource& ahead,
                  const std::vector<std::string>& extensions);

}  // namespace topknot::glsl
