// The pixel loops, one for each pair of channels and component.
#include "image/rows.h"

#include <cstdint>
#include <cstring>

#include "image/half.h"
#include "image/packed.h"
#include "image/srgb.h"
#include "topknot/error.h"

namespace topknot {
namespace {

struct Fixed8 {
  using Stored = std::uint8_t;
  static float load(Stored v) { return static_cast<float>(v) / 255.0f; }
  static Stored store(float v) { return static_cast<Stored>(fixedFromFloat(v, 255.0f)); }
};

struct Fixed16 {
  using Stored = std::uint16_t;
  static float load(Stored v) { return static_cast<float>(v) / 65535.0f; }
  static Stored store(float v) { return static_cast<Stored>(fixedFromFloat(v, 65535.0f)); }
};

struct Float16 {
  using Stored = std::uint16_t;
  static float load(Stored v) { return floatFromHalf(v); }
  static Stored store(float v) { return halfFromFloat(v); }
};

struct Float32 {
  using Stored = float;
  static float load(Stored v) { return v; }
  static Stored store(float v) { return v; }
};

constexpr int storedComponents(Channels channels) {
  switch (channels) {
    case Channels::Rgba:
      return 4;
    case Channels::Rgb:
      return 3;
    case Channels::Rg:
    case Channels::MonoAlpha:
      return 2;
    default:
      return 1;
  }
}

/// Which of (r, g, b, a) the stored component i is.
template <Channels kChannels>
constexpr int componentOf(int i) {
  if (kChannels == Channels::Alpha) return 3;
  if (kChannels == Channels::MonoAlpha) return i == 0 ? 0 : 3;
  return i;
}

template <Channels kChannels, class T>
void readRow(const std::byte* pixels, std::size_t count, float* rgba) {
  constexpr int kCount = storedComponents(kChannels);
  constexpr bool kMono = kChannels == Channels::Mono || kChannels == Channels::MonoAlpha;
  constexpr float kAlpha = kChannels == Channels::Alpha ? 0.0f : 1.0f;
  for (std::size_t x = 0; x < count; ++x, rgba += 4) {
    typename T::Stored stored[kCount];
    std::memcpy(stored, pixels + x * sizeof stored, sizeof stored);
    float pixel[4] = {0.0f, 0.0f, 0.0f, kAlpha};
    for (int i = 0; i < kCount; ++i) pixel[componentOf<kChannels>(i)] = T::load(stored[i]);
    if (kMono) pixel[1] = pixel[2] = pixel[0];
    std::memcpy(rgba, pixel, sizeof pixel);
  }
}

template <Channels kChannels, class T>
void writeRow(const float* rgba, std::size_t count, std::byte* pixels) {
  constexpr int kCount = storedComponents(kChannels);
  for (std::size_t x = 0; x < count; ++x, rgba += 4) {
    typename T::Stored stored[kCount];
    for (int i = 0; i < kCount; ++i) stored[i] = T::store(rgba[componentOf<kChannels>(i)]);
    std::memcpy(pixels + x * sizeof stored, stored, sizeof stored);
  }
}

void readSrgb(const std::byte* pixels, std::size_t count, float* rgba) {
  const auto& linear = linearFromSrgb();
  for (std::size_t i = 0; i < count * 4; ++i) {
    const auto byte = std::to_integer<std::uint8_t>(pixels[i]);
    rgba[i] = i % 4 == 3 ? Fixed8::load(byte) : linear[byte];
  }
}

void writeSrgb(const float* rgba, std::size_t count, std::byte* pixels) {
  for (std::size_t i = 0; i < count * 4; ++i) {
    pixels[i] = std::byte{i % 4 == 3 ? Fixed8::store(rgba[i]) : srgbFromLinear(rgba[i])};
  }
}

template <auto kUnpack>
void readPacked(const std::byte* pixels, std::size_t count, float* rgba) {
  for (std::size_t x = 0; x < count; ++x) {
    std::uint32_t word;
    std::memcpy(&word, pixels + x * 4, 4);
    rgba[x * 4 + 3] = 1.0f;
    kUnpack(word, rgba + x * 4);
  }
}

template <auto kPack>
void writePacked(const float* rgba, std::size_t count, std::byte* pixels) {
  for (std::size_t x = 0; x < count; ++x) {
    const std::uint32_t word = kPack(rgba + x * 4);
    std::memcpy(pixels + x * 4, &word, 4);
  }
}

struct Row {
  RowReader read;
  RowWriter write;
};

template <Channels kChannels>
Row rowOf(Component component) {
  switch (component) {
    case Component::Fixed8:
      return {readRow<kChannels, Fixed8>, writeRow<kChannels, Fixed8>};
    case Component::Fixed16:
      return {readRow<kChannels, Fixed16>, writeRow<kChannels, Fixed16>};
    case Component::Float16:
      return {readRow<kChannels, Float16>, writeRow<kChannels, Float16>};
    case Component::Float32:
      return {readRow<kChannels, Float32>, writeRow<kChannels, Float32>};
    case Component::Packed1010102:
      return {readPacked<unpack1010102>, writePacked<pack1010102>};
    case Component::Packed111110:
      return {readPacked<unpack111110>, writePacked<pack111110>};
  }
  throw Error("a pixel format has an unknown component");
}

Row rowOf(PixelFormat format) {
  const PixelFormatInfo& info = pixelFormatInfo(format);
  if (info.srgb) return {readSrgb, writeSrgb};
  switch (info.channels) {
    case Channels::Rgba:
      return rowOf<Channels::Rgba>(info.component);
    case Channels::Rgb:
      return rowOf<Channels::Rgb>(info.component);
    case Channels::Mono:
      return rowOf<Channels::Mono>(info.component);
    case Channels::Rg:
      return rowOf<Channels::Rg>(info.component);
    case Channels::Alpha:
      return rowOf<Channels::Alpha>(info.component);
    case Channels::MonoAlpha:
      return rowOf<Channels::MonoAlpha>(info.component);
  }
  throw Error("a pixel format has unknown channels");
}

}  // namespace

RowReader rowReader(PixelFormat format) {
  return rowOf(format).read;
}

RowWriter rowWriter(PixelFormat format) {
  return rowOf(format).write;
}

}  // namespace topknot
