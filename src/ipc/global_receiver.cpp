// Reading the newest bundle, once a frame.
#include "ipc/global_receiver.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "ipc/background.h"
#include "ipc/names.h"

namespace topknot::ipc {

GlobalReceiver::GlobalReceiver() : receiver_(std::string(kGlobalName), false) {}

std::shared_ptr<GlobalReceiver> GlobalReceiver::of(const void* key) {
  static std::mutex mutex;
  static std::map<const void*, std::weak_ptr<GlobalReceiver>> all;
  const std::lock_guard lock(mutex);
  std::erase_if(all, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<GlobalReceiver>& latest = all[key];
  if (auto there = latest.lock()) return there;
  auto made = std::make_shared<GlobalReceiver>();
  latest = made;
  return made;
}

void GlobalReceiver::refresh(std::uint64_t tick) {
  if (tick_ == tick) return;
  tick_ = tick;
  finishPublishing(kGlobalName);
  auto bundle = receiver_.readNewBundle();
  if (!bundle) return;
  pictures_.clear();
  bundle_ = std::move(*bundle);
  pictures_ = picturesIn(bundle_.bytes, dataName(kGlobalName));
}

bool GlobalReceiver::hasNew() {
  finishPublishing(kGlobalName);
  return receiver_.waitForNew(std::chrono::nanoseconds(0));
}

const PictureInBundle* GlobalReceiver::find(std::string_view name) const {
  const auto found = std::ranges::find(pictures_, name, &PictureInBundle::name);
  return found == pictures_.end() ? nullptr : &*found;
}

}  // namespace topknot::ipc
