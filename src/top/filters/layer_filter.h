// Layer filters: operators that put their inputs upon each other.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "top/cook/top_cook.h"
#include "top/filters/layer_page.h"

namespace topknot {

/// A TOP of layers. The shader `shaders/<function>.glsl` defines `vec4 <function>(vec4 a, vec4 b)`,
/// which is applied to the first two inputs, then to the result and the third, and so on. All but
/// the Fixed Layer are placed by the Transform page first, which the operator declares behind its
/// own pages by `declareTransform`. The shader is given the parameters of the operator's own pages.
///
/// Results on the way are stored like the picture, always with all four channels; so many layers
/// give what a chain of such operators gives.
class LayerFilter : public Top {
 protected:
  explicit LayerFilter(std::string_view function) : function_(function) {}
  void declareTransform(const LayerPage::Options& options) { page_.emplace(declare(), options); }

  void render(TopCook& cook) override;
  bool onlyDescribes() const override { return true; }

 private:
  PicturePtr fold(TopCook& cook, std::vector<Operand> layers) const;
  Values values() const;

  std::string_view function_;
  std::optional<LayerPage> page_;
};

}  // namespace topknot
