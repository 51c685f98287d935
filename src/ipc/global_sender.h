// What all outputs of type global in this process send together.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/bundle.h"
#include "ipc/shared_mem_writer.h"

namespace topknot::ipc {

/// Gathers the pictures of a frame from its members, and publishes them as one bundle once all who
/// are expected have given theirs. A member that gives its next one before others gave any ends the
/// frame, too: those are shown as they last were.
///
/// Thread: any, many.
class GlobalSender {
 public:
  /// The one of this process; it ends with the last who holds it. Throws Error if another process
  /// sends already.
  static std::shared_ptr<GlobalSender> get();

  void expect(const void* member);
  void leave(const void* member);
  /// Throws Error if another member has that name, or there is no room.
  PublishResult put(const void* member, std::string_view name, const FrameHeader& header,
                    std::int64_t frame, std::span<const std::byte> pixels);
  /// As that of SharedMemWriter.
  std::vector<std::string> takeWarnings();

 private:
  struct Member {
    BundlePicture picture;
    bool given = false;  // for the frame that is being gathered
  };

  GlobalSender();
  void checkNames(const void* member, std::string_view name) const;
  bool complete() const;
  PublishResult publish();

  std::mutex mutex_;
  SharedMemWriter writer_;
  std::map<const void*, Member> members_;
};

}  // namespace topknot::ipc
