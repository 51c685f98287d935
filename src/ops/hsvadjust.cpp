// HSV Adjust: hue, saturation and value of the colours near one of them.
#include "top/filters/filter.h"

namespace topknot::ops {

namespace {

class HsvAdjust : public Filter {
 public:
  HsvAdjust() : Filter("hsvadjust", FunctionKind::Pixel) {
    const auto number = [this](const char* name, const char* label, double neutral, double max,
                               const char* help) {
      declare().add(name, label, ParStyle::Float, neutral).slider(0.0, max).help(help);
    };
    declare().page("HSV Tweak");
    declare()
        .add("startcolor", "Start Color", ParStyle::Float, glm::vec3(1.0f, 0.0f, 0.0f))
        .suffixes("rgb")
        .slider(0.0, 1.0)
        .help("The colour in the middle of the ranges.");
    number("huerange", "Hue Range", 360, 360, "Degrees of hue that change, half to either side.");
    number("huefalloff", "Hue Falloff", 0, 360, "Degrees beyond the range until nothing changes.");
    number("saturationrange", "Saturation Range", 1, 1,
           "Saturations that change: so far to either side of the start colour's; 1 takes all.");
    number("saturationfalloff", "Saturation Falloff", 0, 1,
           "How far beyond the range until nothing changes.");
    number("valuerange", "Value Range", 1, 1,
           "Values that change: so far to either side of the start colour's; 1 and more take all.");
    number("valuefalloff", "Value Falloff", 0, 1,
           "How far beyond the range until nothing changes.");
    declare()
        .add("hueoffset", "Hue Offset", ParStyle::Float, 0.0)
        .slider(-180.0, 180.0)
        .help("Degrees added to the hue.");
    number("saturationmult", "Saturation Multiplier", 1, 4,
           "Multiplies the saturation, up to full saturation.");
    number("valuemult", "Value Multiplier", 1, 4, "Multiplies the value.");
  }
};

}  // namespace

extern const OpType hsvadjustType;
const OpType hsvadjustType = {
    "hsvadjust",
    "HSV Adjust",
    "Adjusts hue, saturation and value of a range of colours.",
    1,
    1,
    []() -> std::unique_ptr<Op> { return std::make_unique<HsvAdjust>(); }};

}  // namespace topknot::ops
