// The chunks that a png file is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "io/codecs/codec.h"

namespace topknot::io {

inline constexpr std::string_view kPngMagic{"\x89PNG\r\n\x1a\n", 8};

/// What the first chunk promises.
struct PngHeader {
  std::uint32_t width = 0, height = 0;
  std::uint32_t bits = 0;    ///< of a sample, or of an index into the palette
  std::uint32_t colour = 0;  ///< its type: 0 grey, 2 rgb, 3 palette, 4 grey with alpha, 6 rgba
};

/// A part of the file, and what stb shall find in its place.
struct PngEdit {
  std::size_t at, size;
  Bytes instead;
};

struct PngChunks {
  PngHeader header;
  std::vector<PngEdit> edits;   ///< in their order
  std::uint64_t dataBytes = 0;  ///< of all data chunks
  Warnings warnings;
};

/// Refuses a file whose chunks are cut off or have a wrong checksum, stb checks neither; and one
/// whose header or palette is not as png says, for which stb has no reason or a guess. Ancillary
/// chunks with a wrong checksum are edited out, with a warning. Edits out what stb cannot do: data
/// chunks that hold nothing, which it copies from or to nowhere, and palettes with fewer colours
/// than an index may count, beyond which it reads what was in memory.
PngChunks checkPngChunks(ByteView file);

/// The file with those edits.
Bytes edited(ByteView file, std::span<const PngEdit> edits);

/// Appends a chunk with length and checksum.
void appendPngChunk(Bytes& file, std::string_view type, ByteView data);

}  // namespace topknot::io
