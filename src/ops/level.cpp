// Level: brightness, contrast, ranges and steps of a picture's channels.
#include "top/filters/filter.h"

namespace topknot::ops {

namespace {

class Level : public Filter {
 public:
  Level() : Filter("level", FunctionKind::Pixel) {
    const auto slider = [this](const char* name, const char* label, double neutral, double max,
                               const char* help) {
      declare().add(name, label, ParStyle::Float, neutral).slider(0.0, max).help(help);
    };
    const auto toggle = [this](const char* name, const char* label, bool on, const char* help) {
      declare().add(name, label, ParStyle::Toggle, on).help(help);
    };
    declare().page("Pre");
    declare()
        .add("clampinput", "Clamp Input", ParStyle::Menu, "automatic")
        .menu({{"automatic", "Automatic"}, {"clamp", "Clamp [0-1]"}, {"unclamped", "Unclamped"}})
        .help("Clamp the input to 0..1 first. Automatic: inputs of 8-bit fixed formats.");
    slider("invert", "Invert", 0, 1, "Blends to the inverse, 1 − v.");
    slider("blacklevel", "Black Level", 0, 1, "What is at or below it becomes 0; 1 stays.");
    slider("brightness1", "Brightness 1", 1, 10, "Multiplies.");
    slider("gamma1", "Gamma 1", 1, 10, "Raises to the power of 1 / gamma.");
    slider("contrast", "Contrast", 1, 10, "Scales about one half.");
    declare().page("Range");
    slider("inlow", "In Low", 0, 1, "This value becomes Out Low.");
    slider("inhigh", "In High", 1, 1, "This value becomes Out High.");
    slider("outlow", "Out Low", 0, 1, "What In Low becomes.");
    slider("outhigh", "Out High", 1, 1, "What In High becomes.");
    declare().page("RGBA");
    for (const auto& [letter, name] :
         {std::pair{"r", "Red"}, {"g", "Green"}, {"b", "Blue"}, {"a", "Alpha"}}) {
      slider(("low" + std::string(letter)).c_str(), (std::string("Low ") + name).c_str(), 0, 1,
             "What 0 of this channel becomes.");
      slider(("high" + std::string(letter)).c_str(), (std::string("High ") + name).c_str(), 1, 1,
             "What 1 of this channel becomes.");
    }
    declare().page("Step");
    toggle("stepping", "Apply Stepping", false, "Makes bands of the values.");
    slider("stepsize", "Step Size", 0.1, 1, "Height of a band: 0.1 makes ten.");
    slider("threshold", "Threshold", 0, 1, "Moves the bands.");
    slider("clamplow", "Clamp Low", 0, 1, "Values below it become it.");
    slider("clamphigh", "Clamp High", 1, 1, "Values above it become it.");
    slider("soften", "Soften", 0, 1, "Blends each band into the next.");
    declare().page("Post");
    slider("gamma2", "Gamma 2", 1, 10, "Raises to the power of 1 / gamma.");
    slider("opacity", "Opacity", 1, 1, "Multiplies all four channels.");
    slider("brightness2", "Brightness 2", 1, 10, "Multiplies.");
    toggle("clamp", "Clamp", false, "Clamps the result to Clamp Low 2 and Clamp High 2.");
    slider("clamplow2", "Clamp Low 2", 0, 1, "The lowest result.");
    slider("clamphigh2", "Clamp High 2", 1, 1, "The highest result.");
    toggle("premultrgbbyalpha", "Pre-Multiply RGB by Alpha", false, "Last of all.");
  }

 protected:
  void values(Values& values, TopCook& cook) override {
    ownParameters(values);
    const PixelFormatInfo& input = pixelFormatInfo(cook.input(0).shape().format);
    values.constant("eightbit", input.component == Component::Fixed8 ? 1 : 0);
  }
};

}  // namespace

extern const OpType levelType;
const OpType levelType = {
    "level", "Level", "Adjusts brightness, contrast, gamma, ranges and steps.",
    1,       1,       []() -> std::unique_ptr<Op> { return std::make_unique<Level>(); }};

}  // namespace topknot::ops
