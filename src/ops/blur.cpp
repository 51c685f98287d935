// Blur: a separable kernel of seven kinds.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "top/cook/top_cook.h"
#include "top/parameters/matrices.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

constexpr int kMaxTaps = 256;  // to each side; wider kernels halve the picture first
constexpr int kMaxHalvings = 12;

using Kernel = double (*)(double x);  // over −1 … 1, not normalised

double catmull(double x) {
  const double t = 2.0 * std::abs(x);
  if (t < 1.0) return (1.5 * t - 2.5) * t * t + 1.0;
  return ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0;
}
double gaussian(double x) {
  return std::exp(-4.5 * x * x);
}
double box(double) {
  return 1.0;
}
double bartlette(double x) {
  return 1.0 - std::abs(x);
}
double sinc(double x) {
  const double t = 2.0 * std::numbers::pi * x;
  return x == 0.0 ? 1.0 : std::sin(t) / t;
}
double hanning(double x) {
  return 0.5 + 0.5 * std::cos(std::numbers::pi * x);
}
double blackman(double x) {
  const double t = std::numbers::pi * x;
  return 0.42 + 0.5 * std::cos(t) + 0.08 * std::cos(2.0 * t);
}

constexpr std::array<Kernel, 7> kKernels = {catmull, gaussian, box,     bartlette,
                                            sinc,    hanning,  blackman};  // as in the menu
constexpr int kGaussian = 1, kBox = 2;

/// Weights of the pixels 0, 1, 2 … to one side, for a kernel that reaches `half` pixels; together
/// with those of the other side they sum to 1.
std::vector<glm::vec4> weightsOf(int kind, double half) {
  std::vector<double> weights = {1.0};
  const int last = static_cast<int>(std::ceil(half - (kind == kBox ? 0.5 : 0.0)));
  for (int i = 1; i <= std::min(last, kMaxTaps); ++i) {
    // Of the box, as much of a pixel as it covers, so that its width need not be whole.
    double weight = kind == kBox ? std::clamp(half + 0.5 - i, 0.0, 1.0) : 0.0;
    if (kind != kBox && i <= half) weight = kKernels[static_cast<std::size_t>(kind)](i / half);
    weights.push_back(weight);
  }
  if (kind == kBox) weights[0] = std::min(1.0, 2.0 * half);
  while (weights.size() > 1 && std::abs(weights.back()) < 1e-9) weights.pop_back();
  double sum = weights[0];
  for (std::size_t i = 1; i < weights.size(); ++i) sum += 2.0 * weights[i];
  // Lobes below zero may cancel the rest: then the picture stays.
  if (std::abs(sum) < 1e-3) return {glm::vec4(1.0f)};
  std::vector<glm::vec4> out;
  for (const double weight : weights) out.emplace_back(static_cast<float>(weight / sum));
  return out;
}

class Blur : public Top {
 public:
  Blur() {
    ParameterSet& set = declare();
    set.page("Blur");
    type_ = &set.add("type", "Filter", ParStyle::Menu, "gaussian")
                 .menu({{"catmull", "Catmull-Rom"},
                        {"gaussian", "Gaussian"},
                        {"box", "Box"},
                        {"bartlette", "Bartlett"},
                        {"sinc", "Sinc"},
                        {"hanning", "Hanning"},
                        {"blackman", "Blackman"}})
                 .help(
                     "The kernel. Gaussian: cut at three times its sigma, so its sigma is a sixth "
                     "of the size. Catmull-Rom and Sinc have lobes below zero.");
    extend_ = &set.add("extend", "Extend", ParStyle::Menu, "hold")
                   .menu({{"hold", "Hold"}, {"repeat", "Repeat"}, {"mirror", "Mirror"}})
                   .help("What is beyond the picture's edges.");
    shrink_ = &set.add("preshrink", "Pre-Shrink", ParStyle::Int, 0)
                   .limits(0, kMaxHalvings)
                   .slider(0, 4)
                   .help(
                       "Halves the picture so often before it is blurred, and grows it again "
                       "afterwards. Much faster; the size means the same. 1 is hard to tell from 0 "
                       "for sizes above 16.");
    size_ = &set.add("size", "Filter Size", ParStyle::Float, 10)
                 .limits(0, std::nullopt)
                 .slider(0, 128)
                 .help(
                     "Width of the whole kernel in pixels of the output. Above 512 pixels the "
                     "picture is halved first, as often as needed.");
    scale_ = &set.add("scale", "Filter Scale", ParStyle::Float, glm::vec3(1.0f))
                  .suffixes("xyz")
                  .limits(0, std::nullopt)
                  .slider(0, 1)
                  .help("Multiplies the size along each axis. Z counts for pictures with depth.");
    offset_ =
        &set.add("offset", "Sample Step", ParStyle::Float, glm::vec3(1.0f))
             .suffixes("xyz")
             .limits(0, std::nullopt)
             .slider(0, 4)
             .help("Distance between the kernel's samples. Z counts for pictures with depth.");
    offsetUnit_ = &set.add("offsetunit", "Sample Step Unit", ParStyle::Menu, "pixels")
                       .menu(unitMenu())
                       .help("What the sample step is measured in.");
    rotate_ =
        &set.add("rotate", "Rotate", ParStyle::Float, glm::vec3(0.0f))
             .suffixes("xyz")
             .slider(-180, 180)
             .help(
                 "Turns the kernel, in degrees; z clockwise. Flat pictures have no x and y to "
                 "turn about.");
    dither_ = &set.add("dither", "Dither", ParStyle::Toggle, false)
                   .help("Adds noise of half a step to hide bands in 8-bit fixed formats.");
  }

