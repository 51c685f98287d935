// Textures that wait to be used again.
#pragma once

#include <cstdint>
#include <vector>

#include "gl/texture.h"

namespace topknot::gl {

/// Lends textures of one context. What a borrower lets go of comes back and is lent again to the
/// next one that wants the same shape; nothing is made while something fitting waits. What waits for
/// long, or is too much, is deleted.
///
/// Thread: that of the context.
class Pool {
 public:
  /// A texture of undefined content. It comes back when its last holder lets go of it.
  static TexturePtr borrow(const TextureShape& shape);
};

}  // namespace topknot::gl
