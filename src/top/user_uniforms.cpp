// The values that a user gives the uniforms of a shader.
#include "top/user_uniforms.h"

#include <algorithm>
#include <utility>

#include "graph/words.h"
#include "topknot/error.h"

namespace topknot {

namespace {

std::string unknown(const std::string& name) {
  return "the shader has no uniform " + topknot::quoted(name);
}

}  // namespace

bool UserUniforms::set(std::string_view name, const Value& value) {
  Uniform& uniform = all_[std::string(name)];
  // The same again changes nothing; a new uniform of value 0 is worth a look at its name.
  const bool same = !uniform.function && uniform.value == value &&
                    uniform.value.size() == value.size() && uniform.value.number() != 0.0;
  if (!same) uniform = {value, {}};
  return !same;
}

void UserUniforms::set(std::string_view name, Function function) {
  all_[std::string(name)] = {Value(), std::move(function)};
}

bool UserUniforms::remove(std::string_view name) {
  const auto found = all_.find(name);
  if (found == all_.end()) return false;
  all_.erase(found);
  return true;
}

bool UserUniforms::followFrames() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const auto& each) { return static_cast<bool>(each.second.function); });
}

void UserUniforms::evaluate(const Frame& frame) {
  // From copies: a function may remove itself.
  std::vector<std::pair<std::string, Function>> functions;
  for (const auto& [name, uniform] : all_) {
    if (uniform.function) functions.emplace_back(name, uniform.function);
  }
  for (const auto& [name, function] : functions) {
    try {
      const Value value = function(frame);
      value.vec4();  // throws for what is no number
      const auto found = all_.find(name);
      if (found != all_.end() && found->second.function) found->second.value = value;
    } catch (...) {
      throw Error("the uniform " + topknot::quoted(name) +
                  " cannot be computed: " + currentFailure());
    }
  }
}

void UserUniforms::give(const gl::Program& program, const gl::FlatShader& text,
                        std::vector<std::string>& warnings) const {
  for (const auto& [name, uniform] : all_) {
    const auto found = program.uniforms().find(name);
    if (found == program.uniforms().end()) {
      if (!text.mentions(name)) warnings.push_back(unknown(name));
      continue;  // or the compiler found no use for it
    }
    const glm::vec4 v = uniform.value.vec4();
    if (!program.set(found->second, {v.x, v.y, v.z, v.w})) {
      warnings.push_back("the uniform " + topknot::quoted(name) +
                         " takes no numbers: expected a float, vec, int, ivec, uint, uvec, bool "
                         "or bvec");
    }
  }
}

Values UserUniforms::numbers(const gl::FlatShader& text, std::vector<std::string>& warnings) const {
  Values values;
  for (const auto& [name, uniform] : all_) {
    if (text.mentions(name)) {
      values.number(name, uniform.value.vec4());
    } else {
      warnings.push_back(unknown(name));
    }
  }
  return values;
}

}  // namespace topknot
