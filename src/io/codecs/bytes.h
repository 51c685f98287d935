// Numbers in file headers.
#pragma once

#include <cstdint>
#include <string_view>

#include "io/codecs/codec.h"

namespace topknot::io {

/// Byte `at`, or 0 beyond the end.
inline std::uint32_t byteAt(ByteView bytes, std::size_t at) {
  return at < bytes.size() ? std::to_integer<std::uint32_t>(bytes[at]) : 0;
}

inline std::uint32_t little16(ByteView bytes, std::size_t at) {
  return byteAt(bytes, at) | byteAt(bytes, at + 1) << 8;
}

inline std::uint32_t little32(ByteView bytes, std::size_t at) {
  return little16(bytes, at) | little16(bytes, at + 2) << 16;
}

inline std::int64_t signed32(ByteView bytes, std::size_t at) {
  return static_cast<std::int32_t>(little32(bytes, at));
}

/// The opposite of little32; the bytes are there.
inline void putLittle32(Bytes& file, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) file[at + i] = static_cast<std::byte>(value >> 8 * i);
}

inline std::uint32_t big16(ByteView bytes, std::size_t at) {
  return byteAt(bytes, at) << 8 | byteAt(bytes, at + 1);
}

inline std::uint32_t big32(ByteView bytes, std::size_t at) {
  return big16(bytes, at) << 16 | big16(bytes, at + 2);
}

inline std::string_view textOf(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline bool startsWith(ByteView bytes, std::string_view magic) {
  return textOf(bytes).starts_with(magic);
}

}  // namespace topknot::io
