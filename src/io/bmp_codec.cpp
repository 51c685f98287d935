// bmp: read by stb_image, after a look whether all its rows are there, and written by
// stb_image_write.
#include <cstdlib>

#include "io/bytes.h"
#include "io/codec.h"
#include "io/samples.h"
#include "io/stb.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "BM");
}

struct Header {
  explicit Header(ByteView bytes) : pixels(little32(bytes, 10)) {
    const bool old = little32(bytes, 14) == 12;
    width = old ? little16(bytes, 18) : static_cast<std::int32_t>(little32(bytes, 18));
    height = old ? little16(bytes, 20) : static_cast<std::int32_t>(little32(bytes, 22));
    height = std::abs(height);
    bits = little16(bytes, old ? 24 : 28);
  }

  /// Where uncompressed rows end; stb reads no others.
  std::int64_t end() const { return pixels + (width * bits + 31) / 32 * 4 * height; }

  std::int64_t pixels;  // where they start
  std::int64_t width, height, bits;
};

Image decode(ByteView bytes, const ReadLimits& limits) {
  if (bytes.size() < 26) throw Refusal("is truncated: its header is cut off");
  const Header header(bytes);
  checkSize(limits, header.width, header.height, 4);
  Image image = stbDecode(bytes, limits);
  if (static_cast<std::int64_t>(bytes.size()) < header.end()) {
    throw Refusal("is truncated: its last rows are missing");
  }
  return image;
}

Bytes encode(const Image& image, const SaveOptions&) {
  SampleLayout layout = sampleLayout(image.format(), SampleDepth::Fixed8);
  // There is no grey with alpha.
  if (layout.samples == 2) layout = sampleLayout(PixelFormat::Rgba8Fixed, SampleDepth::Fixed8);
  return stbBmp(samplesOf(image, layout), image.width(), image.height(), layout.samples);
}

}  // namespace

constinit const Codec bmpCodec{"bmp", {".bmp"}, sniff, decode, encode, false};

}  // namespace topknot::io
