// The numbers of the pixel formats before 2022: what OpenGL calls them.
#include "ipc/frame_format.h"

namespace topknot::ipc {
namespace {

// Channels as they lie in memory.
constexpr std::uint32_t kRed = 0x1903, kAlpha = 0x1906, kRgb = 0x1907, kRgba = 0x1908;
constexpr std::uint32_t kLuminance = 0x1909, kLuminanceAlpha = 0x190A, kRg = 0x8227;
constexpr std::uint32_t kBgra = 0x80E1;
// Types of a channel, or of all of them together.
constexpr std::uint32_t kByte = 0x1401, kShort = 0x1403, kFloat = 0x1406, kHalf = 0x140B;
constexpr std::uint32_t k2101010 = 0x8368, k111110 = 0x8C3B;
constexpr std::uint32_t kSrgb8Alpha8 = 0x8C43;

struct Row {
  PixelFormat format;
  LegacyFormat numbers;
};

constexpr Row kRows[] = {
    {PixelFormat::Rgba8Fixed, {kRgba, kByte, 0x8058}},
    {PixelFormat::Srgba8Fixed, {kRgba, kByte, kSrgb8Alpha8}},
    {PixelFormat::Rgba16Fixed, {kRgba, kShort, 0x805B}},
    {PixelFormat::Rgba16Float, {kRgba, kHalf, 0x881A}},
    {PixelFormat::Rgba32Float, {kRgba, kFloat, 0x8814}},
    {PixelFormat::Rgb10A2Fixed, {kRgba, k2101010, 0x8059}},
    {PixelFormat::Rgba11Float, {kRgb, k111110, 0x8C3A}},
    {PixelFormat::Mono8Fixed, {kRed, kByte, 0x8229}},
    {PixelFormat::Mono16Fixed, {kRed, kShort, 0x822A}},
    {PixelFormat::Mono16Float, {kRed, kHalf, 0x822D}},
    {PixelFormat::Mono32Float, {kRed, kFloat, 0x822E}},
    {PixelFormat::Rg8Fixed, {kRg, kByte, 0x822B}},
    {PixelFormat::Rg16Fixed, {kRg, kShort, 0x822C}},
    {PixelFormat::Rg16Float, {kRg, kHalf, 0x822F}},
    {PixelFormat::Rg32Float, {kRg, kFloat, 0x8230}},
    {PixelFormat::A8Fixed, {kAlpha, kByte, 0x803C}},
    {PixelFormat::A16Fixed, {kAlpha, kShort, 0x803E}},
    {PixelFormat::A16Float, {kAlpha, kHalf, 0x881C}},
    {PixelFormat::A32Float, {kAlpha, kFloat, 0x8816}},
    {PixelFormat::MonoAlpha8Fixed, {kLuminanceAlpha, kByte, 0x8045}},
    {PixelFormat::MonoAlpha16Fixed, {kLuminanceAlpha, kShort, 0x8048}},
    {PixelFormat::MonoAlpha16Float, {kLuminanceAlpha, kHalf, 0x881F}},
    {PixelFormat::MonoAlpha32Float, {kLuminanceAlpha, kFloat, 0x8819}},
};

// What others send, and we do not.
constexpr Row kOthers[] = {
    {PixelFormat::Rgb16Float, {kRgb, kHalf, 0}},
    {PixelFormat::Rgb32Float, {kRgb, kFloat, 0}},
    {PixelFormat::Mono8Fixed, {kLuminance, kByte, 0}},
    {PixelFormat::Mono16Fixed, {kLuminance, kShort, 0}},
    {PixelFormat::Mono16Float, {kLuminance, kHalf, 0}},
    {PixelFormat::Mono32Float, {kLuminance, kFloat, 0}},
};

bool lieAlike(const LegacyFormat& a, const LegacyFormat& b) {
  return a.dataFormat == b.dataFormat && a.dataType == b.dataType;
}

}  // namespace

std::optional<LegacyFormat> legacyFormat(PixelFormat format) {
  for (const Row& row : kRows) {
    if (row.format == format) return row.numbers;
  }
  return std::nullopt;
}

std::optional<ReceivedFormat> receivedLegacyFormat(const LegacyFormat& numbers) {
  if (numbers.dataType == kByte && (numbers.dataFormat == kRgba || numbers.dataFormat == kBgra)) {
    const bool encoded = numbers.pixelFormat == kSrgb8Alpha8;
    return ReceivedFormat{encoded ? PixelFormat::Srgba8Fixed : PixelFormat::Rgba8Fixed,
                          numbers.dataFormat == kBgra};
  }
  for (const Row& row : kRows) {
    if (lieAlike(row.numbers, numbers)) return ReceivedFormat{row.format};
  }
  for (const Row& row : kOthers) {
    if (lieAlike(row.numbers, numbers)) return ReceivedFormat{row.format};
  }
  return std::nullopt;
}

}  // namespace topknot::ipc
