// Functions of the library's own in the place of GLSL's, where drivers fall short of the dialect.
#pragma once

#include <array>
#include <string>

#include "gl/shader_source.h"
#include "gl/texture.h"

namespace topknot::gl {

struct WithStandIns {
  FlatShader user;        // calls them
  std::string functions;  // lines to put between what declares the inputs and the user's text
};

/// Reads of inputs with indices that are not constant, macros that hide them, and overloads of
/// GLSL's own functions. `inputs` counts those of each dimension.
WithStandIns withStandIns(const FlatShader& given, const std::array<int, kDimensions>& inputs);

}  // namespace topknot::gl
