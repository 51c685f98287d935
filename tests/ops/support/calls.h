// A table of calls in a shader, each with what it has to give; all are made in one picture.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <glm/gtc/quaternion.hpp>
#include <glm/mat3x3.hpp>
#include <glm/mat4x4.hpp>
#include <locale>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/gl_test.h"
#include "topknot/topknot.h"

namespace topknot::test {

/// What a float keeps of a number.
inline double asFloat(double v) {
  return static_cast<double>(static_cast<float>(v));
}

/// Arguments as GLSL texts; numbers stand between `$`, so that they can become data.
inline std::string arg(double v) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text.precision(9);
  text << std::showpoint << '$' << v << '$';
  return text.str();
}
template <glm::length_t N>
std::string arg(const glm::vec<N, double>& v) {
  std::string text = "vec" + std::to_string(N) + "(";
  for (glm::length_t i = 0; i < N; ++i) text += (i > 0 ? ", " : "") + arg(v[i]);
  return text + ")";
}
inline std::string arg(const glm::dquat& q) {
  return arg(glm::dvec4(q.x, q.y, q.z, q.w));
}
template <glm::length_t N>
std::string arg(const glm::mat<N, N, double>& m) {
  std::string text = "mat" + std::to_string(N) + "(";
  for (glm::length_t i = 0; i < N; ++i) text += (i > 0 ? ", " : "") + arg(m[i]);
  return text + ")";
}

/// `name(a, b, c)`.
template <class... Arguments>
std::string call(const std::string& name, const Arguments&... arguments) {
  std::string list;
  ((list += (list.empty() ? "" : ", ") + arg(arguments)), ...);
  return name + "(" + list + ")";
}

inline glm::dvec4 padded(double v) {
  return {v, 0, 0, 0};
}
template <glm::length_t N>
glm::dvec4 padded(const glm::vec<N, double>& v) {
  glm::dvec4 all(0.0);
  for (glm::length_t i = 0; i < N; ++i) all[i] = v[i];
  return all;
}

class Calls : public GlTest {
 protected:
  Calls() {
    top_ = &graph().add<GlslTop>("calls");
    top_->par("format") = "rgba32float";
    top_->par("outputresolution") = "custom";
  }

  /// A call that gives a number or a vector, which is compared by `check()`.
  template <class Value>
  void expect(const std::string& expression, const Value& expected, double tolerance = 1e-5) {
    const glm::dvec4 value = padded(expected);
    std::string parts = expression;
    if constexpr (std::is_arithmetic_v<Value>) {
      parts += ", 0.0, 0.0, 0.0";
    } else {
      for (int i = Value::length(); i < 4; ++i) parts += ", 0.0";
    }
    rows_.push_back({"vec4(" + parts + ")", expression, value, tolerance});
  }
  /// One that gives a matrix.
  template <glm::length_t N>
  void expectMatrix(const std::string& expression, const glm::mat<N, N, double>& expected,
                    double tolerance = 1e-5) {
    for (glm::length_t i = 0; i < N; ++i) {
      expect(expression + "[" + std::to_string(i) + "]", expected[i], tolerance);
    }
  }

  /// Makes the calls, and compares.
  void check(const std::string& declarations = {}) {
    const std::vector<glm::vec4> made = values(declarations);
    ASSERT_EQ(made.size(), rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      for (int k = 0; k < 4; ++k) {
        const double far = row.tolerance * std::max(1.0, std::abs(row.expected[k]));
        EXPECT_NEAR(made[i][k], row.expected[k], far) << row.name << ", component " << k;
      }
    }
    rows_.clear();
  }

  /// What the calls give; compares nothing. Calls that differ in numbers only share one shader.
  std::vector<glm::vec4> values(const std::string& declarations = {}) {
    std::map<std::string, std::vector<std::size_t>> alike;
    std::vector<std::vector<std::string>> numbers(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      alike[withoutNumbers(rows_[i].expression, numbers[i])].push_back(i);
    }
    std::vector<glm::vec4> made(rows_.size());
    for (const auto& [expression, which] : alike) {
      std::string list = "0.0";
      for (const std::size_t i : which) {
        for (const std::string& number : numbers[i]) list += ", " + number;
      }
      top_->par("resolution") = glm::vec2(which.size(), 1);
      top_->pixelShader(declarations + "out vec4 c;\nvoid main() {\n  const float n[] = float[](" +
                        list + ");\n  int at = int(gl_FragCoord.x) * " +
                        std::to_string(numbers[which[0]].size()) + " + 1;\n  c = " + expression +
                        ";\n}\n");
      EXPECT_TRUE(top_->compiles()) << top_->compileResult() << expression;
      if (!top_->compiles()) return {};
      const Image image = top_->numpyArray();
      for (std::size_t x = 0; x < which.size(); ++x) {
        made[which[x]] = image.pixel(static_cast<int>(x), 0);
      }
    }
    return made;
  }

  GlslTop& top() { return *top_; }

 private:
  /// `f($1.5$, $2.$)` becomes `f(n[at + 0], n[at + 1])`.
  static std::string withoutNumbers(const std::string& expression,
                                    std::vector<std::string>& numbers) {
    std::string text;
    for (std::size_t at = 0; at < expression.size(); ++at) {
      if (expression[at] != '$') {
        text += expression[at];
        continue;
      }
      const std::size_t end = expression.find('$', at + 1);
      text += "n[at + " + std::to_string(numbers.size()) + "]";
      numbers.push_back(expression.substr(at + 1, end - at - 1));
      at = end;
    }
    return text;
  }

  struct Row {
    std::string expression, name;
    glm::dvec4 expected;
    double tolerance;
  };
  GlslTop* top_;
  std::vector<Row> rows_;
};

}  // namespace topknot::test
