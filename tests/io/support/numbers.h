// Numbers as files have them, to make files byte by byte.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "io/support/scratch.h"

namespace topknot::test {

inline Bytes bytes8(std::initializer_list<int> numbers) {
  Bytes bytes;
  for (const int number : numbers) bytes.push_back(static_cast<std::byte>(number));
  return bytes;
}

/// The low byte of each first.
inline Bytes little16(std::initializer_list<int> numbers) {
  Bytes bytes;
  for (const int number : numbers) {
    for (const int shift : {0, 8}) bytes.push_back(static_cast<std::byte>(number >> shift));
  }
  return bytes;
}

inline Bytes little32(std::initializer_list<std::uint32_t> numbers) {
  Bytes bytes;
  for (const std::uint32_t number : numbers) {
    for (const int shift : {0, 8, 16, 24}) bytes.push_back(static_cast<std::byte>(number >> shift));
  }
  return bytes;
}

inline Bytes operator+(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace topknot::test
