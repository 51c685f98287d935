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
  return ring_->session() != session_ || frame.number != number_;
}

bool Receiver::waitForNew(nanoseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto left = [&] { return std::max<nanoseconds>(deadline - Clock::now(), nanoseconds(0)); };
  do {
    if (!data_) arrivals_.watch();
    if ((ring_ && ring_->over()) || !data_) {
      if (!connect(deadline)) {
        arrivals_.wait(left());
        continue;
      }
    }
    if (!ring_) {
      std::uint32_t magic = 0;
      data_->read(0, std::as_writable_bytes(std::span(&magic, 1)));
      if (magic != 0 && !retired()) return true;
      disconnect();
      std::this_thread::sleep_for(std::min<nanoseconds>(left(), kPoll));
      continue;
    }
    const std::uint32_t seen = ring_->news();
    if (ring_->over()) continue;
    const auto frame = ring_->newest();
    if (frame && isNew(*frame)) return true;
    const auto slice = std::min<nanoseconds>(left(), kLookForDeath);
    if (slice > nanoseconds(0)) ring_->wait(seen, slice);
    const bool silent = ring_->news() == seen;
    if (silent && !toldDeath_ && session_ == ring_->session() && senderDied()) {
      toldDeath_ = true;
      return false;
    }
  } while (Clock::now() < deadline);
  return false;
}

}  // namespace topknot::ipc
