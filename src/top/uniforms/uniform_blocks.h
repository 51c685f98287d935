// The pages on which a user gives uniforms names and values.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <glm/vec3.hpp>
#include <map>
#include <string>
#include <vector>

#include "top/uniforms/declared_uniforms.h"
#include "top/uniforms/number_table.h"

namespace topknot {

inline constexpr const char* kIdentityMatrix = "1 0 0 0  0 1 0 0  0 0 1 0  0 0 0 1";

/// Colors, Vectors, Arrays, Matrices, Atomic Counters and Constants: sequences of names and values.
class UniformBlocks {
 public:
  /// `colours` converts what the page Colors holds into the working space.
  UniformBlocks(ParameterSet& set, std::function<glm::dvec3(glm::dvec3)> colours);
  UniformBlocks(const UniformBlocks&) = delete;
  UniformBlocks& operator=(const UniformBlocks&) = delete;

  /// What an entry says; its name is the key.
  struct Entry {
    enum class Page { Vectors, Colours, Arrays, Matrices } page = Page::Vectors;  // of a uniform
    const Parameter* name = nullptr;  // that holds the uniform's name, for messages
    bool hasValue = false;
    UniformValue value;
    int rows = 0;                          // of an array's elements; 0: no array
    bool buffer = false;                   // an array that is a texture buffer
    const Parameter* arrayType = nullptr;  // that says so
    const Parameter* numbers = nullptr;    // that holds an array's or a counter's, for messages
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  /// Reads the pages. What is wrong there is a warning.
  void read(std::vector<std::string>& warnings);
  /// True if a block has a name.
  bool inUse() const;
  const Entries& uniforms() const { return uniforms_; }
  const Entries& counters() const { return counters_; }
  const Entries& constants() const { return constants_; }

  /// Enters everything that is declared and has no entry yet, each on its page, in blocks without a
  /// name or new ones. A vector gets the value that its own parameter has.
  void enter(const glsl::Declarations& declared, const DeclaredUniforms& parameters);

 private:
  struct Block {
    Parameter *name = nullptr, *value = nullptr, *more = nullptr, *table = nullptr;
    mutable HeldTables held;  // what `table` names
  };
  struct Page {
    Parameter* count = nullptr;
    std::deque<Block> blocks;
    std::size_t shown() const;
  };
  void declareColours(ParameterSet& set);
  void declareVectors(ParameterSet& set);
  void declareArrays(ParameterSet& set);
  void declareMatrices(ParameterSet& set);
  void declareCounters(ParameterSet& set);
  void declareConstants(ParameterSet& set);
  template <class Read>
  void read(const Page& page, Entries& entries, std::vector<std::string>& warnings, Read read);
  UniformValue colour(const Block& block) const;
  static void readArray(const Block& block, Entry& entry, std::vector<std::string>& warnings);
  static void readCounter(const Block& block, Entry& entry, std::vector<std::string>& warnings);
  Block* free(Page& page, const std::string& name);
  void enter(const glsl::UniformDeclaration& uniform, const DeclaredUniforms& parameters);

  Page colours_, vectors_, arrays_, matrices_, counterPage_, constantPage_;
  Parameter* premultiply_ = nullptr;
  std::function<glm::dvec3(glm::dvec3)> convert_;
  Entries uniforms_, counters_, constants_;
};

}  // namespace topknot
