// Mapped memory that others may cut short.
#pragma once

#include <cstddef>
#include <span>

namespace topknot::ipc {

/// Whoever may open an object of /dev/shm may also make it shorter, at any moment, and then
/// touching what was mapped of it raises SIGBUS. As long as this lives, the range gets memory of
/// its own instead, all zero, at the first touch that fails, and the process goes on.
///
/// For that a handler of SIGBUS is installed with the first one; a fault anywhere else goes to the
/// handler before it. Where the host installs another one later, that one gets the faults.
///
/// Thread: any. The range is unmapped after this ends.
class MappingGuard {
 public:
  MappingGuard() = default;  ///< of nothing
  explicit MappingGuard(std::span<std::byte> range);
  ~MappingGuard() { release(); }
  MappingGuard(MappingGuard&& other) noexcept;
  MappingGuard& operator=(MappingGuard&& other) noexcept;

  bool fell() const;  ///< what is there is not the object's memory any more

 private:
  struct Place;
  void release();
  Place* place_ = nullptr;
  friend struct MappingGuardHandler;
};

}  // namespace topknot::ipc
