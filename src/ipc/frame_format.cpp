// Headers as bytes, and the numbers of the pixel formats: VkFormat values and private ones.
#include "ipc/frame_format.h"

#include <array>
#include <cstring>

#include "image/sizes.h"
#include "topknot/error.h"

namespace topknot::ipc {
namespace {

struct Row {
  std::uint32_t number;
  PixelFormat format;
  bool blueFirst = false;
};

// The formats that we send come before their alternates.
constexpr std::array kRows = {
    Row{37, PixelFormat::Rgba8Fixed},
    Row{43, PixelFormat::Srgba8Fixed},
    Row{44, PixelFormat::Rgba8Fixed, true},
    Row{50, PixelFormat::Srgba8Fixed, true},
    Row{97, PixelFormat::Rgba16Float},
    Row{109, PixelFormat::Rgba32Float},
    Row{64, PixelFormat::Rgb10A2Fixed},
    Row{91, PixelFormat::Rgba16Fixed},
    Row{122, PixelFormat::Rgba11Float},
    Row{9, PixelFormat::Mono8Fixed},
    Row{70, PixelFormat::Mono16Fixed},
    Row{76, PixelFormat::Mono16Float},
    Row{100, PixelFormat::Mono32Float},
    Row{16, PixelFormat::Rg8Fixed},
    Row{77, PixelFormat::Rg16Fixed},
    Row{83, PixelFormat::Rg16Float},
    Row{103, PixelFormat::Rg32Float},
    Row{0xF0001, PixelFormat::A8Fixed},
    Row{0xF0002, PixelFormat::A16Fixed},
    Row{0xF0003, PixelFormat::A16Float},
    Row{0xF0004, PixelFormat::A32Float},
    Row{0xF0005, PixelFormat::MonoAlpha8Fixed},
    Row{0xF0006, PixelFormat::MonoAlpha16Fixed},
    Row{0xF0007, PixelFormat::MonoAlpha16Float},
    Row{0xF0008, PixelFormat::MonoAlpha32Float},
};

template <class Header>
HeaderImage imageOf(const Header& header) {
  HeaderImage image = {};
  std::memcpy(image.data(), &header, sizeof header);
  return image;
}

HeaderImage encodeLegacy(const FrameHeader& header) {
  const LegacyFormat numbers = *legacyFormat(header.format);
  TopknotShmHeaderA wire = {};
  wire.magic = TOPKNOT_SHM_MAGIC_A;
  wire.version = TOPKNOT_SHM_VERSION_A;
  wire.width = header.width;
  wire.height = header.height;
  wire.aspectX = header.aspectX;
  wire.aspectY = header.aspectY;
  wire.dataFormat = numbers.dataFormat;
  wire.dataType = numbers.dataType;
  wire.pixelFormat = numbers.pixelFormat;
  wire.dataOffset = sizeof wire;
  return imageOf(wire);
}

}  // namespace

std::optional<std::uint32_t> sharedFormat(PixelFormat format) {
  for (const Row& row : kRows) {
    if (row.format == format) return row.number;
  }
  return std::nullopt;
}

std::optional<ReceivedFormat> receivedFormat(std::uint32_t number) {
  for (const Row& row : kRows) {
    if (row.number == number) return ReceivedFormat{row.format, row.blueFirst};
  }
  return std::nullopt;
}

std::uint64_t frameBytes(const FrameHeader& header) {
  const PixelFormatInfo& info = pixelFormatInfo(header.format);
  if (!sharedFormat(header.format)) {
    throw Error("shared memory has no number for the pixel format " + std::string(info.name) +
                "; send it with four channels");
  }
  if (header.width < 1 || header.height < 1) {
    throw Error("a frame in shared memory is at least 1 x 1, not " + std::to_string(header.width) +
                " x " + std::to_string(header.height));
  }
  const auto bytes = imageBytes(header.width, header.height, 1, header.format);
  if (!bytes) throw Error("a frame in shared memory is too large");
  return *bytes;
}

HeaderImage encodeHeader(Generation generation, const FrameHeader& header) {
  if (generation == Generation::A) return encodeLegacy(header);
  const bool colour = generation == Generation::C;
  TopknotShmHeaderC wire = {};
  wire.magic = TOPKNOT_SHM_MAGIC;
  wire.version = colour ? TOPKNOT_SHM_VERSION_C : TOPKNOT_SHM_VERSION_B;
  wire.width = header.width;
  wire.height = header.height;
  wire.aspectX = header.aspectX;
  wire.aspectY = header.aspectY;
  wire.pixelFormat = *sharedFormat(header.format);
  wire.dataSize = static_cast<std::int64_t>(frameBytes(header));
  wire.dataOffset = static_cast<std::int32_t>(headerBytes(generation));
  wire.gamutPrimaries = colour ? header.gamut : 0;
  wire.transfer = colour ? header.transfer : 0;
  return imageOf(wire);
}

}  // namespace topknot::ipc
