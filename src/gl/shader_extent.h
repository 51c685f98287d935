// How large a shader's text becomes in a driver's hands.
#pragma once

#include <optional>
#include <string_view>

#include "gl/shader_tokens.h"

namespace topknot::gl {

/// Looks at a text without comments as a driver sees it, with macros expanded and functions
/// inlined: drivers recurse over expressions and crash where they are too deep, and what doubles at
/// every step keeps them busy for ever. Conditions are not evaluated: all branches count.
std::optional<ShaderExcess> findExcess(std::string_view code);

}  // namespace topknot::gl
