// What generators of shapes have in common: where the shape lies, its colours, border and edge.
#pragma once

#include <glm/vec2.hpp>

#include "top/cook/top_cook.h"
#include "topknot/parameter.h"

namespace topknot {

/// The parameters of circles and rectangles that are the same for both. Lengths are given to
/// shaders in heights of a pixel, so that those of pictures whose pixels are not square are true.
class ShapePage {
 public:
  /// From `rotate` to `borderoffset`.
  void declareLook(ParameterSet& set);
  /// Antialias and softness.
  void declareEdge(ParameterSet& set);

  /// A length and its unit.
  struct Length {
    Parameter* value = nullptr;
    Parameter* unit = nullptr;
    glm::dvec2 pair(TopCook& cook) const;  // along both axes
    double single(TopCook& cook) const;    // fractions are of the picture's height
  };
  /// Declares `name` and `name`unit.
  static Length declareLength(ParameterSet& set, const char* name, const char* label, Value initial,
                              const char* unit, const char* help);

  /// Gives a shader the shape of these half sizes, before it is rotated:
  /// - `across`, `along`: rows of the matrix from uv to places from the shape's middle in its axes;
  /// - `slopex`, `slopey`: of the matrix from a normal in those axes to the extent of a pixel along
  ///   the picture's; 0 without antialias; and `soft`, the width of a soft edge;
  /// - `reach`, half its size; `there`, 0 if it has no extent;
  /// - `band`: the border's inner and outer side, as growth of the shape;
  /// - the colours `fill`, `border` and `ground`.
  void give(Values& values, TopCook& cook, glm::dvec2 half) const;

  static constexpr double kFar = 1e7;    // pixels; shaders' squares and ratios stay finite
  static constexpr double kThin = 1e-3;  // pixels; nothing is seen of a shape so thin

 private:
  void declareColours(ParameterSet& set);
  void givePlace(Values& values, TopCook& cook, glm::dvec2 half) const;
  glm::vec4 colour(const TopCook& cook, const Parameter& rgb, const Parameter& alpha) const;

  Length centre_, width_, softness_;
  Parameter *rotate_ = nullptr, *justifyX_ = nullptr, *justifyY_ = nullptr;
  Parameter *fill_ = nullptr, *fillAlpha_ = nullptr, *border_ = nullptr, *borderAlpha_ = nullptr;
  Parameter *ground_ = nullptr, *groundAlpha_ = nullptr, *multiply_ = nullptr;
  Parameter *offset_ = nullptr, *antialias_ = nullptr;
};

}  // namespace topknot
