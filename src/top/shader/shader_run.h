// A user's shader run over its outputs: inputs by kind, slices, passes, colour buffers.
#pragma once

#include <span>
#include <vector>

#include "top/cook/top_cook.h"
#include "top/shader/user_shader.h"

namespace topknot {

/// One input of a user's shader.
struct ShaderInput {
  int socket = 0;
  gl::TextureShape shape;
  int newestSlice = 0;
};

/// Those that are connected, in the order of the sockets.
std::vector<ShaderInput> shaderInputs(const TopCook& cook);

/// What the operator's parameters say about a run.
struct ShaderRun {
  gl::TextureShape shape;  // of each output
  int perSlice = 0;        // inputs that one slice sees; 0: all of them
  gl::Extend extend = gl::Extend::Zero, extendDepth = gl::Extend::Zero;

  // Compute shaders.
  bool automatic = true;
  glm::ivec3 groups{1};
  bool clears = false;
  glm::vec4 clearValue{0.0f};

  /// How many inputs of each kind a slice sees. Throws Error where inputs of several kinds would
  /// take turns.
  std::array<int, glsl::kDimensions> counts(const std::vector<ShaderInput>& inputs) const;
};

/// Runs it for all passes and slices; the results become the operator's picture and its further
/// colour buffers. Uniforms are set already.
void runShader(TopCook& cook, const UserShader& shader, const ShaderRun& run,
               const std::vector<ShaderInput>& inputs);

}  // namespace topknot
