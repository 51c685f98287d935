// Math: arithmetic on the channels of a picture.
#include "top/filters/filter.h"
#include "top/parameters/menus.h"

namespace topknot::ops {

namespace {

std::vector<MenuItem> functionMenu() {
  return {{"off", "Off"},          {"negate", "Negate"}, {"pos", "Positive"},
          {"root", "Square Root"}, {"square", "Square"}, {"inverse", "Inverse"}};
}

class Math : public Filter {
 public:
  Math() : Filter("math", FunctionKind::Pixel) {
    declareOp();
    declareMultiAdd();
    declareRange();
  }

 protected:
  void values(Values& values, TopCook&) override {
    ownParameters(values);
    const glm::vec4 in = channelsNamed(*inputMask_);
    glm::vec4 first(0.0f);
    for (int i = 3; i >= 0; --i) {
      if (in[i] > 0.0f) first = glm::vec4(i == 0, i == 1, i == 2, i == 3);
    }
    values.constant("combines", in == glm::vec4(0.0f) ? 0 : 1);
    values.number("inputs", in);
    values.number("first", first);
    values.number("outputs", channelsNamed(*outputChannels_));
  }

 private:
  void declareOp() {
    declare().page("OP");
    declare()
        .add("preop", "Channel Pre OP", ParStyle::Menu, "off")
        .menu(functionMenu())
        .help(
            "Done to each channel of the Input Mask. The root of a negative number and the "
            "inverse of zero are zero.");
    declare()
        .add("chanop", "Combine Channels", ParStyle::Menu, "off")
        .menu({{"off", "Off"},
               {"add", "Add"},
               {"sub", "Subtract"},
               {"mul", "Multiply"},
               {"div", "Divide"},
               {"avg", "Average"},
               {"min", "Minimum"},
               {"max", "Maximum"},
               {"len", "Length"}})
        .help(
            "Makes one number of the Input Mask's channels: the first one less the others, or "
            "divided by them, and so on. A quotient by zero is zero.");
    declare()
        .add("postop", "Channel Post OP", ParStyle::Menu, "off")
        .menu(functionMenu())
        .help("Done to each channel of the result.");
    declare()
        .add("integer", "Integer", ParStyle::Menu, "off")
        .menu({{"off", "Off"}, {"ceiling", "Ceiling"}, {"floor", "Floor"}, {"round", "Round"}})
        .help("Makes whole numbers; halves are rounded up.");
    inputMask_ = &declareChannels(declare(), "inputmask", "Input Mask",
                                  "The channels that Pre OP and Combine Channels work on.");
    outputChannels_ = &declareChannels(
        declare(), "outputchannels", "Output Channels",
        "The channels that get the result. The others stay as they are in the input.");
  }

  void declareMultiAdd() {
    const auto number = [this](const char* name, const char* label, double neutral,
                               const char* help) {
      declare().add(name, label, ParStyle::Float, neutral).slider(-1.0, 1.0).help(help);
    };
    declare().page("Multi-Add");
    number("preoff", "Pre-Add", 0, "Added first.");
    number("gain", "Multiply", 1, "Multiplies the sum.");
    number("postoff", "Post-Add", 0, "Added to the product.");
    declare()
        .add("op", "Multiply or Divide RGB", ParStyle::Menu, "no_op")
        .menu({{"no_op", "No Operation"},
               {"rgbmultalpha", "Multiply RGB by Alpha"},
               {"rgbdivalpha", "Divide RGB by Alpha"},
               {"rgbdivalphafill", "Divide RGB by Alpha, Fill Alpha"}})
        .help(
            "By the result's own alpha; where that is zero, a quotient is zero. Fill makes alpha "
            "one afterwards.");
  }

  void declareRange() {
    declare().page("Range");
    const std::pair<const char*, const char*> ranges[] = {
        {"", ""}, {"r", " Red"}, {"g", " Green"}, {"b", " Blue"}, {"a", " Alpha"}};
    for (const auto& [letter, label] : ranges) {
      declare()
          .add(std::string("fromrange") + letter, std::string("From Range") + label,
               ParStyle::Float, glm::vec2(0.0f, 1.0f))
          .help("These two values become those of To Range; all channels first, then each.");
      declare()
          .add(std::string("torange") + letter, std::string("To Range") + label, ParStyle::Float,
               glm::vec2(0.0f, 1.0f))
          .help("What the two values of From Range become.");
    }
  }

  Parameter* inputMask_ = nullptr;
  Parameter* outputChannels_ = nullptr;
};

}  // namespace

extern const OpType mathType;
const OpType mathType = {
    "math", "Math", "Does arithmetic on channels.",
    1,      1,      []() -> std::unique_ptr<Op> { return std::make_unique<Math>(); }};

}  // namespace topknot::ops
