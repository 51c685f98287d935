// What the comment behind a uniform says of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace topknot::glsl {

/// `0.5 [0, 1] how far`: a default, a range, a label, each of which may be missing. Numbers count
/// as a default only where a range or nothing follows them: `3 octaves` is a label.
struct Annotation {
  std::vector<double> defaults;
  std::optional<double> min, max;
  std::string label;
};

Annotation annotationOf(std::string_view comment);

}  // namespace topknot::glsl
