// Whether a tif is long enough for its picture.
#pragma once

#include "io/tif/tif_samples.h"

namespace topknot::io {

/// Refuses a file whose bytes, or those of one of its strips or tiles, cannot hold what its header
/// promises, before any of that is allocated or decoded.
void checkTifSizes(const TifStream& tif, const TifLayout& layout, const ReadLimits& limits,
                   std::uint64_t fileBytes);

}  // namespace topknot::io
