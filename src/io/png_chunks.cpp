// Chunk lengths and checksums.
#include "io/png_chunks.h"

#include <array>

#include "io/bytes.h"

namespace topknot::io {
namespace {

/// Slicing by four: crcTables[k][b] is the checksum of byte b followed by k zeros.
std::array<std::array<std::uint32_t, 256>, 4> makeCrcTables() {
  std::array<std::array<std::uint32_t, 256>, 4> tables;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1u ? 0xedb88320u : 0u);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = tables[k - 1][byte];
      tables[k][byte] = tables[0][crc & 255u] ^ crc >> 8;
    }
  }
  return tables;
}

std::uint32_t crcOf(ByteView bytes) {
  static const auto kTables = makeCrcTables();
  std::uint32_t crc = ~0u;
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    crc ^= little32(bytes, at);
    crc = kTables[3][crc & 255u] ^ kTables[2][crc >> 8 & 255u] ^ kTables[1][crc >> 16 & 255u] ^
          kTables[0][crc >> 24];
  }
  for (; at < bytes.size(); ++at) {
    crc = kTables[0][(crc ^ byteAt(bytes, at)) & 255u] ^ crc >> 8;
  }
  return ~crc;
}

void appendBig32(Bytes& file, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) file.push_back(static_cast<std::byte>(value >> shift));
}

}  // namespace

void checkPngChunks(ByteView file) {
  std::size_t at = kPngMagic.size();
  for (;;) {
    if (file.size() - at < 12) throw Refusal("is truncated: its last chunk is missing");
    const std::size_t length = big32(file, at);
    const ByteView typed = file.subspan(at + 4);
    const std::string type(textOf(typed.first(4)));
    if (typed.size() < length + 8) {
      throw Refusal("is truncated: its chunk " + inQuotes(type) + " is cut off");
    }
    if (crcOf(typed.first(length + 4)) != big32(typed, length + 4)) {
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
  appendBig32(file, crcOf(ByteView(file).subspan(start)));
}

}  // namespace topknot::io
