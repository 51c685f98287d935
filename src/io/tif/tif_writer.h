// The writing half of the tif codec.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// Throws Refusal.
Bytes writeTif(const Image& image, const SaveOptions& options);

}  // namespace topknot::io
