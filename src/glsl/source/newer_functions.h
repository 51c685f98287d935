// Functions that GLSL has in a newer version than the driver's.
#pragma once

#include <string>

#include "glsl/source/shader_source.h"

namespace topknot::glsl {

/// Lines that give a text of that version those functions of GLSL 4.60 that it mentions, where an
/// extension has them. Without the extension the driver says that there are none.
std::string newerFunctions(const MappedSource& user, int version);

}  // namespace topknot::glsl
