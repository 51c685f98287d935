// Reads the frames that a Shared Mem Out publishes, from any process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topknot/image.h"

namespace topknot {

/// One frame out of shared memory.
struct SharedFrame {
  Image image;           ///< bottom row first, in the format that was sent
  float aspectX = 1.0f;  ///< of the picture, not of its pixels; above 0 and finite
  float aspectY = 1.0f;
  std::uint64_t number = 0;          ///< counts the sender's frames from 1; 0: an old sender
  std::int64_t publishedNs = 0;      ///< when, on CLOCK_MONOTONIC in nanoseconds; 0: unknown
  std::uint32_t gamutPrimaries = 2;  ///< of header generation C; 2 is Rec. 709
  std::uint32_t transfer = 0;        ///< of header generation C; 0 linear, 1 sRGB
  /// Not the newest result: what was to make that one failed, and the sender published an older
  /// picture or a substitute in its place. Old senders never say so.
  bool stale = false;
};

/// A frame where it lies: the sender's own memory, mapped for reading. The sender writes over it
/// some frames later, and never waits. So use the pixels first, then ask `isWhole`, and only then
/// believe what was made of them.
///
/// Holds the mapping; keep it no longer than needed. Thread: any.
class SharedFrameView {
 public:
  int width() const;   ///< pixels
  int height() const;  ///< pixels
  PixelFormat format() const;
  bool blueFirst() const;  ///< red and blue are swapped in memory, against what `format` says
  float aspectX() const;
  float aspectY() const;
  std::uint64_t number() const;               ///< as SharedFrame::number
  std::int64_t publishedNs() const;           ///< as SharedFrame::publishedNs
  bool stale() const;                         ///< as SharedFrame::stale
  std::span<const std::byte> pixels() const;  ///< bottom row first, tightly packed

  /// True if the frame has not been written over so far.
  bool isWhole() const;

 private:
  friend class SharedMemReader;
  struct Place;
  explicit SharedFrameView(std::shared_ptr<const Place> place) : place_(std::move(place)) {}
  std::shared_ptr<const Place> place_;
};

struct SharedMemReaderOptions {
  /// Also read what another user sends, who then decides what this process gets to see. Its objects
  /// must be readable for this user. Old senders are not read then: their lock would have to be
  /// written to.
  bool otherUsers = false;
};

/// The receiving end of TouchDesigner's shared memory protocol (header generations A, B and C; the
/// local memory type), in its POSIX form: data in `TouchSHM<name>`, its lock in
/// `TouchSHM<name>Mutex`, the info block, in either layout, in `TouchSHMTouchSHM<name>4jhd783h`.
///
/// The sender may start later, end, crash, restart, or change its size: the reader finds it again
/// by itself. A frame is handed out whole or not at all. Of senders that are Topknot it takes no
/// lock, waits without polling, and gets numbers and time stamps. Old senders have none of these:
/// the same frame may be read twice, and a wait looks every millisecond.
///
/// What an old sender has is never mapped: a segment that somebody cuts short gives an error, not
/// SIGBUS. The reader leaves nothing in /dev/shm; of an old sender's it changes the lock and, as
/// the protocol has it, the flag in the info block that says that a receiver follows a change of
/// size.
///
/// Thread: any, one at a time. Several readers of one name, in any processes, do not disturb one
/// another. After fork() parent and child may both go on reading; a process that *sends* should
/// not fork without exec, as the child would keep the name in use.
class SharedMemReader {
 public:
  /// Throws Error if the name is empty, longer than 200 bytes, has `/` or control characters, or
  /// reads as another name's lock or info block (it ends in `Mutex`, or is `TouchSHM…4jhd783h`).
  /// That nobody sends yet is no error.
  explicit SharedMemReader(std::string_view name, const SharedMemReaderOptions& options = {});
  ~SharedMemReader();
  SharedMemReader(SharedMemReader&&) noexcept;
  SharedMemReader& operator=(SharedMemReader&&) noexcept;

  const std::string& name() const;

  /// A copy of the frame that is there now, new or not; nothing if nobody sends, or an old sender
  /// is busy for longer than `lockTimeout`. Throws Error if what is there is not a frame (magic,
  /// version, size, format) or belongs to somebody who may not be trusted, saying which. Where
  /// others wrote into a live sender's memory, its next frame puts that right; as long it waits,
  /// too.
  std::optional<SharedFrame> read(
      std::chrono::milliseconds lockTimeout = std::chrono::milliseconds(1000));

  /// The frame that is there now, without a copy. Nothing if nobody sends, or an old sender does,
  /// or a live one has yet to put right what others wrote. Throws as `read`.
  std::optional<SharedFrameView> view();

  /// Sleeps until there is a frame that neither `read`, `view` nor `wait` has handed out; of an old
  /// sender, any frame. False after `timeout`, and once, at once, when the sender whose frames we
  /// have was killed: then `senderDied` says so. With 0 it only looks. Throws as `read`.
  bool waitForNew(std::chrono::nanoseconds timeout);

  /// `waitForNew`, then `read`: also waits for a sender that is yet to come. Nothing where
  /// `waitForNew` gives false.
  std::optional<SharedFrame> wait(std::chrono::milliseconds timeout);

  /// True while a live process holds the sending end.
  bool senderAlive() const;

  /// True while what is there was left by a sender that did not end properly. Its last frame can
  /// still be read.
  bool senderDied() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What is to be seen in shared memory under one name.
struct SharedMemEntry {
  std::string name;           ///< `@global`: the pictures of all outputs of type global
  int width = 0, height = 0;  ///< 0 while there is no frame
  std::optional<PixelFormat> format;
  std::uint64_t bytes = 0;   ///< size of the data segment
  bool alive = false;        ///< a live process holds the sending end
  std::uint64_t number = 0;  ///< of the latest frame; 0: none, or an old sender
  int pictures = 0;          ///< of type global
  bool stale = false;        ///< as SharedFrame::stale; of type global: one of the pictures is
  std::string problem;       ///< why what is there cannot be read; usually empty
};

/// The names under which frames are, or were, published on this machine, sorted.
std::vector<SharedMemEntry> listSharedMemory();

/// What a clean did.
struct SharedMemClean {
  std::vector<std::string> removed;  ///< objects of /dev/shm
  std::vector<std::string> kept;     ///< sentences: what looks left behind but was not removed, why
};

/// Removes the objects that senders left behind whose processes are dead, and nothing else: not
/// what a live process has open, what other users own, or what is no object of this protocol.
SharedMemClean cleanSharedMemory();

}  // namespace topknot
