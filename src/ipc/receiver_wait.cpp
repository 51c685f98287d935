// Looking at what a sender has, and sleeping until there is something new.
#include <algorithm>
#include <thread>

#include "ipc/receiver.h"
#include "topknot/error.h"

namespace topknot::ipc {

using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

// Nothing wakes us when a sender is killed, so we look now and then.
constexpr std::chrono::milliseconds kLookForDeath{20};

// What was damaged when we came, or was put right, is found again so soon.
constexpr std::chrono::milliseconds kLookAgain{100};

// Old senders have nothing to wait on.
constexpr std::chrono::milliseconds kPoll{1};

std::optional<FrameLayout> Receiver::peek(std::chrono::milliseconds timeout) {
  const Deadline deadline = Clock::now() + timeout;
  if (!connect(deadline)) return std::nullopt;
  if (ring_) {
    const auto frame = ring_->newest();
    return frame && !frame->bundle ? std::optional(frame->layout) : std::nullopt;
  }
  SharedLock lock(lock_, timeout);
  return layout();
}

std::optional<RingFrame> Receiver::peekRing() {
  if (!data_ && !connect(Clock::now())) return std::nullopt;
  return ring_ ? ring_->newest() : std::nullopt;
}

std::uint64_t Receiver::dataBytes() {
  if (!data_) connect(Clock::now());
  return data_ ? data_->size() : 0;
}

bool Receiver::isNew(const RingFrame& frame) const {
  return ring_->session() != session_ || frame.number > number_;
}

// A sender's numbers grow. Where `latest` leads back, somebody wrote it who is not the sender.
bool Receiver::isOlder(const RingFrame& frame) const {
  return ring_->session() == session_ && frame.number < number_;
}

// True if there is something new. What is there may be damaged, or over already; while its sender
// lives it is put right soon, so that it is no news.
bool Receiver::look(Deadline deadline, Look& found) {
  found = {};
  try {
    if (ring_ && ring_->over()) disconnect();
    if (!data_ && !connect(deadline)) return false;
    if (!ring_ && (ring_ = RingView::open(data_))) lock_.reset();
    if (ring_) {
      found.pause = ring_->over();
      const auto frame = found.pause ? std::nullopt : ring_->newest();
      return frame && isNew(*frame);
    }
    found.pause = true;
    std::uint32_t magic = 0;
    data_->read(0, std::as_writable_bytes(std::span(&magic, 1)));
    if (magic != 0 && !retired()) return true;
    disconnect();
  } catch (const Error&) {
    if (!senderAlive()) throw;
    disconnect();
    found = {true, std::current_exception()};
  }
  return false;
}

bool Receiver::waitForNew(nanoseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto left = [&] { return std::max<nanoseconds>(deadline - Clock::now(), nanoseconds(0)); };
  Look found;
  do {
    if (!data_) arrivals_.watch();
    const std::uint32_t seen = ring_ ? ring_->news() : 0;
    const bool had = ring_ != nullptr;
    if (look(deadline, found)) return true;
    if (found.pause) {
      std::this_thread::sleep_for(std::min<nanoseconds>(left(), kPoll));
      continue;
    }
    if (!data_) {
      // Not every change is the arrival of an object.
      arrivals_.wait(std::min<nanoseconds>(left(), kLookAgain));
      continue;
    }
    // Without `seen` from before the look we would sleep through a frame.
    if (!had) continue;
    const auto slice = std::min<nanoseconds>(left(), kLookForDeath);
    if (slice > nanoseconds(0)) ring_->wait(seen, slice);
    const bool silent = ring_->news() == seen;
    if (silent && !toldDeath_ && session_ == ring_->session() && senderDied()) {
      toldDeath_ = true;
      return false;
    }
  } while (Clock::now() < deadline);
  if (found.fault) std::rethrow_exception(found.fault);
  return false;
}

}  // namespace topknot::ipc
