// hdr (Radiance): read by stb_image, after a walk through its runs, in which stb may not end.
#include <algorithm>

#include "io/codecs/bytes.h"
#include "io/codecs/codec.h"
#include "io/codecs/stb.h"

namespace topknot::io {
namespace {

constexpr const char* kTruncated = "is truncated: its last rows are missing";
constexpr const char* kOldRuns =
    "is not read: it has runs of whole pixels, the old encoding; expected runs of each channel, or "
    "pixels as they are";

bool sniff(ByteView bytes) {
  return startsWith(bytes, "#?RADIANCE\n") || startsWith(bytes, "#?RGBE\n");
}

std::string_view takeLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::int64_t numberAfter(std::string_view line, std::string_view word) {
  const std::size_t at = line.find(word);
  if (at == std::string_view::npos) return 0;
  std::int64_t number = 0;
  for (const char c : line.substr(at + word.size())) {
    if (c < '0' || c > '9' || number > 1'000'000'000) break;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// One row of four run-length encoded planes; returns where it ends.
std::size_t skipRow(ByteView rows, std::size_t at, std::int64_t width) {
  if (at + 4 > rows.size()) throw Refusal(kTruncated);
  if (byteAt(rows, at) != 2 || byteAt(rows, at + 1) != 2 || big16(rows, at + 2) != width) {
    throw Refusal("is damaged: a row has no valid start");
  }
  at += 4;
  for (int plane = 0; plane < 4; ++plane) {
    for (std::int64_t left = width; left > 0;) {
      if (at >= rows.size()) throw Refusal(kTruncated);
      const std::uint32_t count = byteAt(rows, at);
      const std::uint32_t run = count > 128 ? count - 128 : count;
      if (run == 0 || run > left) throw Refusal("is damaged: a run has a wrong length");
      at += 1 + (count > 128 ? 1 : run);
      left -= run;
    }
  }
  if (at > rows.size()) throw Refusal(kTruncated);
  return at;
}

/// Pixels 1, 1, 1, n repeated the one before them; as a colour nobody writes them.
bool hasOldRuns(ByteView rows) {
  for (std::size_t at = 0; at + 4 <= rows.size(); at += 4) {
    if (byteAt(rows, at) == 1 && big16(rows, at + 1) == 0x0101) return true;
  }
  return false;
}

void checkRows(ByteView rows, std::int64_t width, std::int64_t height) {
  const bool encoded = width >= 8 && width < 32768 && byteAt(rows, 0) == 2 &&
                       byteAt(rows, 1) == 2 && byteAt(rows, 2) < 128;
  if (!encoded) {
    if (rows.size() / 4 >= static_cast<std::uint64_t>(width * height)) return;
    throw Refusal(hasOldRuns(rows) ? kOldRuns : kTruncated);
  }
  std::size_t at = 0;
  for (std::int64_t y = 0; y < height; ++y) at = skipRow(rows, at, width);
}

/// Takes the header's lines. Of colours that it does not know, stb gives no reason.
void takeHeader(std::string_view& text) {
  constexpr std::string_view kWord = "FORMAT=", kExpected = "FORMAT=32-bit_rle_rgbe";
  std::string_view found;
  bool read = false;
  for (;;) {
    if (text.empty()) throw Refusal("is truncated: its header is cut off");
    const std::string_view line = takeLine(text);
    if (line.empty() || line[0] == '\0') break;
    if (line.starts_with(kWord)) found = line;
    read |= line == kExpected;
  }
  if (read) return;
  throw Refusal("is not read: its header has " + (found.empty() ? "no FORMAT" : inQuotes(found)) +
                "; expected " + inQuotes(kExpected));
}

Image decode(ByteView bytes, const ReadLimits& limits, Warnings&) {
  std::string_view text = textOf(bytes);
  takeHeader(text);
  const std::string_view resolution = takeLine(text);
  if (!resolution.starts_with("-Y ") || resolution.find(" +X ") == std::string_view::npos) {
    throw Refusal("is not read: its rows do not run from top to bottom and left to right");
  }
  const std::int64_t height = numberAfter(resolution, "-Y ");
  const std::int64_t width = numberAfter(resolution, "+X ");
  checkSize(limits, width, height, 16);
  checkRatio(limits, {"its run-length encoding", 128},
             static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) * 4,
             bytes.size());
  checkRows(bytes.last(text.size()), width, height);
  return stbDecode(bytes, limits);
}

}  // namespace

constinit const Codec hdrCodec{"hdr", {}, sniff, decode, nullptr, false};

}  // namespace topknot::io
