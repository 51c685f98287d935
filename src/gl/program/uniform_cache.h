// What the uniforms of a program hold, so that the same again costs no call of the driver.
#pragma once

#include <glad/gl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace topknot::gl {

/// An atomic counter of a program, or an array of them.
struct CounterInfo {
  std::string name;  // without `[0]`
  GLuint binding = 0;
  std::size_t offset = 0;  // in bytes, in the buffer at that binding
  int count = 1;
};

/// Lives in the Program whose uniforms these are.
struct UniformCache {
  struct Entry {
    bool looked = false;           // `initial` and `unit` were asked for
    std::vector<double> initial;   // what the program's text gave it
    GLint unit = 0;                // of a sampler
    std::vector<std::byte> given;  // as handed to the driver; empty: nothing yet
  };
  std::vector<Entry> entries;    // by location
  const void* setter = nullptr;  // who set all of them last, and to which state of its own
  std::uint64_t stamp = 0;
  bool countersKnown = false;
  std::vector<CounterInfo> counters;

  Entry& at(GLint location) {
    const auto index = static_cast<std::size_t>(location);
    if (index >= entries.size()) entries.resize(index + 1);
    return entries[index];
  }
};

}  // namespace topknot::gl
