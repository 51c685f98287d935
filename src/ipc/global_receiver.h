// What a graph gets of the global shared memory: one look a frame, for all its inputs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/bundle.h"
#include "ipc/receiver.h"

namespace topknot::ipc {

/// Thread: one at a time; each graph has its own.
class GlobalReceiver {
 public:
  GlobalReceiver();
  /// That of a key, e.g. a graph; it ends with the last who holds it. Thread: any.
  static std::shared_ptr<GlobalReceiver> of(const void* key);

  /// Looks for a newer bundle, once for each `tick`. Throws Error if it lies.
  void refresh(std::uint64_t tick);
  /// True if there is one that `refresh` would take. Throws as that does.
  bool hasNew();
  /// Of the latest bundle; valid until the next `refresh`. Null if it has no such picture.
  const PictureInBundle* find(std::string_view name) const;
  std::uint64_t number() const { return bundle_.number; }  ///< of the latest bundle, 0: none yet
  bool senderAlive() const { return receiver_.senderAlive(); }

 private:
  Receiver receiver_;
  std::optional<std::uint64_t> tick_;
  BundleBytes bundle_;
  std::vector<PictureInBundle> pictures_;
};

}  // namespace topknot::ipc
