// Values and descriptions of a shader's uniforms.
#pragma once

#include <concepts>
#include <glm/mat2x2.hpp>
#include <glm/mat2x3.hpp>
#include <glm/mat2x4.hpp>
#include <glm/mat3x2.hpp>
#include <glm/mat3x3.hpp>
#include <glm/mat3x4.hpp>
#include <glm/mat4x2.hpp>
#include <glm/mat4x3.hpp>
#include <glm/mat4x4.hpp>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "topknot/parameter.h"

namespace topknot {

/// What a uniform is given: one to four numbers, a matrix, or an array of numbers, of vectors or of
/// matrices. Made implicitly from numbers, Values, glm's vectors and matrices, and `std::vector`s
/// of these. Numbers are kept as doubles, so whole numbers stay exact.
///
/// Thread: a value, any.
class UniformValue {
 public:
  UniformValue() : UniformValue(Value()) {}
  template <class T>
  requires std::convertible_to<const T&, Value> UniformValue(const T& numbers)
      : UniformValue(FromValue(), Value(numbers)) {}
  template <glm::length_t C, glm::length_t R, class T, glm::qualifier Q>
  UniformValue(const glm::mat<C, R, T, Q>& matrix) : columns_(C), rows_(R) {
    append(matrix);
  }
  template <class T>
  UniformValue(const std::vector<T>& array) : UniformValue(std::span<const T>(array)) {}
  template <class T>
  UniformValue(std::span<const T> array) {
    static_assert(!std::is_same_v<T, bool>, "an array of bool: use std::vector<int>");
    count_ = static_cast<int>(array.size());
    shape(static_cast<const T*>(nullptr));
    data_.reserve(array.size() * static_cast<std::size_t>(columns_ * rows_));
    for (const T& element : array) append(element);
  }

  /// From numbers as `data` has them; `count` −1: no array.
  UniformValue(int columns, int rows, int count, std::vector<double> data)
      : data_(std::move(data)), columns_(columns), rows_(rows), count_(count) {}

  bool isText() const { return rows_ == 0; }  ///< no number: nothing for a uniform
  bool isArray() const { return count_ >= 0; }
  bool isMatrix() const { return columns_ > 1; }
  int columns() const { return columns_; }  ///< of a matrix, else 1
  int rows() const { return rows_; }        ///< of a column, or numbers of a vector
  int count() const { return count_; }      ///< elements of an array; −1: no array
  /// Element by element, matrices column by column.
  std::span<const double> data() const { return data_; }
  const std::string& text() const { return text_; }
  /// `a mat3`, `2 numbers`, `an array of 5 vec4`, for messages.
  std::string describe() const;

  friend bool operator==(const UniformValue&, const UniformValue&) = default;

 private:
  struct FromValue {};
  UniformValue(FromValue, const Value& value);

  template <class T>
  requires std::is_arithmetic_v<T>
  void append(T number) { data_.push_back(static_cast<double>(number)); }
  template <glm::length_t L, class T, glm::qualifier Q>
  void append(const glm::vec<L, T, Q>& vector) {
    for (glm::length_t i = 0; i < L; ++i) append(vector[i]);
  }
  template <glm::length_t C, glm::length_t R, class T, glm::qualifier Q>
  void append(const glm::mat<C, R, T, Q>& matrix) {
    for (glm::length_t i = 0; i < C; ++i) append(matrix[i]);
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  void shape(const T*) {}
  template <glm::length_t L, class T, glm::qualifier Q>
  void shape(const glm::vec<L, T, Q>*) {
    rows_ = L;
  }
  template <glm::length_t C, glm::length_t R, class T, glm::qualifier Q>
  void shape(const glm::mat<C, R, T, Q>*) {
    columns_ = C;
    rows_ = R;
  }

  std::vector<double> data_;
  std::string text_;
  int columns_ = 1, rows_ = 1, count_ = -1;
};

/// What a shader declares with `uniform`.
struct UniformInfo {
  std::string name;
  std::string type;                ///< as GLSL calls it: `vec3`, `sampler2D`, `atomic_uint`
  int arraySize = 0;               ///< 0: no array
  std::vector<double> defaults;    ///< from the initializer or the comment behind it; empty: 0
  std::optional<double> min, max;  ///< from the comment: `// 0.5 [0, 1] how far`
  std::string label;               ///< the comment's words
  std::string parameter;           ///< the operator's parameter that gives its value; empty: none
  bool active = false;             ///< the compiler found a use for it
};

}  // namespace topknot
