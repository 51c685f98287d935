// What files that an operator writes are called: with a suffix, and with numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "io/files/number_pattern.h"

namespace topknot::io {

/// A path in which a number has a place: that of `####` or `%04d` in the file's name, or, without
/// one, before the suffix: `out.png` makes `out.0007.png`. A value.
class OutputName {
 public:
  /// `suffixes` are those of the wanted format, the usual one first; it is put behind a name that
  /// has none. Throws Error if the path is empty, ends in the suffix of another format, or has
  /// several places for a number.
  OutputName(const std::filesystem::path& file, std::span<const std::string_view> suffixes,
             int digits);

  /// True if the name itself says where the number goes.
  bool hasPlace() const { return hasPlace_; }
  std::filesystem::path plain() const { return folder_ / name_; }  ///< without a number
  std::filesystem::path at(std::int64_t number) const { return folder_ / pattern_.name(number); }
  /// The number behind those of all files that are there, at least `from`. Throws Error if the
  /// folder cannot be read.
  std::int64_t firstFree(std::int64_t from) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path name_;
  NumberPattern pattern_;
  bool hasPlace_ = false;
};

/// The part of a file name from its last period on, in small letters; empty if there is none.
std::string suffixOf(const std::filesystem::path& file);

}  // namespace topknot::io