 protected:
  bool onlyDescribes() const override { return true; }

  void render(TopCook& cook) override {
    const Operand input = cook.operand(0, extend());
    Operand made = input;
    for (int pass = 0; pass < cook.passCount(); ++pass) made = blurred(cook, std::move(made));
    if (made.picture == input.picture) return cook.passInput(0);
    if (cook.channelMask().all()) return cook.show(made.picture);
    cook.show(cook.make("copy", FunctionKind::Pixel, {}, {input, std::move(made)}, cook.shape(),
                        cook.channelMask()));
  }

 private:
  gl::Extend extend() const {
    static constexpr gl::Extend kModes[] = {gl::Extend::Hold, gl::Extend::Repeat,
                                            gl::Extend::Mirror};
    return kModes[extend_->menuIndex()];
  }

  /// What is to be done to a picture of some size, axis by axis.
  struct Axis {
    std::vector<glm::vec4> weights;
    glm::vec2 pace;  // from sample to sample, in u and v
    bool whole;      // samples are whole pixels apart
  };

  Operand blurred(TopCook& cook, Operand from) const {
    const double widest = size_->number() * std::max(scale_->number(0), scale_->number(1));
    int halvings = static_cast<int>(shrink_->number());
    while (std::ldexp(widest, -halvings) > 2.0 * kMaxTaps && halvings < kMaxHalvings) ++halvings;
    gl::TextureShape shape = cook.shape();
    const glm::dvec2 full(shape.width, shape.height);
    glm::dvec2 span(1.0);  // the halved picture's part that the whole output covers
    const bool asked = halvings > 0;
    for (; halvings > 0 && (shape.width > 1 || shape.height > 1); --halvings) {
      from = halved(cook, std::move(from), shape, span);
    }
    const glm::dvec2 pixel(full.x / (shape.width * span.x), full.y / (shape.height * span.y));
    const Axis across = axis(cook, 0, shape, pixel), up = axis(cook, 1, shape, pixel);
    const bool dithers = dither_->on();
    if (across.weights.size() > 1) {
      from =
          along(cook, std::move(from), across, shape, dithers && !asked && up.weights.size() < 2);
    }
    if (up.weights.size() > 1) from = along(cook, std::move(from), up, shape, dithers && !asked);
    return asked ? grown(cook, std::move(from), span, dithers) : from;
  }

  /// Pixels of the halved picture are those of the picture two by two; where its size is odd, the
  /// last ones lie half beyond the edge.
  Operand halved(TopCook& cook, Operand from, gl::TextureShape& shape, glm::dvec2& span) const {
    const glm::ivec2 half((shape.width + 1) / 2, (shape.height + 1) / 2);
    const glm::dvec2 part(2.0 * half.x / std::max(shape.width, 2 * half.x - 1),
                          2.0 * half.y / std::max(shape.height, 2 * half.y - 1));
    const glm::dvec2 reads(shape.width == 1 ? 1.0 : part.x, shape.height == 1 ? 1.0 : part.y);
    span /= reads;
    shape.width = half.x;
    shape.height = half.y;
    Values values;
    values.number("span", glm::vec2(reads));
    addDither(values, cook, false);
    from.footprint = Footprint{scaled(reads)};
    from.filter = gl::Filter::Linear;
    return {
        cook.make("stretched", FunctionKind::Sampling, std::move(values), {std::move(from)}, shape),
        gl::Filter::Linear, extend()};
  }

