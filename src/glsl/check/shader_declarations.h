// What a user's shader declares at its outermost level, read from its text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glsl/source/shader_source.h"
#include "glsl/tokens/text_edits.h"

namespace topknot::glsl {

/// `uniform vec3 uTint[4]; // 1, 0.5, 0 [0, 2] how warm`: what is known of it from the text alone.
struct UniformDeclaration {
  std::string type;  // `vec3`, `sampler2D`, `atomic_uint`, …
  std::string name;
  int arraySize = 0;   // 0: no array; −1: a size that only the compiler knows
  int line = 0;        // of the user code, counted from 0
  std::string layout;  // what stands between the brackets of `layout( … )`
  /// From the initializer, else from the comment behind it. Empty: 0. One element's numbers stand
  /// for all elements of an array.
  std::vector<double> defaults;
  std::optional<double> min, max;  // from `[0, 2]` in the comment
  std::string label;               // the comment's words
  /// Of an atomic counter, in bytes, at binding 0 of the rewritten text; −1: only the compiler
  /// knows.
  int counterOffset = -1;
};

/// `layout(constant_id = 3) const int N = 4;`
struct ConstantDeclaration {
  int id = 0;
  std::string type;  // int, uint, float, bool
  std::string name;
  std::string value;  // the text of its default
  int line = 0;
  std::size_t valueAt = 0, valueLength = 0;  // where that is in `userCode()`; 0: a macro wrote it
};

/// `layout(location = 1) out vec4 glow;` of a pixel shader.
struct OutputDeclaration {
  std::string type, name;
  int location = -1;  // −1: none given
  int index = 0;      // of two colours for one location
  int component = 0;  // of the location, from 0
  int arraySize = 0;
  int line = 0;
};

/// `int mod(int a, const in int b)`, as a prototype or with a body.
struct FunctionDeclaration {
  std::string name;
  std::string parameters;  // the types alone: `int, int`
};

struct Declarations {
  std::vector<UniformDeclaration> uniforms;  // outside blocks
  std::vector<ConstantDeclaration> constants;
  std::vector<OutputDeclaration> outputs;
  std::vector<FunctionDeclaration> functions;
  int localSize[3] = {0, 0, 0};  // of a compute shader; 0 where it is not said in numbers
  int localSizeLine = 0;
  bool hasMain = false;
  /// No outputs but `gl_FragColor`: the rewritten text writes `TDFragColor`, for the library to
  /// declare.
  bool usesFragColor = false;
  std::vector<TextEdit> edits;  // what `rewritten` does, whatever the constants' values
};

/// Reads them, macros expanded. Lines that conditions (`#if`) leave out are read as well: only the
/// compiler knows.
Declarations declarationsOf(const MappedSource& user);

/// The values that stand in for the defaults of constants, by name, as GLSL texts.
struct ConstantValue {
  std::string name, value;
};

/// The user's text as OpenGL's GLSL knows it, with the lines where they were: specialization
/// constants become plain ones with the values given (or their defaults), atomic counters get the
/// binding and offsets that they need, descriptor sets and `[[unroll]]` go.
MappedSource rewritten(const MappedSource& user, const Declarations& declared,
                       const std::vector<ConstantValue>& constants);

}  // namespace topknot::glsl
