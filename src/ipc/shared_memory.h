// A named piece of shared memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "ipc/mapping_guard.h"
#include "topknot/error.h"

namespace topknot::ipc {

/// /dev/shm, or what the process may make of it, has too little room.
class NoRoom : public Error {
 public:
  using Error::Error;
};

/// Rights of an object that only its user may use.
inline constexpr unsigned kOwnerOnly = 0600;

/// One object of /dev/shm: its descriptor (close-on-exec), its mapping if there is one, and its
/// name if this end made it. What `create` made is unlinked with the object, unless the name
/// leads elsewhere by then or a forked child is the one that ends.
///
/// Thread: any, one at a time.
class SharedMemory {
 public:
  enum class Access { ReadOnly, ReadWrite };
  enum class Owner { Self, Anyone };  ///< whose objects may be opened

  SharedMemory() = default;  ///< none
  ~SharedMemory() { reset(); }
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;

  /// Makes an object, all zero, mapped, with its memory reserved. Nothing if the name is taken.
  /// Throws NoRoom with the bytes wanted and free.
  static std::optional<SharedMemory> create(const std::string& name, std::uint64_t bytes,
                                            unsigned mode = kOwnerOnly);

  /// The same under `base` and a random postfix, to be moved into place once it is filled.
  static SharedMemory createBeside(const std::string& base, std::uint64_t bytes,
                                   unsigned mode = kOwnerOnly);

  /// Opens what exists, unmapped; nothing if nothing does. Throws Error if it is no regular
  /// object, or belongs to another user than may be.
  static std::optional<SharedMemory> open(const std::string& name, Access access,
                                          Owner owner = Owner::Self);

  static bool exists(const std::string& name);

  explicit operator bool() const { return fd_ >= 0; }
  const std::string& name() const { return name_; }
  int descriptor() const { return fd_; }

  std::uint64_t size() const;              ///< bytes, now
  bool unlinked() const;                   ///< no name leads here any more
  bool linked() const;                     ///< its own name still leads here
  bool stands(std::uint64_t bytes) const;  ///< it has that size, and a name
  bool whole() const;                      ///< what was mapped is still there
  /// What others did to it, for a sentence; null if it has a name and its length.
  const char* harm() const;
  /// As /proc/<pid>/maps names it: device and inode.
  std::string identity() const;
  void map(std::uint64_t bytes);                         ///< at most size(), for what it was opened
  std::span<std::byte> bytes() const { return bytes_; }  ///< the mapping

  /// Whether any other process, or another descriptor of this one, has it open or mapped; true if
  /// the system cannot tell.
  bool heldElsewhere() const;
  void setMode(unsigned mode) const;

  /// Copies without a mapping: a segment that shrinks meanwhile gives a short count, not SIGBUS.
  std::size_t read(std::uint64_t offset, std::span<std::byte> target) const;
  void write(std::uint64_t offset, std::span<const std::byte> source) const;

  /// Takes the name over from whatever has it; false if somebody has removed this object's own.
  [[nodiscard]] bool renameOver(const std::string& name);
  /// Takes the name; false if it is taken.
  bool moveTo(const std::string& name);

  void adopt();    ///< from now on unlinked with this object, as if `create` had made it
  void abandon();  ///< from now on the name outlives this object
  void reset() noexcept;

 private:
  SharedMemory(std::string name, int descriptor, Access access)
      : name_(std::move(name)), fd_(descriptor), access_(access) {}
  void reserve(std::uint64_t bytes) const;

  std::string name_;
  int fd_ = -1;
  Access access_ = Access::ReadWrite;
  int owner_ = 0;  // process that unlinks the name
  std::span<std::byte> bytes_;
  MappingGuard guard_;  // of bytes_
};

/// Unlinks whatever has that name; true if nothing has it now.
bool unlinkObject(const std::string& name);

}  // namespace topknot::ipc
