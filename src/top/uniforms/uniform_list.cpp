// UniformPages: the constants of a shader, and the list of its uniforms.
#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

#include "gl/program/uniform_setter.h"
#include "graph/messages.h"
#include "top/uniforms/uniform_pages.h"

namespace topknot {

namespace {

std::string floatText(const Value& value) {
  const float number = value;
  if (number != number) return "(0.0 / 0.0)";
  if (number > std::numeric_limits<float>::max()) return "(1.0 / 0.0)";
  if (number < std::numeric_limits<float>::lowest()) return "(-1.0 / 0.0)";
  const std::string text = numberText(number);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// `lights` of `lights[2].colour`, and of `lights`.
std::string_view head(std::string_view name) {
  return name.substr(0, name.find_first_of(".["));
}

/// Active uniforms, structures with such members, and counters.
std::set<std::string_view> activeNames(const gl::Program& program) {
  std::set<std::string_view> names;
  for (const auto& [name, info] : program.uniforms()) names.insert(head(name));
  for (const gl::CounterInfo& counter : gl::countersOf(program)) names.insert(counter.name);
  return names;
}

/// What only the program knows.
void complete(UniformInfo& info, const gl::Program& program) {
  const auto found = program.uniforms().find(info.name);
  if (found == program.uniforms().end()) return;
  if (info.arraySize < 0) info.arraySize = found->second.arraySize;
  if (!info.defaults.empty()) return;
  const std::vector<double>& initial = gl::initialOf(program, found->second);
  const bool zero = std::all_of(initial.begin(), initial.end(), [](double n) { return n == 0.0; });
  if (!zero) info.defaults = initial;
}

}  // namespace

std::string UniformPages::constantText(const glsl::ConstantDeclaration& constant) const {
  Value value;
  const auto set = userConstants_.find(constant.name);
  const auto entry = blocks_.constants().find(constant.name);
  if (set != userConstants_.end()) {
    value = set->second;
  } else if (entry != blocks_.constants().end()) {
    value = entry->second.value.data()[0];
  } else {
    return {};
  }
  if (constant.type == "bool") return bool(value) ? "true" : "false";
  if (constant.type == "uint") return std::to_string(std::uint32_t(value)) + "u";
  if (constant.type != "int") return floatText(value);
  const std::int32_t number = value;
  if (number == std::numeric_limits<std::int32_t>::min()) return "(-2147483647 - 1)";
  return std::to_string(number);
}

std::vector<glsl::ConstantValue> UniformPages::constants() {
  std::vector<std::string> ignored;
  if (stale_ || seenParameters_ != set_->revision()) blocks_.read(ignored);
  std::vector<glsl::ConstantValue> list;
  for (const glsl::ConstantDeclaration& constant : declared_.constants) {
    std::string text = constantText(constant);
    if (!text.empty()) list.push_back({constant.name, std::move(text)});
  }
  return list;
}

std::string UniformPages::constantsKey() {
  std::string key;
  for (const glsl::ConstantValue& constant : constants()) {
    key += constant.name + "=" + constant.value + ";";
  }
  return key;
}

std::vector<UniformInfo> UniformPages::infos(const gl::Program* program) const {
  std::vector<UniformInfo> list;
  std::set<std::string_view> active;
  if (program != nullptr) active = activeNames(*program);
  for (const glsl::UniformDeclaration& uniform : declared_.uniforms) {
    UniformInfo info{uniform.name,
                     uniform.type,
                     uniform.arraySize,
                     uniform.defaults,
                     uniform.min,
                     uniform.max,
                     uniform.label,
                     parameters_.parameterOf(uniform.name),
                     active.contains(uniform.name)};
    if (program != nullptr) complete(info, *program);
    list.push_back(std::move(info));
  }
  return list;
}

}  // namespace topknot
