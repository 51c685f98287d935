// The reading half of the jpg codec.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// Throws Refusal.
Image readJpg(ByteView bytes, const ReadLimits& limits, Warnings& warnings);

}  // namespace topknot::io
