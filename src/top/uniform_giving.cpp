// UniformPages: the values as programs and pixel functions get them.
#include <algorithm>
#include <utility>

#include "graph/words.h"
#include "top/uniform_pages.h"

namespace topknot {

namespace {

bool isOurs(const std::string& uniform) {
  return uniform.starts_with("sTD") || uniform.starts_with("uTD") || uniform.starts_with("mTD");
}

/// `lights` of `lights[2].colour`.
std::string_view head(std::string_view name) {
  return name.substr(0, name.find_first_of(".["));
}

gl::UniformNumbers numbersOf(const UniformValue& value) {
  return {value.data(), value.columns(), value.rows(), value.count()};
}

std::string typeText(const gl::UniformInfo& info) {
  const std::string type = gl::uniformTypeName(info.type);
  return info.isArray ? type + "[" + std::to_string(info.arraySize) + "]" : type;
}

std::string wrongKind(const std::string& name, const std::string& type, const UniformValue& value) {
  return "the uniform " + inQuotes(name) + " is a " + type + ": it cannot be given " +
         value.describe();
}

}  // namespace

void UniformPages::give(const gl::Program& program, const Mentions& mentioned,
                        std::vector<std::string>& warnings) {
  if (stale_) collect();
  gl::UniformCache& cache = program.cache();
  // Operators with the same text may share a program.
  const bool isMine = cache.giver == this;
  if (isMine && cache.stamp + 1 == revision_ && !allChanged_ && valueWarnings_.empty()) {
    setChanges(program);
  } else if (!isMine || cache.stamp != revision_) {
    setAll(program);
  }
  cache.giver = this;
  cache.stamp = revision_;
  const Looked& looked = look(program, mentioned);
  if (looked.hasBuffers) giveBuffers(program);
  startCounters(program);
  warnings.insert(warnings.end(), pageWarnings_.begin(), pageWarnings_.end());
  warnings.insert(warnings.end(), valueWarnings_.begin(), valueWarnings_.end());
  warnings.insert(warnings.end(), looked.warnings.begin(), looked.warnings.end());
}

/// What depends on the program and on names alone.
const UniformPages::Looked& UniformPages::look(const gl::Program& program,
                                               const Mentions& mentioned) {
  if (looked_.program == program.name()) return looked_;
  looked_ = {};
  looked_.program = program.name();
  looked_.hasBuffers =
      std::any_of(program.uniforms().begin(), program.uniforms().end(), [](const auto& each) {
        return gl::isBufferSampler(each.second.type) && !isOurs(each.first);
      });
  checkNames(mentioned, looked_.warnings);
  return looked_;
}

void UniformPages::setChanges(const gl::Program& program) {
  for (const std::string& name : changes_) {
    const auto found = program.uniforms().find(name);
    if (found != program.uniforms().end() && !isOurs(name)) setOne(program, name, found->second);
  }
}

void UniformPages::setAll(const gl::Program& program) {
  valueWarnings_.clear();
  for (const auto& [name, info] : program.uniforms()) {
    if (!isOurs(name)) setOne(program, name, info);
  }
  std::sort(valueWarnings_.begin(), valueWarnings_.end());
}

void UniformPages::setOne(const gl::Program& program, const std::string& name,
                          const gl::UniformInfo& info) {
  const auto found = values_.find(name);
  if (gl::isBufferSampler(info.type)) return;
  const bool set = found != values_.end() && gl::set(program, info, numbersOf(found->second.value));
  if (set) return;
  gl::reset(program, info);
  if (found != values_.end()) {
    valueWarnings_.push_back(wrongKind(name, typeText(info), found->second.value));
  }
}

void UniformPages::giveBuffers(const gl::Program& program) {
  for (const auto& [name, info] : program.uniforms()) {
    if (!gl::isBufferSampler(info.type) || isOurs(name)) continue;
    const auto unit = static_cast<GLuint>(gl::unitOf(program, info));
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.value.isMatrix()) {
      gl::TextureBuffer::unbind(unit);
      continue;
    }
    gl::TextureBuffer& buffer = buffers_[name];
    buffer.write(info.type, found->second.value.rows(), found->second.value.data());
    buffer.bind(unit);
  }
}

void UniformPages::startCounters(const gl::Program& program) {
  if (gl::countersOf(program).empty()) return;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> initial;
  const auto take = [&](const std::string& name, const UniformValue& value) {
    std::vector<std::uint32_t>& list = initial[name];
    list.clear();
    for (const double number : value.data()) list.push_back(Value(number));
  };
  for (const auto& [name, entry] : blocks_.counters()) {
    if (entry.hasValue) take(name, entry.value);
  }
  for (const auto& [name, uniform] : user_.all()) take(name, uniform.value);
  for (const auto& [name, values] : userCounters_) initial[name] = values;
  counters_.start(program, initial);
}

void UniformPages::checkNames(const Mentions& mentioned, std::vector<std::string>& warnings) const {
  const auto check = [&](const std::string& name, const char* what, const Parameter* entry) {
    if (mentioned(head(name))) return;
    warnings.push_back(std::string("the shader has no ") + what + " " + inQuotes(name) +
                       (entry == nullptr ? "" : ", which " + inQuotes(entry->name()) + " names"));
  };
  for (const auto& [name, uniform] : user_.all()) check(name, "uniform", nullptr);
  for (const auto& [name, entry] : blocks_.uniforms()) check(name, "uniform", entry.name);
  for (const auto& [name, values] : userCounters_) check(name, "atomic counter", nullptr);
  for (const auto& [name, entry] : blocks_.counters()) check(name, "atomic counter", entry.name);
  const auto isConstant = [&](const std::string& name) {
    return std::any_of(declared_.constants.begin(), declared_.constants.end(),
                       [&](const gl::ConstantDeclaration& each) { return each.name == name; });
  };
  const auto checkConstant = [&](const std::string& name) {
    if (isConstant(name)) return;
    warnings.push_back("the shader has no constant " + inQuotes(name) +
                       ": expected layout(constant_id = N) const before it");
  };
  for (const auto& [name, value] : userConstants_) checkConstant(name);
  for (const auto& [name, entry] : blocks_.constants()) checkConstant(name);
}

Values UniformPages::numbers(const Mentions& mentioned, std::vector<std::string>& warnings) {
  if (stale_) collect();
  Values numbers;
  warnings.insert(warnings.end(), pageWarnings_.begin(), pageWarnings_.end());
  for (const auto& [name, given] : values_) {
    if (!mentioned(name)) continue;
    const UniformValue& value = given.value;
    if (value.isMatrix() || value.isArray()) {
      warnings.push_back(wrongKind(name, "number or a vector", value));
      continue;
    }
    glm::vec4 v(0.0f);
    for (int i = 0; i < value.rows(); ++i) v[i] = Value(value.data()[static_cast<std::size_t>(i)]);
    numbers.number(name, v);
  }
  checkNames(mentioned, warnings);
  return numbers;
}

void UniformPages::forgetGl() {
  looked_ = {};
  buffers_.clear();
  counters_ = {};
}

}  // namespace topknot
