// The Shared Mem Out TOP: a picture that other processes can read.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "topknot/top.h"

namespace topknot {

namespace gl {
class Texture;
}

/// Publishes its input in a named block of shared memory, in TouchDesigner's protocol, for
/// TouchDesigner's clients, for `SharedMemReader` and `sharedmemin`, or for any program that maps
/// the block (`topknot/shared_frame.h`). Passes its input on as its own picture.
///
/// Parameters: `active` (cook every frame and publish), `name`, `memtype` (`local`: a block of its
/// own; `global`: the block that all such operators of this process share, a frame's pictures
/// together; one process on a machine), `downloadtype` (`immediate`: wait for the GPU and publish
/// this frame; `nextframe`: publish it at the next cook, on a thread that does nothing else), and
/// the Common page. On the page Protocol: `header`, `infolayout`, `oldclients`, `slots`,
/// `locktime`, `access`.
///
/// Rows go out bottom row first. The three-channel float formats have no value in the protocol:
/// they are sent with four channels, and a warning says so. While the operator is inactive the
/// block keeps the latest frame; with the operator, or when it gets another name, the block goes.
/// What goes wrong on the other thread is an error of the next cook. Where something that the input
/// is made from failed, the picture that is there goes out, marked as stale (`SharedFrame::stale`),
/// and a warning says what failed.
///
/// Other programs may write into the block, or remove it (Python's multiprocessing.shared_memory
/// does when it exits): the next frame puts it right or makes it anew, and a warning says so for
/// five seconds. Where another sender took the name after the block's lock was removed, it is an
/// error, and the name is asked for again. A block that is cut short would end this process with
/// SIGBUS: a handler is installed for that, which passes on what is not about such a block.
class SharedMemOut : public Top {
 public:
  static constexpr std::string_view kTypeName = "sharedmemout";

  SharedMemOut();
  ~SharedMemOut() override;

  /// Frames that readers could see, since the operator was made.
  std::int64_t published() const;
  /// Frames of those that old clients did not get, because one of them held the lock for too long.
  std::int64_t skipped() const;

 protected:
  void render(TopCook& cook) override;
  void forgetGl() override;
  bool isActiveOutput() const override;
  bool isTimeDependent() const override;
  std::int64_t extraGpuMemory() const override;

 private:
  struct Sender;
  std::shared_ptr<gl::Texture> sentTexture(std::shared_ptr<gl::Texture> texture);
  std::unique_ptr<Sender> sender_;
};

}  // namespace topknot
