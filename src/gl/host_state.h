// The GL state of a host whose context was adopted: kept, neutralised for our work, put back.
#pragma once

#include <glad/gl.h>

#include <array>
#include <utility>

namespace topknot::gl {

/// Sets what our passes rely on: no blending, no tests, all channels written, tight pixel rows.
void setNeutralState();

/// Remembers on construction what our work changes, and restores it on destruction.
class HostState {
 public:
  HostState();
  ~HostState();
  HostState(const HostState&) = delete;
  HostState& operator=(const HostState&) = delete;

 private:
  static constexpr int kUnits = 32;
  struct Unit {
    GLint texture1D, texture2D, sampler;
  };
  std::array<std::pair<GLenum, GLboolean>, 13> switches_;
  std::array<std::pair<GLenum, GLint>, 16> pixelStore_;
  std::array<GLboolean, 4> colourMask_{};
  std::array<GLint, 4> viewport_{}, scissor_{};
  std::array<GLint, 2> polygonMode_{};
  std::array<Unit, kUnits> units_{};
  int unitCount_ = 0;
  GLint program_ = 0, vertexArray_ = 0, drawFramebuffer_ = 0, readFramebuffer_ = 0;
  GLint activeTexture_ = 0, packBuffer_ = 0, unpackBuffer_ = 0, uniformBuffer_ = 0;
  struct Block {
    GLint buffer;
    GLint64 start, size;
  };
  std::array<Block, 2> blocks_{};
};

}  // namespace topknot::gl
