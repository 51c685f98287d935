// Chunk lengths and checksums, the header, and the palette.
#include "io/codecs/png_chunks.h"

#include <array>
#include <bit>
#include <utility>

#include "io/codecs/bytes.h"
#include "io/codecs/deflate.h"

namespace topknot::io {
namespace {

constexpr std::size_t kChunkFrame = 12;  // length, type and checksum
constexpr std::uint32_t kPalette = 3;    // the colour type

// The bits that a sample may have, by colour type: powers of 2, added up.
constexpr std::array<std::uint32_t, 7> kBits = {31, 0, 24, 15, 24, 0, 24};

void appendBig32(Bytes& file, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) file.push_back(static_cast<std::byte>(value >> shift));
}

struct Chunk {
  /// The picture can be shown without it.
  bool isAncillary() const { return type[0] >= 'a' && type[0] <= 'z'; }

  std::string type;
  ByteView data;
  bool sound = true;  // its checksum is right
};

Chunk chunkAt(ByteView file, std::size_t at) {
  if (file.size() < at + kChunkFrame) throw Refusal("is truncated: its last chunk is missing");
  const std::size_t length = big32(file, at);
  const ByteView typed = file.subspan(at + 4);
  const std::string type(textOf(typed.first(4)));
  if (typed.size() < length + 8) {
    throw Refusal("is truncated: its chunk " + inQuotes(type) + " is cut off");
  }
  Chunk chunk{type, typed.subspan(4, length)};
  chunk.sound = crc32Of(typed.first(length + 4)) == big32(typed, length + 4);
  if (!chunk.sound && !chunk.isAncillary()) {
    throw Refusal("is damaged: its chunk " + inQuotes(type) + " has a wrong checksum");
  }
  return chunk;
}

/// `1, 2 or 4`, of powers of 2 that are added up
std::string alternatives(std::uint32_t sum) {
  std::string text;
  for (std::uint32_t rest = sum; rest; rest &= rest - 1) {
    const bool last = std::has_single_bit(rest);
    if (!text.empty()) text += last ? " or " : ", ";
    text += std::to_string(rest & -rest);
  }
  return text;
}

void checkColour(const PngHeader& header) {
  const std::string colour = "colour type " + std::to_string(header.colour);
  if (header.colour >= kBits.size() || kBits[header.colour] == 0) {
    throw Refusal("is damaged: its header has " + colour + "; expected 0, 2, 3, 4 or 6");
  }
  const std::uint32_t expected = kBits[header.colour];
  if (!std::has_single_bit(header.bits) || !(header.bits & expected)) {
    throw Refusal("is damaged: its header has " + colour + " with " + std::to_string(header.bits) +
                  " bits; expected " + alternatives(expected));
  }
}

PngHeader headerOf(const Chunk& first) {
  if (first.type != "IHDR") {
    throw Refusal("is not read: its first chunk is " + inQuotes(first.type) +
                  "; expected \"IHDR\", with which a png begins");
  }
  if (first.data.size() != 13) {
    throw Refusal("is damaged: its header has " + std::to_string(first.data.size()) +
                  " bytes; expected 13");
  }
  const PngHeader header{big32(first.data, 0), big32(first.data, 4), byteAt(first.data, 8),
                         byteAt(first.data, 9)};
  checkColour(header);
  const auto method = [&](const char* name, std::size_t at, std::uint32_t most,
                          const char* expected) {
    const std::uint32_t found = byteAt(first.data, at);
    if (found <= most) return;
    throw Refusal(std::string("is not read: its header has ") + name + " method " +
                  std::to_string(found) + "; expected " + expected);
  };
  method("compression", 10, 0, "0");
  method("filter", 11, 0, "0");
  method("interlace", 12, 1, "0 or 1");
  return header;
}

/// What the picture lacks without that chunk.
std::string meaningOf(std::string_view type) {
  if (type == "tRNS") return "; its transparency is lost";
  return "";
}

/// Takes the chunks behind the header in their order.
class Checker {
 public:
  explicit Checker(const PngHeader& header) : palette_(header.colour == kPalette) {
    chunks_.header = header;
  }

