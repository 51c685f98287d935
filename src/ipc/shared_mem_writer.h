// The sending end of the shared memory protocol.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/frame_format.h"
#include "ipc/info_block.h"
#include "ipc/owned_lock.h"
#include "ipc/segment.h"
#include "ipc/shared_memory.h"

namespace topknot::ipc {

enum class PublishResult {
  Published,
  Skipped,  ///< old clients keep the frame before, as one of them held the lock for too long; or
            ///< nobody gets this one, as the info block was locked when it needed a new segment, or
            ///< others removed that before it was shown
};

struct WriterOptions {
  Generation generation = Generation::B;
  InfoLayout info = InfoLayout::Posix;
  bool oldClients = true;      ///< keep an image for those who know the header and the lock only
  int slots = 3;               ///< 1 to 16; at least 2 where readers should never have to try again
  unsigned mode = kOwnerOnly;  ///< of all objects: 0600, 0660, 0666
  std::chrono::milliseconds lockTimeout{5};  ///< how long a publish may wait for an old client

  friend bool operator==(const WriterOptions&, const WriterOptions&) = default;
};

/// Owns a name in shared memory and publishes frames under it. Pixels are tightly packed, the
/// bottom row first. Between frames the last one stays readable; when this ends, everything of
/// the name is unlinked, but for a lock that somebody else still has open.
///
/// A frame goes into the next slot of a ring, without a lock, and then, for old clients, into their
/// image, under the lock. One that does not fit gets a new segment, which is filled before anybody
/// can see it: under a new postfix if an old receiver has said that it follows the info block,
/// otherwise renamed over the old name. Where /dev/shm has no room for all slots there are fewer.
///
/// Others may write into these objects, and take their names away. What a writer needs to know it
/// keeps itself; with each frame it puts right what is wrong. An object that was unlinked or cut
/// short is made anew with the next frame; that another one has its name is looked for four times a
/// second. Then `takeWarnings` says so. The name is whose live sender holds the lock object that
/// stands under it: where another one took the name after the lock had been removed, this writer
/// leaves it alone: it throws, and asks for the name again four times a second.
///
/// Thread: one at a time; `begin` and its `commit` may be on different ones. After fork() the child
/// must exec or leave the writer alone: it shares the claim on the name.
class SharedMemWriter {
 public:
  /// Takes the name, also from a sender that crashed. Throws Error if the name is not valid or
  /// another live sender has it, saying which process.
  explicit SharedMemWriter(std::string_view name, const WriterOptions& options = {});
  ~SharedMemWriter() { close(); }
  SharedMemWriter(const SharedMemWriter&) = delete;
  SharedMemWriter& operator=(const SharedMemWriter&) = delete;

  const std::string& name() const { return name_; }
  const WriterOptions& options() const { return options_; }

  /// What the data segment's name has after `TouchSHM<name>`: nothing before a change of size that
  /// an old receiver follows.
  std::string postfix() const;

  /// What became of this sender's objects since the last call, in sentences: what was removed or
  /// cut short by others, and was made anew.
  std::vector<std::string> takeWarnings();

  void setLockTimeout(std::chrono::milliseconds timeout) { options_.lockTimeout = timeout; }

  /// Copies a whole frame. Throws Error if the format has no number in shared memory, the pixels
  /// are not width × height × bytesPerPixel, or /dev/shm is full; the frame before stays then.
  PublishResult publish(const FrameHeader& header, std::span<const std::byte> pixels);

  /// The place for a frame's pixels, for writing them without a copy in between. No lock is held
  /// meanwhile, and readers have the frames before. Throws as `publish`.
  std::span<std::byte> begin(const FrameHeader& header);
  /// The same for a bundle of pictures, `stale` if one of them is.
  std::span<std::byte> beginBundle(int pictures, std::uint64_t bytes, bool stale = false);

  /// Shows the frame begun.
  PublishResult commit();

  /// Drops the frame begun.
  void cancel();

  /// Tells the receivers and unlinks everything; nothing can be published afterwards.
  void close() noexcept;

  std::uint64_t published() const { return published_; }  ///< frames that new clients could see
  std::uint64_t skipped() const { return skipped_; }      ///< frames that old clients did not get
  std::uint64_t capacity() const;  ///< bytes of pixels that fit without a new segment
  int slots() const { return data_ ? data_.plan().slots : 0; }  ///< that there was room for

 private:
  struct Begun {
    SlotLabel label;
    int slot;
  };

  void takeName(std::chrono::milliseconds patience);
  SharedMutex claimedLock(std::chrono::milliseconds patience) const;
  SharedMutex openedInfoLock() const;
  void retireLeftovers();
  void removeLeftover(const std::string& object);
  void createInfo();
  SharedMemory newInfo() const;
  void keepObjects();
  void keepLock(bool look);
  void keepInfo(bool look);
  void keepData(bool look);
  void reclaim();
  void surrender() noexcept;
  void warn(const std::string& object, const char* what);
  std::span<std::byte> beginLabelled(const SlotLabel& label);
  Segment makeSegment(std::uint64_t bytes) const;
  bool updateImage(const Begun& frame);
  bool install();

  std::string name_;
  WriterOptions options_;
  int process_;  // the one that made this
  std::uint64_t session_;
  OwnedLock lock_;
  OwnedLock infoLock_;
  SharedMemory info_;
  Segment data_;               // the segment that receivers know; none before a frame
  Segment next_;               // the one that is being filled to replace it
  std::optional<Begun> open_;  // the frame begun
  std::uint64_t frame_ = 0;    // number of the latest
  std::uint64_t published_ = 0;
  std::uint64_t skipped_ = 0;
  std::chrono::steady_clock::time_point looked_;  // at the names
  std::string lost_;       // why the name is another sender's; empty while it is ours
  bool dataLost_ = false;  // the segment is to be replaced
  std::vector<std::string> warnings_;
};

}  // namespace topknot::ipc
