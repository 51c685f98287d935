// Reads and writes of outputs whose index is not constant, as calls of functions.
#pragma once

#include <string>
#include <vector>

#include "glsl/check/shader_declarations.h"

namespace topknot::glsl {

/// `imageStore(mTDComputeOutputs[E], p, c)` becomes `tk_imageStore(int(E), p, c)` where E is not
/// constant: drivers take the index of one invocation for its neighbours too. Returns the functions
/// that are called then, which need what declares the outputs. `code` has no comments.
std::string replaceImageCalls(const std::string& code, std::vector<TextEdit>& edits);

}  // namespace topknot::glsl
