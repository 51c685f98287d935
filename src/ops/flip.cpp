// Flip: mirrors a picture and exchanges its sides.
#include "top/filter.h"

namespace topknot::ops {

namespace {

class Flip : public Filter {
 public:
  Flip() : Filter("flip", FunctionKind::Sampling) {
    declare().page("Flip");
    declare().add("flipx", "Flip X", ParStyle::Toggle, false).help("Left becomes right.");
    declare().add("flipy", "Flip Y", ParStyle::Toggle, false).help("Top becomes bottom.");
    flop_ =
        &declare()
             .add("flop", "Flop", ParStyle::Menu, "noflop")
             .menu({{"noflop", "No Flop"}, {"bottomleft", "Bottom Left"}, {"topleft", "Top Left"}})
             .help(
                 "Exchanges width and height; the pixel in this corner stays. Done after "
                 "the flips.");
  }

 protected:
  void render(TopCook& cook) override {
    const Picture& input = cook.input(0);
    gl::TextureShape shape = input.shape();
    glm::vec2 aspect = input.aspect();
    if (flop_->menuIndex() != 0) {
      std::swap(shape.width, shape.height);
      std::swap(aspect.x, aspect.y);
      cook.source({shape.width, shape.height, shape.format, aspect});
    }
    exact_ = cook.shape().width == shape.width && cook.shape().height == shape.height;
    // A second pass finds the sides exchanged.
    if (cook.passCount() > 1 && flop_->menuIndex() != 0)
      exact_ = exact_ && shape.width == shape.height;
    Filter::render(cook);
  }

  void values(Values& values, TopCook&) override {
    ownParameters(values);
    values.constant("exact", exact_ ? 1 : 0);
  }

 private:
  Parameter* flop_ = nullptr;
  bool exact_ = false;  // each pixel is one of the input's
};

}  // namespace

extern const OpType flipType;
const OpType flipType = {
    "flip", "Flip", "Mirrors a picture and exchanges its sides.",
    1,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Flip>(); }};

}  // namespace topknot::ops
