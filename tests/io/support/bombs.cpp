// Headers of each format.
#include "io/support/bombs.h"

#include <tiffio.h>
#include <zlib.h>

#include "io/support/numbers.h"

namespace topknot::test {
namespace {

constexpr int kSide = 16384;

Bytes big32(std::uint32_t number) {
  return bytes8(
      {int(number >> 24), int(number >> 16 & 255), int(number >> 8 & 255), int(number & 255)});
}

Bytes repeated(const Bytes& bytes, int count) {
  Bytes all;
  for (int i = 0; i < count; ++i) all = all + bytes;
  return all;
}

/// Grey, of codes of one bit; `frame` is SOF0 (baseline), SOF2 (progressive) or SOF9 (arithmetic).
Bytes jpgOf(int frame) {
  const auto table = [](int id) {
    return bytes8({0xff, 0xc4, 0, 20, id, 1}) + Bytes(15) + bytes8({0});
  };
  const int last = frame == 0xc2 ? 0 : 63;
  return bytes8({0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}) + Bytes(64, std::byte{1}) +
         bytes8({0xff, frame, 0, 11, 8, 0x3f, 0xff, 0x3f, 0xff, 1, 1, 0x11, 0}) + table(0) +
         table(0x10) + bytes8({0xff, 0xda, 0, 8, 1, 1, 0, 0, last, 0, 0, 0xff, 0xd9});
}

Bytes bmpOf(int header, int bits, int compression, const Bytes& data) {
  const Bytes palette(bits <= 8 ? 8 : 0);
  const auto start = static_cast<std::uint32_t>(14 + header) + std::uint32_t(palette.size());
  return bytesOf("BM") + little32({0, 0, start, std::uint32_t(header), kSide, kSide}) +
         little16({1, bits}) + little32({std::uint32_t(compression), 0, 0, 0, 0, 0}) +
         Bytes(static_cast<std::size_t>(header - 40)) + palette + data;
}

Bytes tgaOf(int type, const Bytes& data) {
  return bytes8({0, 0, type, 0, 0, 0, 0, 0, 0, 0, 0, 0}) + little16({kSide, kSide}) +
         bytes8({32, 0}) + data;
}

struct TifField {
  int tag;
  std::uint32_t value;
};

Bytes tifOf(const std::vector<TifField>& fields, const Bytes& data) {
  Bytes file = bytesOf("II*") + bytes8({0}) + little32({8 + std::uint32_t(data.size())}) + data +
               little16({static_cast<int>(fields.size())});
  for (const TifField& field : fields) {
    file = file + little16({field.tag, TIFF_LONG}) + little32({1, field.value});
  }
  return file + Bytes(4);
}

/// One strip, or a tile that is much larger than the picture.
Bytes tifOf(int compression, bool tiled) {
  const Bytes data = zerosByZlib(50000) + Bytes(2);
  const bool fax = compression >= COMPRESSION_CCITTRLE && compression <= COMPRESSION_CCITTFAX4;
  const std::uint32_t size = tiled ? 4 : kSide, count = std::uint32_t(data.size() / 2 * 2);
  const Bytes even(data.begin(), data.begin() + count);
  std::vector<TifField> fields = {{TIFFTAG_IMAGEWIDTH, size},
                                  {TIFFTAG_IMAGELENGTH, size},
                                  {TIFFTAG_BITSPERSAMPLE, fax ? 1u : 8u},
                                  {TIFFTAG_COMPRESSION, std::uint32_t(compression)},
                                  {TIFFTAG_PHOTOMETRIC, fax ? 0u : 1u}};
  const std::vector<TifField> strips = {{TIFFTAG_STRIPOFFSETS, 8},
                                        {TIFFTAG_SAMPLESPERPIXEL, 1},
                                        {TIFFTAG_ROWSPERSTRIP, size},
                                        {TIFFTAG_STRIPBYTECOUNTS, count}};
  const std::vector<TifField> tiles = {{TIFFTAG_SAMPLESPERPIXEL, 1},
                                       {TIFFTAG_TILEWIDTH, kSide},
                                       {TIFFTAG_TILELENGTH, kSide},
                                       {TIFFTAG_TILEOFFSETS, 8},
                                       {TIFFTAG_TILEBYTECOUNTS, count}};
  const auto& blocks = tiled ? tiles : strips;
  fields.insert(fields.end(), blocks.begin(), blocks.end());
  return tifOf(fields, even);
}

Bytes exrAttribute(std::string_view name, std::string_view type, const Bytes& value) {
  return bytesOf(name) + bytes8({0}) + bytesOf(type) + bytes8({0}) +
         little32({std::uint32_t(value.size())}) + value;
}

Bytes exrOf(const Bytes& display, const Bytes& data, int compression, const Bytes& behind) {
  Bytes channels;
  for (const char* name : {"A", "B", "G", "R"}) {
    channels = channels + bytesOf(name) + bytes8({0}) + little32({1, 0, 1, 1});
  }
  return bytes8({0x76, 0x2f, 0x31, 1, 2, 0, 0, 0}) +
         exrAttribute("channels", "chlist", channels + bytes8({0})) +
         exrAttribute("compression", "compression", bytes8({compression})) +
         exrAttribute("dataWindow", "box2i", data) +
         exrAttribute("displayWindow", "box2i", display) +
         exrAttribute("lineOrder", "lineOrder", bytes8({0})) +
         exrAttribute("pixelAspectRatio", "float", little32({0x3f800000})) +
         exrAttribute("screenWindowCenter", "v2f", Bytes(8)) +
         exrAttribute("screenWindowWidth", "float", little32({0x3f800000})) + bytes8({0}) + behind;
}

}  // namespace

Bytes pngChunk(std::string_view type, const Bytes& data, bool sound) {
  const Bytes typed = bytesOf(type) + data;
  const auto crc = static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(typed.data()), static_cast<uInt>(typed.size())));
  return big32(static_cast<std::uint32_t>(data.size())) + typed + big32(sound ? crc : ~crc);
}

