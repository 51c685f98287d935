// File names with a place for a number: `frame.####.exr`, `frame.%04d.exr`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace topknot::io {

/// A file name, without its folder, that has one place for a number.
struct NumberPattern {
  static constexpr int kMostDigits = 18;  ///< that a number is read or written with

  std::string before, after;
  int digits = 1;  ///< at least so many, with zeros in front

  /// The pattern in a name: a row of `#`, one for each digit, or `%d`, `%4d`, `%04d`. Nothing if
  /// the name has no such place. Throws Error if it has several, or one of more than 18 digits.
  static std::optional<NumberPattern> in(std::string_view name);

  /// The name with that number. It is not negative.
  std::string name(std::int64_t number) const;
  /// The number of a name that fits; nothing if it does not fit.
  std::optional<std::int64_t> number(std::string_view name) const;
};

/// True for 0 to 9, whatever the locale.
inline bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Before in the order that people count: by numbers where both names have some, else by bytes.
bool countsBefore(std::string_view a, std::string_view b);

}  // namespace topknot::io
