// Layer filters: operators that put their inputs upon each other.
#include "top/filters/layer_filter.h"

#include "topknot/error.h"

namespace topknot {

Values LayerFilter::values() const {
  Values values;
  for (const auto& parameter : parameters().all()) {
    const bool own = parameter->page() != "Common" && parameter->page() != LayerPage::kName;
    if (own) values.parameter(*parameter);
  }
  return values;
}

PicturePtr LayerFilter::fold(TopCook& cook, std::vector<Operand> layers) const {
  const gl::TextureShape output = cook.shape();
  const int count = static_cast<int>(layers.size());
  const int fixed = page_->fixedLayer(count);
  const auto layer = [&](int i) {
    const Operand& own = layers[static_cast<std::size_t>(i)];
    return i == fixed ? own : page_->placed(own, i, cook);
  };
  gl::TextureShape between = output;
  between.format = formatWithAlpha(output.format);
  Operand below = layer(0);
  for (int i = 1; i < count; ++i) {
    const bool last = i + 1 == count;
    Operand above = layer(i);
    below.picture =
        cook.make(function_, FunctionKind::Pixel, values(), {std::move(below), std::move(above)},
                  last ? output : between, cook.channelMask());
  }
  return below.picture;
}

void LayerFilter::render(TopCook& cook) {
  std::vector<Operand> layers;
  int only = 0;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (!cook.connected(i)) continue;
    layers.push_back(cook.operand(i));
    only = i;
  }
  if (layers.empty()) {
    addError("Not enough sources specified");
    return cook.showNothing();
  }
  if (layers.size() == 1) return cook.passInput(only);
  const int fixed = page_->fixedLayer(static_cast<int>(layers.size()));
  const Picture& sizes = *layers[static_cast<std::size_t>(fixed)].picture;
  cook.source({sizes.shape().width, sizes.shape().height, layers[0].picture->shape().format,
               sizes.aspect()});
  PicturePtr made = fold(cook, layers);
  for (int pass = 1; pass < cook.passCount(); ++pass) {
    layers[0].picture = std::move(made);
    made = fold(cook, layers);
  }
  cook.show(std::move(made));
}

}  // namespace topknot
