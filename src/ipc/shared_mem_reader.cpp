// The public reader.
#include "topknot/shared_mem_reader.h"

#include <algorithm>
#include <thread>

#include "ipc/background.h"
#include "ipc/names.h"
#include "ipc/receiver.h"

namespace topknot {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct SharedMemReader::State {
  ipc::Receiver receiver;
};

struct SharedFrameView::Place {
  ipc::FrameInPlace in;
};

SharedMemReader::SharedMemReader(std::string_view name, const SharedMemReaderOptions& options) {
  using Owner = ipc::SharedMemory::Owner;
  ipc::checkName(name);
  const Owner owner = options.otherUsers ? Owner::Anyone : Owner::Self;
  state_.reset(new State{ipc::Receiver(std::string(name), true, owner)});
}

SharedMemReader::~SharedMemReader() = default;
SharedMemReader::SharedMemReader(SharedMemReader&&) noexcept = default;
SharedMemReader& SharedMemReader::operator=(SharedMemReader&&) noexcept = default;

const std::string& SharedMemReader::name() const {
  return state_->receiver.name();
}

std::optional<SharedFrame> SharedMemReader::read(milliseconds lockTimeout) {
  ipc::finishPublishing(name());
  return state_->receiver.read(lockTimeout);
}

std::optional<SharedFrameView> SharedMemReader::view() {
  ipc::finishPublishing(name());
  auto place = state_->receiver.inPlace();
  if (!place) return std::nullopt;
  return SharedFrameView(
      std::make_shared<const SharedFrameView::Place>(SharedFrameView::Place{std::move(*place)}));
}

bool SharedMemReader::waitForNew(std::chrono::nanoseconds timeout) {
  using std::chrono::nanoseconds;
  const nanoseconds most = std::chrono::hours(24 * 365);
  return state_->receiver.waitForNew(std::clamp(timeout, nanoseconds(0), most));
}

std::optional<SharedFrame> SharedMemReader::wait(milliseconds timeout) {
  constexpr milliseconds kPoll{1};
  timeout = std::clamp(timeout, milliseconds(0), milliseconds(std::chrono::hours(24 * 365)));
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const bool found = waitForNew(deadline - Clock::now());
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (!found) return std::nullopt;
    if (auto frame = read(std::clamp(left, milliseconds(0), milliseconds(1000)))) return frame;
    if (Clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(kPoll);
  }
}

bool SharedMemReader::senderAlive() const {
  return state_->receiver.senderAlive();
}
bool SharedMemReader::senderDied() const {
  return state_->receiver.senderDied();
}

int SharedFrameView::width() const {
  return place_->in.frame.layout.width;
}
int SharedFrameView::height() const {
  return place_->in.frame.layout.height;
}
PixelFormat SharedFrameView::format() const {
  return place_->in.frame.layout.format.format;
}
bool SharedFrameView::blueFirst() const {
  return place_->in.frame.layout.format.blueFirst;
}
float SharedFrameView::aspectX() const {
  return place_->in.frame.layout.aspectX;
}
float SharedFrameView::aspectY() const {
  return place_->in.frame.layout.aspectY;
}
std::uint64_t SharedFrameView::number() const {
  return place_->in.frame.number;
}
std::int64_t SharedFrameView::publishedNs() const {
  return place_->in.frame.stampNs;
}
bool SharedFrameView::stale() const {
  return place_->in.frame.stale;
}

std::span<const std::byte> SharedFrameView::pixels() const {
  return place_->in.ring->pixels(place_->in.frame);
}

bool SharedFrameView::isWhole() const {
  return place_->in.ring->isWhole(place_->in.frame);
}

}  // namespace topknot
