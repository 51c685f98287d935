// The groups of `#if` … `#endif` that a line stands in.
#pragma once

#include <vector>

#include "glsl/preprocessor/token.h"

namespace topknot::glsl {

/// Knows which lines count. One of these for each file: groups do not go on beyond its end.
class Conditions {
 public:
  /// True if the lines here count.
  bool live() const { return groups_.empty() || groups_.back().live; }
  /// True if an `#elif` or `#else` here could count: no group before it did.
  bool mayGoOn() const {
    return !groups_.empty() && groups_.back().around && !groups_.back().taken;
  }
  bool open() const { return !groups_.empty(); }
  bool sawElse() const { return groups_.back().sawElse; }
  Place begin() const { return groups_.back().begin; }

  void enter(Place begin, bool counts) {
    const bool around = live();
    groups_.push_back({begin, around, around && counts, around && counts, false});
  }
  /// `everyGroup`: it counts even where one before it did.
  void otherwise(bool counts, bool isElse, bool everyGroup) {
    Group& group = groups_.back();
    group.live = group.around && counts && (everyGroup || !group.taken);
    group.taken = group.taken || group.live;
    group.sawElse = isElse;
  }
  void leave() { groups_.pop_back(); }

 private:
  struct Group {
    Place begin;
    bool around;  // the lines around it count
    bool live, taken, sawElse;
  };
  std::vector<Group> groups_;
};

}  // namespace topknot::glsl
