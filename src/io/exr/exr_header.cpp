// Walks through the attributes: name, type, size, value.
// https://openexr.com/en/latest/OpenEXRFileLayout.html
#include "io/exr/exr_header.h"

#include <algorithm>
#include <array>

#include "io/codecs/bytes.h"

namespace topknot::io {
namespace {

constexpr std::size_t kVersion = 4, kHeaders = 8;
constexpr std::uint32_t kMultiPart = 0x1000;
constexpr std::uint64_t kOffsetBytes = 8;  // of a block, in the table behind the headers
constexpr std::uint64_t kMostLines = 256;  // of a block, whatever the compression

[[noreturn]] void refuse(std::string_view name, const std::string& what) {
  throw Refusal("is damaged: its attribute " + inQuotes(name) + " " + what);
}

struct Attribute {
  std::string_view name, type;
  ByteView value;
};

class Walk {
 public:
  explicit Walk(ByteView file) : file_(file) {}

  /// True at the end of a header, or of the headers.
  bool atEnd() const { return byteAt(file_, at_) == 0; }
  bool cutOff() const { return at_ >= file_.size(); }
  void skip() { ++at_; }

  Attribute next() {
    Attribute attribute;
    attribute.name = text();
    attribute.type = text();
    const std::uint64_t size = little32(file_, at_);
    at_ += 4;
    if (at_ > file_.size() || size > file_.size() - at_) {
      refuse(attribute.name, "has " + std::to_string(size) + " bytes, more than the file");
    }
    attribute.value = file_.subspan(at_, static_cast<std::size_t>(size));
    at_ += attribute.value.size();
    return attribute;
  }

 private:
  std::string_view text() {
    const std::string_view rest = textOf(file_.subspan(std::min(at_, file_.size())));
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) throw Refusal("is truncated: its header is cut off");
    at_ += end + 1;
    return rest.substr(0, end);
  }

  ByteView file_;
  std::size_t at_ = kHeaders;
};

/// What one part's attributes say together.
struct Part {
  std::int64_t width = 0, height = 0;          // of the data window
  std::int64_t tileWidth = 0, tileHeight = 0;  // 0: none
};

void checkBlockCount(ByteView file, std::uint64_t count) {
  if (count > file.size() / kOffsetBytes) {
    throw Refusal("is truncated: its table of " + std::to_string(count) +
                  " blocks is longer than the file");
  }
}

struct FixedSize {
  std::string_view type;
  std::size_t bytes;
};
constexpr std::array kFixedSizes = {
    FixedSize{"box2i", 16},      FixedSize{"box2f", 16},   FixedSize{"chromaticities", 32},
    FixedSize{"compression", 1}, FixedSize{"double", 8},   FixedSize{"envmap", 1},
    FixedSize{"float", 4},       FixedSize{"int", 4},      FixedSize{"keycode", 28},
    FixedSize{"lineOrder", 1},   FixedSize{"m33f", 36},    FixedSize{"m33d", 72},
    FixedSize{"m44f", 64},       FixedSize{"m44d", 128},   FixedSize{"rational", 8},
    FixedSize{"tiledesc", 9},    FixedSize{"timecode", 8}, FixedSize{"deepImageState", 1},
    FixedSize{"v2i", 8},         FixedSize{"v2f", 8},      FixedSize{"v2d", 16},
    FixedSize{"v3i", 12},        FixedSize{"v3f", 12},     FixedSize{"v3d", 24},
};

/// Names, each with 16 bytes behind it, and an empty one.
std::size_t channelBytes(ByteView value) {
  std::size_t at = 0;
  while (byteAt(value, at) != 0) {
    const std::size_t end = textOf(value).find('\0', at);
    if (end == std::string_view::npos) return value.size() + 1;
    at = end + 1 + 16;
  }
  return at + 1;
}

/// Texts, each with its length before it.
std::size_t stringBytes(ByteView value) {
  std::size_t at = 0;
  while (at < value.size()) at += 4 + std::size_t{little32(value, at)};
  return at;
}

std::uint64_t previewBytes(ByteView value) {
  const std::uint64_t most = std::uint64_t{1} << 32;
  return 8 + 4 * std::min(most, std::uint64_t{little32(value, 0)} * little32(value, 4));
}

/// OpenEXR goes by what the value says, not by its size, and would go on elsewhere than this walk.
void checkBytes(const Attribute& attribute) {
  const ByteView value = attribute.value;
  std::uint64_t expected = value.size();
  for (const FixedSize& fixed : kFixedSizes) {
    if (attribute.type == fixed.type) expected = fixed.bytes;
  }
  if (attribute.type == "chlist") expected = channelBytes(value);
  if (attribute.type == "stringvector") expected = stringBytes(value);
  if (attribute.type == "floatvector") expected = value.size() / 4 * 4;
  if (attribute.type == "preview") expected = previewBytes(value);
  if (expected != value.size()) {
    refuse(attribute.name,
           "has " + std::to_string(value.size()) + " bytes; expected " + std::to_string(expected));
  }
}

void take(const Attribute& attribute, ByteView file, const ReadLimits& limits, Part& part) {
  checkBytes(attribute);
  const ByteView value = attribute.value;
  if (attribute.name == "dataWindow" || attribute.name == "displayWindow") {
    const std::int64_t width = signed32(value, 8) - signed32(value, 0) + 1;
    const std::int64_t height = signed32(value, 12) - signed32(value, 4) + 1;
    checkSides(limits, width, height);
    if (attribute.name != "dataWindow") return;
    part.width = width;
    part.height = height;
  } else if (attribute.type == "tiledesc") {
    part.tileWidth = little32(value, 0);
    part.tileHeight = little32(value, 4);
    if (part.tileWidth < 1 || part.tileHeight < 1) {
      refuse(attribute.name, "has tiles without pixels");
    }
  } else if (attribute.name == "chunkCount") {
    checkBlockCount(file, little32(value, 0));
  }
}

}  // namespace

std::vector<std::size_t> checkExrHeader(ByteView file, const ReadLimits& limits) {
  std::vector<std::size_t> hidden;
  const bool multiPart = little32(file, kVersion) & kMultiPart;
  Walk walk(file);
  do {
    Part part;
    while (!walk.atEnd()) {
      const Attribute attribute = walk.next();
      take(attribute, file, limits, part);
      if (attribute.type == "idmanifest") {
        hidden.push_back(static_cast<std::size_t>(attribute.type.data() - textOf(file).data()));
      }
    }
    if (walk.cutOff()) throw Refusal("is truncated: its header is cut off");
    walk.skip();
    if (part.tileWidth > 0) {
      const auto across = (part.width + part.tileWidth - 1) / part.tileWidth;
      const auto down = (part.height + part.tileHeight - 1) / part.tileHeight;
      checkBlockCount(file, static_cast<std::uint64_t>(across * down));
    } else {
      checkBlockCount(file, static_cast<std::uint64_t>(part.height) / kMostLines);
    }
  } while (multiPart && !walk.atEnd());
  return hidden;
}

}  // namespace topknot::io
