// The uniforms that a shader declares, as parameters of its operator.
#include "top/uniforms/declared_uniforms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gl/program/uniform_types.h"

namespace topknot {

namespace {

using Kind = gl::UniformShape::Kind;

ParStyle styleOf(Kind kind) {
  if (kind == Kind::Bool) return ParStyle::Toggle;
  return kind == Kind::Int || kind == Kind::Uint ? ParStyle::Int : ParStyle::Float;
}

/// What a parameter can hold.
double fitting(double number, Kind kind) {
  if (!std::isfinite(number)) return 0.0;
  if (kind == Kind::Int) return std::clamp(number, -2147483648.0, 2147483647.0);
  return kind == Kind::Uint ? std::clamp(number, 0.0, 2147483647.0) : number;
}

/// One number stands for all components.
Value defaultOf(const glsl::UniformDeclaration& uniform, const gl::UniformShape& shape) {
  std::array<double, 4> numbers{};
  for (std::size_t i = 0; i < 4 && !uniform.defaults.empty(); ++i) {
    const std::size_t from = uniform.defaults.size() == 1 ? 0 : i;
    const double number = from < uniform.defaults.size() ? uniform.defaults[from] : 0.0;
    numbers[i] = fitting(number, shape.kind);
  }
  if (shape.rows == 1) return numbers[0];
  if (shape.kind == Kind::Bool) {
    const glm::vec4 all(numbers[0], numbers[1], numbers[2], numbers[3]);
    return shape.rows == 2   ? Value(glm::vec2(all))
           : shape.rows == 3 ? Value(glm::vec3(all))
                             : Value(all);
  }
  std::string text;  // doubles, where a glm vector would hold floats
  for (int i = 0; i < shape.rows; ++i) {
    text += (i > 0 ? "," : "") + Value(numbers[static_cast<std::size_t>(i)]).text();
  }
  return text;
}

Value zeros(int size) {
  if (size == 2) return glm::vec2(0.0f);
  if (size == 3) return glm::vec3(0.0f);
  return size == 4 ? Value(glm::vec4(0.0f)) : Value(0);
}

/// The defaults of an array or a matrix: one element's numbers stand for all, a single number for
/// the diagonal.
bool defaultsOf(const glsl::UniformDeclaration& uniform, UniformValue& value) {
  const auto shape = gl::uniformShape(uniform.type);
  if (!shape || uniform.defaults.empty()) return false;
  const auto size = static_cast<std::size_t>(shape->columns * shape->rows);
  const std::size_t given = (uniform.defaults.size() + size - 1) / size;
  const std::size_t count =
      uniform.arraySize > 0 ? static_cast<std::size_t>(uniform.arraySize) : given;
  std::vector<double> element(size, 0.0), data;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < size && (i == 0 || i < given); ++k) {
      const std::size_t at = i * size + k;
      element[k] = at < uniform.defaults.size() ? uniform.defaults[at] : 0.0;
      if (uniform.defaults.size() != 1) continue;
      const std::size_t rows = static_cast<std::size_t>(shape->rows);
      const bool chosen = shape->columns == 1 || k / rows == k % rows;
      element[k] = chosen ? uniform.defaults[0] : 0.0;
    }
    data.insert(data.end(), element.begin(), element.end());
  }
  value = UniformValue(shape->columns, shape->rows,
                       uniform.arraySize == 0 ? -1 : static_cast<int>(count), std::move(data));
  return true;
}

}  // namespace

void DeclaredUniforms::update(const std::vector<glsl::UniformDeclaration>& uniforms) {
  for (auto& [name, known] : all_) known.current = false;
  for (const glsl::UniformDeclaration& uniform : uniforms) {
    Known& known = all_[uniform.name];
    const bool same =
        known.text.type == uniform.type && (known.text.arraySize == 0) == (uniform.arraySize == 0);
    if (!same && known.parameter != nullptr) {
      set_->retire(*std::exchange(known.parameter, nullptr));
    }
    known.text = uniform;
    known.current = true;
    if (known.parameter == nullptr) known.parameter = declare(uniform);
    if (known.parameter != nullptr) describe(*known.parameter, uniform);
  }
  for (auto& [name, known] : all_) {
    if (known.parameter != nullptr) set_->show(*known.parameter, known.current);
  }
}

Parameter* DeclaredUniforms::declare(const glsl::UniformDeclaration& uniform) {
  const auto shape = gl::uniformShape(uniform.type);
  if (!shape || shape->columns > 1 || uniform.arraySize != 0) return nullptr;
  std::string name = uniform.name;
  if (set_->taken(name)) name = "uniform_" + name;
  if (set_->taken(name)) return nullptr;
  Parameter& parameter =
      set_->add(name, uniform.name, styleOf(shape->kind), zeros(shape->rows)).page("Uniforms");
  const std::string letters = std::string("xyzw").substr(0, static_cast<std::size_t>(shape->rows));
  const bool clash = std::any_of(letters.begin(), letters.end(),
                                 [&](char letter) { return set_->taken(name + letter); });
  if (shape->rows > 1 && !clash) parameter.suffixes(letters);
  if (shape->kind == Kind::Uint) parameter.limits(0, std::nullopt);
  parameter.help("The uniform " + uniform.type + " " + uniform.name + " of the shader.");
  return &parameter;
}

void DeclaredUniforms::describe(Parameter& parameter, const glsl::UniformDeclaration& uniform) {
  parameter.label(uniform.label.empty() ? uniform.name : uniform.label);
  parameter.slider(uniform.min.value_or(0.0), uniform.max.value_or(1.0));
  parameter.defaultValue(defaultOf(uniform, *gl::uniformShape(uniform.type)));
}

std::string DeclaredUniforms::parameterOf(std::string_view uniform) const {
  const auto found = all_.find(uniform);
  const bool has = found != all_.end() && found->second.parameter != nullptr;
  return has && found->second.current ? found->second.parameter->name() : std::string();
}

bool DeclaredUniforms::value(const Known& known, UniformValue& value) {
  if (known.parameter == nullptr) return defaultsOf(known.text, value);
  if (known.text.defaults.empty() && known.parameter->revision() == 0) return false;
  value = known.parameter->value();
  return true;
}

}  // namespace topknot
