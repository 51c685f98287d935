// The clock of a graph.
#pragma once

#include <cstdint>

namespace topknot {

/// One tick of a graph's clock. Nothing in the library looks at the time of day: the same frames
/// give the same pictures, at whatever speed they are cooked.
struct Frame {
  std::int64_t index = 0;     ///< 0 for the first cook
  double seconds = 0.0;       ///< index / rate, unless the caller says otherwise
  double delta = 1.0 / 60.0;  ///< seconds from one frame to the next
};

}  // namespace topknot
