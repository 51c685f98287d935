// The receiving end of one name: finding its segments, and taking frames out of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipc/arrivals.h"
#include "ipc/frame_format.h"
#include "ipc/info_block.h"
#include "ipc/ring_view.h"
#include "ipc/shared_memory.h"
#include "ipc/shared_mutex.h"
#include "topknot/shared_mem_reader.h"

namespace topknot::ipc {

/// One bundle of pictures, copied.
struct BundleBytes {
  std::vector<std::byte> bytes;
  std::uint64_t number = 0;
};

/// A frame of a ring, and what keeps it mapped.
struct FrameInPlace {
  std::shared_ptr<const RingView> ring;
  RingFrame frame;
};

/// Holds the data segment of a sender as long as it is the current one. Of a segment with a ring
/// nothing else is needed. Of any other, an old one:
///
/// Only the owner of a lock writes pixels, and only into segments that it made while its lock was
/// in place. So if the lock's name still leads to our lock after the data was opened, the two
/// belong together for good, and what remains is to notice when the data is retired.
///
/// Thread: any, one at a time.
class Receiver {
 public:
  /// `follows` tells an old sender that we follow its info block; somebody who only looks does not.
  Receiver(std::string name, bool follows, SharedMemory::Owner owner = SharedMemory::Owner::Self)
      : name_(std::move(name)), follows_(follows), owner_(owner) {}

  const std::string& name() const { return name_; }

  /// As SharedMemReader::read.
  std::optional<SharedFrame> read(std::chrono::milliseconds timeout);
  /// The newest frame where it lies; nothing if there is none, or its sender is an old one.
  std::optional<FrameInPlace> inPlace();
  /// A copy of the newest bundle, unless that was handed out already.
  std::optional<BundleBytes> readNewBundle();
  /// As SharedMemReader::waitForNew.
  bool waitForNew(std::chrono::nanoseconds timeout);

  /// The header of the frame that is there, without its pixels. Throws Error as `read`.
  std::optional<FrameLayout> peek(std::chrono::milliseconds timeout);
  std::optional<RingFrame> peekRing();

  std::uint64_t dataBytes();  ///< size of the data segment, 0 if there is none
  bool senderAlive() const;   ///< also while its lock was removed, as long as its process is there
  bool senderDied() const;    ///< what we have was left by one that did not end it

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class Outcome { Frame, Busy, Gone };
  struct Look {
    bool pause = false;        // there is nothing to sleep on
    std::exception_ptr fault;  // what is there is damaged
  };

  template <class Take>
  bool attempt(Deadline deadline, Take take);
  template <class Take>
  bool attemptSound(Deadline deadline, Take take);
  template <class Take>
  bool attemptNow(Take take);
  bool connect(Deadline deadline);
  bool connectRing();
  bool connectOld(Deadline deadline);
  bool openInfo(Deadline deadline);
  void disconnect();
  bool current() const;
  bool retired() const;
  bool isNew(const RingFrame& frame) const;
  bool isOlder(const RingFrame& frame) const;
  bool look(Deadline deadline, Look& found);
  void took(const RingFrame& frame);
  std::optional<FrameLayout> layout() const;
  Outcome receive(Deadline deadline, bool mayAllocate, SharedFrame& frame);
  Outcome receiveRing(Deadline deadline, SharedFrame& frame);
  Outcome receiveOld(Deadline deadline, bool mayAllocate, SharedFrame& frame);

  std::string name_;
  bool follows_;
  SharedMemory::Owner owner_;
  SharedMutex lock_;   // of an old sender
  SharedMemory info_;  // none if the sender has no info block, or is not an old one
  std::string postfix_;
  std::shared_ptr<SharedMemory> data_;
  std::shared_ptr<const RingView> ring_;  // of data_, if that has one
  Arrivals arrivals_;

  std::uint64_t session_ = 0;  // the sender and frame that were handed out latest
  std::uint64_t number_ = 0;
  bool toldDeath_ = false;
};

}  // namespace topknot::ipc
