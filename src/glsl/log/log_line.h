// One line of a driver's log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "glsl/log/shader_log.h"

namespace topknot::glsl {

std::string lowered(std::string_view text);

/// Reads a line with a severity, whoever's form it has; nothing if it is prose.
std::optional<Diagnostic> readLogLine(std::string_view line);

}  // namespace topknot::glsl
