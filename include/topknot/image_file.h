// Pictures from files and into files.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "topknot/image.h"

namespace topknot {

/// Key and value pairs for a file's metadata section, in their order. EXR only: string attributes
/// of the header. Made from pairs of whatever kind:
///
///     top.save("a.exr", {.metadata = {{"author_name", "derivative"}, {"take", "7"}}});
///     std::map<std::string, std::string> notes = …;
///     top.save("b.exr", {.metadata = notes});
///
/// which are any range (a vector, array, map, view) of what has two parts that make strings (a
/// pair, a tuple, an array of two). Keys have 1 to 255 bytes and are there once; values have at
/// most 16 MiB. Bytes of 0, and names of the header's own attributes, are refused when it is saved.
class Metadata : public std::vector<std::pair<std::string, std::string>> {
 public:
  Metadata() = default;
  Metadata(std::initializer_list<value_type> pairs) : vector(pairs) {}

  template <std::ranges::input_range Range>
  requires(!std::derived_from<std::remove_cvref_t<Range>, Metadata> &&
           std::tuple_size<std::remove_cvref_t<std::ranges::range_reference_t<Range>>>::value ==
               2 &&
           requires(std::ranges::range_reference_t<Range> pair) {
             std::string(std::get<0>(pair));
             std::string(std::get<1>(pair));
           }) Metadata(Range&& range) {
    for (auto&& pair : range) {
      emplace_back(std::string(std::get<0>(pair)), std::string(std::get<1>(pair)));
    }
  }
};

/// What a file may cost before it is refused. Checked against the file's size, then against its
/// header before anything is allocated, then against what was decoded.
struct ReadLimits {
  std::uint64_t fileBytes = std::uint64_t{1} << 30;   ///< size of the file itself
  int side = 16384;                                   ///< pixels along width and along height
  std::uint64_t imageBytes = std::uint64_t{4} << 30;  ///< decoded pixels

  /// Bytes of samples that one byte of the file may stand for, so that a small file costs little.
  /// Samples are counted as the file would store them uncompressed, and pictures of up to 16 MiB of
  /// them are read in any case. 0 is what the file's own compression can reach, so that every valid
  /// file is read, also one of a single colour:
  ///
  /// | compression | bytes for one |
  /// |---|---|
  /// | none | 1 |
  /// | runs of tga, bmp and hdr; of tif and exr | 128; 64 |
  /// | deflate: png, tif, exr (ZIP, ZIPS; PXR24) | 1032 (1376) |
  /// | jpg, one bit for 64 samples; in tif | 512; 1536 |
  /// | tif: LZW; LZMA; ZSTD | 2048; 7168; 32768 |
  /// | tif: fax (CCITT), one bit for a row | 8 × bytes of a row |
  /// | exr: PIZ; B44 and B44A; DWAA and DWAB | 512; 11; 66048 |
  /// | tif: WebP, LERC; arithmetic codes of jpg | 131072: they have no bound of their own |
  ///
  /// A smaller number than the table's refuses more; a larger one changes nothing.
  std::uint64_t ratio = 0;

  /// Pixels of an exr's display window that may lie outside of its data window, where the file
  /// stores nothing. The default is a whole frame of 7680 × 4320. More are read only if the picture
  /// takes at most 1032 times the file's bytes.
  std::uint64_t emptyPixels = std::uint64_t{1} << 25;
};

/// How `saveImage` writes. The order is that of the arguments of TouchDesigner's `save`.
struct SaveOptions {
  bool asynchronous = false;   ///< encode and write on another thread
  bool createFolders = false;  ///< make missing folders of the path
  double quality = 1.0;        ///< 0 (small) to 1 (best), for jpg; checked everywhere
  Metadata metadata = {};      ///< EXR only; anywhere else an error
  bool allowStale = false;     ///< of a TOP's picture, see Top; of an Image it means nothing
};

/// What became of a file that was to be saved. Goes wherever the path goes: it converts to the
/// absolute path, whether the file is there yet or not. A value; copies tell of the same file.
///
/// Thread: any.
class FileSaveStatus {
 public:
  const std::filesystem::path& path() const;  ///< absolute
  operator const std::filesystem::path&() const { return path(); }
  std::string string() const { return path().string(); }

  /// True once the file is there or has failed; at once unless it is saved asynchronously.
  bool isCompleted() const;
  /// Waits until it is completed. Throws Error naming the file and the reason if it failed.
  void wait() const;
  /// Why it failed; empty while it has not.
  std::string error() const;

