// The names of a graph's operators: look-up, and the next free number of a prefix.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace topknot {

class Op;

/// Each name leads to one operator. Thread: that of the graph.
class Names {
 public:
  Op* find(std::string_view name) const;
  void insert(const std::string& name, Op& op);
  void erase(const std::string& name);
  /// The prefix with the smallest number from 1 that no operator has: `glsl1`.
  std::string firstFree(std::string_view prefix);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class T>
  using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  Map<Op*> ops_;
  Map<std::uint64_t> free_;  // for each prefix a number below which none is free
};

}  // namespace topknot
