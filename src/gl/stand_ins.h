// Functions of the library's own in the place of GLSL's, where drivers fall short of the dialect.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "gl/shader_declarations.h"
#include "gl/shader_source.h"
#include "gl/texture.h"

namespace topknot::gl {

struct WithStandIns {
  FlatShader user;        // calls them
  std::string functions;  // lines to put between what declares the inputs and the user's text
};

/// Reads of inputs with indices that are not constant, and overloads of GLSL's own functions.
/// `inputs` counts those of each dimension.
WithStandIns withStandIns(const FlatShader& user, const Declarations& declared,
                          const std::array<int, kDimensions>& inputs);

/// A driver's message with the words of the user's text, in the place of those that stand-ins and
/// rewriting brought in: `tk_texture_2D(int, vec3)` is `texture(sampler2D, vec3)`.
std::string inUsersWords(std::string message);
/// The same for all of them, and the names that they are about.
void useUsersWords(std::vector<Diagnostic>& messages);

}  // namespace topknot::gl
