// The writing half of the tif codec.
#pragma once

#include "io/codec.h"

namespace topknot::io {

/// Throws Refusal.
Bytes writeTif(const Image& image, const SaveOptions& options);

}  // namespace topknot::io
