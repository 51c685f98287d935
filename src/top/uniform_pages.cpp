// All that gives the uniforms of a shader their values, for an operator that has one.
#include "top/uniform_pages.h"

#include <algorithm>
#include <utility>

#include "graph/words.h"

namespace topknot {

namespace {

bool isOurs(const std::string& uniform) {
  return uniform.starts_with("sTD") || uniform.starts_with("uTD") || uniform.starts_with("mTD");
}

/// `lights` of `lights[2].colour`.
std::string_view head(std::string_view name) {
  return name.substr(0, name.find_first_of(".["));
}

/// A list of single numbers as a list of vectors.
UniformValue grouped(const UniformValue& value, int rows) {
  if (!value.isArray() || value.isMatrix() || value.rows() != 1 || rows < 2) return value;
  std::vector<double> data(value.data().begin(), value.data().end());
  const int count = (value.count() + rows - 1) / rows;
  data.resize(static_cast<std::size_t>(count * rows), 0.0);
  return UniformValue(1, rows, count, std::move(data));
}

gl::UniformNumbers numbersOf(const UniformValue& value) {
  return {value.data(), value.columns(), value.rows(), value.count()};
}

std::string typeText(const gl::UniformInfo& info) {
  const std::string type = gl::uniformTypeName(info.type);
  return info.isArray ? type + "[" + std::to_string(info.arraySize) + "]" : type;
}

/// `vec2 a[3]`
std::string declarationText(const gl::UniformDeclaration& declared) {
  const std::string size = declared.arraySize < 0 ? "" : std::to_string(declared.arraySize);
  return declared.type + " " + declared.name + (declared.arraySize == 0 ? "" : "[" + size + "]");
}

std::string wrongKind(const std::string& name, const std::string& type, const UniformValue& value) {
  return "the uniform " + inQuotes(name) + " is a " + type + ": it cannot be given " +
         value.describe();
}

}  // namespace

UniformPages::UniformPages(ParameterSet& set, std::function<glm::dvec3(glm::dvec3)> colours)
    : set_(&set),
      blocks_(
          [&]() -> ParameterSet& {
            set.add("loaduniformnames", "Load Uniform Names", ParStyle::Pulse, 0)
                .help("Enters the names of the uniforms that the shader declares on the pages.")
                .onChange([this](Parameter&) { loadNames(); });
            return set;
          }(),
          std::move(colours)),
      parameters_(set) {}

bool UniformPages::counter(std::string_view name, std::vector<std::uint32_t> values) {
  std::vector<std::uint32_t>& held = userCounters_[std::string(name)];
  if (held == values && !held.empty()) return false;
  held = std::move(values);
  return true;
}

bool UniformPages::constant(std::string_view name, const Value& value) {
  const auto [place, fresh] = userConstants_.try_emplace(std::string(name), value);
  if (!fresh && place->second == value) return false;
  place->second = value;
  ++constantRevision_;
  return true;
}

void UniformPages::declared(gl::Declarations declarations) {
  declared_ = std::move(declarations);
  declaredByName_.clear();
  for (const gl::UniformDeclaration& each : declared_.uniforms) {
    declaredByName_.try_emplace(each.name, &each);
  }
  parameters_.update(declared_.uniforms);
  stale_ = true;
}

void UniformPages::loadNames() {
  std::vector<std::string> ignored;
  blocks_.read(ignored);
  blocks_.enter(declared_, parameters_);
}

void UniformPages::evaluate(const Frame& frame) {
  user_.evaluate(frame);
  if (!stale_ && seenParameters_ == set_->revision() && seenUser_ == user_.revision()) return;
  collect();
}

void UniformPages::collect() {
  values_.clear();
  pageWarnings_.clear();
  blocks_.read(pageWarnings_);
  collectDeclared();
  collectPages();
  collectUsers();
  stale_ = false;
  seenParameters_ = set_->revision();
  seenUser_ = user_.revision();
  ++revision_;
}

void UniformPages::collectDeclared() {
  for (const auto& [name, known] : parameters_.all()) {
    UniformValue value;
    if (DeclaredUniforms::value(known, value)) values_[name] = {std::move(value), false};
  }
}

void UniformPages::collectPages() {
  for (const auto& [name, entry] : blocks_.uniforms()) {
    if (fits(name, entry) && entry.hasValue) values_[name] = {entry.value, true};
  }
  for (const auto& [name, entry] : blocks_.counters()) checkCounter(entry, name);
}

/// False for an array's block whose type is not the one that is declared.
bool UniformPages::fits(const std::string& name, const UniformBlocks::Entry& entry) {
  const auto found = declaredByName_.find(name);
  if (entry.rows == 0 || found == declaredByName_.end()) return true;
  const gl::UniformDeclaration& declared = *found->second;
  const bool sampler = declared.type.ends_with("samplerBuffer");
  if (entry.buffer ? sampler : declared.arraySize != 0 && !sampler) {
    const bool surplus = entry.hasValue && !sampler && declared.arraySize > 0 &&
                         entry.value.count() > declared.arraySize;
    if (surplus) {
      pageWarnings_.push_back(inQuotes(entry.numbers->name()) + " gives " +
                              std::to_string(entry.value.count()) + " elements, " + inQuotes(name) +
                              " has " + std::to_string(declared.arraySize));
    }
    return true;
  }
  pageWarnings_.push_back(inQuotes(entry.arrayType->name()) + " is " +
                          entry.arrayType->value().text() + ": expected " +
                          (entry.buffer ? "a samplerBuffer " : "an array ") + inQuotes(name) +
                          ", the shader declares " + declarationText(declared));
  return false;
}

/// One value stands for all.
void UniformPages::checkCounter(const UniformBlocks::Entry& entry, const std::string& name) {
  const auto found = declaredByName_.find(name);
  if (!entry.hasValue || entry.numbers == nullptr || found == declaredByName_.end()) return;
  const int size = std::max(found->second->arraySize, 1), count = entry.value.count();
  if (found->second->arraySize < 0 || count == 1 || count == size) return;
  pageWarnings_.push_back(inQuotes(entry.numbers->name()) + ": expected " +
                          (size == 1 ? "" : "1 or ") + std::to_string(size) +
                          (size == 1 ? " value, found " : " values, found ") +
                          std::to_string(count));
}

void UniformPages::collectUsers() {
  for (const auto& [name, uniform] : user_.all()) {
    const auto entry = blocks_.uniforms().find(name);
    const int rows = entry == blocks_.uniforms().end() ? 0 : entry->second.rows;
    values_[name] = {grouped(uniform.value, rows), true};
  }
}

void UniformPages::give(const gl::Program& program, const Mentions& mentioned,
                        std::vector<std::string>& warnings) {
  if (stale_) collect();
  gl::UniformCache& cache = program.cache();
  // Operators with the same text may share a program.
  if (cache.giver != this || cache.stamp != revision_) setAll(program);
  cache.giver = this;
  cache.stamp = revision_;
  giveBuffers(program);
  startCounters(program);
  warnings.insert(warnings.end(), pageWarnings_.begin(), pageWarnings_.end());
  warnings.insert(warnings.end(), valueWarnings_.begin(), valueWarnings_.end());
  checkNames(mentioned, warnings);
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
  buffers_.clear();
  counters_ = {};
}

}  // namespace topknot
