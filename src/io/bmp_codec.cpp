// bmp: read by stb_image, after a look whether all its rows are there.
#include <cstdlib>

#include "io/bytes.h"
#include "io/codec.h"
#include "io/stb.h"

namespace topknot::io {
namespace {

bool sniff(ByteView bytes) {
  return startsWith(bytes, "BM");
}

/// What the file has at least if it is whole. Headers that stb refuses anyway may give anything.
std::uint64_t expectedBytes(ByteView bytes) {
  const bool old = little32(bytes, 14) == 12;
  const std::uint64_t width = old ? little16(bytes, 18) : little32(bytes, 18);
  const auto signedHeight = static_cast<std::int32_t>(little32(bytes, 22));
  const std::uint64_t height =
      old ? little16(bytes, 20) : static_cast<std::uint64_t>(std::abs(std::int64_t{signedHeight}));
  const std::uint64_t bits = little16(bytes, old ? 24 : 28);
  return little32(bytes, 10) + (width * bits + 31) / 32 * 4 * height;
}

Image decode(ByteView bytes, const ReadLimits& limits) {
  if (bytes.size() < 26) throw Refusal("is truncated: its header is cut off");
  Image image = stbDecode(bytes, limits);
  if (bytes.size() < expectedBytes(bytes)) throw Refusal("is truncated: its last rows are missing");
  return image;
}

}  // namespace

constinit const Codec bmpCodec{"bmp", "", sniff, decode, nullptr, false};

}  // namespace topknot::io
