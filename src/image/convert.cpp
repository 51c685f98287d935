// Component by component where that will do, else through floats.
#include "image/convert.h"

#include <algorithm>
#include <array>

#include "image/rows.h"
#include "image/widen.h"

namespace topknot {
namespace {

/// What turns one component after the other into those of the other format; null where pixels have
/// to be taken apart.
Widener widenerBetween(PixelFormat from, PixelFormat to, std::size_t all) {
  const PixelFormatInfo &own = pixelFormatInfo(from), &wanted = pixelFormatInfo(to);
  const bool alike = own.channels == wanted.channels && !own.srgb;
  return alike && wanted.component == Component::Float32 ? widener(own.component, all * 4)
                                                         : nullptr;
}

std::size_t bytesOf(PixelFormat format) {
  return static_cast<std::size_t>(pixelFormatInfo(format).bytesPerPixel);
}

}  // namespace

void convertPixels(PixelFormat from, const std::byte* source, std::size_t pixels, PixelFormat to,
                   std::byte* target, std::size_t all) {
  if (const Widener widen = widenerBetween(from, to, all)) {
    widen(source, pixels * bytesOf(to) / sizeof(float), reinterpret_cast<float*>(target));
    return;
  }
  const RowReader read = rowReader(from);
  const RowWriter write = rowWriter(to);
  if (to == PixelFormat::Rgba32Float) return read(source, pixels, reinterpret_cast<float*>(target));
  if (from == PixelFormat::Rgba32Float) {
    return write(reinterpret_cast<const float*>(source), pixels, target);
  }
  constexpr std::size_t kRun = 512;  // pixels at a time, in the cache
  std::array<float, kRun * 4> rgba;
  for (std::size_t done = 0; done < pixels; done += kRun) {
    const std::size_t run = std::min(kRun, pixels - done);
    read(source + done * bytesOf(from), run, rgba.data());
    write(rgba.data(), run, target + done * bytesOf(to));
  }
}

}  // namespace topknot
