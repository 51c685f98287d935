// A tif file in memory, opened with handlers of its own.
#pragma once

#include <tiffio.h>

#include <memory>
#include <string>

#include "io/codecs/codec.h"

namespace topknot::io {

/// Owns libtiff's handle. What libtiff complains of is kept here, and nothing is printed.
class TifStream {
 public:
  /// Throws Refusal if libtiff cannot open it. No block that libtiff allocates exceeds the limits.
  TifStream(ByteView bytes, const ReadLimits& limits);
  TifStream(const TifStream&) = delete;
  TifStream& operator=(const TifStream&) = delete;

  TIFF* get() const { return tif_.get(); }

  /// Refuses the file with libtiff's first complaint.
  [[noreturn]] void refuse() const;

  /// A tag's value, or the default that the specification gives it.
  template <class T>
  T field(std::uint32_t tag, T missing) const {
    T value = missing;
    return TIFFGetFieldDefaulted(tif_.get(), tag, &value) ? value : missing;
  }

 private:
  static tmsize_t read(thandle_t self, void* out, tmsize_t size);
  static tmsize_t write(thandle_t self, void* in, tmsize_t size);
  static toff_t seek(thandle_t self, toff_t offset, int from);
  static toff_t size(thandle_t self);
  static int close(thandle_t self);
  static int complain(TIFF* tif, void* self, const char* module, const char* format, va_list list);
  static int ignore(TIFF* tif, void* self, const char* module, const char* format, va_list list);

  ByteView bytes_;
  std::uint64_t at_ = 0;
  std::string complaint_;
  std::unique_ptr<TIFF, decltype(&TIFFClose)> tif_{nullptr, &TIFFClose};
};

}  // namespace topknot::io
