// Flip: mirrors a picture and exchanges its sides.
#include "top/filters/filter.h"
#include "top/parameters/matrices.h"

namespace topknot::ops {

namespace {

class Flip : public Filter {
 public:
  Flip() : Filter("flip", FunctionKind::Sampling) {
    declare().page("Flip");
    flipX_ = &declare().add("flipx", "Flip X", ParStyle::Toggle, false).help("Left becomes right.");
    flipY_ = &declare().add("flipy", "Flip Y", ParStyle::Toggle, false).help("Top becomes bottom.");
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

  std::optional<Footprint> footprint(std::size_t, TopCook&) const override {
    const glm::dmat3 up{{0, 1, 0}, {1, 0, 0}, {0, 0, 1}};
    const glm::dmat3 down{{0, -1, 0}, {-1, 0, 0}, {1, 1, 1}};
    glm::dmat3 at(1.0);
    if (flop_->menuIndex() != 0) at = flop_->menuIndex() == 1 ? up : down;
    if (flipX_->on()) at = moved({1, 0}) * scaled({-1, 1}) * at;
    if (flipY_->on()) at = moved({0, 1}) * scaled({1, -1}) * at;
    return Footprint{at};
  }

 private:
  Parameter *flipX_ = nullptr, *flipY_ = nullptr, *flop_ = nullptr;
  bool exact_ = false;  // each pixel is one of the input's
};

}  // namespace

extern const OpType flipType;
const OpType flipType = {
    "flip", "Flip", "Mirrors a picture and exchanges its sides.",
    1,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Flip>(); }};

}  // namespace topknot::ops
