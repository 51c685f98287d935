// Reads the frames that a Shared Mem Out publishes, from any process.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/image.h"

namespace topknot {

/// One frame out of shared memory.
struct SharedFrame {
  Image image;           ///< bottom row first, in the format that was sent
  float aspectX = 1.0f;  ///< of the picture, not of its pixels
  float aspectY = 1.0f;
};

/// The receiving end of TouchDesigner's shared memory protocol (header generation B; the local
/// memory type), in its POSIX form: data in `TouchSHM<name>`, its lock in `TouchSHM<name>Mutex`,
/// the info block in `TouchSHMTouchSHM<name>4jhd783h`.
///
/// The sender may start later, end, crash, restart, or change its size: the reader finds it again
/// by itself. A frame is handed out whole or not at all. The protocol has no frame number, so the
/// same frame may be read twice.
///
/// What it takes is never mapped: a segment that somebody cuts short gives an error, not SIGBUS.
/// It leaves nothing in /dev/shm; of the sender's it changes the lock and, as the protocol has it,
/// the flag in the info block that says that a receiver follows a change of size.
///
/// Thread: any, one at a time. Several readers of one name, in any processes, do not disturb one
/// another. After fork() parent and child may both go on reading; a process that *sends* should
/// not fork without exec, as the child would keep the name in use.
class SharedMemReader {
 public:
  /// Throws Error if the name is empty, longer than 200 bytes, has `/` or control characters, or
  /// reads as another name's lock or info block (it ends in `Mutex`, or is `TouchSHM…4jhd783h`).
  /// That nobody sends yet is no error.
  explicit SharedMemReader(std::string_view name);
  ~SharedMemReader();
  SharedMemReader(SharedMemReader&&) noexcept;
  SharedMemReader& operator=(SharedMemReader&&) noexcept;

  const std::string& name() const;

  /// A copy of the frame that is there now; nothing if nobody sends, or the sender is busy for
  /// longer than `lockTimeout`. Throws Error if what is there is not a frame (magic, version,
  /// size, format) or belongs to somebody who may not be trusted, saying which.
  std::optional<SharedFrame> read(
      std::chrono::milliseconds lockTimeout = std::chrono::milliseconds(1000));

  /// Waits for a sender and its first frame. Nothing after `timeout`.
  std::optional<SharedFrame> wait(std::chrono::milliseconds timeout);

  /// True while a live process holds the sending end.
  bool senderAlive() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What is to be seen in shared memory under one name.
struct SharedMemEntry {
  std::string name;
  int width = 0, height = 0;  ///< 0 while there is no frame
  std::optional<PixelFormat> format;
  std::uint64_t bytes = 0;  ///< size of the data segment
  bool alive = false;       ///< a live process holds the sending end
};

/// The names under which frames are, or were, published on this machine, sorted.
std::vector<SharedMemEntry> listSharedMemory();

}  // namespace topknot
