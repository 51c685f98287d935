// Random choices that are the same everywhere for the same seed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <glm/common.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "topknot/topknot.h"

namespace topknot::test {

/// SplitMix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x2545f4914f6cdd1du + 0x9e3779b97f4a7c15u) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int below(int count) {
    return static_cast<int>(next() % static_cast<std::uint64_t>(std::max(count, 1)));
  }
  int from(int low, int high) { return low + below(high - low + 1); }
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
  }
  bool chance(double share) { return between(0.0, 1.0) < share; }
  template <class List>
  const auto& of(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }

 private:
  std::uint64_t state_;
};

/// A number from the environment, for runs that are longer than the usual one.
inline std::int64_t countFrom(const char* variable, std::int64_t usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::strtoll(text, nullptr, 10);
}

inline std::string letters(Dice& dice) {
  std::string chosen;
  for (const char letter : std::string("rgba")) {
    if (dice.chance(0.6)) chosen += letter;
  }
  return chosen;
}

/// Of a GLSL TOP: makes a text that was given one of another kind, or its picture one with slices;
/// or belongs to uniforms, whose parameters come and go.
inline bool changesShader(const Parameter& parameter) {
  static const std::set<std::string> kPages = {
      "Colors", "Vectors", "Arrays", "Matrices", "Atomic Counters", "Constants", "Uniforms"};
  static const std::set<std::string> kNames = {"mode",    "type",         "glslversion",
                                               "isolate", "numcolorbufs", "inputmapping"};
  return kPages.contains(parameter.page()) ||
         (parameter.page() == "GLSL" && kNames.contains(parameter.name()));
}

/// A value within the slider's range, an item, a choice of channels. Nothing for texts that mean
/// something else.
inline std::optional<Value> randomValue(const Parameter& parameter, Dice& dice) {
  if (changesShader(parameter)) return {};
  const double low = std::max(parameter.sliderMin(), parameter.min().value_or(-1e30));
  const double high = std::min(parameter.sliderMax(), parameter.max().value_or(1e30));
  switch (parameter.style()) {
    case ParStyle::Float:
    case ParStyle::Int: {
      glm::vec4 v(0.0f);
      for (int i = 0; i < parameter.size(); ++i) v[i] = static_cast<float>(dice.between(low, high));
      if (parameter.style() == ParStyle::Int) v = glm::floor(v);
      switch (parameter.size()) {
        case 1:
          return Value(v.x);
        case 2:
          return Value(glm::vec2(v));
        case 3:
          return Value(glm::vec3(v));
        default:
          return Value(v);
      }
    }
    case ParStyle::Toggle:
      return Value(dice.below(2));
    case ParStyle::Menu:
      return Value(dice.of(parameter.menu()).name);
    case ParStyle::Str: {
      const std::string usual = parameter.defaultValue();
      if (usual != "rgba") return std::nullopt;
      return Value(letters(dice));
    }
    default:
      return std::nullopt;
  }
}

/// Types that need something from outside the graph.
inline bool needsTheWorld(const OpType& type) {
  return type.name == "moviefilein" || type.name == "moviefileout" || type.name == "sharedmemout";
}

/// Types whose pictures filters refuse.
inline bool givesSlices(const OpType& type) {
  return type.name == "texture3d" || type.name == "cubemap";
}

}  // namespace topknot::test
