// What host and guard process say to each other. Both are of the same build.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace topknot::gl::guard {

constexpr std::string_view kMagic = "topknot guard 1";

/// Where work counts, the times of the limit after which the clock does.
constexpr double kPatience = 10.0;

/// Answers of the guard, each with a text.
enum class Tag : char {
  Phase = 'p',    // what it is about to do
  Log = 'l',      // what the driver said
  Fine = 'f',     // the end
  Memory = 'm',   // the end: there was none
  Useless = 'u',  // the end: it cannot work here
};

inline void put(std::string& out, std::int64_t number) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  out.append(bytes, sizeof(number));
}

inline void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::int64_t>(text.size()));
  out += text;
}

/// Takes the parts of a message off its front; false where it ends too early.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  bool get(std::int64_t& number) {
    if (rest_.size() < sizeof(number)) return false;
    std::memcpy(&number, rest_.data(), sizeof(number));
    rest_.remove_prefix(sizeof(number));
    return true;
  }
  bool get(std::string& text) {
    std::int64_t size = 0;
    const std::string_view before = rest_;
    if (!get(size) || size < 0 || static_cast<std::uint64_t>(size) > rest_.size()) {
      rest_ = before;
      return false;
    }
    text = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return true;
  }
  bool get(char& byte) {
    if (rest_.empty()) return false;
    byte = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace topknot::gl::guard
