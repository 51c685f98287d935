// What compilers said, as text and as data.
#pragma once

#include <string>
#include <vector>

#include "gl/program/program.h"
#include "topknot/diagnostic.h"

namespace topknot {

/// What the driver said, in the shape of TouchDesigner's GLSL TOP: a block for each stage, headed
/// by its name; `Compiled Successfully`, or lines `ERROR: file:line: message ` and their count.
/// The linker's messages stand with those of the last stage.
std::string compileReport(const gl::Program::Log& log);

/// The same messages one by one, each with its stage; those of the linker, too, only if it failed.
std::vector<Diagnostic> diagnosticsOf(const gl::Program::Log& log);

}  // namespace topknot