  /// The insides, for the library itself.
  struct State;
  explicit FileSaveStatus(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

/// Reads a still picture. The content decides which decoder reads it, not the suffix:
/// png, jpg, bmp, tga, hdr, exr, tif, dds.
///
/// Formats: 8-bit files give rgba8fixed, 16-bit png and tif rgba16fixed, half-float exr
/// rgba16float, hdr and other floats rgba32float. One channel (Y or luminance) is spread over
/// r, g, b; missing alpha is 1. A dds gives the format that it has, e.g. mono8fixed, and of an
/// array, cube or volume the first picture; BC1 to BC5 are decoded. Channels under masks come in a
/// format with at least their bits. A tif of signed or complex numbers is refused. An exr's
/// luminance/chroma is converted to RGB, its pixels are placed in the display window (outside the
/// data window: 0), and of a tiled file the base level is read; of several layers it is the default
/// one, else the first by name that has colours. Inks (CMYK) of a jpg or tif become RGB; else
/// values are those of the file: no colour conversion, no multiplication by alpha. The file's top
/// row becomes the image's last row; a tif's orientation is applied, that in the EXIF data of a jpg
/// is not.
///
/// Some files are read although something is wrong with them: a png whose ancillary chunk (colour
/// profile, transparency, text …) has a wrong checksum is read as if it had no such chunk. That is
/// appended to `warnings`, in sentences that begin with the file's name:
///
///     std::vector<std::string> warnings;
///     Image image = loadImage("logo.png", {}, &warnings);
///     for (const std::string& warning : warnings) std::cerr << warning << '\n';
///
/// Throws Error naming the file and the reason. Thread: any, concurrently.
Image loadImage(const std::filesystem::path& file, const ReadLimits& limits = {},
                std::vector<std::string>* warnings = nullptr);

/// The same from memory; `name` is what messages call it.
Image decodeImage(std::span<const std::byte> file, std::string_view name,
                  const ReadLimits& limits = {}, std::vector<std::string>* warnings = nullptr);

/// Writes a still picture; the suffix decides the file format: `.tif`, `.tiff`, `.jpg`, `.jpeg`,
/// `.bmp`, `.png`, `.exr`, `.dds`. include/README.md has a table of what each makes of each pixel
/// format. png: 8 bits a channel, or 16 from formats with more than 8 bits. tif: the same, and
/// 32-bit float from floats. bmp: 8 bits. jpg: 8 bits without alpha; `quality` is the field's 1 to
/// 100 over 100, rounded, and from 91 on colour keeps its full resolution. In these sRGB formats
/// keep their encoding; fixed samples clamp to 0..1, infinity is 1 and NaN is 0. Mono formats are
/// written grey, with alpha if they and the file have it, Rgb formats as RGB, others as RGBA. Alpha
/// is written as it is. exr: half (PIZ) from 11-bit and half floats and from fixed formats of at
/// most 10 bits, else float (ZIP); NaN and infinity are kept; channels are those of the format
/// (Mono is Y); sRGB formats become linear. dds: the pixels as they are, in the DXGI format that is
/// the same; 16-bit and float alpha, mono with alpha, and 16-bit float rgb have none and are
/// written as rgba. An image of several slices is refused. Rows are written top first. The file
/// appears whole or not at all: it is written under a temporary name in the same folder
/// (`.topknot-` and 24 digits), flushed, and renamed. What a killed process left under such a name
/// goes with the next save into that folder. A new file's permissions are what the umask leaves of
/// 0666; an existing one keeps its own, and its owner, group and access list where this process may
/// give them. A symbolic link stays, and the file that it leads to is replaced, or made if it is
/// not there yet; other names of that file (hard links) keep the old picture. A limit on the size
/// of files (`ulimit -f`) is an error as a full disk is, not a signal.
///
/// With `asynchronous` it is encoded and written on another thread: two of them, for all files of
/// the program. What can be told at once is thrown at once, such as a suffix that is not known;
/// anything else the status tells. If 8 pictures wait already, the call waits for one of them. When
/// the program ends, it ends after the last file. Files saved asynchronously under one name are
/// written in any order. A forked child saves by threads of its own, and cannot wait for its
/// parent's files. Where no thread can be had, the call itself saves.
///
/// Throws Error naming the file and the reason. Thread: any.
FileSaveStatus saveImage(Image image, const std::filesystem::path& file,
                         const SaveOptions& options = {});

/// The bytes of such a file. `suffix` is an extension or a file name that ends in one; of the
/// options, those about files and folders mean nothing.
std::vector<std::byte> encodeImage(const Image& image, std::string_view suffix,
                                   const SaveOptions& options = {});

/// The suffixes that `saveImage` writes, e.g. `.png`.
std::span<const std::string_view> writableSuffixes();

}  // namespace topknot
