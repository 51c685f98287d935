// Pictures from files and into files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topknot/image.h"

namespace topknot {

/// Key and value pairs for a file's metadata section, as in
/// `{{"author_name", "derivative"}}`. EXR only: string attributes of the header.
using Metadata = std::vector<std::pair<std::string, std::string>>;

/// What a file may cost before it is refused. Checked against the file's size, then against its
/// header before anything is allocated, then against what was decoded.
struct ReadLimits {
  std::uint64_t fileBytes = std::uint64_t{1} << 30;   ///< size of the file itself
  int side = 16384;                                   ///< pixels along width and along height
  std::uint64_t imageBytes = std::uint64_t{4} << 30;  ///< decoded pixels
};

/// How `saveImage` writes.
struct SaveOptions {
  bool createFolders = false;  ///< make missing folders of the path
  double quality = 1.0;        ///< 0 (small) to 1 (best), for lossy formats
  Metadata metadata = {};      ///< EXR only; anywhere else an error
};

/// Reads a still picture. The content decides which decoder reads it, not the suffix:
/// png, jpg, bmp, tga, hdr, exr, tif.
///
/// Formats: 8-bit files give rgba8fixed, 16-bit png and tif rgba16fixed, half-float exr
/// rgba16float, hdr and other floats rgba32float. One channel (Y or luminance) is spread over
/// r, g, b; missing alpha is 1. An exr's luminance/chroma is converted to RGB, its pixels are
/// placed in the display window (outside the data window: 0), and of a tiled file the base level
/// is read. Values are those of the file: no colour conversion, no multiplication by alpha.
/// The file's top row becomes the image's last row.
///
/// Throws Error naming the file and the reason. Thread: any, concurrently.
Image loadImage(const std::filesystem::path& file, const ReadLimits& limits = {});

/// The same from memory; `name` is what messages call it.
Image decodeImage(std::span<const std::byte> file, std::string_view name,
                  const ReadLimits& limits = {});

/// Writes a still picture; the suffix decides the file format: `.png`, `.exr`.
/// png: 8 bits a channel, or 16 from formats with more than 8 bits; values clamp to 0..1, NaN
/// becomes 0. sRGB formats keep their encoding. Mono formats are written grey, with alpha if they
/// have it, Rgb formats as RGB, others as RGBA. Alpha is written as it is.
/// exr: half from 11-bit and half floats and from fixed formats of at most 10 bits, else float;
/// NaN and infinity are kept; channels are those of the format (Mono is Y); sRGB formats become
/// linear.
/// An image of several slices is refused.
/// Rows are written top first. The file appears whole or not at all: it is written under a
/// temporary name in the same folder, flushed, and renamed. An existing file keeps its permissions.
///
/// Returns the absolute path. Throws Error naming the file and the reason. Thread: any.
std::filesystem::path saveImage(const Image& image, const std::filesystem::path& file,
                                const SaveOptions& options = {});

/// The bytes of such a file. `suffix` is an extension or a file name that ends in one.
std::vector<std::byte> encodeImage(const Image& image, std::string_view suffix,
                                   const SaveOptions& options = {});

/// The suffixes that `saveImage` writes, e.g. `.png`.
std::span<const std::string_view> writableSuffixes();

}  // namespace topknot
