// jpg by libjpeg-turbo. stb_image, which reads the other formats of its kind, fills up what a cut
// scan lacks without a word, and writes past its tables if a Huffman table is too long.
#include "io/codecs/jpg_reader.h"

#include <jerror.h>

#include <new>

#include "io/codecs/jpg_errors.h"

namespace topknot::io {
namespace {

/// A progressive file has some ten. Each goes over all of the picture, and may take a few bytes, so
/// that a small file could keep the decoder busy for hours.
constexpr int kMostScans = 100;

/// A file's way into a picture.
class Decompression {
 public:
  explicit Decompression(ByteView bytes) : bytes_(bytes) {
    errors_.emit_message = [](j_common_ptr library, int level) {
      if (level < 0 && isDamage(library->err->msg_code)) library->err->error_exit(library);
    };
    progress_.progress_monitor = [](j_common_ptr library) {
      if (reinterpret_cast<j_decompress_ptr>(library)->input_scan_number <= kMostScans) return;
      library->err->msg_code = JMSG_NOMESSAGE;
      library->err->error_exit(library);
    };
  }
  ~Decompression() { jpeg_destroy_decompress(&library_); }
  Decompression(const Decompression&) = delete;
  Decompression& operator=(const Decompression&) = delete;

  void readHeader() {
    if (setjmp(errors_.failed) != 0) fail();
    jpeg_create_decompress(&library_);
    library_.progress = &progress_;
    jpeg_mem_src(&library_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_read_header(&library_, TRUE);
  }

  int width() const { return static_cast<int>(library_.image_width); }
  int height() const { return static_cast<int>(library_.image_height); }
  int components() const { return library_.num_components; }

  /// Of all blocks of all components.
  std::uint64_t samples() const {
    std::uint64_t blocks = 0;
    for (int i = 0; i < library_.num_components; ++i) {
      const jpeg_component_info& component = library_.comp_info[i];
      blocks += std::uint64_t{component.width_in_blocks} * component.height_in_blocks;
    }
    return blocks * DCTSIZE2;
  }

  /// A block takes a bit at least, that of the first code of its first scan.
  Compression compression() const {
    if (library_.arith_code) return {"arithmetic coding", kUnbounded};
    return {"a jpg", 512};
  }

  /// Of a progressive file this reads all.
  void start() {
    if (setjmp(errors_.failed) != 0) fail();
    library_.out_color_space = isInk() ? JCS_CMYK : JCS_EXT_RGBA;
    jpeg_start_decompress(&library_);
  }

  /// `image` is rgba8fixed, of that width and height.
  void readRows(Image& image) {
    if (setjmp(errors_.failed) != 0) fail();
    for (int y = image.height(); y-- > 0;) {
      auto* row = reinterpret_cast<JSAMPLE*>(image.row(y).data());
      jpeg_read_scanlines(&library_, &row, 1);
      if (isInk()) colourOf(row, image.width());
    }
    jpeg_finish_decompress(&library_);
  }

 private:
  bool isInk() const { return library_.num_components == 4; }

  /// The library goes on after these, with a picture that is not the one that was saved.
  static bool isDamage(int code) {
    return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
           code == JWRN_MUST_RESYNC;
  }

  [[noreturn]] void fail() {
    const int code = library_.err->msg_code;
    if (code == JMSG_NOMESSAGE) {
      throw Refusal("is not read: it has over " + std::to_string(kMostScans) + " scans");
    }
    if (code == JWRN_JPEG_EOF) throw Refusal("is truncated: its end-of-image marker is missing");
    if (code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    if (isDamage(code)) throw Refusal("is damaged: " + reasonOf(library_));
    throw Refusal("cannot be decoded: " + reasonOf(library_));
  }

  /// From cyan, magenta, yellow and black, which are stored inverted, as all programs do.
  static void colourOf(JSAMPLE* pixels, int count) {
    for (JSAMPLE* pixel = pixels; pixel != pixels + 4 * count; pixel += 4) {
      for (int i = 0; i < 3; ++i) {
        pixel[i] = static_cast<JSAMPLE>((pixel[i] * pixel[3] + 127) / 255);
      }
      pixel[3] = 255;
    }
  }

  const ByteView bytes_;
  jpeg_decompress_struct library_{};
  JpgErrors errors_{library_};
  jpeg_progress_mgr progress_{};
};

}  // namespace

Image readJpg(ByteView bytes, const ReadLimits& limits, Warnings&) {
  Decompression file(bytes);
  file.readHeader();
  checkSize(limits, file.width(), file.height(), 4);
  if (const int count = file.components(); count != 1 && count != 3 && count != 4) {
    throw Refusal("is not read: it has " + std::to_string(count) +
                  " components; expected 1 (grey), 3 (colour) or 4 (cyan, magenta, yellow, black)");
  }
  checkRatio(limits, file.compression(), file.samples(), bytes.size());
  file.start();
  Image image = Image::uninitialised(file.width(), file.height(), PixelFormat::Rgba8Fixed);
  file.readRows(image);
  return image;
}

}  // namespace topknot::io
