// The ring behind a Readback.
#pragma once

#include <deque>

#include "top/readback/readback_ticket.h"

namespace topknot {

/// Tickets in order, oldest first. Those that were fetched leave it.
struct Readback::Queue {
 public:
  using Entry = std::shared_ptr<ReadbackTicket::State>;

  Queue(Top& owner, const ReadbackRing& ring);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  void ring(const ReadbackRing& ring);
  const ReadbackRing& ring() const { return ring_; }

  /// The TOP's current picture. The context is in use. What options refuse changes nothing.
  Entry start(const gl::Texture& texture, const ReadbackOptions& options);
  /// The same after `take`.
  std::optional<Image> takeAndStart(const gl::Texture& texture, const ReadbackOptions& options);
  /// In the place of a picture that failed, with the sentence that whoever takes it is told.
  Entry fail(const std::string& sentence);
  std::optional<Image> takeAndFail(const std::string& sentence);
  /// The oldest, if it has arrived; else null.
  Entry next();
  /// The oldest picture, if it has arrived.
  std::optional<Image> take();
  void forget() { entries_.clear(); }
  ReadbackCounters counters() const;
  std::int64_t bytes() const;
  Top& owner() const { return owner_; }

 private:
  Entry start(const gl::Texture& texture, const ReadbackPlan& plan);
  template <class Start>
  std::optional<Image> takeThen(Start start);
  /// What was fetched leaves the ring, and what went with its context.
  void removeFetched();
  /// False if the new one is to be dropped.
  bool makeRoom();
  /// The oldest go of those that nobody takes.
  void boundEntries();
  static Image takenFrom(const Entry& entry);

  Top& owner_;
  ReadbackRing ring_;
  std::deque<Entry> entries_;
  std::shared_ptr<ReadbackCount> count_ = std::make_shared<ReadbackCount>();
};

}  // namespace topknot
