// How a part of a picture is read back: what is downloaded, and who converts it.
#pragma once

#include <string>

#include "gl/context/texture.h"
#include "gl/program/pass.h"
#include "gl/transfer/download.h"
#include "topknot/op.h"
#include "topknot/readback.h"

namespace topknot {

struct ReadbackPlan {
  gl::Region region;                             // the whole, or inside the picture
  PixelFormat format = PixelFormat::Rgba8Fixed;  // of the result
  /// r, g, b, a or 1 for each channel of the result; empty: those of the picture.
  std::string channels;
  /// Who makes the result of what the picture is.
  enum class Converter {
    Nobody,  // it is the same
    Gpu,     // before it is downloaded
    OnTheWay,
    Afterwards,
  };
  Converter converter = Converter::Nobody;
};

/// The GPU converts what then is not more to move. Where it is the processor that draws, it
/// converts on the way: a pass would cost it more. The context is in use. Throws Error naming the
/// operator and the option that is wrong.
ReadbackPlan planReadback(const Op& op, const gl::TextureShape& shape,
                          const ReadbackOptions& options);

/// For downloads that convert on the way: pixels of a picture of that shape.
gl::Conversion conversionOf(const ReadbackPlan& plan, const gl::TextureShape& shape);

/// The same pixels with the plan's channels in the plan's format.
Image convertedBy(const ReadbackPlan& plan, const Image& own);

}  // namespace topknot
