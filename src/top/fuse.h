// A tree of shader functions made into one program.
#pragma once

#include "gl/program.h"
#include "top/expression.h"

namespace topknot {

/// What is drawn for an expression: one program, its textures, its numbers.
struct FusedPass {
  gl::ProgramPtr program;
  std::vector<gl::Input> inputs;
  std::vector<std::byte> block;  // of binding 1; empty if nothing has numbers
};

/// Programs are found again by the shape of the tree: functions, constants, and which operand is a
/// texture. Numbers are not part of it.
FusedPass fuse(const Expression& root);

/// The number for TD_OUTPUT_SWIZZLE: 0 as it is, 1 alpha only, 2 mono and alpha.
int outputSwizzle(PixelFormat format);

}  // namespace topknot
