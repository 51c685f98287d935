// A pass: one program drawn over one target, or a part of it.
#pragma once

#include <algorithm>
#include <span>

#include "gl/context/texture.h"
#include "gl/program/program.h"

namespace topknot::gl {

/// A rectangle of pixels from the bottom left; `x1` and `y1` are behind the last. The default is
/// everything.
struct Region {
  static constexpr int kFar = 1 << 30;
  int x0 = 0, y0 = 0, x1 = kFar, y1 = kFar;

  bool isWhole() const { return x1 == kFar && y1 == kFar && x0 <= 0 && y0 <= 0; }
  bool contains(const Region& o) const {
    return x0 <= o.x0 && y0 <= o.y0 && x1 >= o.x1 && y1 >= o.y1;
  }
  Region joined(const Region& o) const {
    return {std::min(x0, o.x0), std::min(y0, o.y0), std::max(x1, o.x1), std::max(y1, o.y1)};
  }
  /// What of it lies in a picture of that size; the whole if it covers all of it.
  Region within(int width, int height) const {
    if (x0 <= 0 && y0 <= 0 && x1 >= width && y1 >= height) return {};
    const int left = std::clamp(x0, 0, width - 1), bottom = std::clamp(y0, 0, height - 1);
    return {left, bottom, std::clamp(x1, left + 1, width), std::clamp(y1, bottom + 1, height)};
  }
  friend bool operator==(const Region&, const Region&) = default;
};

/// What one sampler of a program sees.
struct Input {
  const Texture* texture = nullptr;
  GLuint raw = 0;  // a texture by its GL name, where there is no Texture
  Filter filter = Filter::Linear;
  Extend extend = Extend::Hold;
  Extend extendDepth = Extend::Hold;  // of volumes
};

/// Which channels a pass writes.
struct ChannelMask {
  bool r = true, g = true, b = true, a = true;
  bool all() const { return r && g && b && a; }
};

/// Draws over the target, or a region of it; input i is bound to texture unit i. The target must
/// not be among the inputs: throws Error if it is, since the driver would not say.
void draw(const Program& program, const Texture& target, std::span<const Input> inputs,
          ChannelMask mask = {}, const Region& region = {});

/// What a program is drawn with: the library's vertex shader covers the target with one triangle, a
/// vertex shader of the user's gets a quad of 4 vertices: location 0 is the corner in −1..1, 1 to 8
/// are texture coordinates in 0..1.
enum class Geometry { Triangle, Quad };

/// Several textures of one shape that are drawn into at once.
class ColourBuffers {
 public:
  /// A framebuffer of one slice of all of them. Throws Error if the driver has none.
  GLuint framebuffer(std::span<const TexturePtr> textures, int slice);

 private:
  Object framebuffer_;
  std::size_t count_ = 0;
};

/// Draws over a framebuffer of that size. The caller sees to it that no input is drawn into.
void drawInto(GLuint framebuffer, int width, int height, const Program& program,
              std::span<const Input> inputs, ChannelMask mask, Geometry geometry);

/// Runs a compute program: image unit i is `outputs[i]`, with all slices, texture unit i is
/// `inputs[i]`. What it wrote is there for every later command.
void dispatch(const Program& program, std::span<const TexturePtr> outputs, bool reads,
              std::span<const Input> inputs, const unsigned (&groups)[3]);

/// The framebuffer that is bound for drawing when this is made, to be bound again behind passes.
class BoundTarget {
 public:
  BoundTarget();
  void bind() const;

 private:
  GLint framebuffer_ = 0;
};

/// Draws a texture into a rectangle (pixels, origin bottom left) of the framebuffer that is bound,
/// as it stands, without conversion to sRGB.
void drawToBound(const Program& program, const Input& input, int x, int y, int width, int height);

/// Copies a picture into a texture of the same size, kind and format, without its mipmaps.
void copy(const Texture& from, const Texture& to);

/// Copies a flat picture into one slice of a texture of the same width, height and format.
void copySlice(const Texture& from, const Texture& to, int slice);

/// Pixels of one slice of a texture. Where `x1` is left of `x0`, or `y1` below `y0`, they are taken
/// mirrored.
struct Patch {
  const Texture& texture;
  int x0, y0, x1, y1;
  int slice = 0;
};

/// Copies pixels between textures of one format; both patches have the same size.
void copyPatch(const Patch& from, const Patch& to);

/// Makes a flat picture transparent black outside a region.
void clearAround(Texture& texture, const Region& region);

/// Keeps drawing inside a rectangle while it lives.
class Clip {
 public:
  Clip(int x, int y, int width, int height);
  ~Clip();
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;
};

}  // namespace topknot::gl
