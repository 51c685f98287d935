// Gives numbers to the uniforms of a program, whatever their type.
#pragma once

#include <span>
#include <vector>

#include "gl/program/program.h"
#include "gl/program/uniform_types.h"

namespace topknot::gl {

/// Numbers as they lie in GLSL: matrices column by column, elements one after the other.
struct UniformNumbers {
  std::span<const double> data;
  int columns = 1;  // more than 1: a matrix
  int rows = 1;     // of a column, or components of a vector
  int count = -1;   // of an array; −1: no array
};

/// Sets a uniform. Numbers too many are left out, missing ones are 0; whole numbers are rounded
/// towards zero and saturate. False, and nothing happens, if the kinds differ (a matrix for a
/// float, an array for a single vec3, a number for a matrix) or the type takes no numbers.
bool set(const Program& program, const UniformInfo& uniform, const UniformNumbers& numbers);

/// What the uniform was when the program was linked, all elements; empty if it takes no numbers.
const std::vector<double>& initialOf(const Program& program, const UniformInfo& uniform);

/// Puts the uniform back to that: its initializer, or 0.
void reset(const Program& program, const UniformInfo& uniform);

/// The texture unit of a sampler (see Program::separateSamplers).
GLint unitOf(const Program& program, const UniformInfo& sampler);

/// The atomic counters that the program uses.
const std::vector<CounterInfo>& countersOf(const Program& program);

}  // namespace topknot::gl
