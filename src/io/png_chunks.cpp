// Chunk lengths and checksums.
#include "io/png_chunks.h"

#include "io/bytes.h"
#include "io/deflate.h"

namespace topknot::io {
namespace {

constexpr std::size_t kChunkFrame = 12;  // length, type and checksum

void appendBig32(Bytes& file, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) file.push_back(static_cast<std::byte>(value >> shift));
}

}  // namespace

std::vector<std::size_t> checkPngChunks(ByteView file) {
  std::vector<std::size_t> empty;
  std::size_t at = kPngMagic.size();
  for (;;) {
    if (file.size() < at + kChunkFrame) throw Refusal("is truncated: its last chunk is missing");
    const std::size_t length = big32(file, at);
    const ByteView typed = file.subspan(at + 4);
    const std::string type(textOf(typed.first(4)));
    if (typed.size() < length + 8) {
      throw Refusal("is truncated: its chunk " + inQuotes(type) + " is cut off");
    }
    if (crc32Of(typed.first(length + 4)) != big32(typed, length + 4)) {
      throw Refusal("is damaged: its chunk " + inQuotes(type) + " has a wrong checksum");
    }
    if (type == "IEND") return empty;
    if (type == "IDAT" && length == 0) empty.push_back(at);
    at += length + kChunkFrame;
  }
}

Bytes withoutEmptyChunks(ByteView file, std::span<const std::size_t> places) {
  Bytes rest;
  rest.reserve(file.size());
  std::size_t from = 0;
  for (const std::size_t place : places) {
    const ByteView kept = file.subspan(from, place - from);
    rest.insert(rest.end(), kept.begin(), kept.end());
    from = place + kChunkFrame;
  }
  const ByteView end = file.subspan(from);
  rest.insert(rest.end(), end.begin(), end.end());
  return rest;
}

void appendPngChunk(Bytes& file, std::string_view type, ByteView data) {
  appendBig32(file, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = file.size();
  for (const char c : type) file.push_back(static_cast<std::byte>(c));
  file.insert(file.end(), data.begin(), data.end());
  appendBig32(file, crc32Of(ByteView(file).subspan(start)));
}

}  // namespace topknot::io
