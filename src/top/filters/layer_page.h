// The Transform page: where a layer lies upon another.
#pragma once

#include "top/cook/top_cook.h"
#include "top/parameters/layer_transform.h"
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
  gl::Extend extend() const;

  LayerTransform transform_;
  Parameter *size_, *extend_;
  Parameter *step_ = nullptr, *stepUnit_ = nullptr;
};

}  // namespace topknot
