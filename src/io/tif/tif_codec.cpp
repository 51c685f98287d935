// tif: read by libtiff, straight for grey and rgb, through its own RGBA conversion for the rest.
#include <algorithm>
#include <cstring>

#include "io/codecs/bytes.h"
#include "io/tif/tif_refusal.h"
#include "io/tif/tif_samples.h"
#include "io/tif/tif_sizes.h"
#include "io/tif/tif_stream.h"
#include "io/tif/tif_writer.h"

namespace topknot::io {
namespace {

using namespace std::string_view_literals;

bool sniff(ByteView bytes) {
  for (const std::string_view magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
    if (startsWith(bytes, magic)) return true;
  }
  return false;
}

/// Where the samples of one block go.
struct Block {
  std::uint32_t x, y;
  std::uint32_t width, height;  // inside the picture
  int plane;                    // the sample, if each has its own blocks
};

/// A block of a small picture may be larger than the picture; up to here it always may.
constexpr std::uint64_t kSmallBlock = std::uint64_t{16} << 20;

class BlockReader {
 public:
  BlockReader(const TifStream& tif, const TifLayout& layout, const ReadLimits& limits, Image& image)
      : tif_(tif),
        layout_(layout),
        image_(image),
        store_(tifStore(layout)),
        componentBytes_(static_cast<std::size_t>(pixelFormatInfo(image.format()).bytesPerPixel) /
                        4),
        sampleBytes_(static_cast<std::size_t>(layout.bits) / 8),
        step_(layout.planar ? 1 : static_cast<std::size_t>(layout.samples)) {
    const tmsize_t size = layout.tiled ? TIFFTileSize(tif.get()) : TIFFStripSize(tif.get());
    const std::uint64_t needed =
        std::uint64_t{layout.blockWidth} * layout.blockHeight * (step_ * sampleBytes_);
    if (size <= 0) tif.refuse();
    if (static_cast<std::uint64_t>(size) > std::max(limits.imageBytes, kSmallBlock)) {
      throw Refusal("is too large: one of its blocks takes " + std::to_string(size) + " bytes");
    }
    if (static_cast<std::uint64_t>(size) < needed)
      throw Refusal("is damaged: its blocks are short");
    buffer_.resize(static_cast<std::size_t>(size));
  }

  void readAll() {
    const int planes = layout_.planar ? layout_.samples : 1;
    for (int plane = 0; plane < planes; ++plane) {
      if (layout_.planar && plane >= layout_.colours && plane != layout_.alpha) continue;
      for (std::uint64_t y = 0; y < layout_.height; y += layout_.blockHeight) {
        for (std::uint64_t x = 0; x < layout_.width; x += layout_.blockWidth) {
          readAt(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), plane);
        }
      }
    }
  }

 private:
  void readAt(std::uint32_t x, std::uint32_t y, int plane) {
    read({x, y, std::min(layout_.blockWidth, layout_.width - x),
          std::min(layout_.blockHeight, layout_.height - y), plane});
  }

  void read(const Block& block) {
    const auto plane = static_cast<std::uint16_t>(block.plane);
    const tmsize_t most = static_cast<tmsize_t>(buffer_.size());
    const tmsize_t got =
        layout_.tiled
            ? TIFFReadEncodedTile(tif_.get(),
                                  TIFFComputeTile(tif_.get(), block.x, block.y, 0, plane),
                                  buffer_.data(), most)
            : TIFFReadEncodedStrip(tif_.get(), TIFFComputeStrip(tif_.get(), block.y, plane),
                                   buffer_.data(), most);
    const std::size_t rowBytes = step_ * sampleBytes_ * layout_.blockWidth;
    if (got < 0) tif_.refuse();
    if (static_cast<std::size_t>(got) < rowBytes * block.height) throw Refusal("is truncated");
    for (std::uint32_t row = 0; row < block.height; ++row) {
      storeRow(block, row, buffer_.data() + row * rowBytes);
    }
  }

  void storeRow(const Block& block, std::uint32_t row, const std::byte* samples) {
    const int y = static_cast<int>(layout_.height - 1 - block.y - row);
    std::byte* pixels = image_.row(y).data() + std::size_t{4} * componentBytes_ * block.x;
    if (layout_.planar) {
      storeSample(block, block.plane, samples, pixels);
      return;
    }
    for (int sample = 0; sample < layout_.colours; ++sample) {
      storeSample(block, sample, samples + static_cast<std::size_t>(sample) * sampleBytes_, pixels);
    }
    if (layout_.alpha >= 0) {
      const std::byte* alpha = samples + static_cast<std::size_t>(layout_.alpha) * sampleBytes_;
      storeSample(block, layout_.alpha, alpha, pixels);
    }
  }

