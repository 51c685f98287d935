// Some components of each pixel, in another order.
#pragma once

#include <array>
#include <cstddef>

#include "topknot/image.h"

namespace topknot {

/// Which component of a pixel goes where: an index, or kOne, which half floats do not have.
struct Selection {
  static constexpr int kOne = 4;
  std::array<int, 4> from{};
  int count = 0;  // components of the result; 3 with floats only
};

/// True if the components of such pictures can be copied as they are stored, or become floats.
bool canSelect(PixelFormat from, PixelFormat to);

/// The picture in a format of the same components, or of floats. Only for what `canSelect` allows.
Image selected(const Image& image, const Selection& selection, PixelFormat format);

}  // namespace topknot
