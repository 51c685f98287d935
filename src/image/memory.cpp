// Blocks in the order in which they came back, and the huge pages that they lie in.
#include "image/memory.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <iterator>
#include <new>

#include "topknot/image.h"

// Where memory is watched, what was freed has to be seen as freed.
#ifdef __SANITIZE_ADDRESS__
#define TOPKNOT_WATCHED_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define TOPKNOT_WATCHED_MEMORY
#endif
#endif

namespace topknot {

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::align_val_t kAlignment{kHugePage};
/// Blocks that wait at most, for which there is always room.
constexpr std::size_t kMostWaiting = 64;

std::byte* allocate(std::size_t bytes) {
  auto* memory = static_cast<std::byte*>(::operator new(bytes, kAlignment));
  // A system that has no such pages refuses, and no harm is done.
  ::madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
  return memory;
}

}  // namespace

BlockStore::BlockStore(std::size_t mostBytes, Clock::duration mostAge)
    : mostBytes_(mostBytes), mostAge_(mostAge) {
  waiting_.reserve(kMostWaiting);
}

std::byte* BlockStore::take(std::size_t bytes) {
  std::byte* memory = nullptr;
  {
    const std::lock_guard lock(mutex_);
    // The latest first, which may still be in the cache.
    const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                    [&](const Block& block) { return block.bytes == bytes; });
    if (found != waiting_.rend()) {
      memory = found->memory;
      waitingBytes_ -= bytes;
      waiting_.erase(std::next(found).base());
    }
  }
  trim(mostBytes_, Clock::now() - mostAge_);
  return memory != nullptr ? memory : allocate(bytes);
}

void BlockStore::give(std::byte* memory, std::size_t bytes) noexcept {
  if (bytes <= mostBytes_) {
    const Clock::time_point now = Clock::now();
    // Room for it first, so that never more than that much waits.
    trim(mostBytes_ - bytes, now - mostAge_);
    const std::lock_guard lock(mutex_);
    if (waitingBytes_ + bytes <= mostBytes_ && waiting_.size() < kMostWaiting) {
      waiting_.push_back({memory, bytes, now});
      waitingBytes_ += bytes;
      return;
    }
  }
  ::operator delete(memory, kAlignment);
}

void BlockStore::clear() noexcept {
  trim(0, Clock::time_point::max());
}

std::size_t BlockStore::waitingBytes() const {
  const std::lock_guard lock(mutex_);
  return waitingBytes_;
}

void BlockStore::trim(std::size_t mostBytes, Clock::time_point oldest) noexcept {
  for (;;) {
    std::byte* surplus = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return;
      const Block& first = waiting_.front();
      if (waitingBytes_ <= mostBytes && first.since >= oldest) return;
      surplus = first.memory;
      waitingBytes_ -= first.bytes;
      waiting_.erase(waiting_.begin());
    }
    // Beside the lock: unmapping takes its time.
    ::operator delete(surplus, kAlignment);
  }
}

namespace {

/// Never destroyed: images may be static.
BlockStore& imageMemory() {
#ifdef TOPKNOT_WATCHED_MEMORY
  constexpr std::size_t kMostBytes = 0;
#else
  constexpr std::size_t kMostBytes = std::size_t{256} << 20;
#endif
  static auto& store = *new BlockStore(kMostBytes, std::chrono::seconds(10));
  [[maybe_unused]] static const int watched =
      pthread_atfork([] { store.lock(); }, [] { store.unlock(); }, [] { store.unlock(); });
  return store;
}

}  // namespace

std::byte* takeImageMemory(std::size_t bytes) {
  if (bytes >= kHugePage) return imageMemory().take(bytes);
  return static_cast<std::byte*>(::operator new(bytes));
}

void giveImageMemory(std::byte* memory, std::size_t bytes) noexcept {
  if (bytes >= kHugePage) return imageMemory().give(memory, bytes);
  ::operator delete(memory);
}

std::byte* Image::Allocator::allocate(std::size_t bytes) {
  return takeImageMemory(bytes);
}

void Image::Allocator::deallocate(std::byte* memory, std::size_t bytes) noexcept {
  giveImageMemory(memory, bytes);
}

void Image::releaseMemory() {
  imageMemory().clear();
}

}  // namespace topknot
