// Which of dds's pixel formats are which of ours.
#include <array>
#include <string>

#include "io/codecs/bytes.h"
#include "io/codecs/dds_masks.h"

namespace topknot::io {
namespace {

struct Row {
  std::uint32_t number;
  DdsPixels pixels;
};

using enum PixelFormat;

/// Numbers of DXGI_FORMAT, the exact ones first.
constexpr std::array kRows = {
    Row{28, {.format = Rgba8Fixed}},
    Row{29, {.format = Srgba8Fixed}},
    Row{10, {.format = Rgba16Float}},
    Row{2, {.format = Rgba32Float}},
    Row{24, {.format = Rgb10A2Fixed}},
    Row{11, {.format = Rgba16Fixed}},
    Row{26, {.format = Rgba11Float}},
    Row{6, {.format = Rgb32Float}},
    Row{61, {.format = Mono8Fixed}},
    Row{56, {.format = Mono16Fixed}},
    Row{54, {.format = Mono16Float}},
    Row{41, {.format = Mono32Float}},
    Row{49, {.format = Rg8Fixed}},
    Row{35, {.format = Rg16Fixed}},
    Row{34, {.format = Rg16Float}},
    Row{16, {.format = Rg32Float}},
    Row{65, {.format = A8Fixed}},
    Row{87, {.format = Rgba8Fixed, .swapped = true}},
    Row{91, {.format = Srgba8Fixed, .swapped = true}},
    Row{88, {.format = Rgba8Fixed, .swapped = true, .opaque = true}},
    Row{93, {.format = Srgba8Fixed, .swapped = true, .opaque = true}},
    Row{71, {.format = Rgba8Fixed, .blocks = DdsBlocks::Bc1}},
    Row{72, {.format = Srgba8Fixed, .blocks = DdsBlocks::Bc1}},
    Row{74, {.format = Rgba8Fixed, .blocks = DdsBlocks::Bc2}},
    Row{75, {.format = Srgba8Fixed, .blocks = DdsBlocks::Bc2}},
    Row{77, {.format = Rgba8Fixed, .blocks = DdsBlocks::Bc3}},
    Row{78, {.format = Srgba8Fixed, .blocks = DdsBlocks::Bc3}},
    Row{80, {.format = Mono8Fixed, .blocks = DdsBlocks::Bc4}},
    Row{83, {.format = Rg8Fixed, .blocks = DdsBlocks::Bc5}},
};

/// The format with all four channels that holds what has no DXGI format of its own.
PixelFormat widened(PixelFormat format) {
  switch (pixelFormatInfo(format).component) {
    case Component::Fixed8:
      return Rgba8Fixed;
    case Component::Fixed16:
      return Rgba16Fixed;
    case Component::Float32:
      return Rgba32Float;
    default:
      return Rgba16Float;
  }
}

std::uint32_t fourCc(std::string_view text) {
  std::uint32_t code = 0;
  for (std::size_t i = 4; i-- > 0;) code = code << 8 | static_cast<unsigned char>(text[i]);
  return code;
}

/// Numbers of D3DFORMAT, and block compression under its old names.
std::optional<DdsPixels> coded(std::uint32_t code) {
  struct Old {
    std::uint32_t code;
    std::uint32_t number;
  };
  const std::array kOld = {
      Old{36, 11},
      Old{111, 54},
      Old{112, 34},
      Old{113, 10},
      Old{114, 41},
      Old{115, 16},
      Old{116, 2},
      Old{fourCc("DXT1"), 71},
      Old{fourCc("DXT2"), 74},
      Old{fourCc("DXT3"), 74},
      Old{fourCc("DXT4"), 77},
      Old{fourCc("DXT5"), 77},
      Old{fourCc("ATI1"), 80},
      Old{fourCc("BC4U"), 80},
      Old{fourCc("ATI2"), 83},
      Old{fourCc("BC5U"), 83},
  };
  for (const Old& old : kOld) {
    if (old.code == code) return dxgiPixels(old.number);
  }
  return std::nullopt;
}

}  // namespace

DxgiFormat dxgiFormat(PixelFormat format) {
  for (const Row& row : kRows) {
    if (row.pixels.format == format) return {row.number, format};
  }
  return dxgiFormat(widened(format));
}

std::optional<DdsPixels> dxgiPixels(std::uint32_t number) {
  for (const Row& row : kRows) {
    if (row.number == number) return row.pixels;
  }
  return std::nullopt;
}

DdsPixels legacyPixels(ByteView file) {
  constexpr std::uint32_t kAlpha = 0x1, kAlphaOnly = 0x2, kFourCc = 0x4, kRgb = 0x40,
                          kLuminance = 0x20000;
  const std::uint32_t flags = little32(file, DdsPlace::kPixelFlags);
  const std::uint32_t code = little32(file, DdsPlace::kFourCc);
  if (flags & kFourCc) {
    if (const auto pixels = coded(code)) return *pixels;
    throw Refusal("is not read: its pixels are stored as " +
                  inQuotes(textOf(file.subspan(DdsPlace::kFourCc, 4))) +
                  "; expected one of DXT1 to DXT5, ATI1, ATI2, DX10, or none");
  }
  DdsPixels pixels{.format = Rgba8Fixed, .bits = static_cast<int>(little32(file, DdsPlace::kBits))};
  if (pixels.bits != 8 && pixels.bits != 16 && pixels.bits != 24 && pixels.bits != 32) {
    throw Refusal("is damaged: a pixel has " + std::to_string(pixels.bits) +
                  " bits; expected 8, 16, 24 or 32");
  }
  if (!(flags & (kRgb | kLuminance | kAlphaOnly))) {
    throw Refusal("is not read: its pixels are neither rgb, grey nor alpha");
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const bool has =
        i < 3 ? (flags & (kRgb | kLuminance)) != 0 : (flags & (kAlpha | kAlphaOnly)) != 0;
    if (has) pixels.masks[i] = little32(file, DdsPlace::kMasks + 4 * i);
  }
  if (flags & kLuminance) pixels.masks[1] = pixels.masks[2] = pixels.masks[0];
  // R32F of writers that give it no number; Direct3D 9 has no whole numbers of 32 bits.
  if ((flags & kRgb) && pixels.masks[0] == ~0u) return {.format = Mono32Float};
  pixels.format = maskedFormat(pixels.masks);
  return pixels;
}

}  // namespace topknot::io
