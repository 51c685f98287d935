// What a picture may cost while decoders are fuzzed, and what has to be so of one that was read.
#pragma once

#include <cstdlib>

#include "topknot/image_file.h"

namespace topknot::fuzz {

/// Small, so that a run is short and what goes beyond is noticed.
inline constexpr ReadLimits kLimits{.fileBytes = 1 << 20, .side = 2048, .imageBytes = 2 << 20};

/// Ends the process, which is a finding, if the picture is not what the limits allow.
inline void check(const Image& image) {
  const bool sound =
      image.width() >= 1 && image.height() >= 1 && image.depth() == 1 &&
      image.width() <= kLimits.side && image.height() <= kLimits.side &&
      image.bytes().size() <= kLimits.imageBytes &&
      image.bytes().size() == image.rowBytes() * static_cast<std::size_t>(image.height());
  if (!sound) std::abort();
}

}  // namespace topknot::fuzz
