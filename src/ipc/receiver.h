// The receiving end of one name: finding its segments, and taking frames out of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ipc/shared_memory.h"
#include "ipc/shared_mutex.h"
#include "ipc/wire.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {

/// What a header says, after every value was held against the size of the segment.
struct FrameLayout {
  int width = 0;
  int height = 0;
  float aspectX = 1.0f;
  float aspectY = 1.0f;
  ReceivedFormat format = {};
  std::uint64_t offset = 0;  ///< of the pixels, in bytes
  std::uint64_t bytes = 0;   ///< of the pixels
};

/// Nothing while there is no frame (magic 0). Throws Error, naming `object`, if the header lies.
std::optional<FrameLayout> checkHeader(const DataHeader& header, std::uint64_t segmentBytes,
                                       const std::string& object);

/// Holds the lock, info block and data segment of a sender as long as they are the current ones.
///
/// Only the owner of a lock writes pixels, and only into segments that it made while its lock was
/// in place. So if the lock's name still leads to our lock after the data was opened, the two
/// belong together for good, and what remains is to notice when the data is retired.
///
/// Thread: any, one at a time.
class Receiver {
 public:
  /// `follows` tells the sender that we follow its info block; somebody who only looks does not.
  Receiver(std::string name, bool follows) : name_(std::move(name)), follows_(follows) {}

  const std::string& name() const { return name_; }

  /// As SharedMemReader::read.
  std::optional<SharedFrame> read(std::chrono::milliseconds timeout);

  /// The header of the frame that is there, without its pixels. Throws Error as `read`.
  std::optional<FrameLayout> peek(std::chrono::milliseconds timeout);

  std::uint64_t dataBytes();  ///< size of the data segment, 0 if there is none
  bool senderAlive() const;

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class Outcome { Frame, Busy, Gone };

  bool connect(Deadline deadline);
  bool openInfo(Deadline deadline, std::string& postfix);
  void disconnect();
  bool current() const;
  bool retired() const;
  std::optional<FrameLayout> layout() const;
  Outcome receive(Deadline deadline, bool mayAllocate, SharedFrame& frame);

  std::string name_;
  bool follows_;
  SharedMutex lock_;
  SharedMemory info_;  // none if the sender has no info block
  std::string postfix_;
  SharedMemory data_;
};

}  // namespace topknot::ipc
