// Several pictures in one slot: what all outputs of type global made for one frame.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/frame_format.h"

namespace topknot::ipc {

/// One picture as its sender has it.
struct BundlePicture {
  std::string name;
  FrameHeader header;
  std::int64_t frame = 0;  ///< of the graph that made it
  std::vector<std::byte> pixels;
};

std::uint64_t bundleBytes(std::span<const BundlePicture* const> pictures);
/// `target` has bundleBytes().
void encodeBundle(std::span<const BundlePicture* const> pictures, std::span<std::byte> target);

/// One picture as a reader has it, in the bundle's bytes.
struct PictureInBundle {
  std::string name;
  FrameLayout layout;
  std::int64_t frame = 0;
  std::span<const std::byte> pixels;
};

/// Every number is checked: Throws Error, naming `object`, if the bundle lies.
std::vector<PictureInBundle> picturesIn(std::span<const std::byte> bundle,
                                        const std::string& object);

}  // namespace topknot::ipc
