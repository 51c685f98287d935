// Noise: continuous random patterns, and white noise.
#include <algorithm>
#include <array>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>
#include <glm/mat4x4.hpp>

#include "top/filters/filter.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

constexpr int kMaxHarmonics = 16;
constexpr double kMost = 1e9;  // what the shader still counts with

float bounded(double v) {
  return static_cast<float>(std::clamp(v, -kMost, kMost));
}

double apart(double period) {
  return std::abs(period) < 1e-6 ? std::copysign(1e-6, period) : period;
}

glm::dvec3 numbers(const Parameter& parameter) {
  return {parameter.number(0), parameter.number(1), parameter.number(2)};
}

class Noise : public Filter {
 public:
  Noise() : Filter("noise", FunctionKind::Generator) {
    declare().page("Noise");
    declareNoise();
    declareHarmonics();
    declareLevels();
    declare().page("Transform");
    declareTransform();
    declare().page("Output");
    declareOutput();
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    addPattern(values);
    addPlace(values, cook);
    addOutput(values, cook);
  }

 private:
  Parameter* menu(const char* name, const char* label, std::vector<MenuItem> items,
                  const char* help, const char* initial = nullptr) {
    const std::string first = initial != nullptr ? initial : items.front().name;
    return &declare().add(name, label, ParStyle::Menu, first).menu(std::move(items)).help(help);
  }
  Parameter* toggle(const char* name, const char* label, bool on, const char* help) {
    return &declare().add(name, label, ParStyle::Toggle, on).help(help);
  }
  Parameter* number(const char* name, const char* label, double initial, const char* help) {
    return &declare().add(name, label, ParStyle::Float, initial).help(help);
  }
  Parameter* vector(const char* name, const char* label, double initial, const char* help) {
    return &declare()
                .add(name, label, ParStyle::Float, glm::vec3(static_cast<float>(initial)))
                .suffixes("xyz")
                .slider(-1, 1)
                .help(help);
  }

  void declareNoise() {
    type_ =
        menu("type", "Type",
             {{"perlin2d", "Perlin 2D (GPU)"},
              {"perlin3d", "Perlin 3D (GPU)"},
              {"perlin4d", "Perlin 4D (GPU)"},
              {"simplex2d", "Simplex 2D (GPU)"},
              {"simplex3d", "Simplex 3D (GPU)"},
              {"simplex4d", "Simplex 4D (GPU)"},
              {"randomgpu", "Random (GPU)"}},
             "The noise function. Perlin lies on a square lattice; Simplex on one of triangles, "
             "which shows less. Random is another value for each pixel. The types that are "
             "made on the CPU (Sparse, Hermite, Harmonic Summation, Random, Alligator) do not "
             "exist here.");
    seed_ = number("seed", "Seed", 1.0, "Any number; each gives another pattern.");
    period_ = number("period", "Period", 1.0,
                     "Size of the lattice's cells, in coordinates: 1 is the picture's height. Of "
                     "Random: in pixels.");
  }

  void declareHarmonics() {
    harmonics_ =
        &declare()
             .add("harmon", "Harmonics", ParStyle::Int, 2)
             .limits(0, kMaxHarmonics)
             .slider(0, 6)
             .help(
                 "How many finer patterns are added to the first one; at most 16. Random has "
                 "none.");
    spread_ = number("spread", "Harmonic Spread", 2.0,
                     "How many times finer each harmonic is than the one before.");
    gain_ =
        number("gain", "Harmonic Gain", 0.7, "Strength of all harmonics beside the first pattern.");
    rough_ = number("rough", "Roughness", 0.5,
                    "Strength of each harmonic beside the one before: 0 leaves the first pattern "
                    "alone.");
    exponent_ = number("exp", "Exponent", 1.0,
                       "Raises the sum to a power, whatever its sign: above 1 pulls it towards 0, "
                       "below 1 towards -1 and 1.");
  }

  void declareLevels() {
    amp_ = number("amp", "Amplitude", 0.5,
                  "What the noise is multiplied with. One pattern runs from -1 to 1; with "
                  "harmonics the sum may go beyond.");
    offset_ = number("offset", "Offset", 0.5, "What the noise is around.");
    mono_ = toggle("mono", "Monochrome", true,
                   "The same noise for all channels. Off: each has a pattern of its own.");
    aspect_ = toggle("aspectcorrect", "Aspect Correct", true,
                     "Coordinates grow to the right as they do upwards, by the picture's aspect. "
                     "Off: they run from 0 to 1 along both axes.");
  }

