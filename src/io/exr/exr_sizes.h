// How large the parts of an exr are, and whether the file is long enough for them.
#pragma once

#include <ImfHeader.h>
#include <ImfPixelType.h>

#include "io/codecs/codec.h"

namespace topknot::io {

inline std::int64_t widthOf(const Imath::Box2i& box) {
  return std::int64_t{box.max.x} - box.min.x + 1;
}
inline std::int64_t heightOf(const Imath::Box2i& box) {
  return std::int64_t{box.max.y} - box.min.y + 1;
}
inline std::int64_t bytesOf(Imf::PixelType type) {
  return type == Imf::HALF ? 2 : 4;
}

/// Refuses a part of a file that is too short for it, or whose blocks take too much memory. The
/// windows are within the limits; a pixel of the picture takes `pixelBytes`.
void checkExrSizes(const Imf::Header& header, std::int64_t pixelBytes, const ReadLimits& limits,
                   std::uint64_t fileBytes);

}  // namespace topknot::io
