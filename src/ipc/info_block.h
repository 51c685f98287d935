// The info block of a sender, as POSIX systems and as Windows have it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ipc/shared_memory.h"
#include "topknot/shared_frame.h"

namespace topknot::ipc {

enum class InfoLayout { Posix, Windows };

constexpr std::size_t infoBytes(InfoLayout layout) {
  return layout == InfoLayout::Posix ? sizeof(TopknotShmInfo) : sizeof(TopknotShmWideInfo);
}

/// Where both layouts have the flag of a receiver that follows the postfix.
inline constexpr std::size_t kSupportedOffset = offsetof(TopknotShmInfo, supported);

// The sender's side. `block` is what it made, of infoBytes().
void beginInfo(std::span<std::byte> block);
bool isFollowed(std::span<const std::byte> block);
/// Puts right what others wrote, but for their flag.
void mendInfo(std::span<std::byte> block, InfoLayout layout, std::string_view postfix);
void setPostfix(std::span<std::byte> block, InfoLayout layout, std::string_view postfix);
void setDetached(std::span<std::byte> block, InfoLayout layout);
/// Of a block that somebody left, of either layout.
void markDetached(const SharedMemory& memory);

/// The receiver's side: what the block says of where the data is.
struct InfoState {
  bool present = false;   ///< it is an info block at all
  bool detached = false;  ///< the sender has ended
  std::string postfix;
};
/// Of either layout, told apart by size, or by content where the size was rounded to pages. Throws
/// Error if there is no postfix in it.
InfoState readInfo(const SharedMemory& memory);

}  // namespace topknot::ipc
