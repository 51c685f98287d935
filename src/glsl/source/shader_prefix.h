// The beginning of a shader's text, as a text of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace topknot::glsl {

/// How many statements and declarations a text has, or about so.
std::size_t statementsIn(std::string_view text);

/// The lines up to the end of that many statements, what they leave open closed: as names are
/// declared before they are used, a compiler finds the same faults in them as in the whole. Nothing
/// if the text ends before.
std::optional<std::string> prefixOf(std::string_view text, std::size_t statements);

}  // namespace topknot::glsl
