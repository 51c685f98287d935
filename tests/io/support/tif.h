// tif files of any layout, made with libtiff.
#pragma once

#include <tiffio.h>

#include <filesystem>

#include "io/support/scratch.h"

namespace topknot::test {

/// What a file says of its pixels.
struct TifTags {
  int bits = 8;
  int sampleFormat = SAMPLEFORMAT_UINT;
  int samples = 3;
  int photometric = PHOTOMETRIC_RGB;
  int planar = PLANARCONFIG_CONTIG;
  int orientation = 0;  // 0: no tag
  bool tiled = false;
  int compression = COMPRESSION_NONE;
  int extra = 0;  // EXTRASAMPLE_* of the last sample, if there is one more than colours
  const char* mode = "w";
};

/// Sample values of a picture, top row first: get(x, y, sample) as the file's number.
using TifSamples = double (*)(int x, int y, int sample);

/// Writes made.tif.
std::filesystem::path writeTif(const Scratch& scratch, const TifTags& tags, TifSamples samples,
                               int width = 3, int height = 2);

}  // namespace topknot::test
