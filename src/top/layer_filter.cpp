// Layer filters: operators that put their inputs upon each other.
#include "top/layer_filter.h"

#include "topknot/error.h"
#include "topknot/graph.h"

namespace topknot {

Values LayerFilter::values() const {
  Values values;
  for (const auto& parameter : parameters().all()) {
    const bool own = parameter->page() != "Common" && parameter->page() != LayerPage::kName;
    if (own) values.parameter(*parameter);
  }
  return values;
}

ExpressionPtr LayerFilter::fold(TopCook& cook, std::vector<Operand> layers) const {
  const Picture output{cook.shape(), cook.aspect(), nullptr, nullptr};
  const int count = static_cast<int>(layers.size());
  const int fixed = page_->fixedLayer(count);
  const bool fusion = graph().fusion();
  const auto layer = [&](int i) {
    Operand& own = layers[static_cast<std::size_t>(i)];
    return i == fixed ? own : page_->placed(own, i, output, fusion);
  };
  gl::TextureShape between = output.shape;
  between.format = formatWithAlpha(output.shape.format);
  Operand below = layer(0);
  ExpressionPtr made;
  for (int i = 1; i < count; ++i) {
    const bool last = i + 1 == count;
    made = makeExpression(function_, FunctionKind::Pixel, values(), {below, layer(i)},
                          last ? output.shape : between, cook.channelMask(), fusion);
    below.picture = {between, output.aspect, nullptr, made};
  }
  return made;
}

void LayerFilter::render(TopCook& cook) {
  std::vector<Operand> layers;
  int only = 0;
  for (int i = 0; i < cook.inputCount(); ++i) {
    if (!cook.connected(i)) continue;
    layers.push_back(cook.operand(i));
    only = i;
  }
  if (layers.empty()) throw Error("Not enough sources specified");
  if (layers.size() == 1) return cook.passInput(only);
  const int fixed = page_->fixedLayer(static_cast<int>(layers.size()));
  const Picture& sizes = layers[static_cast<std::size_t>(fixed)].picture;
  cook.source(
      {sizes.shape.width, sizes.shape.height, layers[0].picture.shape.format, sizes.aspect});
  ExpressionPtr made = fold(cook, layers);
  for (int pass = 1; pass < cook.passCount(); ++pass) {
    layers[0].picture = {cook.shape(), cook.aspect(), nullptr, std::move(made)};
    made = fold(cook, layers);
  }
  cook.describe(std::move(made));
}

}  // namespace topknot
