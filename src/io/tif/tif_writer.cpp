// tif by libtiff, into memory: deflate at its fastest behind a predictor, which is as small as the
// usual default in a fourteenth of its time.
#include "io/tif/tif_writer.h"

#include <tiffio.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

#include "io/codecs/samples.h"

namespace topknot::io {
namespace {

/// A file that grows in memory, and libtiff's first complaint.
struct TifSink {
  Bytes bytes;
  std::size_t at = 0;
  std::string complaint;

  static tmsize_t read(thandle_t self, void* out, tmsize_t size) {
    auto& sink = *static_cast<TifSink*>(self);
    const std::size_t left = sink.bytes.size() - std::min(sink.at, sink.bytes.size());
    const std::size_t count = std::min(left, static_cast<std::size_t>(size));
    if (count > 0) std::memcpy(out, sink.bytes.data() + sink.at, count);
    sink.at += count;
    return static_cast<tmsize_t>(count);
  }
  static tmsize_t write(thandle_t self, void* in, tmsize_t size) {
    auto& sink = *static_cast<TifSink*>(self);
    const auto count = static_cast<std::size_t>(size);
    if (sink.at + count > sink.bytes.size()) sink.bytes.resize(sink.at + count);
    if (count > 0) std::memcpy(sink.bytes.data() + sink.at, in, count);
    sink.at += count;
    return size;
  }
  static toff_t seek(thandle_t self, toff_t offset, int from) {
    auto& sink = *static_cast<TifSink*>(self);
    if (from == SEEK_CUR) offset += sink.at;
    if (from == SEEK_END) offset += sink.bytes.size();
    return sink.at = offset;
  }
  static toff_t size(thandle_t self) { return static_cast<TifSink*>(self)->bytes.size(); }
  static int close(thandle_t) { return 0; }
  static int complain(TIFF*, void* self, const char*, const char* format, va_list list) {
    auto& sink = *static_cast<TifSink*>(self);
    if (!sink.complaint.empty()) return 1;
    char text[512];
    std::vsnprintf(text, sizeof text, format, list);
    sink.complaint = text;
    return 1;
  }
  static int ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }
};

using Tif = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Tif openInto(TifSink& sink) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
      TIFFOpenOptionsAlloc(), &TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), TifSink::complain, &sink);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), TifSink::ignore, nullptr);
  return Tif(TIFFClientOpenExt("tif", "wl", &sink, TifSink::read, TifSink::write, TifSink::seek,
                               TifSink::close, TifSink::size, nullptr, nullptr, options.get()),
             &TIFFClose);
}

/// What a reader has to know; blocks of some 256 KB.
void setFields(TIFF* tif, const Image& image, const SampleLayout& layout, std::size_t rowBytes) {
  constexpr std::size_t kBlock = 256 << 10;
  const bool floats = layout.bytes == 4;
  TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(image.width()));
  TIFFSetField(tif, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(image.height()));
  TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 8 * layout.bytes);
  TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, layout.samples);
  TIFFSetField(tif, TIFFTAG_SAMPLEFORMAT, floats ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  TIFFSetField(tif, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tif, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tif, TIFFTAG_PHOTOMETRIC,
               layout.samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  if (layout.samples % 2 == 0) {
    // The values are written as they are, multiplied by alpha or not.
    const std::uint16_t kind = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tif, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(tif, TIFFTAG_ZIPQUALITY, 1);
  TIFFSetField(tif, TIFFTAG_PREDICTOR, floats ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
  TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP,
               static_cast<std::uint32_t>(std::max<std::size_t>(1, kBlock / rowBytes)));
}

bool writeStrips(TIFF* tif, const SampleRows& rows, int height) {
  std::uint32_t most = 0;
  TIFFGetField(tif, TIFFTAG_ROWSPERSTRIP, &most);
  Bytes strip;
  std::uint32_t number = 0;
  for (int row = 0; row < height;) {
    const int count = std::min(static_cast<int>(most), height - row);
    strip.resize(static_cast<std::size_t>(count) * rows.rowBytes());
    rows.take(row, strip);
    // What it is given it makes differences of, in place.
    if (TIFFWriteEncodedStrip(tif, number++, strip.data(), static_cast<tmsize_t>(strip.size())) <
        0) {
      return false;
    }
    row += count;
  }
  return true;
}

}  // namespace

Bytes writeTif(const Image& image, const SaveOptions&) {
  constexpr std::size_t kMostBytes = 4'000'000'000;  // what its 32-bit offsets reach, and some
  const SampleLayout layout = sampleLayout(image.format(), SampleDepth::Float32);
  const SampleRows rows(image, layout);
  if (rows.bytes() > kMostBytes) {
    throw Refusal("cannot be written: " + std::to_string(rows.bytes()) +
                  " bytes of pixels are more than the " + std::to_string(kMostBytes) +
                  " that a tif file holds");
  }
  TifSink sink;
  sink.bytes.reserve(rows.bytes() / 2);
  Tif tif = openInto(sink);
  bool sound = tif != nullptr;
  if (sound) {
    setFields(tif.get(), image, layout, rows.rowBytes());
    sound = writeStrips(tif.get(), rows, image.height()) && TIFFWriteDirectory(tif.get());
    tif.reset();
  }
  if (!sound || !sink.complaint.empty()) {
    throw Refusal("cannot be written: " +
                  (sink.complaint.empty() ? "the encoder gave no reason" : sink.complaint));
  }
  return std::move(sink.bytes);
}

}  // namespace topknot::io
