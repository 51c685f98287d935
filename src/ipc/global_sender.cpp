// Gathering the pictures of a frame.
#include "ipc/global_sender.h"

#include <algorithm>
#include <vector>

#include "ipc/names.h"
#include "topknot/error.h"

namespace topknot::ipc {

std::shared_ptr<GlobalSender> GlobalSender::get() {
  static std::mutex mutex;
  static std::weak_ptr<GlobalSender> latest;
  const std::lock_guard lock(mutex);
  if (auto there = latest.lock()) return there;
  std::shared_ptr<GlobalSender> made(new GlobalSender);
  latest = made;
  return made;
}

GlobalSender::GlobalSender() try : writer_(kGlobalName, WriterOptions{.oldClients = false}) {
} catch (const Error& error) {
  throw Error(std::string("shared memory of type global has one sending process on a machine: ") +
              error.what());
}

void GlobalSender::expect(const void* member) {
  const std::lock_guard lock(mutex_);
  members_.try_emplace(member);
}

void GlobalSender::leave(const void* member) {
  const std::lock_guard lock(mutex_);
  members_.erase(member);
}

PublishResult GlobalSender::put(const void* member, std::string_view name,
                                const FrameHeader& header, std::int64_t frame,
                                std::span<const std::byte> pixels) {
  if (pixels.size() != frameBytes(header)) throw Error("a picture has the wrong number of bytes");
  const std::lock_guard lock(mutex_);
  checkNames(member, name);
  PublishResult result = PublishResult::Published;
  if (members_[member].given) result = publish();
  Member& mine = members_[member];
  mine.picture.name = name;
  mine.picture.header = header;
  mine.picture.frame = frame;
  mine.picture.pixels.assign(pixels.begin(), pixels.end());
  mine.given = true;
  return complete() ? publish() : result;
}

std::vector<std::string> GlobalSender::takeWarnings() {
  const std::lock_guard lock(mutex_);
  return writer_.takeWarnings();
}

void GlobalSender::checkNames(const void* member, std::string_view name) const {
  for (const auto& [other, held] : members_) {
    if (other != member && !held.picture.pixels.empty() && held.picture.name == name) {
      throw Error("another operator of this process sends global shared memory under the name '" +
                  std::string(name) + "'");
    }
  }
}

bool GlobalSender::complete() const {
  return std::ranges::all_of(members_, [](const auto& entry) { return entry.second.given; });
}

PublishResult GlobalSender::publish() {
  std::vector<const BundlePicture*> pictures;
  for (auto& [member, held] : members_) {
    held.given = false;
    if (!held.picture.pixels.empty()) pictures.push_back(&held.picture);
  }
  const auto byName = [](const BundlePicture* a, const BundlePicture* b) {
    return a->name < b->name;
  };
  std::ranges::sort(pictures, byName);
  const bool stale = std::ranges::any_of(
      pictures, [](const BundlePicture* picture) { return picture->header.stale; });
  encodeBundle(pictures, writer_.beginBundle(static_cast<int>(pictures.size()),
                                             bundleBytes(pictures), stale));
  return writer_.commit();
}

}  // namespace topknot::ipc
