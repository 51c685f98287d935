// Says of a tif that is not read what it holds, and what is read.
#pragma once

#include <string_view>

#include "io/tif/tif_samples.h"

namespace topknot::io {

/// Refuses signed and complex samples: libtiff's own conversion takes them for unsigned ones.
void checkTifSamples(const TifLayout& layout);

/// `reason` is libtiff's; it may be empty.
[[noreturn]] void refuseTif(const TifLayout& layout, std::string_view reason);

}  // namespace topknot::io
