// What a frame is in the bytes that are shared: its header in each generation, its format's number.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "topknot/pixel_format.h"
#include "topknot/shared_frame.h"

namespace topknot::ipc {

static_assert(std::endian::native == std::endian::little, "the protocol is little-endian");

/// Which builds of TouchDesigner a header is for: before 2022, since then, with colour spaces.
enum class Generation { A, B, C };

/// What a frame is, besides its pixels.
struct FrameHeader {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  float aspectX = 1.0f;
  float aspectY = 1.0f;
  PixelFormat format = PixelFormat::Rgba8Fixed;  ///< one that has a sharedFormat()
  std::uint32_t gamut = TOPKNOT_SHM_REC709;
  std::uint32_t transfer = TOPKNOT_SHM_LINEAR;
  bool stale =
      false;  ///< an older picture, or a substitute; headers of old clients have no room for it
};

/// What a number in a header stands for.
struct ReceivedFormat {
  PixelFormat format;
  bool blueFirst = false;  ///< the pixels are BGRA and have to be swapped to become `format`
};

/// What a header says, after every value was held against the size of the segment.
struct FrameLayout {
  int width = 0;
  int height = 0;
  float aspectX = 1.0f;
  float aspectY = 1.0f;
  ReceivedFormat format = {};
  std::uint64_t offset = 0;  ///< of the pixels, in bytes
  std::uint64_t bytes = 0;   ///< of the pixels
  std::uint32_t gamut = TOPKNOT_SHM_REC709;
  std::uint32_t transfer = TOPKNOT_SHM_LINEAR;
  bool stale = false;
};

/// The number of a format since generation B; nothing for rgb16float and rgb32float.
std::optional<std::uint32_t> sharedFormat(PixelFormat format);
std::optional<ReceivedFormat> receivedFormat(std::uint32_t number);

/// The three numbers of a format in generation A, as OpenGL has them.
struct LegacyFormat {
  std::uint32_t dataFormat, dataType, pixelFormat;
  friend bool operator==(const LegacyFormat&, const LegacyFormat&) = default;
};
std::optional<LegacyFormat> legacyFormat(PixelFormat format);
/// Of others' as well: what lies in memory is told by the first two.
std::optional<ReceivedFormat> receivedLegacyFormat(const LegacyFormat& numbers);

/// Bytes of a frame's pixels. Throws Error unless the size is possible and the format has a number.
std::uint64_t frameBytes(const FrameHeader& header);

constexpr std::uint32_t headerBytes(Generation generation) {
  if (generation == Generation::A) return sizeof(TopknotShmHeaderA);
  return generation == Generation::B ? sizeof(TopknotShmHeaderB) : sizeof(TopknotShmHeaderC);
}

/// The longest header; what a shorter one leaves over is zero.
using HeaderImage = std::array<std::byte, sizeof(TopknotShmHeaderC)>;

/// A header whose pixels begin where it ends.
HeaderImage encodeHeader(Generation generation, const FrameHeader& header);

/// Nothing while there is no frame (magic 0). Throws Error, naming `object`, if the header lies.
/// `header` may be shorter than that of generation C if the segment is.
std::optional<FrameLayout> checkHeader(std::span<const std::byte> header,
                                       std::uint64_t segmentBytes, const std::string& object);

constexpr std::uint32_t flagsOf(const FrameHeader& header) {
  return header.stale ? TOPKNOT_SHM_STALE : 0;
}

/// The sum in a slot's label, or in the head of a tail page: FNV-1a of what stands before it.
template <class Stored>
std::uint32_t checkOf(const Stored& stored) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(&stored);
  std::uint32_t sum = 0x811c9dc5u;
  for (std::size_t i = 0; i < offsetof(Stored, check); ++i) sum = (sum ^ bytes[i]) * 0x01000193u;
  return sum;
}

/// What a slot or an entry of a bundle says of its pixels.
struct Description {
  std::int64_t width, height;
  float aspectX, aspectY;
  std::uint32_t pixelFormat, gamut, transfer, flags;
  std::uint64_t bytes, offset, room;
};
/// Its pixels begin at `offset`, where `room` bytes are theirs.
template <class Stored>
Description descriptionOf(const Stored& stored, std::uint64_t offset, std::uint64_t room) {
  return {.width = stored.width,
          .height = stored.height,
          .aspectX = stored.aspectX,
          .aspectY = stored.aspectY,
          .pixelFormat = stored.pixelFormat,
          .gamut = stored.gamutPrimaries,
          .transfer = stored.transfer,
          .flags = stored.flags,
          .bytes = stored.bytes,
          .offset = offset,
          .room = room};
}
/// Throws Error as `checkHeader`.
FrameLayout checkDescription(const Description& description, const std::string& object);

}  // namespace topknot::ipc
