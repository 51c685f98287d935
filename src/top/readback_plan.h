// How a part of a picture is read back: what is downloaded, and who converts it.
#pragma once

#include <string>

#include "gl/pass.h"
#include "gl/texture.h"
#include "topknot/readback.h"

namespace topknot {

struct ReadbackPlan {
  gl::Region region;  // the whole, or inside the picture
  PixelFormat format = PixelFormat::Rgba8Fixed;  // of the result
  /// r, g, b, a or 1 for each channel of the result; empty: those of the picture.
  std::string channels;
  bool byGpu = false;  // converted before it is downloaded

  bool converts(PixelFormat own) const { return format != own || !channels.empty(); }
};

/// The GPU converts what then is not more to move, unless it is the processor that draws: a pass costs
/// it more than copying chosen components. The context is in use. Throws Error naming the option that
/// is wrong.
ReadbackPlan planReadback(const gl::TextureShape& shape, const ReadbackOptions& options);

/// The same pixels with the plan's channels in the plan's format.
Image convertedBy(const ReadbackPlan& plan, const Image& own);

}  // namespace topknot
