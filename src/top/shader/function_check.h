// Whether a text is one pixel function, and nothing that could not stand beside others.
#pragma once

#include <string>

#include "glsl/source/shader_source.h"

namespace topknot {

/// How the function has to be declared for so many inputs: `vec4 pixel(vec4 a, vec4 b, vec2 uv)`.
std::string pixelSignature(int inputs);

/// Adds a problem for what is wrong. The text may stand in one program with others, several times
/// even. So it has no main, no variables from and to other stages, no samplers, blocks, arrays or
/// matrices from outside, and does not discard.
void checkFunction(glsl::MappedSource& text, int inputs);

}  // namespace topknot
