// Fit: a picture fitted to another size.
#include "top/filters/filter.h"
#include "top/parameters/layer_transform.h"

namespace topknot::ops {

namespace {

class Fit : public Filter {
 public:
  Fit() : Filter("placed", FunctionKind::Sampling) {
    ParameterSet& set = declare();
    set.page("Fit");
    transform_.declareFit(set, "fit", "Fit", "fitoutside");
    transform_.declareOrder(set);
    transform_.declareTranslate(set);
    transform_.declareRotate(set);
    transform_.declareScale(set);
    background_ = &set.add("bgcolor", "Background Color", ParStyle::Float, glm::vec4(0.0f))
                       .suffixes("rgba")
                       .help("Shown where the picture is not.");
    premultiply_ =
        &set.add("premultrgbbyalpha", "Pre-Multiply RGB by Alpha", ParStyle::Toggle, true)
             .help("Multiplies the background's colour by its alpha.");
    transform_.declareLegacy(set);
  }

 protected:
  void render(TopCook& cook) override {
    const Picture& input = cook.input(0);
    const gl::TextureShape& shape = input.shape();
    from_ = canvas(shape, input.aspect());
    // A custom resolution has square pixels: with the input's aspect there would be nothing to fit.
    const bool custom = parameters().find("outputresolution").definition().value() == "custom";
    cook.source(
        {shape.width, shape.height, shape.format, custom ? glm::vec2(0.0f) : input.aspect()});
    Filter::render(cook);
  }

  void values(Values& values, TopCook& cook) override {
    const LayerTransform::Canvas output = canvas(cook.shape(), cook.aspect());
    glm::vec4 colour(cook.page().colour(*background_), background_->number(3));
    if (premultiply_->on()) colour = glm::vec4(glm::vec3(colour) * colour.a, colour.a);
    at_ = transform_.fromOutput(from_, output);
    LayerTransform::give(values, at_, output, true, cook.operand(0).filter, colour);
    from_ = output;  // what a second pass begins with
  }

  std::optional<Footprint> footprint(std::size_t, TopCook&) const override {
    return Footprint{at_};
  }

 private:
  static LayerTransform::Canvas canvas(const gl::TextureShape& shape, glm::dvec2 aspect) {
    return {{shape.width, shape.height}, aspect.x / aspect.y};
  }

  LayerTransform transform_;
  Parameter *background_, *premultiply_;
  LayerTransform::Canvas from_{};  // what this pass reads
  glm::dmat3 at_{1.0};             // and where
};

}  // namespace

extern const OpType fitType;
const OpType fitType = {
    "fit", "Fit", "Fits a picture into another size and transforms it.",
    1,     1,     []() -> std::unique_ptr<Op> { return std::make_unique<Fit>(); }};

}  // namespace topknot::ops
