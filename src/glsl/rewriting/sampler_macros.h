// Macros that hide which input is read, written out.
#pragma once

#include <string>

namespace topknot::glsl {

/// `#define IN(i) sTD2DInputs[i]`, `#define LOOK(s, p) texture(s, p)` or `#define tex texture`
/// called with inputs, and `#define BLUR(name) vec4 name(sampler2D s) { … }`: where they are used
/// stands their body then, in the same line. `code` has no comments, and each macro in one line.
std::string withoutSamplerMacros(std::string code);

}  // namespace topknot::glsl
