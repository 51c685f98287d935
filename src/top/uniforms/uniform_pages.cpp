// All that gives the uniforms of a shader their values, for an operator that has one.
#include "top/uniforms/uniform_pages.h"

#include <algorithm>
#include <utility>

#include "graph/messages.h"

namespace topknot {

namespace {

/// A list of single numbers as a list of vectors.
UniformValue grouped(const UniformValue& value, int rows) {
  if (!value.isArray() || value.isMatrix() || value.rows() != 1 || rows < 2) return value;
  std::vector<double> data(value.data().begin(), value.data().end());
  const int count = (value.count() + rows - 1) / rows;
  data.resize(static_cast<std::size_t>(count * rows), 0.0);
  return UniformValue(1, rows, count, std::move(data));
}

/// `vec2 a[3]`
std::string declarationText(const glsl::UniformDeclaration& declared) {
  const std::string size = declared.arraySize < 0 ? "" : std::to_string(declared.arraySize);
  return declared.type + " " + declared.name + (declared.arraySize == 0 ? "" : "[" + size + "]");
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
  looked_ = {};
  return true;
}

bool UniformPages::constant(std::string_view name, const Value& value) {
  const auto [place, fresh] = userConstants_.try_emplace(std::string(name), value);
  if (!fresh && place->second == value) return false;
  place->second = value;
  looked_ = {};
  ++constantRevision_;
  return true;
}

void UniformPages::declared(glsl::Declarations declarations) {
  declared_ = std::move(declarations);
  declaredByName_.clear();
  for (const glsl::UniformDeclaration& each : declared_.uniforms) {
    declaredByName_.try_emplace(each.name, &each);
  }
  parameters_.update(declared_.uniforms);
  stale_ = true;
  looked_ = {};
}

void UniformPages::loadNames() {
  std::vector<std::string> ignored;
  blocks_.read(ignored);
  blocks_.enter(declared_, parameters_);
}

void UniformPages::evaluate(const Frame& frame) {
  user_.evaluate(frame);
  if (!stale_ && seenParameters_ == set_->revision() && seenUser_ == user_.revision()) return;
  allChanged_ = !collectChanges();
  if (allChanged_) return collect();
  seen();
}

void UniformPages::seen() {
  stale_ = false;
  seenParameters_ = set_->revision();
  seenUser_ = user_.revision();
  user_.forgetChanges();
  ++revision_;
}

/// Where only values changed that nothing else depends on, those. False if there may be more.
bool UniformPages::collectChanges() {
  const auto& users = user_.changes();
  if (stale_ || !users || pagesInUse_ || blocks_.inUse()) return false;
  changes_.clear();
  for (Follow& each : follows_) {
    const Parameter& parameter = *each.known->parameter;
    if (parameter.revision() == each.revision) continue;
    each.revision = parameter.revision();
    if (user_.find(*each.name) != nullptr) continue;
    UniformValue value;
    if (!DeclaredUniforms::value(*each.known, value)) return false;
    change(*each.name, {std::move(value), Source::Declared});
  }
  for (const std::string& name : *users) change(name, {*user_.find(name), Source::Program});
  return true;
}

void UniformPages::change(const std::string& name, Given given) {
  values_[name] = std::move(given);
  changes_.push_back(name);
}

void UniformPages::collect() {
  values_.clear();
  pageWarnings_.clear();
  blocks_.read(pageWarnings_);
  collectDeclared();
  collectPages();
  collectUsers();
  allChanged_ = true;
  pagesInUse_ = blocks_.inUse();
  looked_ = {};
  seen();
}

void UniformPages::collectDeclared() {
  follows_.clear();
  for (const auto& [name, known] : parameters_.all()) {
    if (const Parameter* parameter = known.parameter) {
      follows_.push_back({&name, &known, parameter->revision()});
    }
    UniformValue value;
    if (DeclaredUniforms::value(known, value)) values_[name] = {std::move(value), Source::Declared};
  }
}

void UniformPages::collectPages() {
  for (const auto& [name, entry] : blocks_.uniforms()) {
    constexpr Source kSources[] = {Source::Vectors, Source::Colours, Source::Arrays,
                                   Source::Matrices};
    if (!fits(name, entry) || !entry.hasValue) continue;
    values_[name] = {entry.value, kSources[static_cast<std::size_t>(entry.page)]};
  }
  for (const auto& [name, entry] : blocks_.counters()) checkCounter(entry, name);
}

/// False for an array's block whose type is not the one that is declared.
bool UniformPages::fits(const std::string& name, const UniformBlocks::Entry& entry) {
  const auto found = declaredByName_.find(name);
  if (entry.rows == 0 || found == declaredByName_.end()) return true;
  const glsl::UniformDeclaration& declared = *found->second;
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
    values_[name] = {grouped(uniform.value, rows), Source::Program};
  }
}

}  // namespace topknot