  void take(const Chunk& chunk, std::size_t at) {
    if (!chunk.sound) return leaveOut(chunk, at);
    if (chunk.type == "IHDR") throw Refusal("is damaged: it has two headers");
    if (chunk.type == "PLTE") {
      if (palette_) takePalette(chunk, at);
    } else if (chunk.type == "tRNS") {
      if (palette_) checkAlphas(chunk.data.size());
    } else if (chunk.type == "IDAT") {
      if (palette_ && colours_ == 0) {
        throw Refusal(
            "is damaged: it has no chunk \"PLTE\" before its pixels; expected one for colour type "
            "3");
      }
      chunks_.dataBytes += chunk.data.size();
      if (chunk.data.empty()) chunks_.edits.push_back({at, kChunkFrame, {}});
    } else if (chunk.type[0] >= 'A' && chunk.type[0] <= 'Z') {
      throw Refusal("is not read: nobody may pass over its chunk " + inQuotes(chunk.type) +
                    ", which is unknown");
    }
  }

  PngChunks chunks() && { return std::move(chunks_); }

 private:
  void leaveOut(const Chunk& chunk, std::size_t at) {
    constexpr std::size_t kMostWarnings = 16;
    chunks_.edits.push_back({at, chunk.data.size() + kChunkFrame, {}});
    if (chunks_.warnings.size() == kMostWarnings) return;
    chunks_.warnings.push_back("is read without its chunk " + inQuotes(chunk.type) +
                               ", which has a wrong checksum" + meaningOf(chunk.type));
  }

  /// An index beyond the palette is opaque black.
  void takePalette(const Chunk& chunk, std::size_t at) {
    const std::size_t size = chunk.data.size();
    if (size == 0 || size % 3 != 0 || size > 3 * 256) {
      throw Refusal("is damaged: its palette has " + std::to_string(size) +
                    " bytes; expected 3 for each of 1 to 256 colours");
    }
    colours_ = size / 3;
    const std::size_t whole = std::size_t{3} << chunks_.header.bits;
    if (size >= whole) return;
    Bytes padded(chunk.data.begin(), chunk.data.end());
    padded.resize(whole);
    PngEdit edit{at, size + kChunkFrame, {}};
    appendPngChunk(edit.instead, chunk.type, padded);
    chunks_.edits.push_back(std::move(edit));
  }

  /// The padding would take those that are too many.
  void checkAlphas(std::size_t count) const {
    if (colours_ == 0 || count <= colours_) return;
    throw Refusal("is damaged: it has " + std::to_string(count) +
                  " alphas for a palette; expected at most " + std::to_string(colours_) +
                  ", one for each colour");
  }

  PngChunks chunks_;
  bool palette_;
  std::size_t colours_ = 0;
};

}  // namespace

PngChunks checkPngChunks(ByteView file) {
  std::size_t at = kPngMagic.size();
  Chunk chunk = chunkAt(file, at);
  Checker checker(headerOf(chunk));
  for (;;) {
    at += chunk.data.size() + kChunkFrame;
    chunk = chunkAt(file, at);
    if (chunk.type == "IEND") return std::move(checker).chunks();
    checker.take(chunk, at);
  }
}

Bytes edited(ByteView file, std::span<const PngEdit> edits) {
  Bytes result;
  result.reserve(file.size() + 3 * 256);
  std::size_t from = 0;
  const auto append = [&](ByteView bytes) {
    result.insert(result.end(), bytes.begin(), bytes.end());
  };
  for (const PngEdit& edit : edits) {
    append(file.subspan(from, edit.at - from));
    append(edit.instead);
    from = edit.at + edit.size;
  }
  append(file.subspan(from));
  return result;
}

void appendPngChunk(Bytes& file, std::string_view type, ByteView data) {
  appendBig32(file, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = file.size();
  for (const char c : type) file.push_back(static_cast<std::byte>(c));
  file.insert(file.end(), data.begin(), data.end());
  appendBig32(file, crc32Of(ByteView(file).subspan(start)));
}

}  // namespace topknot::io
