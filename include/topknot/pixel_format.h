// The pixel formats of the Common page, with their names, labels and layouts.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace topknot {

/// How a texture stores its pixels. The order is that of TouchDesigner's Pixel Format menu.
enum class PixelFormat {
  Rgba8Fixed,
  Srgba8Fixed,
  Rgba16Float,
  Rgba32Float,
  Rgb10A2Fixed,
  Rgba16Fixed,
  Rgba11Float,
  Rgb16Float,
  Rgb32Float,
  Mono8Fixed,
  Mono16Fixed,
  Mono16Float,
  Mono32Float,
  Rg8Fixed,
  Rg16Fixed,
  Rg16Float,
  Rg32Float,
  A8Fixed,
  A16Fixed,
  A16Float,
  A32Float,
  MonoAlpha8Fixed,
  MonoAlpha16Fixed,
  MonoAlpha16Float,
  MonoAlpha32Float,
};

/// Which channels a format has, and so how a pixel reads as four components:
/// Rgba (r,g,b,a) · Rgb (r,g,b,1) · Mono (m,m,m,1) · Rg (r,g,0,1) · Alpha (0,0,0,a) ·
/// MonoAlpha (m,m,m,a).
enum class Channels { Rgba, Rgb, Mono, Rg, Alpha, MonoAlpha };

/// How one stored component is encoded. `Packed*` share one little-endian 32-bit word:
/// 10-10-10-2 has r in the lowest bits, 11-11-10 (unsigned floats) as well.
enum class Component { Fixed8, Fixed16, Float16, Float32, Packed1010102, Packed111110 };

/// What there is to know about a pixel format.
struct PixelFormatInfo {
  PixelFormat format;
  std::string_view name;   ///< menu item, e.g. `rgba8fixed`
  std::string_view label;  ///< menu label, e.g. `8-bit fixed (RGBA)`
  Channels channels;
  Component component;
  int components;     ///< stored components of a pixel: 1 to 4
  int bytesPerPixel;  ///< in an Image; rows are tightly packed
  bool fixed;         ///< unsigned, normalised to 0..1: writes clamp
  bool srgb;          ///< r, g, b are stored sRGB-encoded; reading a pixel decodes them
};

/// The table's row of a format. Thread: any.
const PixelFormatInfo& pixelFormatInfo(PixelFormat format);

/// All formats in menu order. Thread: any.
std::span<const PixelFormatInfo> pixelFormats();

/// The format of that menu name (`rgba16float`). Throws Error listing the names that exist.
PixelFormat pixelFormatFromName(std::string_view name);

}  // namespace topknot
