// The public reader, and the list of what is published on this machine.
#include "topknot/shared_mem_reader.h"

#include <algorithm>
#include <set>
#include <thread>

#include "ipc/names.h"
#include "ipc/receiver.h"
#include "topknot/error.h"

namespace topknot {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct SharedMemReader::State {
  ipc::Receiver receiver;
};

SharedMemReader::SharedMemReader(std::string_view name) {
  ipc::checkName(name);
  state_ = std::make_unique<State>(State{ipc::Receiver(std::string(name), true)});
}

SharedMemReader::~SharedMemReader() = default;
SharedMemReader::SharedMemReader(SharedMemReader&&) noexcept = default;
SharedMemReader& SharedMemReader::operator=(SharedMemReader&&) noexcept = default;

const std::string& SharedMemReader::name() const {
  return state_->receiver.name();
}

std::optional<SharedFrame> SharedMemReader::read(milliseconds lockTimeout) {
  return state_->receiver.read(lockTimeout);
}

std::optional<SharedFrame> SharedMemReader::wait(milliseconds timeout) {
  constexpr milliseconds kPoll{1};
  timeout = std::clamp(timeout, milliseconds(0), milliseconds(std::chrono::hours(24 * 365)));
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (auto frame = read(std::clamp(left, milliseconds(0), milliseconds(1000)))) return frame;
    if (Clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(kPoll);
  }
}

bool SharedMemReader::senderAlive() const {
  return state_->receiver.senderAlive();
}

namespace {

// A sender has a lock; a segment without one is listed as well, unless it is a lock, an info
// block, or another sender's segment after a resize.
std::set<std::string> publishedNames() {
  const std::string prefix = ipc::dataName("");
  const std::string suffix = ipc::lockName("").substr(prefix.size());
  std::set<std::string> names;
  const std::vector<std::string> objects = ipc::shmObjects(prefix);
  const auto nameOf = [&](const std::string& object) { return object.substr(prefix.size()); };
  const auto isName = [](const std::string& name) {
    try {
      ipc::checkName(name);
    } catch (const Error&) {
      return false;
    }
    return true;
  };
  for (const std::string& object : objects) {
    if (!object.ends_with(suffix)) continue;
    std::string name = nameOf(object.substr(0, object.size() - suffix.size()));
    if (isName(name)) names.insert(std::move(name));
  }
  for (const std::string& object : objects) {
    std::string name = nameOf(object);
    const std::string base =
        name.substr(0, name.size() - std::min(name.size(), ipc::kPostfixLetters));
    const bool resized = ipc::isPostfix(name.substr(base.size())) && names.contains(base);
    if (isName(name) && !resized) names.insert(std::move(name));
  }
  return names;
}

SharedMemEntry entryOf(const std::string& name) {
  SharedMemEntry entry;
  entry.name = name;
  ipc::Receiver receiver(name, false);
  entry.alive = receiver.senderAlive();
  // What cannot be opened or is no frame is still there to be seen, by its name.
  try {
    entry.bytes = receiver.dataBytes();
    if (const auto layout = receiver.peek(milliseconds(10))) {
      entry.width = layout->width;
      entry.height = layout->height;
      entry.format = layout->format.format;
    }
  } catch (const Error&) {
  }
  return entry;
}

}  // namespace

std::vector<SharedMemEntry> listSharedMemory() {
  std::vector<SharedMemEntry> entries;
  for (const std::string& name : publishedNames()) entries.push_back(entryOf(name));
  return entries;
}

}  // namespace topknot
