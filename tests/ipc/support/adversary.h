// What bad neighbours do to a sender's objects.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ipc/support/process.h"

namespace topknot::test {

/// The objects that a sender has under its names now, without the pages of its pixels.
class Adversary {
 public:
  Adversary(const UniqueName& name, std::uint32_t seed) : name_(name), random_(seed) {}

  /// A random word, or one that is often wrong: 0, -1, the largest and smallest numbers, infinity.
  std::uint32_t word();

  /// Writes random words into pages that are no pixels: of the data its first bytes and its last
  /// page; all of the other objects. Returns how many.
  int scribble(int words);
  /// The same anywhere.
  int scribbleAnywhere(int words);
  /// Removes one of the objects' names. False if there was none.
  bool unlinkOne();
  /// Makes one of the objects shorter.
  bool truncateOne();

 private:
  std::string any();
  void write(const std::string& object, bool anywhere);

  const UniqueName& name_;
  std::mt19937 random_;
};

}  // namespace topknot::test
