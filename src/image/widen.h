// Components of pictures as 32-bit floats, many at a time.
#pragma once

#include <cstddef>

#include "topknot/pixel_format.h"

namespace topknot {

/// Turns `count` components, not pixels, into floats: the same values as a RowReader gives.
using Widener = void (*)(const std::byte* components, std::size_t count, float* floats);

/// The fastest one of this processor; null for packed components, which have no size of their own.
/// `all` is how many components there will be: so many that the cache cannot hold them are written
/// past it.
Widener widener(Component component, std::size_t all = 0);
/// The same in plain C++, for processors without these instructions.
Widener plainWidener(Component component);

}  // namespace topknot
