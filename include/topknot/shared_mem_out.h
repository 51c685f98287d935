// The Shared Mem Out TOP: a picture that other processes can read.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "topknot/top.h"

namespace topknot {

/// Publishes its input in a named block of shared memory, in TouchDesigner's protocol (header
/// generation B), for TouchDesigner, for `SharedMemReader`, or for any program that maps the block.
/// Passes its input on as its own picture.
///
/// Parameters: `active` (cook every frame and publish), `name`, `memtype` (`local`),
/// `downloadtype` (`immediate`: wait for the GPU and publish this frame; `nextframe`: publish it at
/// the next cook), and the Common page.
///
/// Rows go out bottom row first. The three-channel float formats have no value in the protocol: they
/// are sent with four channels, and a warning says so. While the operator is inactive the block keeps
/// the latest frame; with the operator, or when it gets another name, the block goes.
class SharedMemOut : public Top {
 public:
  static constexpr std::string_view kTypeName = "sharedmemout";

  SharedMemOut();
  ~SharedMemOut() override;

  /// Frames that readers could see, since the operator was made.
  std::int64_t published() const;
  /// Frames that were not published because a reader held the lock for too long.
  std::int64_t skipped() const;

 protected:
  void render(TopCook& cook) override;
  void forgetGl() override;
  bool isActiveOutput() const override;
  bool isTimeDependent() const override;
  std::int64_t extraGpuMemory() const override;

 private:
  struct Sender;
  std::unique_ptr<Sender> sender_;
};

}  // namespace topknot
