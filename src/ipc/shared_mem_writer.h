// The sending end of the shared memory protocol.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ipc/shared_memory.h"
#include "ipc/shared_mutex.h"
#include "ipc/wire.h"
#include "topknot/pixel_format.h"

namespace topknot::ipc {

/// What a frame is, besides its pixels.
struct FrameHeader {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  float aspectX = 1.0f;
  float aspectY = 1.0f;
  PixelFormat format = PixelFormat::Rgba8Fixed;  ///< one that has a sharedFormat()
};

enum class PublishResult {
  Published,
  Skipped,  ///< a client held the lock for longer than the lock timeout; the frame is lost
};

/// Owns a name in shared memory and publishes frames under it. Pixels are tightly packed, the
/// bottom row first. Between frames the last one stays readable; when this ends, everything of
/// the name is unlinked.
///
/// A frame that fits is written in place, under the lock. One that does not gets a new segment,
/// which is filled before anybody can see it: under a new postfix if a receiver has said that it
/// follows the info block, otherwise renamed over the old name.
///
/// Thread: one at a time, and `begin` and its `commit` on the same one, as that one owns the
/// lock. After fork() the child must exec or leave the writer alone: it shares the claim on the
/// name.
class SharedMemWriter {
 public:
  /// Takes the name, also from a sender that crashed. Throws Error if the name is not valid or
  /// another live sender has it, saying which process.
  explicit SharedMemWriter(std::string_view name);
  ~SharedMemWriter() { close(); }
  SharedMemWriter(const SharedMemWriter&) = delete;
  SharedMemWriter& operator=(const SharedMemWriter&) = delete;

  const std::string& name() const { return name_; }

  /// What the data segment's name has after `TouchSHM<name>`: nothing before a change of size that
  /// a receiver follows.
  std::string postfix() const;

  /// How long a publish may wait for a client; 5 ms unless told.
  void setLockTimeout(std::chrono::milliseconds timeout) { lockTimeout_ = timeout; }

  /// Copies a whole frame. Throws Error if the format has no number in shared memory, the pixels
  /// are not width × height × bytesPerPixel, or /dev/shm is full; the frame before stays then.
  PublishResult publish(const FrameHeader& header, std::span<const std::byte> pixels);

  /// The place for a frame's pixels, for writing them without a copy in between; empty if the
  /// frame is skipped. Throws as `publish`. The lock may be held until `commit` or `cancel`, so
  /// be quick.
  std::span<std::byte> begin(const FrameHeader& header);

  /// Shows the frame begun.
  PublishResult commit();

  /// Drops the frame begun; if it was being written over the last one, there is none until the
  /// next.
  void cancel();

  /// Tells the receivers and unlinks everything; nothing can be published afterwards.
  void close() noexcept;

  std::uint64_t published() const { return published_; }  ///< frames shown
  std::uint64_t skipped() const { return skipped_; }      ///< frames lost to a busy lock
  std::uint64_t capacity() const;  ///< bytes of pixels that fit without a new segment

 private:
  void claimName();
  void retireLeftovers();
  void createInfo();
  bool lockData();
  bool install();

  std::string name_;
  int process_;  // the one that made this
  std::chrono::milliseconds lockTimeout_{5};
  SharedMutex lock_;
  SharedMutex infoLock_;
  SharedMemory info_;
  SharedMemory data_;               // the segment that receivers know; none before a frame
  SharedMemory next_;               // the one that is being filled to replace it
  std::optional<DataHeader> open_;  // of the frame begun
  bool dataLocked_ = false;         // while a frame is written in place
  std::uint64_t published_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace topknot::ipc
