// The Transform page: where a layer lies upon another.
#include "top/filters/layer_page.h"

#include <algorithm>
#include <cmath>
#include <glm/mat3x3.hpp>

#include "top/parameters/menus.h"

namespace topknot {

namespace {

bool isIdentity(const glm::dmat3& matrix) {
  const glm::dmat3 unit(1.0);
  for (int column = 0; column < 3; ++column) {
    for (int row = 0; row < 2; ++row) {
      if (!(std::abs(matrix[column][row] - unit[column][row]) < 1e-9)) return false;
    }
  }
  return true;
}

}  // namespace

PixelFormat formatWithAlpha(PixelFormat format) {
  const PixelFormatInfo& info = pixelFormatInfo(format);
  if (info.srgb) return PixelFormat::Rgba16Float;
  switch (info.component) {
    case Component::Fixed8:
      return PixelFormat::Rgba8Fixed;
    case Component::Fixed16:
    case Component::Packed1010102:
      return PixelFormat::Rgba16Fixed;
    case Component::Float16:
    case Component::Packed111110:
      return PixelFormat::Rgba16Float;
    case Component::Float32:
      break;
  }
  return PixelFormat::Rgba32Float;
}

LayerPage::LayerPage(ParameterSet& set, const Options& options) {
  set.page(kName);
  size_ = &set.add("size", "Fixed Layer", ParStyle::Menu, "input1")
               .menu({{"input1", "Input 1"}, {"input2", "Input 2"}})
               .help("The input that gives the output its size and aspect. The others are placed.");
  transform_.declareFit(set, "prefit", "Pre-Fit Overlay", options.outsideFit);
  extend_ = &set.add("extend", "Extend Overlay", ParStyle::Menu, "zero")
                 .menu(extendMenu())
                 .help("What is beside an overlay.");
  transform_.declareRotate(set);
  transform_.declareTranslate(set);
  transform_.declareScale(set);
  if (options.steps) {
    step_ =
        &set.add("tstep", "Translate Step", ParStyle::Float, glm::vec2(0.0f))
             .suffixes("xy")
             .slider(-1, 1)
             .help("Moves the third input by so much more, the fourth by twice that, and so on.");
    stepUnit_ = &LayerTransform::addUnit(set, "tstepunit", "Translate Step Unit");
  }
  transform_.declareLegacy(set);
}

int LayerPage::fixedLayer(int count) const {
  return std::min(size_->menuIndex(), std::max(count - 1, 0));
}

gl::Extend LayerPage::extend() const {
  return static_cast<gl::Extend>(extend_->menuIndex());
}

Operand LayerPage::placed(Operand layer, int index, TopCook& cook) const {
  const auto canvas = [](const gl::TextureShape& shape, glm::dvec2 aspect) {
    return LayerTransform::Canvas{{shape.width, shape.height}, aspect.x / aspect.y};
  };
  const LayerTransform::Canvas to = canvas(cook.shape(), cook.aspect());
  glm::dvec2 steps(0.0);
  if (step_ != nullptr && index >= 2) {
    steps = LayerTransform::distance(*step_, *stepUnit_, to) * (index - 1.0);
  }
  const Picture& picture = *layer.picture;
  const glm::dmat3 from =
      transform_.fromOutput(canvas(picture.shape(), picture.aspect()), to, steps);
  if (isIdentity(from)) return layer;
  Values values;
  LayerTransform::give(values, from, to, extend() == gl::Extend::Zero, layer.filter,
                       glm::vec4(0.0f));
  // Beside the layer the shader makes its own zero, since not every format has an alpha.
  layer.extend = extend() == gl::Extend::Zero ? gl::Extend::Hold : extend();
  layer.footprint = Footprint{from};
  gl::TextureShape shape = cook.shape();
  shape.format = formatWithAlpha(picture.shape().format);
  const gl::Filter filter = layer.filter;
  return {cook.make("placed", FunctionKind::Sampling, std::move(values), {std::move(layer)}, shape),
          filter, gl::Extend::Hold};
}

}  // namespace topknot