Bytes pngOf(int width, int height, int bits, int colour, const Bytes& data) {
  return bytes8({0x89}) + bytesOf("PNG\r\n\x1a\n") +
         pngChunk("IHDR", big32(std::uint32_t(width)) + big32(std::uint32_t(height)) +
                              bytes8({bits, colour, 0, 0, 0})) +
         pngChunk("IDAT", data) + pngChunk("IEND", {});
}

Bytes zerosByZlib(std::size_t count) {
  const Bytes zeros(count);
  uLongf size = ::compressBound(count);
  Bytes stream(size);
  ::compress(reinterpret_cast<Bytef*>(stream.data()), &size,
             reinterpret_cast<const Bytef*>(zeros.data()), count);
  stream.resize(size);
  return stream;
}

Bytes exrOfOnePixel(int right, int bottom) {
  const Bytes display = little32({0, 0, std::uint32_t(right), std::uint32_t(bottom)});
  const Bytes pixel = little32({0, 8}) + little16({0x3c00, 0x3c00, 0x3c00, 0x3c00});
  const auto header = exrOf(display, Bytes(16), 0, {}).size();
  return exrOf(display, Bytes(16), 0, little32({std::uint32_t(header) + 8, 0}) + pixel);
}

std::vector<std::pair<std::string, Bytes>> bombs() {
  std::vector<std::pair<std::string, Bytes>> all = {
      {"no data.png", pngOf(kSide, kSide, 8, 6, {})},
      {"little data.png", pngOf(kSide, kSide, 8, 6, zerosByZlib(1000000))},
      {"16 bits.png", pngOf(16000, 16000, 16, 6, zerosByZlib(100))},
      {"baseline.jpg", jpgOf(0xc0)},
      {"progressive.jpg", jpgOf(0xc2)},
      {"arithmetic.jpg", jpgOf(0xc9)},
      {"plain.bmp", bmpOf(40, 24, 0, Bytes(100))},
      {"rle8.bmp", bmpOf(40, 8, 1, bytes8({0, 1}))},
      {"rle4.bmp", bmpOf(40, 4, 2, repeated(bytes8({0, 2, 255, 255}), 65) + bytes8({0, 1}))},
      {"rle24.bmp", bmpOf(64, 24, 4, bytes8({0, 1}))},
      {"plain.tga", tgaOf(2, Bytes(100))},
      {"runs.tga", tgaOf(10, bytes8({255, 1, 2, 3, 4}))},
      {"runs.hdr", bytesOf("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 16384 +X 16384\n") +
                       bytes8({2, 2, 0x40, 0}) + repeated(bytes8({255, 0}), 100)},
      {"display.exr", exrOfOnePixel(kSide - 1, kSide - 1)},
  };
  const Bytes window = little32({0, 0, kSide - 1, kSide - 1});
  for (int compression = 0; compression < 8; ++compression) {  // a table of the 64 to 512 blocks
    all.emplace_back("data" + std::to_string(compression) + ".exr",
                     exrOf(window, window, compression, Bytes(1000)));
  }
  for (const int compression :
       {COMPRESSION_NONE, COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
        COMPRESSION_LZW, COMPRESSION_JPEG, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS,
        COMPRESSION_LZMA, COMPRESSION_ZSTD, COMPRESSION_WEBP, COMPRESSION_LERC}) {
    const std::string name = std::to_string(compression) + ".tif";
    all.emplace_back("strip " + name, tifOf(compression, false));
    all.emplace_back("tile " + name, tifOf(compression, true));
  }
  return all;
}

}  // namespace topknot::test