  void declareTransform() {
    order_ = menu("xord", "Transform Order", transformOrderMenu(),
                  "In which order coordinates are scaled, rotated and translated.");
    rotateOrder_ = menu("rord", "Rotate Order",
                        {{"xyz", "Rx Ry Rz"},
                         {"xzy", "Rx Rz Ry"},
                         {"yxz", "Ry Rx Rz"},
                         {"yzx", "Ry Rz Rx"},
                         {"zxy", "Rz Rx Ry"},
                         {"zyx", "Rz Ry Rx"}},
                        "Around which axis first, second and third.");
    translate_ = vector("t", "Translate", 0.0,
                        "Moves the plane that the picture shows through the noise: Z shows another "
                        "slice where the type has three dimensions.");
    rotate_ = vector("r", "Rotate", 0.0, "Turns that plane, in degrees.");
    rotate_->slider(-180, 180);
    scale_ = vector("s", "Scale", 1.0, "Scales that plane: 2 shows twice as much of the noise.");
    pivot_ = vector("p", "Pivot", 0.0, "Where that plane is scaled and turned around.");
    translate4_ = number("t4d", "Translate 4D", 0.0, "Moves along the fourth dimension.");
    scale4_ =
        number("s4d", "Scale 4D", 1.0, "Scales the fourth coordinate, which a second input gives.");
  }

  void declareOutput() {
    rgb_ = menu("rgb", "RGB",
                {{"noise", "Noise"},
                 {"multiply", "Input * Noise"},
                 {"add", "Input + Noise"},
                 {"subtract", "Input - Noise"}},
                "What becomes of the first input's colour. Without one it is the noise.");
    inputScale_ = number("inputscale", "Input Scale", 1.0,
                         "What the input's colour is multiplied with before.");
    noiseScale_ = number("noisescale", "Noise Scale", 1.0,
                         "What the noise is multiplied with before it meets the input.");
    alpha_ = menu("alpha", "Alpha",
                  {{"zero", "Zero"},
                   {"one", "One"},
                   {"random", "Noise"},
                   {"input", "Input"},
                   {"multiply", "Input * Noise"},
                   {"add", "Input + Noise"},
                   {"addclamp", "Input + clamp(Noise)"}},
                  "Alpha; the last one is kept within 0 and 1. Without a first input, Input is One "
                  "and the last three are Noise. Colours are not multiplied by it.",
                  "one");
    dither_ = toggle("dither", "Dither", false,
                     "Adds noise of half a step to colours to hide bands in 8-bit fixed formats.");
    gradient_ = toggle("gradient", "Gradient", false,
                       "The slope along x, y, z and w as red, green, blue and, of types with four "
                       "dimensions, alpha, in place of the noise: that of the sum of harmonics "
                       "by Amplitude, without Exponent and Offset. That of Random is 0.");
    mode_ = menu("mode", "Mode", {{"performance", "Performance"}, {"quality", "Quality"}},
                 "Of Simplex 3D and 4D: quality lets gradients point anywhere, which shows the "
                 "axes less and takes longer.");
  }

  bool random() const { return type_->value() == "randomgpu"; }
  int dimensions() const { return random() ? 2 : type_->value().text().at(6 + isSimplex()) - '0'; }
  int isSimplex() const { return type_->value().text().front() == 's' ? 1 : 0; }

  void addPattern(Values& values) const {
    values.menu("noise", type_->menuIndex(), type_->value().text());
    values.constant("dims", dimensions());
    values.number("seed", static_cast<float>(seed_->number()) + 0.0f);  // -0 is 0
    const int count = random() ? 1 : static_cast<int>(harmonics_->number()) + 1;
    values.number("count", static_cast<float>(count));
    std::array<glm::vec4, kMaxHarmonics + 1> all{};
    for (int i = 0; i < count; ++i) {
      const double frequency = std::pow(spread_->number(), i) / apart(period_->number());
      const double strength = i == 0 ? 1.0 : gain_->number() * std::pow(rough_->number(), i);
      all[static_cast<std::size_t>(i)] = {bounded(frequency), bounded(strength), 0.0f, 0.0f};
    }
    values.array("harmonics", all);
    values.constant("bends", exponent_->number() != 1.0 ? 1 : 0);
    values.number("exponent", bounded(exponent_->number()));
    values.parameter(*amp_);
    values.parameter(*offset_);
    values.parameter(*mono_);
    values.parameter(*mode_);
  }

