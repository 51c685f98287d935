// Deflate and checksums, by libdeflate.
#pragma once

#include "io/codec.h"

namespace topknot::io {

/// A zlib stream of the bytes. Level 1 is fast, 12 small. Throws std::bad_alloc.
Bytes zlibCompress(ByteView bytes, int level);

/// The same into `out`; the number of bytes, 0 if they do not fit.
std::size_t zlibCompressInto(ByteView bytes, int level, std::span<std::byte> out);

/// The checksum of png's chunks.
std::uint32_t crc32Of(ByteView bytes);

}  // namespace topknot::io
