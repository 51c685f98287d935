// Ramp: a gradient through any number of colours.
#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>
#include <vector>

#include "top/filters/filter.h"
#include "top/parameters/operand_menu.h"
#include "topknot/error.h"

namespace topknot::ops {

namespace {

constexpr std::size_t kMaxKeys = 256;

struct Key {
  float place;
  glm::vec4 colour;
};

Key keyOf(const std::string& text) {
  std::istringstream words(text);
  words.imbue(std::locale::classic());
  float numbers[5] = {};
  bool good = true;
  for (float& number : numbers) good = good && static_cast<bool>(words >> number);
  std::string rest;
  if (!good || words >> rest) {
    throw Error("parameter 'keys': '" + text +
                "' is no key; expected: position red green blue alpha");
  }
  return {numbers[0], {numbers[1], numbers[2], numbers[3], numbers[4]}};
}

/// Sorted by position; those of the same position in the order of the text.
std::vector<Key> keysOf(const std::string& text) {
  std::vector<Key> keys;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row, ',');) keys.push_back(keyOf(row));
  if (keys.empty()) throw Error("parameter 'keys': expected at least one key");
  if (keys.size() > kMaxKeys) {
    throw Error("parameter 'keys': " + std::to_string(keys.size()) + " keys; at most " +
                std::to_string(kMaxKeys) + " are possible");
  }
  std::stable_sort(keys.begin(), keys.end(),
                   [](const Key& a, const Key& b) { return a.place < b.place; });
  return keys;
}

class Ramp : public Filter {
 public:
  Ramp() : Filter("ramp", FunctionKind::Generator) {
    declare().page("Ramp");
    declareShape();
    declareBeyond();
    declareLook();
    declareOutputPage(declare());
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    for (const auto& parameter : parameters().all()) {
      if (parameter->page() == "Ramp") values.parameter(*parameter);
    }
    giveOutputPage(values, parameters(), cook.connected(0));
    addExtends(values);
    addKeys(values);
    const gl::TextureShape& shape = cook.shape();
    const glm::vec2 aspect = cook.aspect();
    values.number("fit", fit(aspect.x / aspect.y));
    values.number("pixel", 1.0f / glm::vec2(shape.width, shape.height));
    const Component component = pixelFormatInfo(shape.format).component;
    const bool dithers = component == Component::Fixed8;
    values.number("grain", dithers && dither_->on() ? 1.0f / 255.0f : 0.0f);
    const auto period = static_cast<float>(period_->number());
    values.number("length", std::abs(period) < 1e-6f ? std::copysign(1e-6f, period) : period);
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

  void declareShape() {
    keys_ = &declare()
                 .add("keys", "Keys", ParStyle::Str, "0 0 0 0 1, 1 1 1 1 1")
                 .help(
                     "Colours and where they are, 0 to 1: position red green blue alpha, with "
                     "commas between keys.");
    menu("type", "Type",
         {{"vertical", "Vertical"},
          {"horizontal", "Horizontal"},
          {"radial", "Radial"},
          {"circular", "Circular"}},
         "From bottom to top, from left to right, counterclockwise around the position from its "
         "right, or outwards from it (a diameter of 1).");
    declare()
        .add("position", "Position", ParStyle::Float, glm::vec2(0.5f))
        .suffixes("12")
        .help("The centre of radial and circular ramps.");
    declare()
        .add("phase", "Phase", ParStyle::Float, 0.0)
        .help("Moves the ramp along its direction.");
    period_ = &declare().add("period", "Period", ParStyle::Float, 1.0).help("Length of the ramp.");
  }

  void declareBeyond() {
    left_ = menu("extendleft", "Extend Left",
                 {{"hold", "Hold"},
                  {"blockclamptoblack", "Black"},
                  {"zero", "Zero"},
                  {"repeat", "Repeat"},
                  {"mirror", "Mirror"}},
                 "What is before the ramp's start. Black is opaque, Zero transparent.");
    right_ = menu("extendright", "Extend Right",
                  {{"sameasleft", "Same as Left"},
                   {"hold", "Hold"},
                   {"black", "Black"},
                   {"zero", "Zero"},
                   {"repeat", "Repeat"},
                   {"mirror", "Mirror"}},
                  "What is behind the ramp's end.");
  }

  void declareLook() {
    menu("interp", "Interpolate",
         {{"step", "Step"},
          {"linear", "Linear"},
          {"easeineaseout", "Ease In Ease Out"},
          {"hermite", "Hermite"}},
         "How one key's colour becomes the next one's.", "linear");
    declare()
        .add("tension", "Tension", ParStyle::Float, 0.0)
        .help("Of Hermite: 1 makes the curve stand still at keys.");
    toggle("antialias", "Anti-Alias", false, "Averages four places of each pixel.");
    fit_ = menu("fitaspect", "Fit Aspect",
                {{"fill", "Fill"},
                 {"fithorz", "Fit Horizontal"},
                 {"fitvert", "Fit Vertical"},
                 {"fitbest", "Fit Best"}},
                "A length of 1 is the width and the height, the width, the height, or the shorter "
                "of them; from the middle.");
    dither_ = toggle("dither", "Dither", false,
                     "Adds noise of half a step to hide bands in 8-bit fixed formats.");
    toggle("multrgbbyalpha", "Multiply RGB by Alpha", true, "Pre-multiplies the keys' colours.");
  }

  void addExtends(Values& values) const {
    std::string left = left_->value(), right = right_->value();
    if (left == "blockclamptoblack") left = "black";
    if (right == "sameasleft") right = left;
    values.menu("left", 0, left);
    values.menu("right", 0, right);
  }

  void addKeys(Values& values) const {
    std::vector<glm::vec4> places, colours;
    for (const Key& key : keysOf(keys_->value())) {
      places.emplace_back(key.place, 0, 0, 0);
      colours.push_back(key.colour);
    }
    values.constant("count", static_cast<int>(places.size()));
    values.array("places", places);
    values.array("colours", colours);
  }

  /// Lengths of the ramp in the picture's width and height.
  glm::vec2 fit(float aspect) const {
    const std::string item = fit_->value();
    const bool wide = aspect > 1.0f;
    if (item == "fithorz" || (item == "fitbest" && !wide)) return {1.0f, 1.0f / aspect};
    if (item == "fitvert" || item == "fitbest") return {aspect, 1.0f};
    return glm::vec2(1.0f);
  }

  Parameter *keys_ = nullptr, *period_ = nullptr, *left_ = nullptr, *right_ = nullptr;
  Parameter *fit_ = nullptr, *dither_ = nullptr;
};

}  // namespace

extern const OpType rampType;
const OpType rampType = {
    "ramp", "Ramp", "A gradient; with an input, also put upon it.",
    0,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Ramp>(); }};

}  // namespace topknot::ops
