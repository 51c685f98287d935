// The bytes that are shared with other programs: header generation B, info block, lock object.
#pragma once

#include <pthread.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "topknot/pixel_format.h"

namespace topknot::ipc {

static_assert(std::endian::native == std::endian::little, "the protocol is little-endian");

/// Starts a data segment. `dataOffset` alone tells where the pixels start: generation C has the
/// same first 44 bytes and a longer header.
struct DataHeader {
  static constexpr std::uint32_t kMagic = 0xd95ef835;
  static constexpr std::uint32_t kMagicGenerationA = 0xe95df673;  ///< OpenGL values, before 2022
  static constexpr std::int32_t kVersion = 1;
  static constexpr std::uint32_t kCoreBytes = 44;  ///< what all generations since B share

  std::uint32_t magic;  ///< kMagic while there is a whole frame, else 0
  std::int32_t version;
  std::int32_t width;   ///< pixels
  std::int32_t height;  ///< pixels
  float aspectX;
  float aspectY;
  std::uint32_t pixelFormat;  ///< a VkFormat or one of the private numbers
  std::uint32_t padding;
  std::int64_t dataSize;    ///< bytes of pixels
  std::int32_t dataOffset;  ///< bytes from the start of the segment to the bottom row
  std::uint32_t tailPadding;
};
static_assert(sizeof(DataHeader) == 48);
static_assert(offsetof(DataHeader, magic) == 0);
static_assert(offsetof(DataHeader, version) == 4);
static_assert(offsetof(DataHeader, width) == 8);
static_assert(offsetof(DataHeader, height) == 12);
static_assert(offsetof(DataHeader, aspectX) == 16);
static_assert(offsetof(DataHeader, aspectY) == 20);
static_assert(offsetof(DataHeader, pixelFormat) == 24);
static_assert(offsetof(DataHeader, padding) == 28);
static_assert(offsetof(DataHeader, dataSize) == 32);
static_assert(offsetof(DataHeader, dataOffset) == 40);
static_assert(offsetof(DataHeader, tailPadding) == 44);

/// The info segment in its POSIX form. The flags are bytes, not bools: others write them.
struct InfoBlock {
  static constexpr std::uint32_t kMagic = 0x56ed34ba;
  static constexpr std::uint32_t kVersion = 2;

  std::uint32_t magic;
  std::uint32_t version;
  std::uint8_t supported;  ///< a receiver follows the postfix
  char postfix[32];        ///< of the data segment's name, NUL-terminated
  std::uint8_t detach;     ///< the sender has ended
  std::uint8_t padding[2];
};
static_assert(sizeof(InfoBlock) == 44);
static_assert(offsetof(InfoBlock, magic) == 0);
static_assert(offsetof(InfoBlock, version) == 4);
static_assert(offsetof(InfoBlock, supported) == 8);
static_assert(offsetof(InfoBlock, postfix) == 9);
static_assert(offsetof(InfoBlock, detach) == 41);

/// The lock object: one page that starts with a robust process-shared mutex of glibc. Bytes 88
/// to 127 stay zero, as clients of the macOS form keep a flag there; `ownerPid` serves messages
/// only, the flock on the object is what counts.
struct LockObject {
  static constexpr std::uint32_t kBytes = 4096;

  alignas(128) pthread_mutex_t mutex;
  alignas(128) std::int32_t ownerPid;
};
static_assert(offsetof(LockObject, mutex) == 0);
static_assert(offsetof(LockObject, ownerPid) == 128);
static_assert(sizeof(pthread_mutex_t) <= 88);

/// The number of a format in a header; nothing for rgb16float and rgb32float, which have none.
std::optional<std::uint32_t> sharedFormat(PixelFormat format);

/// What a number in a header stands for.
struct ReceivedFormat {
  PixelFormat format;
  bool blueFirst;  ///< the pixels are BGRA and have to be swapped to become `format`
};
std::optional<ReceivedFormat> receivedFormat(std::uint32_t number);

}  // namespace topknot::ipc
