// Where a picture lies on an output: fitted, aligned, then scaled, rotated and moved.
#pragma once

#include <glm/mat3x3.hpp>
#include <string>

#include "gl/program/pass.h"
#include "top/parameters/values.h"
#include "topknot/parameter.h"

namespace topknot {

/// The parameters that place a picture on an output, as layers and `fit` have them, and the
/// function `placed` of shaders/placed.glsl, which draws it there.
class LayerTransform {
 public:
  struct Canvas {
    glm::dvec2 size;  // pixels
    double aspect;    // width / height
  };

  // Declared one after the other, so that an operator's own can stand between.
  void declareFit(ParameterSet& set, const char* name, const char* label, const char* outsideItem);
  void declareOrder(ParameterSet& set);  // xord; without it, srt
  void declareRotate(ParameterSet& set);
  void declareTranslate(ParameterSet& set);
  void declareScale(ParameterSet& set);  // and the pivot
  void declareLegacy(ParameterSet& set);

  /// A distance in fractions of the output.
  static glm::dvec2 distance(const Parameter& value, const Parameter& unit, const Canvas& output);
  /// A menu of units for it.
  static Parameter& addUnit(ParameterSet& set, const char* name, const char* label);

  /// From the output's u and v to the picture's; `further` is added to the translation.
  glm::dmat3 fromOutput(const Canvas& picture, const Canvas& output,
                        glm::dvec2 further = glm::dvec2(0.0)) const;

  /// What `placed` is given. `zero` cuts the picture off at its edges; beyond is the background.
  static void give(Values& values, const glm::dmat3& fromOutput, const Canvas& output, bool zero,
                   gl::Filter filter, glm::vec4 background);

 private:
  struct Box {
    glm::dvec2 at, size;  // in fractions of the output
  };
  Box fitted(const Canvas& picture, const Canvas& output) const;
  /// Scaled, rotated and moved, in lengths that can be rotated.
  glm::dmat3 transformed(glm::dvec2 move) const;

  Parameter *fit_ = nullptr, *justifyX_ = nullptr, *justifyY_ = nullptr, *order_ = nullptr;
  Parameter *rotate_ = nullptr, *translate_ = nullptr, *translateUnit_ = nullptr;
  Parameter *scale_ = nullptr, *pivot_ = nullptr, *pivotUnit_ = nullptr, *legacy_ = nullptr;
};

}  // namespace topknot
