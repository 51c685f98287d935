// stb_image and stb_image_write behind our own names.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// The picture as rgba8fixed, rgba16fixed (16-bit png) or rgba32float (hdr), after its header was
/// checked against the limits. Throws Refusal.
Image stbDecode(ByteView bytes, const ReadLimits& limits);

/// A bmp of 8-bit samples, top row first: 1 grey, 3 rgb, 4 rgba.
Bytes stbBmp(ByteView samples, int width, int height, int channels);

}  // namespace topknot::io
