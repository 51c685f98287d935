// One decoder, of files with its magic bytes. Of png the checksums are put right, or hardly any
// mutation would come further than those.
#include <cstdint>
#include <exception>
#include <string_view>

#include "fuzz/limits.h"
#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/codecs/deflate.h"
#include "io/codecs/png_chunks.h"

#define TOPKNOT_JOIN(a, b) a##b
#define TOPKNOT_CODEC(name) topknot::io::TOPKNOT_JOIN(name, Codec)

namespace {

using namespace topknot;
using namespace topknot::io;

const Codec& codec() {
  return TOPKNOT_CODEC(TOPKNOT_FUZZ_CODEC);
}

void mendChecksums(std::span<std::byte> file) {
  std::size_t at = kPngMagic.size();
  while (at + 12 <= file.size()) {
    const std::size_t length = big32(file, at);
    if (length > file.size() - at - 12) return;
    const std::uint32_t crc = crc32Of(file.subspan(at + 4, length + 4));
    for (std::size_t i = 0; i < 4; ++i) {
      file[at + 8 + length + i] = static_cast<std::byte>(crc >> (24 - 8 * i));
    }
    at += length + 12;
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  const std::size_t now = LLVMFuzzerMutate(data, size, most);
  const bool keepWrong = seed % 16 == 0;
  if (codec().name == "png" && !keepWrong) {
    mendChecksums(std::as_writable_bytes(std::span(data, now)));
  }
  return now;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > fuzz::kLimits.fileBytes) return 0;
  const ByteView bytes = std::as_bytes(std::span(data, size));
  if (!codec().sniff(bytes)) return 0;
  try {
    Warnings warnings;
    fuzz::check(codec().decode(bytes, fuzz::kLimits, warnings));
  } catch (const std::exception&) {
    return 0;  // refused
  }
  return 0;
}
