// Chunk lengths and checksums.
#include "io/png_chunks.h"

#include "io/bytes.h"
#include "io/deflate.h"

namespace topknot::io {
namespace {

void appendBig32(Bytes& file, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) file.push_back(static_cast<std::byte>(value >> shift));
}

}  // namespace

void checkPngChunks(ByteView file) {
  std::size_t at = kPngMagic.size();
  for (;;) {
    if (file.size() < at + 12) throw Refusal("is truncated: its last chunk is missing");
    const std::size_t length = big32(file, at);
    const ByteView typed = file.subspan(at + 4);
    const std::string type(textOf(typed.first(4)));
    if (typed.size() < length + 8) {
      throw Refusal("is truncated: its chunk " + inQuotes(type) + " is cut off");
    }
    if (crc32Of(typed.first(length + 4)) != big32(typed, length + 4)) {
      throw Refusal("is damaged: its chunk " + inQuotes(type) + " has a wrong checksum");
    }
    if (type == "IEND") return;
    at += length + 12;
  }
}

void appendPngChunk(Bytes& file, std::string_view type, ByteView data) {
  appendBig32(file, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = file.size();
  for (const char c : type) file.push_back(static_cast<std::byte>(c));
  file.insert(file.end(), data.begin(), data.end());
  appendBig32(file, crc32Of(ByteView(file).subspan(start)));
}

}  // namespace topknot::io
