// Some components of each pixel, in another order.
#pragma once

#include <array>
#include <cstddef>

#include "topknot/pixel_format.h"

namespace topknot {

/// Which component of a pixel goes where: an index, or kOne, which half floats do not have.
struct Selection {
  static constexpr int kOne = 4;
  std::array<int, 4> from{};
  int count = 0;  // components of the result; 3 with floats only
};

/// True if the components of such pictures can be copied as they are stored, or become floats.
bool canSelect(PixelFormat from, PixelFormat to);

/// Pixels of one format as another with the same components, or with floats. Only for what
/// `canSelect` allows.
void selectPixels(PixelFormat from, const std::byte* source, std::size_t pixels,
                  const Selection& selection, PixelFormat to, std::byte* target);

}  // namespace topknot
