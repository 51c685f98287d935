// Whether the rows of an old dds are padded.
#include <algorithm>
#include <bit>

#include "image/sizes.h"
#include "io/codecs/bytes.h"
#include "io/codecs/dds.h"

namespace topknot::io {
namespace {

/// What all pictures of the file take if their rows are not padded.
std::uint64_t tightBytes(ByteView file, std::size_t rowBytes) {
  constexpr std::uint32_t kFaces = 0xfc00, kVolume = 0x200000;
  const std::uint32_t caps = little32(file, DdsPlace::kCaps2);
  std::uint64_t width = little32(file, DdsPlace::kWidth);
  std::uint64_t height = little32(file, DdsPlace::kHeight);
  std::uint64_t depth = caps & kVolume ? little32(file, DdsPlace::kDepth) : 1;
  const std::uint64_t pixel = rowBytes / width;
  constexpr std::uint64_t kTooMany = std::uint64_t{1} << 56;
  std::uint64_t bytes = 0;
  for (std::uint32_t level = 0; level < std::max(1u, little32(file, DdsPlace::kLevels)); ++level) {
    const auto sum =
        productWithin(kTooMany, {static_cast<std::int64_t>(pixel), static_cast<std::int64_t>(width),
                                 static_cast<std::int64_t>(height),
                                 static_cast<std::int64_t>(std::max<std::uint64_t>(depth, 1))});
    if (!sum || bytes > kTooMany) return kTooMany;
    bytes += *sum;
    if (width <= 1 && height <= 1 && depth <= 1) break;
    width = std::max<std::uint64_t>(width / 2, 1);
    height = std::max<std::uint64_t>(height / 2, 1);
    depth = std::max<std::uint64_t>(depth / 2, 1);
  }
  return bytes * static_cast<std::uint64_t>(std::max(1, std::popcount(caps & kFaces)));
}

}  // namespace

// Many programs state a padded row and store none, so the file has to be long enough for both: for
// whatever else it holds, and for the padding.
std::size_t legacyRowStep(ByteView file, std::size_t rowBytes) {
  constexpr std::uint32_t kStated = 0x8;
  const std::uint64_t pitch = little32(file, DdsPlace::kPitch);
  if (!(little32(file, DdsPlace::kFlags) & kStated) || pitch <= rowBytes) return rowBytes;
  const std::uint64_t padding = (pitch - rowBytes) * (little32(file, DdsPlace::kHeight) - 1ull);
  const std::uint64_t data = file.size() - std::min(file.size(), DdsPlace::kHeader);
  return tightBytes(file, rowBytes) + padding <= data ? static_cast<std::size_t>(pitch) : rowBytes;
}

}  // namespace topknot::io