  void addPlace(Values& values, TopCook& cook) const {
    const glm::dmat4 matrix = glm::transpose(transform());
    const auto row = [&](int i) {
      const glm::dvec4 r = matrix[i];
      return glm::vec4(bounded(r.x), bounded(r.y), bounded(r.z), bounded(r.w));
    };
    values.number("rowx", row(0));
    values.number("rowy", row(1));
    values.number("rowz", row(2));
    values.number("t4d", bounded(translate4_->number()));
    values.number("s4d", bounded(scale4_->number()));
    const glm::vec2 aspect = cook.aspect();
    const glm::vec2 fit(aspect_->on() ? aspect.x / aspect.y : 1.0f, 1.0f);
    const glm::vec2 size(cook.shape().width, cook.shape().height);
    values.number("fit", fit);
    values.number("cells", size / fit);
    values.number("pixel", 1.0f / size);
    values.constant("coordinates", cook.connected(1) ? 1 : 0);
  }

  /// Combinations with an input that is not there are not compiled.
  void addOutput(Values& values, TopCook& cook) const {
    std::string rgb = rgb_->value(), alpha = alpha_->value();
    if (!cook.connected(0)) {
      rgb = "noise";
      if (alpha == "input") alpha = "one";
      if (alpha == "multiply" || alpha == "add" || alpha == "addclamp") alpha = "random";
    }
    if (gradient_->on() && dimensions() == 4) alpha = "random";
    values.menu("rgb", 0, rgb);
    values.menu("alpha", 0, alpha);
    const bool fixed = alpha == "zero" || alpha == "one" || alpha == "input";
    values.constant("alphanoise", fixed ? 0 : 1);
    values.parameter(*gradient_);
    values.number("inputscale", bounded(inputScale_->number()));
    values.number("noisescale", bounded(noiseScale_->number()));
    const bool coarse = pixelFormatInfo(cook.shape().format).component == Component::Fixed8;
    values.constant("dither", coarse && dither_->on() ? 1 : 0);
  }

  /// From the picture's plane to the noise.
  glm::dmat4 transform() const {
    const glm::dmat4 none(1.0);
    glm::dmat4 matrix(1.0);
    for (const char step : order_->value().text()) {
      if (step == 's') matrix = glm::scale(none, numbers(*scale_)) * matrix;
      if (step == 'r') matrix = rotation() * matrix;
      if (step == 't') matrix = glm::translate(none, numbers(*translate_)) * matrix;
    }
    const glm::dvec3 pivot = numbers(*pivot_);
    return glm::translate(none, pivot) * matrix * glm::translate(none, -pivot);
  }

  glm::dmat4 rotation() const {
    glm::dmat4 matrix(1.0);
    for (const char name : rotateOrder_->value().text()) {
      const int axis = name - 'x';
      glm::dvec3 around(0.0);
      around[axis] = 1.0;
      const double angle = glm::radians(std::fmod(rotate_->number(axis), 360.0));
      matrix = glm::rotate(glm::dmat4(1.0), angle, around) * matrix;
    }
    return matrix;
  }

  Parameter *type_ = nullptr, *seed_ = nullptr, *period_ = nullptr, *harmonics_ = nullptr;
  Parameter *spread_ = nullptr, *gain_ = nullptr, *rough_ = nullptr, *exponent_ = nullptr;
  Parameter *amp_ = nullptr, *offset_ = nullptr, *mono_ = nullptr, *aspect_ = nullptr;
  Parameter *order_ = nullptr, *rotateOrder_ = nullptr, *translate_ = nullptr, *rotate_ = nullptr;
  Parameter *scale_ = nullptr, *pivot_ = nullptr, *translate4_ = nullptr, *scale4_ = nullptr;
  Parameter *rgb_ = nullptr, *inputScale_ = nullptr, *noiseScale_ = nullptr, *alpha_ = nullptr;
  Parameter *dither_ = nullptr, *gradient_ = nullptr, *mode_ = nullptr;
};

}  // namespace

extern const OpType noiseType;
const OpType noiseType = {
    "noise", "Noise", "Random patterns; a second input can supply the coordinates.",
    0,       2,       []() -> std::unique_ptr<Op> { return std::make_unique<Noise>(); }};

}  // namespace topknot::ops
