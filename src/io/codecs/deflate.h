// Deflate and checksums, by libdeflate.
#pragma once

#include "io/codecs/codec.h"

namespace topknot::io {

/// As many bytes as a zlib stream of so many may have. Level 1 is fast, 12 small. Throws
/// std::bad_alloc.
std::size_t zlibBound(std::size_t bytes, int level);

/// A zlib stream of the bytes into `out`; the number of its bytes, 0 if they do not fit.
std::size_t zlibCompress(ByteView bytes, int level, std::span<std::byte> out);

/// The checksum of png's chunks.
std::uint32_t crc32Of(ByteView bytes);

}  // namespace topknot::io