  void storeSample(const Block& block, int sample, const std::byte* samples, std::byte* pixels) {
    const bool alpha = sample == layout_.alpha;
    const int last = alpha ? 3 : layout_.colours == 1 ? 2 : sample;
    for (int component = alpha ? 3 : sample; component <= last; ++component) {
      store_(samples, block.width, step_, layout_.inverted && !alpha,
             pixels + static_cast<std::size_t>(component) * componentBytes_);
    }
  }

  const TifStream& tif_;
  const TifLayout& layout_;
  Image& image_;
  TifStore store_;
  std::size_t componentBytes_;
  std::size_t sampleBytes_;
  std::size_t step_;  // samples from one pixel to the next
  Bytes buffer_;
};

/// Palettes, YCbCr, CMYK, 1, 2 and 4 bits, and so on.
void readConverted(const TifStream& tif, const TifLayout& layout, Image& image) {
  char reason[1024] = "";
  TIFFRGBAImage rgba;
  if (!TIFFRGBAImageOK(tif.get(), reason) || !TIFFRGBAImageBegin(&rgba, tif.get(), 1, reason)) {
    refuseTif(layout, reason);
  }
  const std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> end(&rgba, &TIFFRGBAImageEnd);
  rgba.req_orientation = rgba.orientation;  // rows as they lie in the file
  const auto width = static_cast<std::uint32_t>(image.width());
  const auto height = static_cast<std::uint32_t>(image.height());
  auto* const raster = reinterpret_cast<std::uint32_t*>(image.bytes().data());
  if (!TIFFRGBAImageGet(&rgba, raster, width, height)) tif.refuse();
  for (std::uint32_t top = 0, bottom = height - 1; top < bottom; ++top, --bottom) {
    std::swap_ranges(raster + std::size_t{top} * width, raster + (std::size_t{top} + 1) * width,
                     raster + std::size_t{bottom} * width);
  }
}

void fillAlpha(Image& image) {
  const std::span<std::byte> bytes = image.bytes();
  image.setPixel(0, 0, glm::vec4(1.0f));
  const auto step = static_cast<std::size_t>(pixelFormatInfo(image.format()).bytesPerPixel);
  for (std::size_t at = step; at < bytes.size(); at += step) {
    std::memcpy(&bytes[at], bytes.data(), step);
  }
}

/// The picture as it is to be looked at; `image` has the file's first row on top.
Image oriented(Image image, int orientation) {
  if (orientation <= ORIENTATION_TOPLEFT || orientation > ORIENTATION_LEFTBOT) return image;
  const bool transposed = orientation >= ORIENTATION_LEFTTOP;
  const bool fromRight = orientation == ORIENTATION_TOPRIGHT ||
                         orientation == ORIENTATION_BOTRIGHT ||
                         orientation == ORIENTATION_RIGHTTOP || orientation == ORIENTATION_RIGHTBOT;
  const bool fromBottom = orientation == ORIENTATION_BOTRIGHT ||
                          orientation == ORIENTATION_BOTLEFT ||
                          orientation == ORIENTATION_RIGHTBOT || orientation == ORIENTATION_LEFTBOT;
  const int width = transposed ? image.height() : image.width();
  const int height = transposed ? image.width() : image.height();
  const auto step = static_cast<std::size_t>(pixelFormatInfo(image.format()).bytesPerPixel);
  Image result(width, height, image.format());
  for (int y = 0; y < height; ++y) {
    const auto to = result.row(y);
    const int down = fromBottom ? y : height - 1 - y;
    for (int x = 0; x < width; ++x) {
      const int right = fromRight ? width - 1 - x : x;
      const int column = transposed ? down : right;
      const int row = transposed ? right : down;
      const auto from = image.row(image.height() - 1 - row);
      std::memcpy(&to[static_cast<std::size_t>(x) * step],
                  &from[static_cast<std::size_t>(column) * step], step);
    }
  }
  return result;
}

Image decode(ByteView bytes, const ReadLimits& limits, Warnings&) {
  const TifStream tif(bytes, limits);
  const TifLayout layout = tifLayout(tif);
  checkTifSamples(layout);
  const PixelFormat format = tifFormat(layout);
  checkSize(limits, layout.width, layout.height, pixelFormatInfo(format).bytesPerPixel);
  checkTifSizes(tif, layout, limits, bytes.size());
  Image image(static_cast<int>(layout.width), static_cast<int>(layout.height), format);
  if (!tifStore(layout)) {
    readConverted(tif, layout, image);
  } else {
    if (layout.alpha < 0) fillAlpha(image);
    BlockReader(tif, layout, limits, image).readAll();
  }
  return oriented(std::move(image), layout.orientation);
}

}  // namespace

constinit const Codec tifCodec{"tif", {".tif", ".tiff"}, sniff, decode, writeTif, false};

}  // namespace topknot::io
