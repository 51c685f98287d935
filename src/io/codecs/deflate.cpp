// A compressor for each thread and level, kept, since making one costs more than a small stream.
#include "io/codecs/deflate.h"

#include <libdeflate.h>

#include <array>
#include <memory>
#include <new>

namespace topknot::io {
namespace {

struct Free {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

libdeflate_compressor& compressorOf(int level) {
  thread_local std::array<std::unique_ptr<libdeflate_compressor, Free>, 13> compressors;
  auto& compressor = compressors.at(static_cast<std::size_t>(level));
  if (!compressor) compressor.reset(libdeflate_alloc_compressor(level));
  if (!compressor) throw std::bad_alloc();
  return *compressor;
}

}  // namespace

std::size_t zlibBound(std::size_t bytes, int level) {
  return libdeflate_zlib_compress_bound(&compressorOf(level), bytes);
}

std::size_t zlibCompress(ByteView bytes, int level, std::span<std::byte> out) {
  return libdeflate_zlib_compress(&compressorOf(level), bytes.data(), bytes.size(), out.data(),
                                  out.size());
}

std::uint32_t crc32Of(ByteView bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

}  // namespace topknot::io
