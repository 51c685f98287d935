// The chunks that a png file is made of.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "io/codec.h"

namespace topknot::io {

inline constexpr std::string_view kPngMagic{"\x89PNG\r\n\x1a\n", 8};

/// Refuses a file whose chunks are cut off or have a wrong checksum; stb checks neither. Returns
/// the places of data chunks that hold nothing: png allows them, and stb copies them from or to
/// nowhere.
std::vector<std::size_t> checkPngChunks(ByteView file);

/// The file without chunks that hold nothing at these places, in their order.
Bytes withoutEmptyChunks(ByteView file, std::span<const std::size_t> places);

/// Appends a chunk with length and checksum.
void appendPngChunk(Bytes& file, std::string_view type, ByteView data);

}  // namespace topknot::io
