// The ring behind a Readback.
#include "top/readback/readback_queue.h"

#include <algorithm>
#include <utility>

#include "topknot/error.h"
#include "topknot/top.h"

namespace topknot {

namespace {

constexpr int kMostDepth = 64;
/// Pictures in ordinary memory that nobody takes.
constexpr std::size_t kMostMovedOut = 64;

void check(const ReadbackRing& ring) {
  if (ring.depth >= 1 && ring.depth <= kMostDepth) return;
  throw Error("a readback ring cannot be " + std::to_string(ring.depth) + " deep; expected 1 to " +
              std::to_string(kMostDepth));
}

}  // namespace

Readback::Queue::Queue(Top& owner, const ReadbackRing& ring) : owner_(owner), ring_(ring) {
  check(ring);
  count_->top = &owner;
}

Readback::Queue::~Queue() {
  count_->top = nullptr;
}

void Readback::Queue::ring(const ReadbackRing& ring) {
  check(ring);
  ring_ = ring;
}

void Readback::Queue::removeFetched() {
  std::erase_if(entries_, [](const Entry& entry) { return entry->isFetched() || entry->isLost(); });
}

bool Readback::Queue::makeRoom() {
  const auto pinned = [](const Entry& entry) { return entry->isPinned(); };
  while (std::ranges::count_if(entries_, pinned) >= ring_.depth) {
    if (ring_.whenFull == WhenFull::DropNewest) return false;
    const auto oldest = std::ranges::find_if(entries_, pinned);
    if (ring_.whenFull == WhenFull::Wait) {
      const std::int64_t waited = count_->counters.waited;
      (*oldest)->moveOut();
      count_->counters.waited = waited + 1;
    } else {
      (*oldest)->drop();
      entries_.erase(oldest);
    }
  }
  boundEntries();
  return true;
}

void Readback::Queue::boundEntries() {
  while (entries_.size() >= kMostMovedOut + static_cast<std::size_t>(ring_.depth)) {
    entries_.front()->drop();
    entries_.pop_front();
  }
}

Readback::Queue::Entry Readback::Queue::start(const gl::Texture& texture,
                                              const ReadbackOptions& options) {
  return start(texture, planReadback(owner_, texture.shape(), options));
}

std::optional<Image> Readback::Queue::takeAndStart(const gl::Texture& texture,
                                                   const ReadbackOptions& options) {
  const ReadbackPlan plan = planReadback(owner_, texture.shape(), options);
  return takeThen([&] { start(texture, plan); });
}

/// That an earlier picture failed is no reason to leave out the one of now.
template <class Start>
std::optional<Image> Readback::Queue::takeThen(Start start) {
  const Entry earlier = next();
  if (!earlier || !earlier->hasFailed()) {
    std::optional<Image> image = earlier ? takenFrom(earlier) : std::optional<Image>();
    start();
    return image;
  }
  start();
  return earlier->taken();  // throws
}

Readback::Queue::Entry Readback::Queue::fail(const std::string& sentence) {
  removeFetched();
  boundEntries();
  return entries_.emplace_back(std::make_shared<ReadbackTicket::State>(owner_, count_, sentence));
}

std::optional<Image> Readback::Queue::takeAndFail(const std::string& sentence) {
  return takeThen([&] { fail(sentence); });
}

Readback::Queue::Entry Readback::Queue::start(const gl::Texture& texture,
                                              const ReadbackPlan& plan) {
  removeFetched();
  if (!makeRoom()) {
    return std::make_shared<ReadbackTicket::State>(owner_, count_);
  }
  return entries_.emplace_back(
      std::make_shared<ReadbackTicket::State>(owner_, texture, plan, count_));
}

Readback::Queue::Entry Readback::Queue::next() {
  removeFetched();
  if (entries_.empty() || !entries_.front()->ready()) return nullptr;
  Entry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

std::optional<Image> Readback::Queue::take() {
  const Entry entry = next();
  return entry ? takenFrom(entry) : std::optional<Image>();
}

Image Readback::Queue::takenFrom(const Entry& entry) {
  // Whoever holds a ticket of it finds it there.
  if (entry.use_count() == 1) return entry->taken();
  Image copy = entry->picture();
  copy.own();
  return copy;
}

ReadbackCounters Readback::Queue::counters() const {
  ReadbackCounters counters = count_->counters;
  counters.pending = std::ranges::count_if(entries_, [](const Entry& entry) {
    return !entry->isFetched() && !entry->isLost() && !entry->hasFailed();
  });
  return counters;
}

std::int64_t Readback::Queue::bytes() const {
  std::int64_t bytes = 0;
  for (const Entry& entry : entries_) bytes += entry->bytes();
  return bytes;
}

}  // namespace topknot
