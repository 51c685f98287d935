// Whether a header that somebody else wrote can be believed.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "image/sizes.h"
#include "ipc/frame_format.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

std::string hexadecimal(std::uint32_t number) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[number >> shift & 15];
  return text;
}

template <class Header>
Header headerIn(std::span<const std::byte> bytes) {
  Header header = {};
  std::memcpy(&header, bytes.data(), std::min(bytes.size(), sizeof header));
  return header;
}

bool isPossible(float side) {
  return std::isfinite(side) && side > 0.0f;
}

/// An aspect that is none (0, infinite, not a number) would spread into what is computed with it.
/// Then pixels are square.
void mendAspect(FrameLayout& layout) {
  const float ratio = layout.aspectX / layout.aspectY;
  if (isPossible(layout.aspectX) && isPossible(layout.aspectY) && isPossible(ratio)) return;
  layout.aspectX = static_cast<float>(layout.width);
  layout.aspectY = static_cast<float>(layout.height);
}

/// Sizes held against what there is; the format is known.
FrameLayout checkSizes(FrameLayout layout, std::int64_t dataSize, std::int64_t offset,
                       std::uint64_t end, const std::string& object) {
  const std::string size = std::to_string(layout.width) + " x " + std::to_string(layout.height);
  if (layout.width < 1 || layout.height < 1) {
    throw Error("'" + object + "' has a frame of " + size + " pixels");
  }
  if (offset < 0 || static_cast<std::uint64_t>(offset) > end) {
    throw Error("'" + object + "' has its pixels at byte " + std::to_string(offset) + " of " +
                std::to_string(end));
  }
  const std::uint64_t room = end - static_cast<std::uint64_t>(offset);
  const int pixelBytes = pixelFormatInfo(layout.format.format).bytesPerPixel;
  const auto bytes = productWithin(room, {layout.width, layout.height, pixelBytes});
  if (!bytes) {
    throw Error("'" + object + "' has room for " + std::to_string(room) + " bytes of pixels, " +
                "less than its frame of " + size + " needs");
  }
  mendAspect(layout);
  layout.offset = static_cast<std::uint64_t>(offset);
  layout.bytes = *bytes;
  if (dataSize < 0 || static_cast<std::uint64_t>(dataSize) < layout.bytes) {
    throw Error("'" + object + "' has a frame of " + size + " but only " +
                std::to_string(dataSize) + " bytes of pixels");
  }
  return layout;
}

[[noreturn]] void failVersion(std::int64_t version, const std::string& object) {
  throw Error("'" + object + "' has header version " + std::to_string(version) +
              "; 1 and above are known");
}

std::int64_t checkedOffset(std::int32_t offset, std::uint32_t least, std::uint64_t end,
                           const std::string& object) {
  if (offset >= static_cast<std::int64_t>(least)) return offset;
  throw Error("'" + object + "' has its pixels at byte " + std::to_string(offset) + " of " +
              std::to_string(end));
}

FrameLayout checkLegacy(const TopknotShmHeaderA& header, std::uint64_t end,
                        const std::string& object) {
  if (header.version < 1) failVersion(header.version, object);
  const LegacyFormat numbers = {header.dataFormat, header.dataType, header.pixelFormat};
  const auto format = receivedLegacyFormat(numbers);
  if (!format) {
    throw Error("'" + object + "' (generation A) has pixels of the OpenGL format " +
                hexadecimal(numbers.dataFormat) + ", type " + hexadecimal(numbers.dataType) +
                ", which is not known here");
  }
  const std::int64_t offset = checkedOffset(header.dataOffset, sizeof header, end, object);
  const FrameLayout layout = {.width = header.width,
                              .height = header.height,
                              .aspectX = header.aspectX,
                              .aspectY = header.aspectY,
                              .format = *format};
  return checkSizes(layout, INT64_MAX, offset, end, object);
}

ReceivedFormat checkedFormat(std::uint32_t number, const std::string& object) {
  if (const auto format = receivedFormat(number)) return *format;
  throw Error("'" + object + "' has the unknown pixel format " + std::to_string(number));
}

}  // namespace

std::optional<FrameLayout> checkHeader(std::span<const std::byte> bytes, std::uint64_t segmentBytes,
                                       const std::string& object) {
  const auto header = headerIn<TopknotShmHeaderC>(bytes);
  if (header.magic == 0) return std::nullopt;
  if (header.magic == TOPKNOT_SHM_MAGIC_A) {
    return checkLegacy(headerIn<TopknotShmHeaderA>(bytes), segmentBytes, object);
  }
  if (header.magic != TOPKNOT_SHM_MAGIC) {
    throw Error("'" + object + "' is not a frame: its magic number is " +
                hexadecimal(header.magic) + ", not 0xd95ef835");
  }
  if (header.version < 1) failVersion(header.version, object);
  const ReceivedFormat format = checkedFormat(header.pixelFormat, object);
  const std::int64_t offset =
      checkedOffset(header.dataOffset, TOPKNOT_SHM_CORE_BYTES, segmentBytes, object);
  FrameLayout layout = {.width = header.width,
                        .height = header.height,
                        .aspectX = header.aspectX,
                        .aspectY = header.aspectY,
                        .format = format};
  // A sender may call itself version 2 and still have the shorter header.
  if (header.version >= TOPKNOT_SHM_VERSION_C && offset >= std::int64_t{sizeof header}) {
    layout.gamut = header.gamutPrimaries;
    layout.transfer = header.transfer;
  }
  return checkSizes(layout, header.dataSize, offset, segmentBytes, object);
}

FrameLayout checkDescription(const Description& given, const std::string& object) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 48;
  const ReceivedFormat format = checkedFormat(given.pixelFormat, object);
  FrameLayout layout = {.width = static_cast<int>(given.width),
                        .height = static_cast<int>(given.height),
                        .aspectX = given.aspectX,
                        .aspectY = given.aspectY,
                        .format = format,
                        .gamut = given.gamut,
                        .transfer = given.transfer,
                        .stale = (given.flags & TOPKNOT_SHM_STALE) != 0};
  const std::uint64_t offset = std::min(given.offset, kMost);
  const std::uint64_t bytes = std::min(given.bytes, kMost);
  const std::uint64_t room = std::min(given.room, kMost);
  return checkSizes(layout, static_cast<std::int64_t>(bytes), static_cast<std::int64_t>(offset),
                    offset + room, object);
}

}  // namespace topknot::ipc
