// Large blocks of memory that images gave back, kept for the next ones of their size.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <span>
#include <vector>

namespace topknot {

/// Fresh memory comes from the system page by page, which costs a large picture several times what
/// it costs to fill it. Blocks that are taken again do not.
///
/// Thread: any.
class BlockStore {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps at most so many bytes. What has waited longer goes when the store is used next.
  BlockStore(std::size_t mostBytes, Clock::duration mostAge);
  ~BlockStore() { clear(); }
  BlockStore(const BlockStore&) = delete;
  BlockStore& operator=(const BlockStore&) = delete;

  /// Bytes of any value. Throws std::bad_alloc.
  std::byte* take(std::size_t bytes);
  /// `bytes` is what it was taken with.
  void give(std::byte* memory, std::size_t bytes) noexcept;
  void clear() noexcept;
  std::size_t waitingBytes() const;

  /// Around a fork(), in this thread: the child has no other that would unlock it.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  struct Block {
    std::byte* memory;
    std::size_t bytes;
    Clock::time_point since;
  };

  /// Frees what is too much, and what has waited since before that time.
  void trim(std::size_t mostBytes, Clock::time_point oldest) noexcept;

  const std::size_t mostBytes_;
  const Clock::duration mostAge_;
  mutable std::mutex mutex_;
  std::vector<Block> waiting_;  // longest waiting first
  std::size_t waitingBytes_ = 0;
};

/// What images have their memory from. Smaller pieces than a huge page are left to the program's
/// allocator, which keeps them itself.
std::byte* takeImageMemory(std::size_t bytes);
void giveImageMemory(std::byte* memory, std::size_t bytes) noexcept;

/// Such memory for the length of a piece of work. Bytes of any value.
class ImageMemory {
 public:
  explicit ImageMemory(std::size_t bytes) : bytes_(takeImageMemory(bytes), bytes) {}
  ~ImageMemory() { giveImageMemory(bytes_.data(), bytes_.size()); }
  ImageMemory(const ImageMemory&) = delete;
  ImageMemory& operator=(const ImageMemory&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  const std::span<std::byte> bytes_;
};

}  // namespace topknot
