// Clients of TouchDesigner's protocol in the ways in which others have written theirs.
#pragma once

#include <pthread.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace topknot::test {

/// An object of /dev/shm, mapped whole for reading and writing; nothing where there is none.
class Mapped {
 public:
  Mapped() = default;
  explicit Mapped(const std::string& object);
  Mapped(Mapped&& other) noexcept;
  Mapped& operator=(Mapped&& other) noexcept;
  ~Mapped();
  explicit operator bool() const { return start_ != nullptr; }
  std::size_t size() const { return size_; }
  std::byte* at(std::size_t offset) const { return start_ + offset; }
  template <class T>
  T get(std::size_t offset) const {
    T value;
    __builtin_memcpy(&value, start_ + offset, sizeof value);
    return value;
  }

 private:
  std::byte* start_ = nullptr;
  std::size_t size_ = 0;
};

/// The lock of the macOS form: a flag, guarded by a mutex that is held for an instant only. Made if
/// it is not there, and never removed.
class FlagLock {
 public:
  explicit FlagLock(const std::string& object);
  bool lock(std::chrono::milliseconds timeout);
  void unlock();

 private:
  struct Object {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool locked;
  };
  Object& object() { return *reinterpret_cast<Object*>(mapped_.at(0)); }
  Mapped mapped_;
};

/// A receiver with that lock, on the data and on the info block. It insists on the info block, says
/// that it follows it, maps the data on the first look, and anew when the postfix is another one.
class FlagClient {
 public:
  explicit FlagClient(std::string name);
  /// Locks, looks and copies; nothing if it could not lock, or there is nothing to be had.
  std::optional<std::vector<std::byte>> read();
  FlagLock& dataLock() { return lock_; }

 private:
  bool look();
  void forget();

  std::string name_;
  FlagLock lock_;
  std::optional<FlagLock> infoLock_;
  Mapped info_, data_;
  std::string postfix_;
};

/// One that maps once, believes in version 1 and 48 bytes of header, and keeps the size that it saw
/// first. It takes the postfix from the place where the flag of the info block is.
class MappedOnce {
 public:
  /// `ok` says whether it would go on.
  explicit MappedOnce(const std::string& name);
  bool ok() const { return ok_; }
  std::vector<std::byte> read();

 private:
  Mapped lock_, data_;
  std::int64_t bytes_ = 0;
  bool ok_ = false;
};

}  // namespace topknot::test
