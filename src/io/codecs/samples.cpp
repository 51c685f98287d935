// Which samples a format has, and rows of them.
#include "io/codecs/samples.h"

#include <cstring>

namespace topknot::io {
namespace {

/// As deep as the format's components, and as the file allows.
SampleDepth depthOf(const PixelFormatInfo& info, SampleDepth most) {
  const bool narrow = info.component == Component::Fixed8;
  const bool fixed =
      narrow || info.component == Component::Fixed16 || info.component == Component::Packed1010102;
  const SampleDepth own = narrow  ? SampleDepth::Fixed8
                          : fixed ? SampleDepth::Fixed16
                                  : SampleDepth::Float32;
  return own < most ? own : most;
}

PixelFormat pick(SampleDepth depth, PixelFormat narrow, PixelFormat wide, PixelFormat floating) {
  return depth == SampleDepth::Fixed8 ? narrow : depth == SampleDepth::Fixed16 ? wide : floating;
}

}  // namespace

SampleLayout sampleLayout(PixelFormat format, SampleDepth most) {
  using enum PixelFormat;
  const PixelFormatInfo& info = pixelFormatInfo(format);
  const SampleDepth depth = depthOf(info, most);
  const int bytes = depth == SampleDepth::Fixed8 ? 1 : depth == SampleDepth::Fixed16 ? 2 : 4;
  switch (info.channels) {
    case Channels::Mono:
      return {1, bytes, pick(depth, Mono8Fixed, Mono16Fixed, Mono32Float)};
    case Channels::MonoAlpha:
      return {2, bytes, pick(depth, MonoAlpha8Fixed, MonoAlpha16Fixed, MonoAlpha32Float)};
    case Channels::Rgb:
      return {3, bytes, pick(depth, Rgba8Fixed, Rgba16Fixed, Rgb32Float)};
    default:
      return {4, bytes,
              pick(depth, info.srgb ? Srgba8Fixed : Rgba8Fixed, Rgba16Fixed, Rgba32Float)};
  }
}

SampleRows::SampleRows(const Image& image, const SampleLayout& layout)
    : layout_(layout),
      converted_(image.format() == layout.pixels ? Image() : image.converted(layout.pixels)),
      image_(converted_.empty() ? image : converted_),
      rowBytes_(static_cast<std::size_t>(image.width()) *
                static_cast<std::size_t>(layout.samples * layout.bytes)) {}

void SampleRows::take(int row, std::span<std::byte> out) const {
  const auto stored = static_cast<std::size_t>(pixelFormatInfo(layout_.pixels).bytesPerPixel);
  const auto wanted = static_cast<std::size_t>(layout_.samples * layout_.bytes);
  for (; out.size() >= rowBytes_; out = out.subspan(rowBytes_), ++row) {
    const std::span<const std::byte> from = image_.row(image_.height() - 1 - row);
    if (stored == wanted) {
      std::memcpy(out.data(), from.data(), rowBytes_);
      continue;
    }
    std::byte* to = out.data();
    for (std::size_t at = 0; at < from.size(); at += stored, to += wanted) {
      std::memcpy(to, from.data() + at, wanted);
    }
  }
}

Bytes samplesOf(const Image& image, const SampleLayout& layout) {
  const SampleRows rows(image, layout);
  Bytes all(rows.bytes());
  rows.take(0, all);
  return all;
}

}  // namespace topknot::io
