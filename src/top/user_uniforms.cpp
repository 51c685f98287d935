// The values that a program gives the uniforms, constants and counters of a shader.
#include "top/user_uniforms.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "graph/words.h"
#include "topknot/error.h"

namespace topknot {

bool UserUniforms::set(std::string_view name, UniformValue value) {
  const auto found = all_.find(name);
  const bool same = found != all_.end() && !found->second.function && found->second.value == value;
  if (same) return false;
  all_[std::string(name)] = {std::move(value), {}};
  changed();
  return true;
}

void UserUniforms::set(std::string_view name, Function function) {
  all_[std::string(name)] = {UniformValue(), std::move(function)};
  changed();
}

bool UserUniforms::remove(std::string_view name) {
  const auto found = all_.find(name);
  if (found == all_.end()) return false;
  all_.erase(found);
  changed();
  return true;
}

void UserUniforms::changed() {
  ++revision_;
  followFrames_ = std::any_of(all_.begin(), all_.end(), [](const auto& each) {
    return static_cast<bool>(each.second.function);
  });
}

const UniformValue* UserUniforms::find(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : &found->second.value;
}

void UserUniforms::evaluate(const Frame& frame) {
  // From copies: a function may remove itself.
  std::vector<std::pair<std::string, Function>> functions;
  for (const auto& [name, uniform] : all_) {
    if (uniform.function) functions.emplace_back(name, uniform.function);
  }
  for (const auto& [name, function] : functions) {
    try {
      UniformValue value = function(frame);
      if (value.isText()) value = Value(value.text()).vec4();  // throws for what is no number
      const auto found = all_.find(name);
      if (found == all_.end() || !found->second.function || found->second.value == value) continue;
      found->second.value = std::move(value);
      ++revision_;
    } catch (...) {
      throw Error("the uniform " + inQuotes(name) + " cannot be computed: " + currentFailure());
    }
  }
}

}  // namespace topknot
