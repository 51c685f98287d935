// The pictures of one context that were drawn, to make room when memory runs out.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "gl/context/context_state.h"

namespace topknot {

class Picture;

/// Knows which textures can be missed: those of pictures that can be drawn again, that nobody else
/// holds, that nobody awaits, and that are not part of what is being drawn.
///
/// Thread: pictures may end on any thread; all else on that of the context.
class DrawnPictures {
 public:
  /// Those of a context, which asks them for room from then on.
  static std::shared_ptr<DrawnPictures> of(Context::State& state);

  void add(Picture& picture);
  void remove(Picture& picture);
  /// Lets go of textures of about so many bytes; false if there is none.
  bool makeRoom(std::int64_t bytes);

 private:
  std::mutex mutex_;
  std::unordered_set<Picture*> pictures_;
};

}  // namespace topknot
