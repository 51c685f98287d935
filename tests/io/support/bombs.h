// Small files with headers that promise large pictures, made byte by byte.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/support/scratch.h"

namespace topknot::test {

/// A png of those sizes, 8 or 16 bits and colour type, with one data chunk.
Bytes pngOf(int width, int height, int bits, int colour, const Bytes& data);

/// A png chunk; its checksum is right, or it is not.
Bytes pngChunk(std::string_view type, const Bytes& data, bool sound = true);

/// A zlib stream of so many bytes 0.
Bytes zerosByZlib(std::size_t count);

/// The name of a file, and the file: of at most 2 KiB, and refused. Their pictures would take a
/// gigabyte.
std::vector<std::pair<std::string, Bytes>> bombs();

/// An uncompressed exr with these windows (x0, y0, x1, y1) and a single white pixel at (0, 0).
Bytes exrOfOnePixel(int right, int bottom);

}  // namespace topknot::test
