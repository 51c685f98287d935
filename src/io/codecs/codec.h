// What a codec is: one picture format, read from and written to memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/image.h"
#include "topknot/image_file.h"

namespace topknot::io {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
/// What was wrong with a file that is read all the same; each follows its name, as a Refusal does.
using Warnings = std::vector<std::string>;

/// Why a file is refused, to follow its name: "is empty". Never leaves the room: the caller
/// makes an Error of it that names the file.
class Refusal : public std::runtime_error {
 public:
  explicit Refusal(const std::string& reason) : std::runtime_error(reason) {}
};

/// One picture format. Both ways throw Refusal, or any std::exception of the decoder below.
struct Codec {
  std::string_view name;                     ///< as messages list it
  std::array<std::string_view, 2> suffixes;  ///< of written files; empty ones are none
  bool (*sniff)(ByteView bytes);             ///< whether the magic bytes are this format's
  /// Of what `sniff` accepts: stb_image guesses the format by itself.
  Image (*decode)(ByteView bytes, const ReadLimits& limits, Warnings& warnings);
  Bytes (*encode)(const Image& image, const SaveOptions& options);
  bool metadata;  ///< whether encode() stores it
};

extern const Codec pngCodec;
extern const Codec jpgCodec;
extern const Codec bmpCodec;
extern const Codec hdrCodec;
extern const Codec exrCodec;
extern const Codec tifCodec;
extern const Codec ddsCodec;
extern const Codec tgaCodec;

/// All codecs in the order they are tried: tga has no magic bytes and comes last.
std::span<const Codec* const> codecs();

/// Refuses what a header promises if it is empty or over the limits.
void checkSize(const ReadLimits& limits, std::int64_t width, std::int64_t height,
               std::int64_t bytesPerPixel);

/// The same where the bytes of a pixel are not known yet.
void checkSides(const ReadLimits& limits, std::int64_t width, std::int64_t height);

/// How a file stores its samples.
struct Compression {
  std::string_view name;  ///< as messages call it; empty if the samples are stored as they are
  std::uint64_t ratio;    ///< bytes of samples that one byte of a valid file stands for at most
};

/// The ratio of compressions that have no greatest one, such as arithmetic codes.
inline constexpr std::uint64_t kUnbounded = 131072;

/// 258 bytes for two bits.
inline constexpr Compression kDeflate{"deflate", 1032};

/// Pictures whose samples take no more than this are cheap, whatever the file's size.
inline constexpr std::uint64_t kCheapBytes = std::uint64_t{16} << 20;

/// Refuses a file that is too short for the samples that its header promises, before anything is
/// allocated for them. `samples` are bytes as the file would store them uncompressed.
void checkRatio(const ReadLimits& limits, const Compression& compression, std::uint64_t samples,
                std::uint64_t fileBytes);

/// `text` in double quotes, with control characters escaped.
std::string inQuotes(std::string_view text);

/// Copies rows between top-first and bottom-first order; both spans have the same size.
void flipRows(std::span<const std::byte> from, std::size_t rowBytes, std::span<std::byte> to);

}  // namespace topknot::io
