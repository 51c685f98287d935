// How OpenGL stores, transfers and samples each pixel format.
#pragma once

#include <glad/gl.h>

#include <array>
#include <cstdint>

#include "topknot/pixel_format.h"

namespace topknot::gl {

/// One pixel format in OpenGL's terms. Three-channel floats are stored with a fourth channel, since
/// OpenGL does not promise to render to them; alpha and mono+alpha live in the first one or two
/// channels, and the swizzle puts them where a sampler expects them.
struct Format {
  GLenum internal;
  GLenum layout;  // of a transfer that changes nothing
  GLenum type;
  std::array<GLint, 4> swizzle;
  int storedBytes;  // a pixel in GPU memory
};

const Format& formatOf(PixelFormat format);

/// The format under which an image unit sees it, and GLSL's word for that: `rgba8`.
GLenum imageFormat(PixelFormat format);
const char* imageLayout(PixelFormat format);

}  // namespace topknot::gl
