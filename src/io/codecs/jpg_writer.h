// The writing half of the jpg codec.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// Throws Refusal.
Bytes writeJpg(const Image& image, const SaveOptions& options);

}  // namespace topknot::io
