// What is wrong about a text, and how much of it there may be.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "glsl/preprocessor/token.h"

namespace topknot::glsl {

struct Finding {
  Place place;
  std::string message;
};

/// Collects what is wrong, and says when to stop: a macro that doubles itself forty times is no
/// reason to fill the memory.
class Findings {
 public:
  void add(Place place, std::string message) {
    if (all_.size() < kMost) all_.push_back({place, std::move(message)});
  }
  /// What makes going on pointless.
  void stop(Place place, std::string message) {
    if (!stopped_) add(place, std::move(message));
    stopped_ = true;
  }
  bool stopped() const { return stopped_; }

  /// Counts tokens that macros bring forth on the way; stops where there are too many.
  void countSteps(std::size_t count, Place place) {
    steps_ += count;
    if (steps_ > kMaxSteps)
      stop(place,
           "macros take more than " + std::to_string(kMaxSteps) + " words and signs to expand");
  }

  std::vector<Finding> take() { return std::exchange(all_, {}); }

 private:
  static constexpr std::size_t kMost = 100;
  static constexpr std::size_t kMaxSteps = 1 << 22;

  std::vector<Finding> all_;
  std::size_t steps_ = 0;
  bool stopped_ = false;
};

}  // namespace topknot::glsl
