// What is wrong about a shader, or may hurt, before a driver sees it.
#pragma once

#include <vector>

#include "glsl/check/shader_declarations.h"
#include "glsl/log/shader_log.h"
#include "glsl/source/shader_source.h"

namespace topknot::glsl {

/// What the context can do, and what the text is for. The defaults are what OpenGL 4.6 promises.
struct ShaderLimits {
  enum class Stage { Vertex, Pixel, Compute };
  Stage stage = Stage::Pixel;
  int colorBuffers = 8;  // GL_MAX_DRAW_BUFFERS
  int localSize[3] = {1024, 1024, 64};
  int localInvocations = 1024;
  bool software = false;  // llvmpipe: it counts the rounds of loops, and is slow with large arrays
};

/// Numbers that a variable of a function may hold. Mesa takes more than half a minute, or crashes,
/// for 10^5; for 10^4 it is six seconds, which is worth a warning.
constexpr int kMaxLocalNumbers = 65536;
constexpr int kManyLocalNumbers = 4096;
/// llvmpipe lets all loops of an invocation together go round that often, then each only once.
constexpr int kMaxLoopRounds = 65535;

/// Errors and warnings about live code, macros expanded, in the user's places. Nothing about a text
/// that has problems of its own.
std::vector<Diagnostic> checkShader(const MappedSource& user, const Declarations& declared,
                                    const ShaderLimits& limits);

}  // namespace topknot::glsl
