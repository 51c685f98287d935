// Reading and writing info blocks of both layouts.
#include "ipc/info_block.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "topknot/error.h"

namespace topknot::ipc {
namespace {

using Narrow = TopknotShmInfo;
using Wide = TopknotShmWideInfo;

template <class Value>
Value valueAt(std::span<const std::byte> bytes, std::size_t offset) {
  Value value = {};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// In the wide layout byte 9 is padding, where the narrow one has the postfix's first letter.
bool isWide(std::span<const std::byte> block, std::uint64_t size) {
  if (size < sizeof(Wide)) return false;
  if (size == sizeof(Wide)) return true;
  return block[offsetof(Narrow, postfix)] == std::byte{0} &&
         block[offsetof(Wide, postfix)] != std::byte{0};
}

std::string widePostfix(std::span<const std::byte> block) {
  std::string postfix;
  for (std::size_t i = 0; i < std::size(Wide().postfix); ++i) {
    const auto unit = valueAt<std::uint16_t>(block, offsetof(Wide, postfix) + 2 * i);
    if (unit == 0) return postfix;
    postfix += unit < 0x80 ? static_cast<char>(unit) : '/';
  }
  return postfix;
}

std::string narrowPostfix(std::span<const std::byte> block) {
  const char* start = reinterpret_cast<const char*>(block.data()) + offsetof(Narrow, postfix);
  return std::string(start, strnlen(start, sizeof Narrow::postfix));
}

}  // namespace

void beginInfo(std::span<std::byte> block) {
  constexpr std::uint32_t kStart[] = {TOPKNOT_SHM_INFO_MAGIC, TOPKNOT_SHM_INFO_VERSION};
  std::memcpy(block.data(), kStart, sizeof kStart);
}

bool isFollowed(std::span<const std::byte> block) {
  return block[kSupportedOffset] != std::byte{0};
}

void setPostfix(std::span<std::byte> block, InfoLayout layout, std::string_view postfix) {
  const std::size_t unit = layout == InfoLayout::Posix ? 1 : 2;
  const std::size_t start =
      layout == InfoLayout::Posix ? offsetof(Narrow, postfix) : offsetof(Wide, postfix);
  for (std::size_t i = 0; i < std::size(Wide().postfix); ++i) {
    block[start + unit * i] = static_cast<std::byte>(i < postfix.size() ? postfix[i] : '\0');
  }
}

void mendInfo(std::span<std::byte> block, InfoLayout layout, std::string_view postfix) {
  std::array<std::byte, sizeof(Wide)> wanted = {};
  beginInfo(wanted);
  setPostfix(wanted, layout, postfix);
  wanted[kSupportedOffset] = block[kSupportedOffset];
  const std::size_t bytes = std::min(block.size(), infoBytes(layout));
  if (std::memcmp(block.data(), wanted.data(), bytes) != 0) {
    std::memcpy(block.data(), wanted.data(), bytes);
  }
}

void setDetached(std::span<std::byte> block, InfoLayout layout) {
  block[layout == InfoLayout::Posix ? offsetof(Narrow, detach) : offsetof(Wide, detach)] =
      std::byte{1};
}

void markDetached(const SharedMemory& memory) {
  constexpr std::byte kYes[1] = {std::byte{1}};
  const std::uint64_t size = memory.size();
  if (size < sizeof(Narrow)) return;
  std::array<std::byte, sizeof(Wide)> block = {};
  memory.read(0, block);
  const bool wide = isWide(block, size);
  memory.write(wide ? offsetof(Wide, detach) : offsetof(Narrow, detach), kYes);
}

InfoState readInfo(const SharedMemory& memory) {
  std::array<std::byte, sizeof(Wide)> block = {};
  const std::uint64_t size = memory.size();
  memory.read(0, block);
  InfoState state;
  state.present =
      size >= sizeof(Narrow) && valueAt<std::uint32_t>(block, 0) == TOPKNOT_SHM_INFO_MAGIC;
  if (!state.present) return state;
  const bool wide = isWide(block, size);
  state.postfix = wide ? widePostfix(block) : narrowPostfix(block);
  const std::size_t limit = sizeof Narrow::postfix;
  if (state.postfix.size() >= limit || state.postfix.find('/') != state.postfix.npos) {
    throw Error("the info block '" + memory.name() + "' is damaged: it has no postfix");
  }
  const bool versioned = valueAt<std::uint32_t>(block, 4) > 1;
  const bool either =
      size > sizeof(Wide) && state.postfix.empty();  // then nothing tells them apart
  state.detached =
      versioned && (((!wide || either) && block[offsetof(Narrow, detach)] != std::byte{0}) ||
                    ((wide || either) && block[offsetof(Wide, detach)] != std::byte{0}));
  return state;
}

}  // namespace topknot::ipc
