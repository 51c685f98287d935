// The values that a program gives the uniforms, constants and counters of a shader.
#include "top/uniforms/user_uniforms.h"

#include <utility>
#include <vector>

#include "graph/messages.h"
#include "topknot/error.h"

namespace topknot {

bool UserUniforms::set(std::string_view name, UniformValue value) {
  const auto found = all_.find(name);
  const bool same = found != all_.end() && !found->second.function && found->second.value == value;
  if (same) return false;
  put(name, {std::move(value), {}});
  return true;
}

void UserUniforms::set(std::string_view name, Function function) {
  put(name, {UniformValue(), std::move(function)});
}

void UserUniforms::put(std::string_view name, Uniform uniform) {
  const auto [place, fresh] = all_.try_emplace(std::string(name));
  functions_ += (uniform.function ? 1 : 0) - (place->second.function ? 1 : 0);
  place->second = std::move(uniform);
  fresh ? rearranged() : changed(place->first);
}

bool UserUniforms::remove(std::string_view name) {
  const auto found = all_.find(name);
  if (found == all_.end()) return false;
  functions_ -= found->second.function ? 1 : 0;
  all_.erase(found);
  rearranged();
  return true;
}

void UserUniforms::changed(const std::string& name) {
  ++revision_;
  if (!changes_) return;
  changes_->push_back(name);
  if (changes_->size() > all_.size()) changes_.reset();
}

void UserUniforms::rearranged() {
  ++revision_;
  changes_.reset();
}

const UniformValue* UserUniforms::find(std::string_view name) const {
  const auto found = all_.find(name);
  return found == all_.end() ? nullptr : &found->second.value;
}

void UserUniforms::evaluate(const Frame& frame) {
  if (functions_ == 0) return;
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
      changed(name);
    } catch (...) {
      throw Error("the uniform " + inQuotes(name) + " cannot be computed: " + currentFailure());
    }
  }
}

}  // namespace topknot
