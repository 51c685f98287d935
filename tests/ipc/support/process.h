// Helper processes, names of their own, and memory that they share with the test.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace topknot::test {

/// A name that no other test run uses; what is left of it in /dev/shm is removed at both ends.
class UniqueName {
 public:
  UniqueName();
  ~UniqueName();
  UniqueName(const UniqueName&) = delete;
  UniqueName& operator=(const UniqueName&) = delete;
  const std::string& str() const { return name_; }
  operator std::string_view() const { return name_; }  // NOLINT: it stands for its text

  /// The objects in /dev/shm that have it in their names.
  std::vector<std::string> objects() const;

 private:
  std::string name_;
};

/// A forked process that runs a function. Make it before any shared memory object of the test, as
/// a child shares those that it inherits. It is killed when this ends.
class Child {
 public:
  explicit Child(const std::function<int()>& body);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  void kill();  ///< SIGKILL, and waits for its end
  void stop();  ///< SIGSTOP, and waits until it has stopped
  int wait();   ///< its exit code, or 128 + signal

 private:
  pid_t pid_ = -1;
  int code_ = -1;
};

/// One T in memory shared between a test and its children.
template <typename T>
class Shared {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  Shared() {
    void* place =
        mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    value_ = new (place) T();
  }
  ~Shared() { munmap(value_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T* operator->() const { return value_; }
  T& operator*() const { return *value_; }

 private:
  T* value_;
};

/// Waits for a condition that another process makes true; false after ten seconds.
bool eventually(const std::function<bool()>& condition);

/// The sentence of the Error that this throws, or "" if it throws none.
std::string errorOf(const std::function<void()>& act);

/// FNV-1a of bytes, 64 bits.
std::uint64_t checksum(std::span<const std::byte> bytes);

/// Says, as an old client does, that a receiver follows the info block of a name.
void follow(std::string_view name);

/// What a command prints; its exit status is appended if it is not 0.
std::string outputOf(const std::string& command);

}  // namespace topknot::test
