// UniformPages: the values as programs and pixel functions get them.
#include <algorithm>
#include <utility>

#include "graph/messages.h"
#include "top/uniforms/uniform_pages.h"

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

std::string withArticle(const std::string& type) {
  return (type.starts_with('i') ? "an " : "a ") + type;
}

/// What GLSL would call it: `vec3`, `float[5]`, `mat2x3`.
std::string typeOf(const UniformValue& value) {
  std::string type = "float";
  if (value.rows() > 1) type = "vec" + std::to_string(value.rows());
  if (value.isMatrix()) {
    type = "mat" + std::to_string(value.columns());
    if (value.columns() != value.rows()) type += "x" + std::to_string(value.rows());
  }
  return value.isArray() ? type + "[" + std::to_string(value.count()) + "]" : type;
}

std::string wrongKind(const std::string& name, const std::string& type, const UniformValue& value) {
  return "the uniform " + inQuotes(name) + " is a " + type + ": it cannot be given " +
         value.describe();
}

}  // namespace

void UniformPages::set(const gl::Program& program, const Mentions& mentioned,
                       std::vector<std::string>& warnings) {
  if (stale_) collect();
  gl::UniformCache& cache = program.cache();
  // Operators with the same text may share a program.
  const bool isMine = cache.setter == this;
  // The warnings are those of the program that was given values latest.
  const bool isLatest = isMine && looked_.program == program.name();
  if (isLatest && cache.stamp + 1 == revision_ && !allChanged_ && valueWarnings_.empty()) {
    setChanges(program);
  } else if (!isLatest || cache.stamp != revision_) {
    setAll(program);
  }
  cache.setter = this;
  cache.stamp = revision_;
  const Looked& looked = look(program, mentioned);
  if (looked.hasBuffers) setBuffers(program);
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
  checkSamplers(program, looked_.warnings);
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
  if (gl::isBufferSampler(info.type)) {
    if (found != values_.end() && found->second.value.isMatrix()) {
      valueWarnings_.push_back(wrongKind(name, typeText(info), found->second.value));
    }
    return;
  }
  const bool set = found != values_.end() && gl::set(program, info, numbersOf(found->second.value));
  if (set) {
    // Of an array the driver may only know the elements that are used.
    const auto declared = declaredByName_.find(name);
    const bool known = declared != declaredByName_.end() && declared->second->arraySize >= 0;
    const int size = known ? declared->second->arraySize : info.isArray ? -1 : 0;
    std::string warning = mismatch(name, found->second, gl::uniformTypeName(info.type), size);
    if (!warning.empty()) valueWarnings_.push_back(std::move(warning));
    return;
  }
  gl::reset(program, info);
  if (found != values_.end()) {
    valueWarnings_.push_back(wrongKind(name, typeText(info), found->second.value));
  }
}

/// Why a value that was set is not what the uniform is: `arraySize` 0 is none, −1 an unknown one.
/// Empty if it is, or if it comes from a page that holds more numbers than some types have.
std::string UniformPages::mismatch(const std::string& name, const Given& given,
                                   const std::string& type, int arraySize) const {
  const auto shape = gl::uniformShape(type);
  const UniformValue& value = given.value;
  if (!shape || given.source == Source::Declared) return {};
  // What pages may have too much: of a vector all behind the first, of a colour its alpha.
  const int spare = given.source == Source::Vectors    ? 3
                    : given.source == Source::Colours  ? 1
                    : given.source == Source::Matrices ? 2
                                                       : 0;
  const bool single = arraySize != 0 && !value.isArray() && arraySize != 1;
  const bool fewer = value.rows() < shape->rows || value.columns() < shape->columns || single;
  // The page Arrays tells of surplus elements itself.
  const bool surplus =
      given.source == Source::Program && arraySize > 0 && value.count() > arraySize;
  const bool more =
      value.rows() - shape->rows > spare || value.columns() - shape->columns > spare || surplus;
  if (!fewer && !more) return {};
  const std::string size = arraySize > 0 ? std::to_string(arraySize) : "";
  return "the uniform " + inQuotes(name) + " is " +
         withArticle(arraySize == 0 ? type : type + "[" + size + "]") + ", given " +
         withArticle(typeOf(value)) + ": " + (more ? "what is too much is left out" : "") +
         (more && fewer ? ", " : "") + (fewer ? "what is missing is 0" : "");
}

/// Samplers and images of the user's own see nothing but texture buffers.
void UniformPages::checkSamplers(const gl::Program& program,
                                 std::vector<std::string>& warnings) const {
  std::vector<std::string> found;
  for (const auto& [name, info] : program.uniforms()) {
    const bool sees = gl::isSampler(info.type) || gl::isImage(info.type);
    if (!sees || isOurs(name) || values_.contains(name)) continue;
    const bool buffer = gl::isBufferSampler(info.type);
    found.push_back("nothing feeds the " + typeText(info) + " " + inQuotes(name) +
                    (buffer ? ": the page Arrays or uniform() gives it numbers"
                            : ": inputs are in sTD2DInputs[] and its like, outputs of compute "
                              "shaders in mTDComputeOutputs[]"));
  }
  std::sort(found.begin(), found.end());
  warnings.insert(warnings.end(), found.begin(), found.end());
}

void UniformPages::setBuffers(const gl::Program& program) {
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
                       [&](const glsl::ConstantDeclaration& each) { return each.name == name; });
  };
  const auto checkConstant = [&](const std::string& name) {
    if (isConstant(name)) return;
    warnings.push_back("the shader has no constant " + inQuotes(name) +
                       ": expected layout(constant_id = N) const before it");
  };
  for (const auto& [name, value] : userConstants_) checkConstant(name);
  checkCounts(warnings);
  for (const auto& [name, entry] : blocks_.constants()) checkConstant(name);
}

/// Of what the program gave to counters and constants.
void UniformPages::checkCounts(std::vector<std::string>& warnings) const {
  const auto check = [&](const std::string& name, std::size_t count) {
    const auto declared = declaredByName_.find(name);
    if (declared == declaredByName_.end() || declared->second->type != "atomic_uint") return;
    const int size = declared->second->arraySize;
    const auto wanted = static_cast<std::size_t>(std::max(size, 1));
    if (size < 0 || count <= 1 || count == wanted) return;
    warnings.push_back("the atomic counter " + inQuotes(name) + " is an atomic_uint" +
                       (size == 0 ? "" : "[" + std::to_string(size) + "]") + ", given " +
                       std::to_string(count) + " values: expected " +
                       (size == 0 ? "1" : "1 or " + std::to_string(size)));
  };
  for (const auto& [name, values] : userCounters_) check(name, values.size());
  for (const auto& [name, uniform] : user_.all()) check(name, uniform.value.data().size());
  for (const glsl::ConstantDeclaration& constant : declared_.constants) {
    const auto given = userConstants_.find(constant.name);
    if (given == userConstants_.end() || given->second.size() < 2) continue;
    warnings.push_back("the constant " + inQuotes(constant.name) + " is " +
                       withArticle(constant.type) + ", given " +
                       withArticle(typeOf(given->second)) + ": what is too much is left out");
  }
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
    const auto declared = declaredByName_.find(name);
    if (declared != declaredByName_.end()) {
      std::string warning = mismatch(name, given, declared->second->type, 0);
      if (!warning.empty()) warnings.push_back(std::move(warning));
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
