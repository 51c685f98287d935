// What the current context's driver takes at most.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "gl/program/program.h"
#include "glsl/check/shader_check.h"

namespace topknot::gl {

glsl::ShaderLimits driverLimits(glsl::ShaderLimits::Stage stage);

/// The extensions of the current context, which are macros in its shaders.
std::vector<std::string> shaderExtensions();

/// Work groups of one dispatch.
int mostGroups(int axis);

/// The local size that a linked compute shader declares.
std::array<unsigned, 3> localSizeOf(const Program& program);

}  // namespace topknot::gl
