// jpg by libjpeg-turbo, into memory.
#include "io/codecs/jpg_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "image/memory.h"
#include "io/codecs/jpg_errors.h"

#ifndef JCS_EXTENSIONS
#error "Topknot needs libjpeg-turbo, which reads pixels of four bytes; this is another libjpeg"
#endif

namespace topknot::io {
namespace {

/// Handed over at once: as many as the blocks of 4:2:0 are high.
constexpr int kRows = 16;

/// One picture's way into a file.
class Compression {
 public:
  /// Written from the memory's begin on. A file that is longer is the library's own, by malloc().
  explicit Compression(std::span<std::byte> memory)
      : room_(reinterpret_cast<unsigned char*>(memory.data())),
        file_(room_),
        size_(memory.size()) {}
  ~Compression() {
    jpeg_destroy_compress(&library_);
    if (file_ != room_) std::free(file_);
  }
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;

  /// `pixels` is mono8fixed, rgba8fixed or srgba8fixed.
  ByteView write(const Image& pixels, int quality, bool fullColour) {
    if (setjmp(errors_.failed) != 0) throw Refusal("cannot be written: " + reasonOf(library_));
    jpeg_create_compress(&library_);
    jpeg_mem_dest(&library_, &file_, &size_);
    const bool grey = pixels.format() == PixelFormat::Mono8Fixed;
    library_.image_width = static_cast<JDIMENSION>(pixels.width());
    library_.image_height = static_cast<JDIMENSION>(pixels.height());
    library_.input_components = grey ? 1 : 4;
    library_.in_color_space = grey ? JCS_GRAYSCALE : JCS_EXT_RGBX;
    jpeg_set_defaults(&library_);  // 4:2:0
    jpeg_set_quality(&library_, quality, TRUE);
    if (fullColour) library_.comp_info[0].h_samp_factor = library_.comp_info[0].v_samp_factor = 1;
    library_.dct_method = JDCT_ISLOW;  // with AVX2 the accurate transform is the faster one as well
    jpeg_start_compress(&library_, TRUE);
    const int height = pixels.height();
    for (int done = 0; done < height; done += kRows) {
      prefetch(pixels, done + kRows);
      writeRows(pixels, done, std::min(kRows, height - done));
    }
    jpeg_finish_compress(&library_);
    return {reinterpret_cast<const std::byte*>(file_), size_};
  }

 private:
  /// The rows from `top` on, counted from above, where the picture's own order is from below.
  void writeRows(const Image& pixels, int top, int count) {
    std::array<JSAMPROW, kRows> rows{};
    for (int i = 0; i < count; ++i) {
      // The library takes a pointer to non-const and does not write through it.
      const std::byte* row = pixels.row(pixels.height() - 1 - top - i).data();
      rows[static_cast<std::size_t>(i)] =
          const_cast<JSAMPROW>(reinterpret_cast<const JSAMPLE*>(row));
    }
    jpeg_write_scanlines(&library_, rows.data(), static_cast<JDIMENSION>(count));
  }

  /// While these rows are compressed, the next come into the cache: a twentieth of the time.
  static void prefetch(const Image& pixels, int top) {
    constexpr std::size_t kCacheLine = 64;
    const int below = std::max(0, pixels.height() - top - kRows);
    for (int y = below; y < pixels.height() - top; ++y) {
      const auto row = pixels.row(y);
      for (std::size_t at = 0; at < row.size(); at += kCacheLine) __builtin_prefetch(&row[at]);
    }
  }

  unsigned char* const room_;
  unsigned char* file_;
  unsigned long size_;
  jpeg_compress_struct library_{};
  JpgErrors errors_{library_};
};

/// 0 to 1 as the field's 1 to 100.
int qualityOf(const SaveOptions& options) {
  return std::max(1, static_cast<int>(std::lround(options.quality * 100.0)));
}

/// More than a file takes, by libjpeg-turbo's own reckoning: 2 bytes a pixel for brightness and 4
/// for colour at full resolution.
std::size_t mostBytes(const Image& pixels, bool fullColour) {
  const auto whole = [](int size) { return (static_cast<std::size_t>(size) + 15) / 16 * 16; };
  const bool grey = pixels.format() == PixelFormat::Mono8Fixed;
  return whole(pixels.width()) * whole(pixels.height()) * (grey ? 2 : fullColour ? 6 : 3) + 2048;
}

/// `pixels` is mono8fixed, rgba8fixed or srgba8fixed; alpha has no place in the file.
Bytes writePixels(const Image& pixels, const SaveOptions& options) {
  constexpr int kFullColour = 91;  // from this quality on, colour has the resolution of brightness
  const int quality = qualityOf(options);
  const bool fullColour = quality >= kFullColour;
  const ImageMemory room(mostBytes(pixels, fullColour));
  Compression compression(room.bytes());
  const ByteView file = compression.write(pixels, quality, fullColour);
  return Bytes(file.begin(), file.end());
}

}  // namespace

Bytes writeJpg(const Image& image, const SaveOptions& options) {
  constexpr int kMostPixels = JPEG_MAX_DIMENSION;
  if (std::max(image.width(), image.height()) > kMostPixels) {
    throw Refusal("cannot be written: jpg files hold at most " + std::to_string(kMostPixels) +
                  " pixels a side");
  }
  const PixelFormatInfo& info = pixelFormatInfo(image.format());
  const bool grey = info.channels == Channels::Mono || info.channels == Channels::MonoAlpha;
  const PixelFormat format = grey        ? PixelFormat::Mono8Fixed
                             : info.srgb ? PixelFormat::Srgba8Fixed
                                         : PixelFormat::Rgba8Fixed;
  if (image.format() == format) return writePixels(image, options);
  return writePixels(image.converted(format), options);
}

}  // namespace topknot::io
