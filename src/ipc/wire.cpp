// The numbers of the pixel formats in shared memory: VkFormat values and private ones.
#include "ipc/wire.h"

#include <array>

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

}  // namespace topknot::ipc
