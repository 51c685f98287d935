// The chunks that a png file is made of.
#pragma once

#include <string_view>

#include "io/codec.h"

namespace topknot::io {

inline constexpr std::string_view kPngMagic{"\x89PNG\r\n\x1a\n", 8};

/// Refuses a file whose chunks are cut off or have a wrong checksum; stb checks neither.
void checkPngChunks(ByteView file);

/// Appends a chunk with length and checksum.
void appendPngChunk(Bytes& file, std::string_view type, ByteView data);

}  // namespace topknot::io
