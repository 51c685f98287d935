// Run lengths of bmp files.
#pragma once

#include "io/codecs/bmp_header.h"

namespace topknot::io {

/// The rows of a run-length encoded bmp as an uncompressed one has them: of RLE4 and RLE8 a byte
/// for each pixel, of RLE24 three; each row filled up to a multiple of 4 bytes, in the file's
/// order. Pixels that the file skips are 0. Throws Refusal if the encoding ends before the picture
/// does.
Bytes bmpRows(ByteView file, const BmpHeader& header, Warnings& warnings);

}  // namespace topknot::io
