// The Buffers page: lists of attributes that a shader reads as `TDBuffer_<name>()`.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gl/program/texture_buffer.h"
#include "top/uniforms/number_table.h"
#include "topknot/parameter.h"
#include "topknot/uniform.h"

namespace topknot {

/// What the text of a program depends on.
struct BufferSpec {
  std::string name;
  int components = 1;  // of each: float, vec2, vec3, vec4
  int arraySize = 1;   // so many for each element
  friend bool operator==(const BufferSpec&, const BufferSpec&) = default;
};

/// What a shader finds declared of it; `unit` is a texture unit.
std::string bufferText(const BufferSpec& buffer, int unit);

/// The sequence `buffer`, and what the program gives by name, which counts first.
class BufferPage {
 public:
  /// Declares the page.
  explicit BufferPage(ParameterSet& set);

  /// False if that changes nothing. Throws Error for what is no list of numbers or vectors.
  bool set(std::string_view name, const UniformValue& elements, int arraySize);

  /// True for an identifier that stands in one of the shader's texts.
  using Mentions = std::function<bool(std::string_view)>;
  /// Reads the page, if it changed. What is wrong there is in `warnings()`.
  void read();
  /// Another number after each `set` that changed something.
  std::uint64_t revision() const { return revision_; }
  /// The buffers that a text makes use of.
  std::vector<BufferSpec> specs(const Mentions& mentioned) const;
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Fills and binds them. The program is drawn with next.
  void set(const gl::Program& program);
  /// Lets go of what lives in the context.
  void forgetGl() { textures_.clear(); }

 private:
  struct Block {
    Parameter *data = nullptr, *attributeClass = nullptr, *attribute = nullptr, *name = nullptr;
    HeldTables held;
  };
  struct Data {
    BufferSpec spec;
    std::vector<double> numbers;
    friend bool operator==(const Data&, const Data&) = default;
  };
  static Data dataOf(Block& block);
  void read(Block& block);
  std::uint64_t changes() const;

  Parameter* count_ = nullptr;
  std::deque<Block> blocks_;
  std::map<std::string, Data, std::less<>> given_;  // by the program
  std::map<std::string, Data, std::less<>> data_;
  std::vector<std::string> warnings_;
  std::uint64_t revision_ = 0, seen_ = 0;
  bool wasRead_ = false;
  struct Filled {
    gl::TextureBuffer texture;
    std::uint64_t stamp = 0;  // of what it holds
  };
  std::map<std::string, Filled, std::less<>> textures_;
  std::uint64_t stamp_ = 1;  // counts the changes of all data
};

}  // namespace topknot
