// A tree of shader functions made into one program.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gl/program/program.h"
#include "glsl/source/shader_source.h"
#include "top/cook/picture.h"

namespace topknot {

/// A program made from a tree of pictures, and where the numbers of users' functions go, which are
/// uniforms of their own.
struct FusedProgram {
  struct UserNumber {
    std::size_t member,
        number;  // which picture of the tree, and which number of its shader function
    gl::UniformInfo uniform;
  };
  gl::ProgramPtr program;
  std::vector<UserNumber> userNumbers;
};

/// A tree: the pictures of one pass, each ahead of its operands, and for each operand in the order
/// of a walk whether it is part of the tree (1) or read from a texture (0).
struct FusedTree {
  std::span<Picture* const> members;
  std::span<const std::uint8_t> inlined;
  std::span<const Frozen> frozen = {};  // for each member; empty: nothing is
};

/// The program's text. Throws Error if a shader of the library asks for what it is not given.
glsl::MappedSource fusedText(const FusedTree& tree);

/// The names under which the numbers of users' functions are found in the program.
std::vector<FusedProgram::UserNumber> userNumbers(const FusedTree& tree,
                                                  const gl::Program& program);

/// The number for TD_OUTPUT_SWIZZLE: 0 as it is, 1 alpha only, 2 mono and alpha.
int outputSwizzle(PixelFormat format);

/// What is declared in a user's text outside functions: names of functions, uniforms, constants,
/// structures, macros. Sorted.
std::vector<std::string> globalNames(const std::string& code);

}  // namespace topknot
