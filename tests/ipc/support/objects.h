// Shared memory objects as they lie there, and pixels to publish.
#pragma once

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace topknot::test {

using Bytes = std::vector<unsigned char>;

inline Bytes objectBytes(const std::string& object) {
  std::ifstream file("/dev/shm/" + object, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

/// 1, 2, 3, …
inline std::vector<std::byte> counting(std::size_t count) {
  std::vector<std::byte> pixels(count);
  for (std::size_t i = 0; i < count; ++i) pixels[i] = static_cast<std::byte>(i + 1);
  return pixels;
}

}  // namespace topknot::test
