// Functions that take all inputs at once, as ones that read them by name.
#pragma once

#include <string>

namespace topknot::glsl {

/// In the body of `vec4 pick(sampler2D s[3], int i)`, which is called with `sTD2DInputs` alone,
/// `sTD2DInputs` stands for `s` then; the parameter stays. `code` has no comments.
std::string withoutSamplerArrays(std::string code);

}  // namespace topknot::glsl
