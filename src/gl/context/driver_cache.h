// The driver's cache of compiled shaders.
#pragma once

#include <chrono>

namespace topknot::gl {

/// Waits until Mesa has written what it compiled to its disk cache, or for `limit`. What it
/// compiles belongs to one context; another one finds it in that cache only. Mesa writes on threads
/// of the lowest priority and has no call that waits for them, so this looks at those threads: they
/// are named `…disk$N` and sleep when they are done. Where there are none it returns at once. False
/// if they were still at work.
bool waitForDriverCache(std::chrono::milliseconds limit);

}  // namespace topknot::gl
