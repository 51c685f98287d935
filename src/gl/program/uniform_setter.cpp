// Gives numbers to the uniforms of a program, whatever their type.
#include "gl/program/uniform_setter.h"

#include <algorithm>
#include <array>

#include "gl/program/saturate.h"

namespace topknot::gl {

namespace {

using Kind = UniformShape::Kind;

/// The numbers as the uniform takes them, element by element.
template <class T>
std::vector<T> arranged(const UniformShape& to, int count, const UniformNumbers& from, bool truth) {
  const int size = to.columns * to.rows;
  std::vector<T> out(static_cast<std::size_t>(size * count), T(0));
  const int columns = std::min(to.columns, from.columns), rows = std::min(to.rows, from.rows);
  const int elements = std::min(count, from.count < 0 ? 1 : from.count);
  for (int i = 0; i < elements; ++i) {
    for (int c = 0; c < columns; ++c) {
      for (int r = 0; r < rows; ++r) {
        const double number =
            from.data[static_cast<std::size_t>((i * from.columns + c) * from.rows + r)];
        const double held = truth ? (number != 0.0 ? 1.0 : 0.0) : number;
        out[static_cast<std::size_t>(i * size + c * to.rows + r)] = saturated<T>(held);
      }
    }
  }
  return out;
}

template <class T>
bool isGiven(UniformCache::Entry& entry, const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  if (std::equal(bytes.begin(), bytes.end(), entry.given.begin(), entry.given.end())) return true;
  entry.given.assign(bytes.begin(), bytes.end());
  return false;
}

void giveFloats(GLuint p, GLint at, GLenum type, GLsizei n, const float* v) {
  switch (type) {
    case GL_FLOAT:
      return glProgramUniform1fv(p, at, n, v);
    case GL_FLOAT_VEC2:
      return glProgramUniform2fv(p, at, n, v);
    case GL_FLOAT_VEC3:
      return glProgramUniform3fv(p, at, n, v);
    case GL_FLOAT_VEC4:
      return glProgramUniform4fv(p, at, n, v);
    case GL_FLOAT_MAT2:
      return glProgramUniformMatrix2fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT3:
      return glProgramUniformMatrix3fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT4:
      return glProgramUniformMatrix4fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT2x3:
      return glProgramUniformMatrix2x3fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT2x4:
      return glProgramUniformMatrix2x4fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT3x2:
      return glProgramUniformMatrix3x2fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT3x4:
      return glProgramUniformMatrix3x4fv(p, at, n, GL_FALSE, v);
    case GL_FLOAT_MAT4x2:
      return glProgramUniformMatrix4x2fv(p, at, n, GL_FALSE, v);
    default:
      return glProgramUniformMatrix4x3fv(p, at, n, GL_FALSE, v);
  }
}

void giveDoubles(GLuint p, GLint at, GLenum type, GLsizei n, const double* v) {
  switch (type) {
    case GL_DOUBLE:
      return glProgramUniform1dv(p, at, n, v);
    case GL_DOUBLE_VEC2:
      return glProgramUniform2dv(p, at, n, v);
    case GL_DOUBLE_VEC3:
      return glProgramUniform3dv(p, at, n, v);
    case GL_DOUBLE_VEC4:
      return glProgramUniform4dv(p, at, n, v);
    case GL_DOUBLE_MAT2:
      return glProgramUniformMatrix2dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT3:
      return glProgramUniformMatrix3dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT4:
      return glProgramUniformMatrix4dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT2x3:
      return glProgramUniformMatrix2x3dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT2x4:
      return glProgramUniformMatrix2x4dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT3x2:
      return glProgramUniformMatrix3x2dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT3x4:
      return glProgramUniformMatrix3x4dv(p, at, n, GL_FALSE, v);
    case GL_DOUBLE_MAT4x2:
      return glProgramUniformMatrix4x2dv(p, at, n, GL_FALSE, v);
    default:
      return glProgramUniformMatrix4x3dv(p, at, n, GL_FALSE, v);
  }
}

void giveInts(GLuint p, GLint at, int rows, GLsizei n, const GLint* v) {
  switch (rows) {
    case 1:
      return glProgramUniform1iv(p, at, n, v);
    case 2:
      return glProgramUniform2iv(p, at, n, v);
    case 3:
      return glProgramUniform3iv(p, at, n, v);
    default:
      return glProgramUniform4iv(p, at, n, v);
  }
}

void giveUints(GLuint p, GLint at, int rows, GLsizei n, const GLuint* v) {
  switch (rows) {
    case 1:
      return glProgramUniform1uiv(p, at, n, v);
    case 2:
      return glProgramUniform2uiv(p, at, n, v);
    case 3:
      return glProgramUniform3uiv(p, at, n, v);
    default:
      return glProgramUniform4uiv(p, at, n, v);
  }
}

/// What the program's text gave one element.
std::vector<double> asked(GLuint program, GLint location, const UniformShape& shape) {
  const auto size = static_cast<std::size_t>(shape.columns * shape.rows);
  const auto wide = [&](auto get, auto zero) {
    std::vector<decltype(zero)> values(size, zero);
    get(program, location, values.data());
    return std::vector<double>(values.begin(), values.end());
  };
  switch (shape.kind) {
    case Kind::Float:
      return wide(glGetUniformfv, GLfloat(0));
    case Kind::Double:
      return wide(glGetUniformdv, GLdouble(0));
    case Kind::Uint:
      return wide(glGetUniformuiv, GLuint(0));
    default:
      return wide(glGetUniformiv, GLint(0));
  }
}

/// Remembers, before anything is set, what the uniform held.
UniformCache::Entry& entryOf(const Program& program, const UniformInfo& uniform,
                             const UniformShape& shape) {
  UniformCache::Entry& entry = program.cache().at(uniform.location);
  if (entry.looked) return entry;
  entry.looked = true;
  for (GLint i = 0; i < uniform.arraySize; ++i) {
    const std::vector<double> element = asked(program.name(), uniform.location + i, shape);
    entry.initial.insert(entry.initial.end(), element.begin(), element.end());
  }
  return entry;
}

void give(const Program& program, const UniformInfo& uniform, const UniformShape& shape,
          const UniformNumbers& numbers, UniformCache::Entry& entry) {
  const GLint at = uniform.location;
  const GLsizei n = uniform.arraySize;
  if (shape.kind == Kind::Float) {
    const auto values = arranged<float>(shape, n, numbers, false);
    if (!isGiven(entry, values)) giveFloats(program.name(), at, uniform.type, n, values.data());
  } else if (shape.kind == Kind::Double) {
    const auto values = arranged<double>(shape, n, numbers, false);
    if (!isGiven(entry, values)) giveDoubles(program.name(), at, uniform.type, n, values.data());
  } else if (shape.kind == Kind::Uint) {
    const auto values = arranged<GLuint>(shape, n, numbers, false);
    if (!isGiven(entry, values)) giveUints(program.name(), at, shape.rows, n, values.data());
  } else {
    const auto values = arranged<GLint>(shape, n, numbers, shape.kind == Kind::Bool);
    if (!isGiven(entry, values)) giveInts(program.name(), at, shape.rows, n, values.data());
  }
}

}  // namespace

bool set(const Program& program, const UniformInfo& uniform, const UniformNumbers& numbers) {
  const std::optional<UniformShape> shape = uniformShape(uniform.type);
  if (!shape) return false;
  const bool matrix = numbers.columns > 1;
  if (matrix != (shape->columns > 1)) return false;
  if (numbers.count >= 0 && !uniform.isArray) return false;
  give(program, uniform, *shape, numbers, entryOf(program, uniform, *shape));
  return true;
}

const std::vector<double>& initialOf(const Program& program, const UniformInfo& uniform) {
  static const std::vector<double> kNone;
  const std::optional<UniformShape> shape = uniformShape(uniform.type);
  return shape ? entryOf(program, uniform, *shape).initial : kNone;
}

void reset(const Program& program, const UniformInfo& uniform) {
  const std::optional<UniformShape> shape = uniformShape(uniform.type);
  if (!shape) return;
  UniformCache::Entry& entry = entryOf(program, uniform, *shape);
  if (entry.given.empty()) return;  // nobody changed it
  give(program, uniform, *shape, {entry.initial, shape->columns, shape->rows, uniform.arraySize},
       entry);
}

GLint unitOf(const Program& program, const UniformInfo& sampler) {
  UniformCache::Entry& entry = program.cache().at(sampler.location);
  if (!entry.looked) glGetUniformiv(program.name(), sampler.location, &entry.unit);
  entry.looked = true;
  return entry.unit;
}

const std::vector<CounterInfo>& countersOf(const Program& program) {
  UniformCache& cache = program.cache();
  if (cache.countersKnown) return cache.counters;
  cache.countersKnown = true;
  GLint buffers = 0, uniforms = 0;
  glGetProgramInterfaceiv(program.name(), GL_ATOMIC_COUNTER_BUFFER, GL_ACTIVE_RESOURCES, &buffers);
  if (buffers == 0) return cache.counters;
  glGetProgramInterfaceiv(program.name(), GL_UNIFORM, GL_ACTIVE_RESOURCES, &uniforms);
  for (GLuint i = 0; i < static_cast<GLuint>(uniforms); ++i) {
    constexpr std::array<GLenum, 4> kProperties = {GL_TYPE, GL_OFFSET, GL_ARRAY_SIZE,
                                                   GL_ATOMIC_COUNTER_BUFFER_INDEX};
    std::array<GLint, 4> values{};
    glGetProgramResourceiv(program.name(), GL_UNIFORM, i, 4, kProperties.data(), 4, nullptr,
                           values.data());
    if (static_cast<GLenum>(values[0]) != GL_UNSIGNED_INT_ATOMIC_COUNTER) continue;
    std::array<char, 1024> name{};
    glGetProgramResourceName(program.name(), GL_UNIFORM, i, name.size(), nullptr, name.data());
    constexpr GLenum kBinding = GL_BUFFER_BINDING;
    GLint binding = 0;
    glGetProgramResourceiv(program.name(), GL_ATOMIC_COUNTER_BUFFER, static_cast<GLuint>(values[3]),
                           1, &kBinding, 1, nullptr, &binding);
    std::string text = name.data();
    if (text.ends_with("[0]")) text.resize(text.size() - 3);
    cache.counters.push_back({std::move(text), static_cast<GLuint>(binding),
                              static_cast<std::size_t>(values[1]), std::max(values[2], 1)});
  }
  return cache.counters;
}

}  // namespace topknot::gl
