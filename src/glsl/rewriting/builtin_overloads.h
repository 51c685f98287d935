// Users' overloads of GLSL's own functions.
#pragma once

#include <string>
#include <vector>

#include "glsl/check/shader_declarations.h"

namespace topknot::glsl {

/// Some drivers hide all of GLSL's own functions of a name behind a user's one of that name. So the
/// user's `mod`, and its calls, become `tk_mod`. Returns functions of that name for what GLSL
/// offers and the user does not replace.
std::string replaceOverloads(const std::string& code, const Declarations& declared,
                             std::vector<TextEdit>& edits);

}  // namespace topknot::glsl
