// Reads of inputs whose index is not constant, as calls of functions with constant indices.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "glsl/check/shader_declarations.h"
#include "glsl/source/dimension.h"

namespace topknot::glsl {

/// `texture(sTD2DInputs[E], p)` becomes `tk_texture_2D(E, p)` where E is not constant: drivers take
/// the index of one pixel for its neighbours too. Returns the functions that are called then, which
/// need what declares the inputs. `code` has no comments; `inputs` counts those of each dimension.
std::string replaceSamplerCalls(const std::string& code, const std::array<int, kDimensions>& inputs,
                                std::vector<TextEdit>& edits);

}  // namespace topknot::glsl
