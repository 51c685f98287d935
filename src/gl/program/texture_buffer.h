// Numbers that a shader reads as a `samplerBuffer`, and the buffers of atomic counters.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gl/program/uniform_setter.h"

namespace topknot::gl {

/// A buffer texture of one to four numbers an element.
class TextureBuffer {
 public:
  /// Writes it for a `samplerBuffer`, `isamplerBuffer` or `usamplerBuffer` unless that is what it
  /// holds. Throws Error if there are more elements than the driver takes.
  void write(GLenum sampler, int components, std::span<const double> numbers);
  void bind(GLuint unit) const;
  /// Nothing is to be seen at that unit.
  static void unbind(GLuint unit);

 private:
  template <class T>
  void store(GLenum format, std::span<const double> numbers);

  Object buffer_, texture_;
  GLenum format_ = 0;
  std::size_t capacity_ = 0;  // in bytes
  std::vector<std::byte> content_;
};

/// The atomic counters of a program, in one buffer for each binding.
class CounterBuffers {
 public:
  /// Gives every counter its first values: those of `initial` by name, else 0; one value stands for
  /// all of an array. Binds the buffers. Called before what counts.
  void start(const Program& program,
             const std::map<std::string, std::vector<std::uint32_t>, std::less<>>& initial);
  /// What a counter, or each of an array, holds now; waits for the GPU. Empty if there is none.
  std::vector<std::uint32_t> read(const Program& program, std::string_view name) const;

 private:
  struct Buffer {
    Object object;
    std::vector<std::uint32_t> values;  // the first ones
  };
  std::map<GLuint, Buffer> buffers_;
};

}  // namespace topknot::gl
