// The GL state of a host whose context was adopted: kept, neutralised for our work, put back.
#pragma once

#include <glad/gl.h>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace topknot::gl {

/// Sets what our passes rely on: no blending, no tests, all channels written, tight pixel rows.
void setNeutralState();

/// Remembers on construction what our work changes, and restores it on destruction.
class HostState {
 public:
  HostState();
  ~HostState();
  /// Before textures are bound to the first units, or images, or a buffer of uniforms or counters:
  /// what is bound there comes back.
  void keepUnits(int count);
  void keepImages(int count);
  void keepUniforms(GLuint binding);
  void keepCounters(GLuint binding);
  HostState(const HostState&) = delete;
  HostState& operator=(const HostState&) = delete;

 private:
  static constexpr int kBuffers = 8;  // colour buffers, of which each has its own switches
  struct Unit {
    std::array<GLint, 6> textures;
    GLint sampler;
  };
  struct Image {
    GLint name, level, layered, layer, access, format;
  };
  struct Block {
    GLint buffer;
    GLint64 start, size;
  };
  static Block blockOf(GLenum binding, GLenum start, GLenum size, GLuint index);
  static void bind(GLenum target, GLuint index, const Block& block);

  std::array<std::pair<GLenum, GLboolean>, 23> switches_;
  std::array<std::pair<GLenum, GLint>, 16> pixelStore_;
  std::array<std::array<GLboolean, 4>, kBuffers> colourMasks_{};
  std::array<GLboolean, kBuffers> blends_{};
  std::array<GLint, 2> clip_{};  // origin and depth mode
  std::array<GLint, 4> viewport_{}, scissor_{};
  std::array<GLint, 2> polygonMode_{};
  std::vector<Unit> units_;
  std::vector<Image> images_;
  std::map<GLuint, Block> blocks_, counters_;
  GLint counterBuffer_ = 0;
  GLint program_ = 0, vertexArray_ = 0, drawFramebuffer_ = 0, readFramebuffer_ = 0;
  GLint activeTexture_ = 0, packBuffer_ = 0, unpackBuffer_ = 0, uniformBuffer_ = 0;
};

}  // namespace topknot::gl
