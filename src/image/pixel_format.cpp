// The table of pixel formats.
#include "topknot/pixel_format.h"

#include <array>

#include "topknot/error.h"

namespace topknot {
namespace {

constexpr PixelFormatInfo row(PixelFormat format, std::string_view name, std::string_view label,
                              Channels channels, Component component, int components,
                              int bytesPerPixel, bool srgb = false) {
  const bool fixed = component == Component::Fixed8 || component == Component::Fixed16 ||
                     component == Component::Packed1010102;
  return {format, name, label, channels, component, components, bytesPerPixel, fixed, srgb};
}

using enum PixelFormat;
using C = Channels;
using T = Component;

constexpr std::array kFormats = {
    row(Rgba8Fixed, "rgba8fixed", "8-bit fixed (RGBA)", C::Rgba, T::Fixed8, 4, 4),
    row(Srgba8Fixed, "srgba8fixed", "sRGB 8-bit fixed (RGBA)", C::Rgba, T::Fixed8, 4, 4, true),
    row(Rgba16Float, "rgba16float", "16-bit float (RGBA)", C::Rgba, T::Float16, 4, 8),
    row(Rgba32Float, "rgba32float", "32-bit float (RGBA)", C::Rgba, T::Float32, 4, 16),
    row(Rgb10A2Fixed, "rgb10a2fixed", "10-bit RGB, 2-bit Alpha, fixed (RGBA)", C::Rgba,
        T::Packed1010102, 4, 4),
    row(Rgba16Fixed, "rgba16fixed", "16-bit fixed (RGBA)", C::Rgba, T::Fixed16, 4, 8),
    row(Rgba11Float, "rgba11float", "11-bit float (RGB), Positive Values Only", C::Rgb,
        T::Packed111110, 3, 4),
    row(Rgb16Float, "rgb16float", "16-bit float (RGB)", C::Rgb, T::Float16, 3, 6),
    row(Rgb32Float, "rgb32float", "32-bit float (RGB)", C::Rgb, T::Float32, 3, 12),
    row(Mono8Fixed, "mono8fixed", "8-bit fixed (Mono)", C::Mono, T::Fixed8, 1, 1),
    row(Mono16Fixed, "mono16fixed", "16-bit fixed (Mono)", C::Mono, T::Fixed16, 1, 2),
    row(Mono16Float, "mono16float", "16-bit float (Mono)", C::Mono, T::Float16, 1, 2),
    row(Mono32Float, "mono32float", "32-bit float (Mono)", C::Mono, T::Float32, 1, 4),
    row(Rg8Fixed, "rg8fixed", "8-bit fixed (RG)", C::Rg, T::Fixed8, 2, 2),
    row(Rg16Fixed, "rg16fixed", "16-bit fixed (RG)", C::Rg, T::Fixed16, 2, 4),
    row(Rg16Float, "rg16float", "16-bit float (RG)", C::Rg, T::Float16, 2, 4),
    row(Rg32Float, "rg32float", "32-bit float (RG)", C::Rg, T::Float32, 2, 8),
    row(A8Fixed, "a8fixed", "8-bit fixed (A)", C::Alpha, T::Fixed8, 1, 1),
    row(A16Fixed, "a16fixed", "16-bit fixed (A)", C::Alpha, T::Fixed16, 1, 2),
    row(A16Float, "a16float", "16-bit float (A)", C::Alpha, T::Float16, 1, 2),
    row(A32Float, "a32float", "32-bit float (A)", C::Alpha, T::Float32, 1, 4),
    row(MonoAlpha8Fixed, "monoalpha8fixed", "8-bit fixed (Mono+Alpha)", C::MonoAlpha, T::Fixed8, 2,
        2),
    row(MonoAlpha16Fixed, "monoalpha16fixed", "16-bit fixed (Mono+Alpha)", C::MonoAlpha, T::Fixed16,
        2, 4),
    row(MonoAlpha16Float, "monoalpha16float", "16-bit float (Mono+Alpha)", C::MonoAlpha, T::Float16,
        2, 4),
    row(MonoAlpha32Float, "monoalpha32float", "32-bit float (Mono+Alpha)", C::MonoAlpha, T::Float32,
        2, 8),
};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
  }
  return true;
}
static_assert(inOrder(), "a format's row stands at the place of its enumerator");

}  // namespace

const PixelFormatInfo& pixelFormatInfo(PixelFormat format) {
  const auto index = static_cast<std::size_t>(format);
  if (index >= kFormats.size()) {
    throw Error("there is no pixel format number " + std::to_string(index));
  }
  return kFormats[index];
}

std::span<const PixelFormatInfo> pixelFormats() {
  return kFormats;
}

PixelFormat pixelFormatFromName(std::string_view name) {
  std::string names;
  for (const PixelFormatInfo& info : kFormats) {
    if (info.name == name) return info.format;
    names += (names.empty() ? "" : ", ") + std::string(info.name);
  }
  throw Error("there is no pixel format '" + std::string(name) + "'; there are " + names);
}

}  // namespace topknot
