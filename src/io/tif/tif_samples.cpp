// Reads the tags that describe pixels; one loop for each kind of sample.
#include "io/tif/tif_samples.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "image/half.h"

namespace topknot::io {
namespace {

/// The first sample said to be alpha, or a lone extra sample without a meaning.
int alphaSample(const TifStream& tif, int samples, int colours) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  TIFFGetFieldDefaulted(tif.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds);
  for (int i = 0; kinds && i < count && colours + i < samples; ++i) {
    if (kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA) {
      return colours + i;
    }
  }
  return samples == colours + 1 ? colours : -1;
}

int coloursOf(std::uint16_t photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
      return 1;
    case PHOTOMETRIC_RGB:
      return 3;
    default:
      return 0;
  }
}

template <class Stored, class To>
struct Store {
  /// Kept as they are: bytes, 16-bit numbers and floats.
  static To straight(Stored v) { return v; }
  static To inverse(Stored v) {
    if constexpr (std::numeric_limits<Stored>::is_integer) {
      return static_cast<To>(std::numeric_limits<Stored>::max() - v);
    } else {
      return static_cast<To>(1) - v;
    }
  }
};

struct Half {
  std::uint16_t bits;
};

template <>
struct Store<Half, float> {
  static float straight(Half v) { return floatFromHalf(v.bits); }
  static float inverse(Half v) { return 1.0f - floatFromHalf(v.bits); }
};

template <>
struct Store<double, float> {
  static float straight(double v) { return static_cast<float>(v); }
  static float inverse(double v) { return static_cast<float>(1.0 - v); }
};

template <>
struct Store<std::uint32_t, float> {
  static float straight(std::uint32_t v) { return static_cast<float>(v / 4294967295.0); }
  static float inverse(std::uint32_t v) { return static_cast<float>(1.0 - v / 4294967295.0); }
};

template <class Stored, class To>
void store(const std::byte* samples, std::size_t count, std::size_t step, bool inverted,
           std::byte* component) {
  for (std::size_t i = 0; i < count; ++i) {
    Stored value;
    std::memcpy(&value, samples + i * step * sizeof(Stored), sizeof(Stored));
    const To result =
        inverted ? Store<Stored, To>::inverse(value) : Store<Stored, To>::straight(value);
    std::memcpy(component + i * 4 * sizeof(To), &result, sizeof(To));
  }
}

}  // namespace

TifLayout tifLayout(const TifStream& tif) {
  TifLayout layout;
  layout.width = tif.field<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
  layout.height = tif.field<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
  const auto photometric = tif.field<std::uint16_t>(TIFFTAG_PHOTOMETRIC, 0xffff);
  layout.photometric = photometric;
  layout.inverted = photometric == PHOTOMETRIC_MINISWHITE;
  layout.bits = tif.field<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  layout.sampleFormat = tif.field<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  layout.samples = tif.field<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  layout.colours = coloursOf(photometric);
  layout.planar =
      tif.field<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  layout.orientation = tif.field<std::uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  layout.alpha = alphaSample(tif, layout.samples, layout.colours);
  layout.tiled = TIFFIsTiled(tif.get());
  if (layout.tiled) {
    layout.blockWidth = tif.field<std::uint32_t>(TIFFTAG_TILEWIDTH, 0);
    layout.blockHeight = tif.field<std::uint32_t>(TIFFTAG_TILELENGTH, 0);
  } else {
    layout.blockWidth = layout.width;
    layout.blockHeight =
        std::min(tif.field<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, ~0u), layout.height);
  }
  return layout;
}

TifStore tifStore(const TifLayout& layout) {
  if (layout.colours == 0 || layout.samples < layout.colours) return nullptr;
  if (layout.blockWidth == 0 || layout.blockHeight == 0) return nullptr;
  if (layout.sampleFormat == SAMPLEFORMAT_IEEEFP) {
    if (layout.bits == 16) return store<Half, float>;
    if (layout.bits == 32) return store<float, float>;
    if (layout.bits == 64) return store<double, float>;
    return nullptr;
  }
  if (layout.sampleFormat == SAMPLEFORMAT_UINT || layout.sampleFormat == SAMPLEFORMAT_VOID) {
    if (layout.bits == 8) return store<std::uint8_t, std::uint8_t>;
    if (layout.bits == 16) return store<std::uint16_t, std::uint16_t>;
    if (layout.bits == 32) return store<std::uint32_t, float>;
  }
  return nullptr;
}

PixelFormat tifFormat(const TifLayout& layout) {
  if (!tifStore(layout)) return PixelFormat::Rgba8Fixed;
  if (layout.sampleFormat == SAMPLEFORMAT_IEEEFP || layout.bits == 32) {
    return PixelFormat::Rgba32Float;
  }
  return layout.bits == 8 ? PixelFormat::Rgba8Fixed : PixelFormat::Rgba16Fixed;
}

}  // namespace topknot::io
