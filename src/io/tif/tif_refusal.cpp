// Names of what tags number.
#include "io/tif/tif_refusal.h"

namespace topknot::io {
namespace {

std::string coloursOf(int photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
      return "grey";
    case PHOTOMETRIC_RGB:
      return "rgb";
    case PHOTOMETRIC_PALETTE:
      return "of a palette";
    case PHOTOMETRIC_MASK:
      return "a mask";
    case PHOTOMETRIC_SEPARATED:
      return "CMYK or other inks";
    case PHOTOMETRIC_YCBCR:
      return "YCbCr";
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
      return "L*a*b*";
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
      return "logarithms of luminance";
    case 0xffff:
      return "of no stated kind";
    default:
      return "of kind " + std::to_string(photometric);
  }
}

std::string numbersOf(int sampleFormat) {
  switch (sampleFormat) {
    case SAMPLEFORMAT_UINT:
      return "unsigned integers";
    case SAMPLEFORMAT_INT:
      return "signed integers";
    case SAMPLEFORMAT_IEEEFP:
      return "floats";
    case SAMPLEFORMAT_COMPLEXINT:
      return "complex integers";
    case SAMPLEFORMAT_COMPLEXIEEEFP:
      return "complex floats";
    default:
      return "numbers of no stated kind";
  }
}

/// Their decoder states signed integers, and their conversion knows which those are.
bool signedByNature(int photometric) {
  return photometric == PHOTOMETRIC_LOGL || photometric == PHOTOMETRIC_LOGLUV ||
         photometric == PHOTOMETRIC_CIELAB;
}

}  // namespace

void checkTifSamples(const TifLayout& layout) {
  switch (layout.sampleFormat) {
    case SAMPLEFORMAT_INT:
      if (signedByNature(layout.photometric)) return;
      [[fallthrough]];
    case SAMPLEFORMAT_COMPLEXINT:
    case SAMPLEFORMAT_COMPLEXIEEEFP:
      refuseTif(layout, "");
    default:
      return;
  }
}

void refuseTif(const TifLayout& layout, std::string_view reason) {
  const std::string samples =
      std::to_string(layout.samples) + (layout.samples == 1 ? " sample" : " samples");
  throw Refusal("is not read: its pixels are " + coloursOf(layout.photometric) + ", " + samples +
                " of " + std::to_string(layout.bits) + " bits, stored as " +
                numbersOf(layout.sampleFormat) +
                "; read are grey and rgb as unsigned integers of 8, 16 and 32 bits or as floats, "
                "grey and palettes of 1, 2, 4 and 8 bits, and CMYK, YCbCr and L*a*b* of 8 bits" +
                (reason.empty() ? "" : " (libtiff: " + std::string(reason) + ")"));
}

}  // namespace topknot::io
