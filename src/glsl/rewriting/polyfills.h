// Functions of the library's own in the place of GLSL's, where drivers fall short of the dialect.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "glsl/check/shader_declarations.h"
#include "glsl/source/dimension.h"
#include "glsl/source/shader_source.h"

namespace topknot::glsl {

struct WithPolyfills {
  MappedSource user;      // calls them
  std::string functions;  // lines to put between what declares the inputs and the user's text
};

/// Inputs and outputs with indices that are not constant, macros that hide inputs, and overloads of
/// GLSL's own functions. `declared` is what `given` declares; `inputs` counts those of each
/// dimension.
WithPolyfills withPolyfills(const MappedSource& given, const Declarations& declared,
                            const std::array<int, kDimensions>& inputs);

/// A driver's message with the words of the user's text, in the place of those that polyfills and
/// rewriting brought in: `tk_texture_2D(int, vec3)` is `texture(sampler2D, vec3)`.
std::string inUsersWords(std::string message);
/// The same for all of them, and the names that they are about.
void useUsersWords(std::vector<Diagnostic>& messages);

}  // namespace topknot::glsl
