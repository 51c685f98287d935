// The text of `compileResult`.
#pragma once

#include <string>

#include "gl/program.h"

namespace topknot {

/// What the driver said, in the shape of TouchDesigner's GLSL TOP: a block for each stage, headed
/// by its name; `Compiled Successfully`, or lines `ERROR: file:line: message ` and their count.
/// The linker's messages stand with those of the pixel shader.
std::string compileReport(const gl::Program::Log& log);

}  // namespace topknot
