// A pass: one program drawn over one whole target.
#pragma once

#include <span>

#include "gl/program.h"
#include "gl/texture.h"

namespace topknot::gl {

/// What one sampler of a program sees.
struct Input {
  const Texture* texture = nullptr;
  GLuint raw = 0;  // a texture by its GL name, where there is no Texture
  Filter filter = Filter::Linear;
  Extend extend = Extend::Hold;
};

/// Which channels a pass writes.
struct ChannelMask {
  bool r = true, g = true, b = true, a = true;
};

/// Draws over the whole target; input i is bound to texture unit i. The target must not be among
/// the inputs: throws Error if it is, since the driver would not say.
void draw(const Program& program, const Texture& target, std::span<const Input> inputs,
          ChannelMask mask = {});

/// Draws a texture into a rectangle (pixels, origin bottom left) of the framebuffer that is bound,
/// as it stands, without conversion to sRGB.
void drawToBound(const Program& program, const Input& input, int x, int y, int width, int height);

/// Keeps drawing inside a rectangle while it lives.
class Clip {
 public:
  Clip(int x, int y, int width, int height);
  ~Clip();
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;
};

}  // namespace topknot::gl
