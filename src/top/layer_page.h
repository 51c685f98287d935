// The Transform page: where a layer lies upon another.
#pragma once

#include <glm/mat3x3.hpp>

#include "top/top_cook.h"
#include "topknot/parameter.h"

namespace topknot {

/// A format of all four channels that loses nothing of what is read from that one.
PixelFormat formatWithAlpha(PixelFormat format);

/// The Transform page of operators that put layers upon each other. The Fixed Layer fills the
/// output and gives it its size and aspect; the others are fitted to it, aligned, scaled, rotated
/// and moved.
class LayerPage {
 public:
  struct Options {
    const char* outsideFit = "fitoutside";  // the name of that item
    bool steps = false;                     // with tstepx, tstepy, tstepunit
  };
  /// Declares the parameters.
  LayerPage(ParameterSet& parameters, const Options& options);

  static constexpr const char* kName = "Transform";

  /// Which of so many layers is the Fixed Layer.
  int fixedLayer(int count) const;

  /// Layer `index` as it lies on the cook's picture. One that covers it as it is stays as it is, so
  /// that a function of pixels is enough.
  Operand placed(Operand layer, int index, TopCook& cook) const;

 private:
  struct Rectangle {
    glm::dvec2 at, size;  // in fractions of the output
  };
  struct Canvas {
    glm::dvec2 size;  // pixels
    double aspect;    // width / height
  };
  Rectangle fitted(const Canvas& layer, const Canvas& output) const;
  /// From the layer's u and v to the output's.
  glm::dmat3 toOutput(const Canvas& layer, int index, const Canvas& output) const;
  gl::Extend extend() const;

  Parameter *size_, *fit_, *justifyX_, *justifyY_, *extend_, *rotate_;
  Parameter *translate_, *translateUnit_, *scale_, *pivot_, *pivotUnit_, *legacy_;
  Parameter *step_ = nullptr, *stepUnit_ = nullptr;
};

}  // namespace topknot
