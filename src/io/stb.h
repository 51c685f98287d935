// stb_image behind our own names: sizes, pixels and deflate.
#pragma once

#include "io/codec.h"

namespace topknot::io {

/// The picture as rgba8fixed, rgba16fixed (16-bit png) or rgba32float (hdr), after its header was
/// checked against the limits. Throws Refusal.
Image stbDecode(ByteView bytes, const ReadLimits& limits);

/// A zlib stream of the bytes. Throws Refusal beyond 900 MB, where stb's own sizes overflow.
Bytes zlibCompress(ByteView bytes);

}  // namespace topknot::io