  Operand grown(TopCook& cook, Operand from, glm::dvec2 span, bool dithers) const {
    Values values;
    values.number("span", glm::vec2(span));
    addDither(values, cook, dithers);
    from.footprint = Footprint{scaled(span)};
    from.filter = gl::Filter::Linear;
    return {cook.make("stretched", FunctionKind::Sampling, std::move(values), {std::move(from)},
                      cook.shape()),
            gl::Filter::Nearest, extend()};
  }

  Operand along(TopCook& cook, Operand from, const Axis& axis, const gl::TextureShape& shape,
                bool dithers) const {
    Values values;
    values.number("taps", static_cast<float>(axis.weights.size() - 1));
    values.number("pace", axis.pace);
    std::vector<glm::vec4> weights = axis.weights;
    weights.resize(kMaxTaps + 1, glm::vec4(0.0f));  // always as many: the program stays
    values.array("weights", weights);
    addDither(values, cook, dithers);
    const gl::TextureShape& own = from.picture->shape();
    const bool same = own.width == shape.width && own.height == shape.height;
    from.filter = same && axis.whole ? gl::Filter::Nearest : gl::Filter::Linear;
    const auto taps = static_cast<double>(axis.weights.size() - 1);
    from.footprint = Footprint{glm::dmat3(1.0), glm::abs(glm::dvec2(axis.pace)) * taps};
    return {cook.make("blur", FunctionKind::Sampling, std::move(values), {std::move(from)}, shape),
            gl::Filter::Nearest, extend()};
  }

  void addDither(Values& values, TopCook& cook, bool dithers) const {
    values.constant("dither", dithers ? 1 : 0);
    const bool coarse = pixelFormatInfo(cook.shape().format).component == Component::Fixed8;
    values.number("grain", coarse ? 1.0f / 255.0f : 0.0f);
  }

  /// The kernel along one axis of a picture whose pixels are `pixel` of the output's.
  Axis axis(TopCook& cook, int which, const gl::TextureShape& shape, glm::dvec2 pixel) const {
    const double scale = which == 0 ? pixel.x : pixel.y;
    double half = 0.5 * size_->number() * scale_->number(which);
    const int kind = type_->menuIndex();
    if (kind == kGaussian && scale > 1.5) half = sharpened(half, scale);
    const glm::dvec2 size(cook.shape().width, cook.shape().height);
    const glm::dvec2 steps = inPixels(*offset_, *offsetUnit_, size, cook.aspect());
    const double step = which == 0 ? steps.x : steps.y;
    const double angle = rotate_->number(2) * std::numbers::pi / 180.0;
    const double c = std::cos(angle), s = std::sin(angle);
    const glm::dvec2 direction = which == 0 ? glm::dvec2(c, -s) : glm::dvec2(s, c);
    Axis made;
    made.weights = weightsOf(kind, half / scale);
    made.pace = glm::vec2(direction * step / glm::dvec2(shape.width, shape.height));
    made.whole = step == 1.0 && rotate_->number(2) == 0.0;
    return made;
  }

  /// Half the width of a gaussian that gives the one asked for together with what halving and
  /// growing blur: boxes of `scale` pixels, and triangles of twice that.
  static double sharpened(double half, double scale) {
    const double sigma = half / 3.0;
    const double blur = (scale * scale - 1.0) / 12.0 + scale * scale / 6.0;
    return 3.0 * std::sqrt(std::max(sigma * sigma - blur, 0.0));
  }

  Parameter *type_, *extend_, *shrink_, *size_, *scale_;
  Parameter *offset_, *offsetUnit_, *rotate_, *dither_;
};

}  // namespace

extern const OpType blurType;
const OpType blurType = {
    "blur", "Blur", "Blurs with one of seven kernels, along both axes.",
    1,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Blur>(); }};

}  // namespace topknot::ops
