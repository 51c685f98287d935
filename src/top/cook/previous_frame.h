// What an operator showed in the previous frame, for those that look back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gl/context/texture.h"

namespace topknot {

/// The textures of one operator's latest and previous frame. The readers hold it; while there is
/// one, the operator draws its picture at the end of each cook, before anything that it is made
/// from moves on. A texture that is held here is not drawn over.
///
/// `tick` is the graph's count of frames.
class PreviousFrame {
 public:
  using Faults = std::shared_ptr<const std::vector<std::string>>;  ///< null: none

  /// A frame begins to cook: what lies before the previous one is given back.
  void begin(std::uint64_t tick) {
    if (tick != tick_) previous_ = nullptr;
  }
  void take(gl::TexturePtr texture, std::uint64_t tick, int newestSlice = 0) {
    if (tick != tick_) {
      previous_ = std::move(latest_);
      previousSlice_ = latestSlice_;
      previousFaults_ = std::move(latestFaults_);
    }
    latestFaults_ = nullptr;
    latest_ = std::move(texture);
    latestSlice_ = newestSlice;
    tick_ = tick;
  }
  /// What was shown when the frame `tick` began; null if there was nothing.
  const gl::TexturePtr& before(std::uint64_t tick) const {
    return tick == tick_ ? previous_ : latest_;
  }
  /// Of a ring of slices, which of them was the newest then.
  int newestSliceBefore(std::uint64_t tick) const {
    return tick == tick_ ? previousSlice_ : latestSlice_;
  }
  /// What failed with what is shown latest. Known when its frame ends.
  void fail(Faults faults) { latestFaults_ = std::move(faults); }
  const Faults& faultsBefore(std::uint64_t tick) const {
    return tick == tick_ ? previousFaults_ : latestFaults_;
  }
  const gl::TexturePtr& latest() const { return latest_; }

 private:
  gl::TexturePtr latest_, previous_;
  int latestSlice_ = 0, previousSlice_ = 0;
  Faults latestFaults_, previousFaults_;
  std::uint64_t tick_ = 0;
};

using PreviousFramePtr = std::shared_ptr<PreviousFrame>;

}  // namespace topknot
