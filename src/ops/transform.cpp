// Transform: moves, turns and scales a picture on its own canvas, and tiles it.
#include <cmath>
#include <glm/matrix.hpp>

#include "top/filters/filter.h"
#include "top/parameters/matrices.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

class Transform : public Filter {
 public:
  Transform() : Filter("transform", FunctionKind::Sampling) {
    declareTransform();
    declareTile();
  }

 protected:
  gl::Extend extend() const override {
    const auto chosen = static_cast<gl::Extend>(extend_->menuIndex());
    return chosen == gl::Extend::Zero ? gl::Extend::Hold : chosen;  // the shader cuts it off
  }

  void values(Values& values, TopCook& cook) override {
    const gl::TextureShape& from = cook.input(0).shape();
    const gl::TextureShape& to = cook.shape();
    const glm::dmat3 matrix = forward({to.width, to.height}, cook.aspect());
    // A picture without extent is nowhere.
    const bool there = std::abs(glm::determinant(matrix)) > 1e-12;
    back_ = there ? glm::inverse(matrix) : glm::dmat3(0.0);
    values.number("rowu", glm::vec3(back_[0][0], back_[1][0], back_[2][0]));
    values.number("rowv", glm::vec3(back_[0][1], back_[1][1], back_[2][1]));
    values.number("there", there ? 1.0f : 0.0f);
    values.number("pixels", glm::vec2(from.width, from.height));
    glm::vec4 colour(cook.page().colour(*background_), background_->number(3));
    if (premultiply_->on()) colour = glm::vec4(glm::vec3(colour) * colour.a, colour.a);
    values.number("background", colour);
    values.parameter(*over_);
    const bool zero = extend_->value() == "zero" && !limit_->on();
    values.constant("bounded", zero || limit_->on() ? 1 : 0);
    values.constant("nearest", cook.operand(0).filter == gl::Filter::Nearest ? 1 : 0);
    const glm::vec2 u = zero ? glm::vec2(0, 1) : glm::vec2(tileU_->value());
    const glm::vec2 v = zero ? glm::vec2(0, 1) : glm::vec2(tileV_->value());
    values.number("low", glm::vec2(u.x, v.x));
    values.number("high", glm::vec2(u.y, v.y));
  }

  std::optional<Footprint> footprint(std::size_t, TopCook&) const override {
    return Footprint{back_};
  }

 private:
  Parameter* number(const char* name, const char* label, Value initial, const char* help) {
    return &declare()
                .add(name, label, ParStyle::Float, std::move(initial))
                .slider(-1, 1)
                .help(help);
  }
  Parameter* unit(const char* name, const char* label) {
    return &declare()
                .add(name, label, ParStyle::Menu, "fraction")
                .menu(unitMenu())
                .help("What it is measured in.");
  }

  void declareTransform() {
    declare().page("Transform");
    order_ = &declare()
                  .add("xord", "Transform Order", ParStyle::Menu, "srt")
                  .menu(transformOrderMenu())
                  .help("What is done first.");
    translate_ = number("t", "Translate", glm::vec2(0.0f), "Moves right and up.");
    translate_->suffixes("xy");
    translateUnit_ = unit("tunit", "Translate Unit");
    rotate_ = number("rotate", "Rotate", 0.0, "Degrees, clockwise, about the pivot.");
    rotate_->slider(-180, 180);
    scale_ = number("s", "Scale", glm::vec2(1.0f), "Scales about the pivot.");
    scale_->suffixes("xy");
    grow_ = number("growshrink", "Grow / Shrink", glm::vec2(0.0f),
                   "Scales so that the picture's width and height grow by so many pixels.");
    grow_->suffixes("xy").slider(-100, 100);
    pivot_ = number("p", "Pivot", glm::vec2(0.5f),
                    "The centre of scaling and rotation, from the bottom left.");
    pivot_->suffixes("xy");
    pivotUnit_ = unit("punit", "Pivot Unit");
    background_ =
        number("bgcolor", "Background Color", glm::vec4(0.0f), "Shown where the picture is not.");
    background_->suffixes("rgba").slider(0, 1);
    premultiply_ =
        &declare()
             .add("premultrgbbyalpha", "Pre-Multiply RGB by Alpha", ParStyle::Toggle, true)
             .help("Multiplies the background's colour by its alpha.");
    over_ = &declare()
                 .add("compover", "Comp Over Background Color", ParStyle::Toggle, false)
                 .help("Shows the background through the picture as well.");
  }

  void declareTile() {
    declare().page("Tile");
    extend_ = &declare()
                   .add("extend", "Extend", ParStyle::Menu, "zero")
                   .menu(extendMenu())
                   .help("What is beyond the picture's edges. Zero: the background.");
    limit_ = &declare()
                  .add("limittiles", "Limit Tiles", ParStyle::Toggle, false)
                  .help("Cuts off what is beyond Tile U and Tile V. Zero is Hold then.");
    tileU_ = number("tileu", "Tile U", glm::vec2(0.0f, 1.0f),
                    "Left and right end, in widths of the picture from its left.");
    tileV_ = number("tilev", "Tile V", glm::vec2(0.0f, 1.0f),
                    "Bottom and top end, in heights of the picture from its bottom.");
    for (Parameter* range : {tileU_, tileV_}) range->suffixes("12").slider(-4, 4);
  }

  /// From places in the picture to places on the canvas, both 0..1.
  glm::dmat3 forward(glm::dvec2 size, glm::dvec2 aspect) const {
    const glm::dvec2 square(aspect.x / aspect.y, 1.0);  // in which angles are angles
    const auto length = [&](const Parameter& lengths, const Parameter& in) {
      return inPixels(lengths, in, size, aspect) / size * square;
    };
    const glm::dvec2 scale(scale_->number(0), scale_->number(1));
    const glm::dvec2 grow(grow_->number(0), grow_->number(1));
    glm::dmat3 matrix(1.0);
    for (const char step : order_->value().text()) {
      if (step == 's') matrix = scaled(scale * (size + grow) / size) * matrix;
      if (step == 'r') matrix = turnedClockwise(rotate_->number()) * matrix;
      if (step == 't') matrix = moved(length(*translate_, *translateUnit_)) * matrix;
    }
    const glm::dvec2 pivot = length(*pivot_, *pivotUnit_);
    return scaled(1.0 / square) * moved(pivot) * matrix * moved(-pivot) * scaled(square);
  }

  Parameter *order_ = nullptr, *translate_ = nullptr, *translateUnit_ = nullptr;
  Parameter *rotate_ = nullptr, *scale_ = nullptr, *grow_ = nullptr;
  Parameter *pivot_ = nullptr, *pivotUnit_ = nullptr;
  Parameter *background_ = nullptr, *premultiply_ = nullptr, *over_ = nullptr;
  Parameter *extend_ = nullptr, *limit_ = nullptr, *tileU_ = nullptr, *tileV_ = nullptr;
  glm::dmat3 back_{1.0};  // from places on the canvas to places in the picture
};

}  // namespace

extern const OpType transformType;
const OpType transformType = {"transform",
                              "Transform",
                              "Moves, turns, scales and tiles a picture.",
                              1,
                              1,
                              []() -> std::unique_ptr<Op> { return std::make_unique<Transform>(); }};

}  // namespace topknot::ops
