// An open file, and the refusal that a failed system call makes.
#pragma once

#include <unistd.h>

#include <string>
#include <system_error>
#include <utility>

#include "io/codecs/codec.h"

namespace topknot::io {

/// `cannot be written: No space left on device`
[[noreturn]] inline void refuse(const std::string& what, int error) {
  throw Refusal(what + ": " + std::generic_category().message(error));
}

/// A file descriptor that is closed at the end; none if negative.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  /// Leaves it to the caller to close it.
  int release() { return std::exchange(number_, -1); }
  /// As close(2).
  int close() { return ::close(release()); }

 private:
  int number_;
};

}  // namespace topknot::io
